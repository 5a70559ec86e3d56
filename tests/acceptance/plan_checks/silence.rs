//! A look that fails is no error: the plan goes on without a word, and the apply decides.

use clouddb_sim::{Fault, Release};
use testkit::world::World;

use super::cases::CASES;
use super::{NOBODY, instance, ready};

#[track_caller]
fn is_silent(world: &World) {
    let plan = world.plan();
    assert_eq!(plan.code, Some(2), "{}", plan.text);
    assert!(!plan.text.contains("Error: "), "{}", plan.text);
    let warnings = plan.text.matches("Warning: ").count();
    let usual = plan.text.matches("Warning: Provider development overrides").count();
    assert_eq!(warnings, usual, "{}", plan.text);
}

#[test]
fn a_look_that_fails_is_no_error() {
    type Failing = fn(Fault) -> Fault;
    const WAYS: &[(&str, Failing)] = &[
        ("no right", |it| it.status(403)),
        ("not accepted", |it| it.status(401)),
        ("no such call", |it| it.status(404)),
        ("not implemented", |it| it.status(501)),
        ("a page", |it| it.status(404).html()),
        ("garbage", Fault::garbage),
    ];
    for (way, fails) in WAYS {
        let mut tried: Vec<&[&str]> = Vec::new();
        for case in CASES {
            // What its own address and the list both do not have is missing, whatever else fails.
            let is_missing = case.words.contains(&NOBODY);
            if *way == "no such call" && is_missing && case.attribute != "configuration_id" {
                continue;
            }
            if tried.contains(&case.looks) {
                continue;
            }
            tried.push(case.looks);
            println!("{way}: {}", case.refused);
            let world = ready(case);
            for path in case.looks {
                world.cloud().inject(fails(Fault::on("GET", *path)).always());
            }

            is_silent(&world);
        }
    }
}

/// All at once, because an outage is waited out for a while.
#[test]
fn an_outage_of_what_is_only_looked_at_is_no_error() {
    let world = World::new();
    world.configure(
        &[
            instance("one", r#"datastore = { type = "oracle" }"#),
            instance("two", &format!("configuration_id = \"{NOBODY}\"")),
            instance("three", &format!("replica_of = \"{NOBODY}\"")),
            instance("four", &format!("restore_from_backup_id = \"{NOBODY}\"")),
        ]
        .concat(),
    );
    for path in ["/datastores", "/configurations/*", "/instances/*", "/backups/*", "/limits"] {
        world.cloud().inject(Fault::on("GET", path).status(503).always());
    }

    is_silent(&world);
}

/// Where limits are told, the service is not Rackspace's, and knows none of Rackspace's own rules.
#[test]
fn rules_of_rackspace_bind_no_other_service() {
    let options = clouddb_sim::Options { release: Release::Newer, ..Default::default() };
    let world = World::with(options);
    let (source, _) = super::cases::source_with(&world, 2);
    world.cloud().set_flavor(&source, "1");
    world.configure(&super::sized("web", 1, 10, &format!("replica_of = \"{source}\"")));

    is_silent(&world);
    world.cloud().inject(Fault::on("GET", "/limits").status(403).always());
    is_silent(&world);
}
