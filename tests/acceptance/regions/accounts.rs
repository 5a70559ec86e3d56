//! An object of another account is not touched.

use clouddb_sim::{Login, Options};
use testkit::world::World;

use super::{REFRESH, estate, states, untouched};

const OTHER: &str = "654321";

#[test]
fn an_object_of_another_account_ends_every_run_and_stays_in_the_state() {
    let login = Login {
        user: "other".into(),
        api_key: "other-key".into(),
        password: "other-password".into(),
        account_id: OTHER.into(),
    };
    let mut world = World::with(Options { other_accounts: vec![login], ..Options::default() });
    world.holds(&estate(""));
    let before = states(&world);
    world.set("RAX_USERNAME", "other");
    world.set("RAX_API_KEY", "other-key");
    world.cloud().clear_requests();

    let run = |arguments: &[&str]| world.terraform(arguments);
    for run in [
        world.plan(),
        run(&["plan", "-no-color", "-input=false", "-refresh=false"]),
        run(&REFRESH),
        world.destroy(),
        run(&["destroy", "-no-color", "-input=false", "-auto-approve", "-refresh=false"]),
    ] {
        run.fails_with(&[
            "Object of another account",
            "The provider is logged in to account 654321, and ",
            "belongs to account 123456. Nothing was changed",
        ]);
        untouched(&world, &before);
    }

    world.set("RAX_USERNAME", "demo");
    world.set("RAX_API_KEY", "demo-key");
    world.plan().is_empty();
}
