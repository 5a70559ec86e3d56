//! Terraform is gone, or the system asks to end: the provider goes on with nothing that nobody waits
//! for, and loses nothing that Ctrl-C does not lose.

use testkit::process::signal::Signal;
use testkit::running::Whom;
use testkit::world::World;

const INSTANCE: &str = "rackspace_db_instance.main";

fn web(more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n flavor = 2\n volume_size = 10\n{more}\n}}\n"
    )
}

#[test]
fn a_provider_ends_with_its_terraform_in_the_middle_of_a_build() {
    let world = World::new();
    world.configure(&web(""));
    world.cloud().next_instance_sticks();
    let apply = world.start_apply();
    world.sees(2, "GET", "/instances/*");

    apply.kill_terraform();

    let id = world.cloud().instances()[0].id.clone();
    world.cloud().set_status(&id, "ACTIVE");
    world.plan().says(&["already", &format!("terraform import ADDRESS '{id}'")]);
    assert_eq!(world.cloud().count("POST", "/instances"), 1);
}

#[test]
fn nothing_is_deleted_for_a_terraform_that_is_gone() {
    let world = World::new();
    world.holds(&web("final_backup_name = \"last\""));
    let id = world.state(INSTANCE)["id"].as_str().unwrap().to_owned();
    world.cloud().clear_requests();
    world.cloud().next_backup_sticks();
    let destroy = world.start_destroy();
    world.sees(1, "GET", "/backups/*");

    destroy.kill_terraform();

    for backup in world.cloud().backups() {
        world.cloud().set_status(&backup.id, "COMPLETED");
    }
    assert_eq!(world.cloud().count("DELETE", "/instances/*"), 0);
    assert!(world.cloud().instance(&id).is_some());
    assert_eq!(world.state(INSTANCE)["id"], id.as_str());
    world.destroy().succeeds();
    assert_eq!(world.cloud().count("POST", "/backups"), 1, "the earlier backup was enough");
}

#[test]
fn a_signal_of_the_system_leaves_the_instance_in_the_state() {
    for (signal, whom) in [
        (Signal::SIGTERM, Whom::Provider),
        (Signal::SIGHUP, Whom::Provider),
        (Signal::SIGTERM, Whom::Terraform),
        (Signal::SIGTERM, Whom::Group),
    ] {
        let world = World::new();
        world.configure(&web(""));
        world.cloud().next_instance_sticks();
        let apply = world.start_apply();
        world.sees(2, "GET", "/instances/*");

        apply.signal(signal, whom);
        let run = apply.ends();

        let id = world.cloud().instances()[0].id.clone();
        run.fails_with(&["did not become ready", &format!("\"web\" ({id})")]);
        assert_eq!(world.state(INSTANCE)["id"], id.as_str(), "{signal} {whom:?}: {}", run.text);
        assert!(world.is_tainted(INSTANCE), "{signal} {whom:?}");
        assert_eq!(world.cloud().instances().len(), 1);
    }
}
