//! Rate limits and quotas. The window of the limits is short.

use std::time::Duration;

use clouddb_sim::{Options, Quotas, RateLimits};
use testkit::world::World;

use crate::counts::contents;
use crate::lanes::{ALL_AT_ONCE, many_objects, with_instance};

const WINDOW: Duration = Duration::from_secs(1);

/// A tenth of the documented limits, at least: the requests of many objects are too few to meet those.
fn limited() -> Options {
    let limits =
        RateLimits { window: WINDOW, gets: 10, databases: 2, users: 5, ..RateLimits::default() };
    Options { rate_limits: Some(limits), ..Options::default() }
}

#[test]
fn a_crowd_of_changes_applies_within_the_limits() {
    let (free, id) = with_instance(Options::default());
    free.configure(&many_objects(3, &id, 60));
    free.terraform(&ALL_AT_ONCE).succeeds();
    let least = free.cloud().requests().len();
    let (world, id) = with_instance(limited());
    world.configure(&many_objects(3, &id, 60));

    world.terraform(&ALL_AT_ONCE).succeeds();
    world.plan().is_empty();

    let requests = world.cloud().requests();
    let refused = requests.iter().filter(|it| it.status == 413).count();
    println!("{} requests with limits, {refused} refused; {least} without", requests.len());
    assert!(refused > 0, "the limits were never reached, so this proves nothing");
    // What the limits let through in a window comes in that window, and one request finds its end.
    assert!(refused * 4 <= requests.len(), "{refused} of {} were refused", requests.len());
    let made = world.cloud().instance(&id).unwrap();
    assert_eq!((made.databases.len(), made.users.len()), (60, 60));
}

#[test]
fn two_hundred_databases_and_as_many_users_take_two_windows_of_the_documented_limits() {
    let limits = RateLimits { window: Duration::from_secs(15), ..RateLimits::default() };
    let world = World::with(Options { rate_limits: Some(limits), ..Options::default() });
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&contents(&id, 200, 200));

    world.apply().succeeds();

    let made = world.cloud().instance(&id).unwrap();
    assert_eq!((made.databases.len(), made.users.len()), (200, 200));
    let requests = world.cloud().requests();
    let (refused, served): (Vec<_>, Vec<_>) = requests.iter().partition(|it| it.status == 413);
    let served = |method: &str| served.iter().filter(|it| it.method == method).count();
    println!("{} reads, {} writes, {} refused", served("GET"), served("POST"), refused.len());
    // The batches alone fit in one window. The reads that prove them take a second one.
    assert!(served("GET") <= 200, "{} reads", served("GET"));
    assert!(refused.len() <= 10, "{} were refused", refused.len());
}

#[test]
fn a_refusal_pauses_all_callers_and_not_each_on_its_own() {
    const BACKUPS: u32 = 30;
    let limits = RateLimits { window: WINDOW, gets: 10, ..RateLimits::default() };
    let world = World::with(Options { rate_limits: Some(limits), ..Options::default() });
    let instance = world.cloud().add_instance("web", "2", 10);
    let ids: Vec<String> =
        (0..BACKUPS).map(|nth| world.cloud().add_backup(&instance, &format!("b{nth}"))).collect();
    let read =
        |(nth, id)| format!("data \"rackspace_db_backup\" \"b{nth}\" {{\n id = \"{id}\"\n}}\n");
    let hcl: String = ids.iter().enumerate().map(read).collect();
    world.configure(&hcl);

    world.terraform(&["plan", "-no-color", "-input=false", "-parallelism=30"]).succeeds();

    let gets: Vec<u16> = world
        .cloud()
        .requests()
        .iter()
        .filter(|it| it.method == "GET")
        .map(|it| it.status)
        .collect();
    let refused = gets.iter().filter(|status| **status == 413).count();
    println!("{} GETs, {refused} refused", gets.len());
    let first_rush = 20;
    let later_windows = 3;
    assert!(refused <= first_rush + later_windows, "{gets:?}");
}

#[test]
fn a_quota_fails_at_once_and_says_what_to_do() {
    let quotas = Quotas { instances: Some(1), ..Quotas::default() };
    let world = World::with(Options { quotas, ..Options::default() });
    world.cloud().add_instance("there", "2", 10);
    world.configure(
        "resource \"rackspace_db_instance\" \"main\" {\n name = \"web\"\n flavor = 2\n volume_size = 10\n}\n",
    );

    let apply = world.apply();

    apply.fails_with(&["Unable to create instance \"web\"", "Quota exceeded", "raise the quota"]);
    assert_eq!(world.cloud().count("POST", "/instances"), 1);
    assert!(world.state("rackspace_db_instance.main").is_null());
}
