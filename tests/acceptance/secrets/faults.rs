//! Everything goes wrong, and the service repeats all that it was told.

use clouddb_sim::Fault;
use serde_json::json;

use super::{is_traced, kept, world};

/// The faults of the call that posts to that path; each has a name for the report.
fn faults(path: &str) -> Vec<(&'static str, Fault)> {
    let on = || Fault::on("POST", path).always();
    let said = "Cannot do {request}, sorry.";
    let page = format!("<html><head><title>Oops</title></head><body>{said}</body></html>");
    // What is shown of a long page ends somewhere: it must not end within a secret.
    let long = |length: usize| format!("<html>{}{said}</html>", "x".repeat(length));
    let wrong = json!({"users": said, "access": {"token": said}, "instance": {"id": {"a": said}}});
    vec![
        ("400", on().status(400).message(said)),
        ("401", on().status(401).message(said)),
        ("404", on().status(404).message(said)),
        ("413", on().status(413).message(said)),
        ("500", on().status(500).message(said)),
        ("web page", on().status(502).body(page)),
        ("long web page", on().status(400).body(long(170))),
        ("longer web page", on().status(400).body(long(230))),
        ("plain text", on().status(400).body(said)),
        ("another shape", on().status(200).body(wrong.to_string())),
        ("no JSON", on().status(200).body(said)),
        ("no answer", on().never_answer()),
        ("dropped connection", on().drop_connection()),
    ]
}

#[test]
fn no_error_tells_a_secret_whatever_the_service_says_back() {
    let (mut world, mut search) = world();
    world.set("RAX_DB_REQUEST_TIMEOUT", "200ms");
    world.set("RAX_DB_LONGEST_OUTAGE", "50ms");
    world.configure(&kept::configuration(Some("2s")));
    for path in ["/v2.0/tokens", "/instances", "/instances/*/users"] {
        for (name, fault) in faults(path) {
            world.cloud().clear_faults();
            world.cloud().inject(fault);
            let run = world.apply();
            assert_eq!(run.code, Some(1), "{path}, {name}: {}", run.text);
            search.look(&format!("error of {path}, {name}"), &run.text);
        }
        world.cloud().clear_faults();
    }
    is_traced(&world, "/users");
    search.look_below("folder", &world.folder());
    search.found_nothing();
}
