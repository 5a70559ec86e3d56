//! The guide on testing modules: its tests pass under the real tool, and each of their runs can fail.

use testkit::world::{HEADER, World};

use crate::guide::{Block, Guide};
use crate::guides::follow;

const TEST: &str = "tests/shop.tftest.hcl";

/// What a section shows: its files, and the last of its commands. Those before it start a simulator, which is
/// there.
fn steps(heading: &str) -> Vec<Block> {
    let guide = Guide::named("testing-modules");
    let (commands, files): (Vec<_>, Vec<_>) =
        guide.section(heading).iter().cloned().partition(|it| it.language == "shell");
    let last = commands.last().cloned();
    files.into_iter().chain(last).collect()
}

fn world() -> World {
    let world = World::new();
    world.write("versions.tf", HEADER);
    world
}

#[test]
fn a_module_is_tested_with_mocks() {
    let world = world();

    follow(&world, &steps("With mocks"));

    assert!(world.cloud().requests().is_empty());
}

#[test]
fn a_module_is_tested_on_the_simulator() {
    let world = world();
    let steps = steps("With the simulator");
    let (files, commands) = steps.split_at(2);
    follow(&world, files);
    let test = || world.terraform(&["test", "-no-color"]);

    test().succeeds().says(&["4 passed, 0 failed"]);
    follow(&world, commands);

    let writes = |method: &str, path: &str| world.cloud().count(method, path);
    let made = writes("POST", "/instances");
    assert_eq!((made, writes("DELETE", "/instances/*")), (2, 2), "one for each command");
    assert_eq!(writes("POST", "/instances/*/action"), 2, "the volume grows in place");
    assert!(world.cloud().is_empty(), "what the runs made is left behind");
}

/// A test that passes whatever the module does proves nothing.
#[test]
fn each_run_of_the_test_of_a_module_can_fail() {
    let module = &steps("With the simulator")[..2];
    let (main, test) = (&module[0].text, &module[1].text);
    for (file, from, to, run) in [
        ("main.tf", "default     = 5", "default     = 6", "a_shop_is_planned_with_5_gb"),
        ("main.tf", "[rackspace_db_database.shop.name]", "[]", "a_shop_is_made"),
        (
            "main.tf",
            "name        = \"shop\"\n  flavor",
            "name = \"shop${var.volume_size}\"\n  lifecycle {\n    replace_triggered_by = [terraform_data.size]\n  }\n  flavor",
            "it_grows_in_place",
        ),
        ("main.tf", "var.volume_size >= 5", "var.volume_size >= 1", "a_smaller_volume_is_refused"),
        // The provider refuses it, which no run can expect.
        (TEST, "volume_size = 1\n", "volume_size = 7\n", "a_smaller_volume_is_refused"),
    ] {
        let world = world();
        follow(&world, module);
        world.write(
            "size.tf",
            "resource \"terraform_data\" \"size\" {\n  input = var.volume_size\n}\n",
        );
        let shown = if file == TEST { test } else { main };
        assert!(shown.contains(from), "{from:?} is not in the guide");
        world.write(file, &shown.replace(from, to));

        let tested = world.terraform(&["test", "-no-color"]);

        tested.fails_with(&[&format!("run \"{run}\"... fail")]);
        assert!(world.cloud().is_empty(), "{run}");
    }
}
