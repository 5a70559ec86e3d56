//! The guide on upgrading MySQL, step by step.

use std::collections::BTreeSet;

use testkit::world::HEADER;

use crate::guide::Guide;
use crate::guides::follow;
use crate::world;

#[test]
fn mysql_is_upgraded_with_databases_users_and_traffic() {
    let mut world = world();
    world.set("TF_VAR_app_password", "password-of-app");
    world.write("versions.tf", HEADER);
    let guide = Guide::named("upgrading-mysql");
    let (files, commands) = guide.section("What there is").split_at(2);
    follow(&world, files);
    world.apply().succeeds();
    let old = world.cloud().instances()[0].id.clone();
    follow(&world, commands);
    let statuses = || {
        let all = world.cloud().instances().into_iter().map(|it| it.status);
        all.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let serves = || world.json(&["output", "-json", "hostname"]);

    follow(&world, guide.section("Make the new version"));
    world.plan().is_empty();
    assert_eq!(statuses(), ["VERIFY_UPGRADE"]);
    let hostname_80 = world.json(&["output", "-json", "hostname_80"]);
    assert_ne!(serves(), hostname_80);

    follow(&world, guide.section("Detach it"));
    world.plan().is_empty();
    assert_eq!(statuses(), ["ACTIVE"]);

    follow(&world, guide.section("Take over what is in it"));
    world.plan().is_empty();
    assert_eq!((serves(), world.cloud().databases(&old).len()), (hostname_80, 1));

    follow(&world, guide.section("Let the old one go"));
    world.plan().is_empty();
    let left = world.cloud().instances();
    let [new] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!((new.id == old, new.datastore_version.as_str()), (false, "8.0"));
    assert_eq!(new.databases[0].name, "orders");
    let user = &new.users[0];
    assert_eq!((user.name.as_str(), user.password.as_str()), ("app", "password-of-app"));
}
