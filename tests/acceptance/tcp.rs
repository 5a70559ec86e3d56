//! The provider served over a port of the loopback interface, as it is on Windows.

use testkit::running::Whom;
use testkit::world::{INSTANCE, World};

/// A world whose provider is reached over TCP.
fn world() -> World {
    let mut world = World::new();
    world.set("TFPLUG_NETWORK", "tcp");
    world
}

#[test]
fn a_life_goes_as_over_a_unix_socket() {
    let mut world = world();
    world.configure(INSTANCE);

    world.set("TF_LOG_PROVIDER", "DEBUG");
    world.plan().says(&["listening", "network=tcp", "address=127.0.0.1:"]);
    world.set("TF_LOG_PROVIDER", "");

    world.holds(INSTANCE);
    world.holds(&INSTANCE.replace("volume_size = 10", "volume_size = 20"));
    let id = world.state("rackspace_db_instance.main")["id"].as_str().unwrap().to_owned();
    world.terraform(&["state", "rm", "-no-color", "rackspace_db_instance.main"]).succeeds();
    let import = ["import", "-no-color", "-input=false", "rackspace_db_instance.main", &id];
    world.terraform(&import).succeeds();
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn an_interrupt_leaves_what_exists_in_the_state() {
    for whom in [Whom::Terraform, Whom::Group] {
        let world = world();
        world.configure(INSTANCE);
        world.cloud().next_instance_sticks();
        let apply = world.start_apply();
        world.sees(2, "GET", "/instances/*");

        apply.interrupt(whom);

        apply.ends().fails_with(&["did not become ready"]);
        let id = world.cloud().instances()[0].id.clone();
        assert_eq!(world.state("rackspace_db_instance.main")["id"], id.as_str());
    }
}

/// `kill_terraform` fails where the provider lives on.
#[test]
fn a_provider_ends_with_its_terraform() {
    let world = world();
    world.configure(INSTANCE);
    world.cloud().next_instance_sticks();
    let apply = world.start_apply();
    world.sees(2, "GET", "/instances/*");

    apply.kill_terraform();

    assert_eq!(world.cloud().count("POST", "/instances"), 1);
}
