//! No way in.

use clouddb_sim::Fault;
use testkit::world::World;

use super::{impatient, instance, shows};

const LOGIN: &str = "/v2.0/tokens";
const FLAVORS: &str = "data \"rackspace_db_flavors\" \"all\" {}\n";

#[test]
fn a_wrong_key_is_explained_once_and_tried_once() {
    let mut world = World::new();
    world.set("RAX_API_KEY", "not-the-key");
    world.configure(&format!(
        "{FLAVORS}data \"rackspace_db_datastores\" \"all\" {{}}\n{}",
        instance("")
    ));

    let plan = world.plan();

    assert_eq!(
        plan.text.matches("Error: Unable to log in to Rackspace").count(),
        3,
        "{}",
        plan.text
    );
    assert_eq!(plan.text.matches("RAX_API_KEY").count(), 1, "{}", plan.text);
    assert_eq!(world.cloud().count("POST", LOGIN), 1);
    world.configure(FLAVORS);
    shows("wrong-key", &world.plan());
}

#[test]
fn no_credentials() {
    let mut world = World::new();
    world.set("RAX_USERNAME", "");
    world.set("RAX_API_KEY", "");
    world.configure(FLAVORS);

    shows("no-credentials", &world.plan());
}

#[test]
fn an_unknown_region() {
    let mut world = World::new();
    world.set("RAX_REGION", "MARS");
    world.configure(FLAVORS);

    shows("unknown-region", &world.plan());
}

#[test]
fn identity_out_of_reach() {
    let world = impatient();
    // A port that was free a moment ago and that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    world.configure(&format!(
        "provider \"rackspace\" {{\n  auth_url = \"http://127.0.0.1:{port}/v2.0\"\n}}\n{}",
        instance("")
    ));

    shows("identity-out-of-reach", &world.plan());
}

#[test]
fn identity_that_never_answers() {
    let world = impatient();
    world.cloud().inject(Fault::on("POST", LOGIN).never_answer().always());
    world.configure(FLAVORS);

    shows("identity-never-answers", &world.plan());
}

#[test]
fn identity_out_of_order() {
    let world = impatient();
    world.cloud().inject(Fault::on("POST", LOGIN).status(503).html().always());
    world.configure(FLAVORS);

    shows("identity-out-of-order", &world.plan());
}

#[test]
fn a_web_page_in_place_of_identity() {
    let world = impatient();
    world.cloud().inject(Fault::on("POST", LOGIN).status(200).html().always());
    world.configure(FLAVORS);

    shows("identity-is-a-web-page", &world.plan());
}

#[test]
fn a_ready_token_that_has_expired() {
    let mut world = World::new();
    world.set("RAX_API_KEY", "");
    world.set("RAX_TOKEN", "0123456789abcdef0123456789abcdef");
    world.set("RAX_ACCOUNT_ID", "123456");
    let endpoint = world.cloud().endpoint("DFW");
    world.set("RAX_DB_ENDPOINT", &endpoint);
    world.configure(FLAVORS);

    shows("expired-token", &world.plan());
}

#[test]
fn a_credentials_file_without_its_section() {
    let mut world = World::new();
    world.set("RAX_API_KEY", "");
    world.write("credentials", "[rackspace]\nusername = demo\n");
    let file = world.folder().join("credentials");
    world.set("RAX_CREDENTIALS_FILE", file.to_str().unwrap());
    world.configure(FLAVORS);

    shows("credentials-file", &world.plan());
}

#[test]
fn two_ways_to_log_in() {
    let world = World::new();
    world.configure(&format!(
        "provider \"rackspace\" {{\n  api_key  = \"a\"\n  password = \"b\"\n}}\n{FLAVORS}"
    ));

    shows("two-ways-to-log-in", &world.plan());
}
