//! Secrets stay where they belong: with the user and at the service.
//!
//! The one place that has one is the attribute `password` in the state, and in a plan for it: that is
//! what `password` is for, and why there is `password_wo`.

mod faults;
mod handed_over;
mod kept;
mod ordinary;
mod processes;
mod search;

use testkit::catalogue;
use testkit::world::World;

use kept::Kept;
use search::Search;

/// A world with the secrets of the catalogue, in which all logs are written, and a search for them.
fn world() -> (World, Search) {
    let mut world = World::with(catalogue::options());
    let log = world.folder().join("trace.log");
    world.set("TF_LOG", "TRACE");
    world.set("TF_LOG_PATH", log.to_str().unwrap());
    world.set("RAX_API_KEY", &catalogue::login("api_key"));
    for kept in Kept::all() {
        let [first, _] = kept.values();
        kept.set(&mut world, &first);
    }
    // The first login, whose token the later ones get again.
    world.configure("data \"rackspace_db_flavors\" \"all\" {}\n");
    world.plan().succeeds();
    let mut search = kept::search();
    search.add("token", &world.cloud().tokens().remove(0));
    world.configure(&kept::configuration(None));
    (world, search)
}

/// The log of a run must be there and have its calls, or the search proves nothing.
#[track_caller]
fn is_traced(world: &World, call: &str) {
    let log = std::fs::read_to_string(world.folder().join("trace.log")).unwrap();
    assert!(log.contains(call), "the log never has {call}");
    assert!(log.contains("TRACE"), "the log has no traces");
}

#[test]
fn a_refused_password_is_not_repeated() {
    for kept in Kept::all() {
        let (mut world, mut search) = world();
        let refused = "Wr1te;0nly+%<&>=? 0123456789";
        kept.set(&mut world, refused);
        search.add("refused password", refused);

        let plan = world.plan();

        plan.fails_with(&[&kept.attribute.name]);
        search.look("error", &plan.text);
        search.look_below("folder", &world.folder());
        search.found_nothing();
    }
}
