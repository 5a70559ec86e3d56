//! An `endpoint` in the place of the service catalog is one region, and no proof of an absence for what
//! was seen elsewhere.

use testkit::world::World;

use super::{REFRESH, estate, states, untouched};

#[test]
fn an_endpoint_of_another_region_empties_no_state() {
    let mut world = World::new();
    world.holds(&estate(""));
    let before = states(&world);
    let [there, here] = ["ORD", "DFW"].map(|region| world.cloud().endpoint(region));
    world.cloud().clear_requests();

    for (region, said) in [
        ("ORD", "reaches one region only, through `endpoint` (http"),
        ("", "say so with `region = \"DFW\"` in the provider block"),
        // That is not true.
        (
            "DFW",
            "It was last seen through the service catalog, and it is not found through `endpoint`",
        ),
    ] {
        world.set("RAX_DB_ENDPOINT", &there);
        world.set("RAX_REGION", region);

        world.terraform(&REFRESH).fails_with(&["Unable to read instance \"web\"", said]);
        world.plan().fails_with(&[said]);
        world.destroy().fails_with(&[said]);
        untouched(&world, &before);
    }

    world.set("RAX_DB_ENDPOINT", &here);
    world.plan().is_empty();
}

#[test]
fn an_endpoint_without_a_name_is_remembered_by_its_address() {
    let mut world = World::new();
    let [here, there] = ["ORD", "LON"].map(|region| world.cloud().endpoint(region));
    world.set("RAX_DB_ENDPOINT", &here);
    world.set("RAX_REGION", "");
    world.holds(&estate(""));
    let before = states(&world);
    assert!(before.iter().all(|it| it["region"].is_null()), "{before:#?}");
    world.cloud().clear_requests();

    world.set("RAX_DB_ENDPOINT", &there);
    world.plan().fails_with(&["It was last seen through `endpoint` http", "not found through"]);
    world.destroy().fails_with(&["It was last seen through `endpoint` http"]);
    untouched(&world, &before);

    // The catalog has it, and tells its region.
    world.set("RAX_DB_ENDPOINT", "");
    world.plan().is_empty();
    world.terraform(&REFRESH).succeeds();
    assert!(states(&world).iter().all(|it| it["region"] == "ORD"));
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}
