//! The provider block: login, region, address.

use std::net::{Ipv4Addr, SocketAddr};

use clouddb_sim::Options;
use testkit::world::World;

const FLAVORS: &str = "data \"rackspace_db_flavors\" \"all\" {}\n";

#[test]
fn missing_credentials_are_one_diagnostic_that_names_what_to_set() {
    let mut world = World::new();
    world.set("RAX_USERNAME", "");
    world.set("RAX_API_KEY", "");
    world.configure(FLAVORS);

    world.plan().fails_with(&["Missing Rackspace credentials", "RAX_USERNAME and RAX_API_KEY"]);

    assert!(world.cloud().requests().is_empty());
}

#[test]
fn a_wrong_api_key_is_told_as_a_refused_login() {
    let mut world = World::new();
    world.set("RAX_API_KEY", "not-the-key");
    world.configure(FLAVORS);

    let plan = world.plan();

    plan.fails_with(&["401", "refused the login", "RAX_API_KEY"]);
    assert!(!plan.text.contains("not-the-key"), "{}", plan.text);
}

#[test]
fn an_unknown_region_names_the_known_ones() {
    let world = World::new();
    world.configure(&format!("provider \"rackspace\" {{\n region = \"MARS\"\n}}\n{FLAVORS}"));

    world.plan().fails_with(&["MARS", "DFW", "LON", "RAX_REGION"]);
}

#[test]
fn an_unreachable_api_is_told_as_that() {
    let world = World::new();
    // A port that was free a moment ago and that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    world.configure(&format!(
        "provider \"rackspace\" {{\n auth_url = \"http://127.0.0.1:{port}/v2.0\"\n}}\n{FLAVORS}"
    ));

    world.plan().fails_with(&["could not be reached", "auth_url"]);
}

#[test]
fn two_ways_to_log_in_are_refused_by_validate() {
    let world = World::new();
    world.configure(&format!(
        "provider \"rackspace\" {{\n api_key = \"a\"\n password = \"b\"\n}}\n{FLAVORS}"
    ));

    world.terraform(&["validate", "-no-color"]).fails_with(&["Two ways to log in", "password"]);
}

#[test]
fn a_key_is_not_sent_in_clear_to_another_host() {
    let world = World::new();
    world.configure(&format!(
        "provider \"rackspace\" {{\n auth_url = \"http://identity.example.com/v2.0\"\n}}\n{FLAVORS}"
    ));

    world.plan().fails_with(&["http://identity.example.com", "https", "plain_http"]);
}

#[test]
fn plain_http_to_another_host_is_a_choice() {
    // An address of this machine that is no loopback address.
    let listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let mut world = World::with(Options { listen, ..Options::default() });
    let port = world.cloud().address().port();
    let block = |more: &str| {
        format!(
            "provider \"rackspace\" {{\n auth_url = \"http://0.0.0.0:{port}/v2.0\"\n{more}}}\n{FLAVORS}"
        )
    };
    world.configure(&block(""));
    world.plan().fails_with(&["http://0.0.0.0", "plain_http"]);

    world.configure(&block(" plain_http = true\n"));
    world.plan().succeeds();
    world.configure(&block(""));
    world.set("RAX_PLAIN_HTTP", "true");
    world.plan().succeeds();
}

#[test]
fn a_password_and_a_token_log_in_too() {
    let mut world = World::new();
    world.set("RAX_API_KEY", "");
    world.configure(&format!(
        "provider \"rackspace\" {{\n password = \"demo-password\"\n}}\n{FLAVORS}"
    ));
    world.plan().succeeds();

    let token = world.cloud().tokens().remove(0);
    world.configure(&format!(
        "provider \"rackspace\" {{\n token = \"{token}\"\n account_id = \"123456\"\n endpoint = \"{}\"\n}}\n{FLAVORS}",
        world.cloud().endpoint("DFW")
    ));
    world.plan().succeeds();
}

#[test]
fn regions_do_not_see_each_other() {
    let world = World::new();
    let both = r#"
provider "rackspace" {
  alias  = "london"
  region = "LON"
}
resource "rackspace_db_instance" "main" {
  name        = "here"
  flavor      = 2
  volume_size = 1
}
resource "rackspace_db_instance" "london" {
  provider    = rackspace.london
  name        = "there"
  flavor      = 2
  volume_size = 1
}
data "rackspace_db_instances" "london" {
  provider   = rackspace.london
  depends_on = [rackspace_db_instance.main, rackspace_db_instance.london]
}
output "it" {
  value = data.rackspace_db_instances.london.instances[*].name
}
"#;

    world.configure(both);
    world.apply().succeeds();

    assert_eq!(world.json(&["output", "-json", "it"]), serde_json::json!(["there"]));
    world.destroy().succeeds();
}

#[test]
fn a_provider_that_depends_on_a_value_not_yet_known_can_be_planned() {
    let world = World::new();
    world.configure(
        r#"
resource "terraform_data" "region" {
  input = "DFW"
}
provider "rackspace" {
  region = terraform_data.region.output
}
resource "rackspace_db_instance" "main" {
  name        = "late"
  flavor      = "1GB Instance"
  volume_size = 1
}
"#,
    );

    world.plan().says(&["2 to add"]);
    world.apply().succeeds();

    world.plan().is_empty();
}

#[test]
fn every_request_names_terraform_and_the_provider() {
    let world = World::new();
    world.configure(FLAVORS);

    world.plan().succeeds();

    for request in world.cloud().requests() {
        let agent = request.user_agent.as_deref().unwrap_or_default();
        assert!(
            agent.starts_with("Terraform/") && agent.contains("terraform-provider-rackspace/"),
            "{agent}"
        );
    }
    assert!(!world.cloud().requests().is_empty());
}

#[test]
fn a_proxy_and_certificates_that_cannot_be_used_are_named() {
    for (variable, value) in
        [("HTTPS_PROXY", "http://[bad"), ("SSL_CERT_FILE", "/no/such/certificates")]
    {
        let mut world = World::new();
        world.set(variable, value);
        world.configure(&format!(
            "provider \"rackspace\" {{\n auth_url = \"https://127.0.0.1:9/v2.0\"\n}}\n{FLAVORS}"
        ));

        world.plan().fails_with(&[variable, "Nothing was sent"]);
    }
}

#[test]
fn settings_may_have_white_space_around_them_or_be_empty() {
    let mut world = World::new();
    world.set("RAX_API_KEY", "demo-key\n");
    world.set("RAX_REGION", " dfw ");
    let auth_url = format!("  {}/tokens/ ", world.cloud().auth_url());
    world.set("RAX_AUTH_URL", &auth_url);
    let empty = [
        "username",
        "api_key",
        "password",
        "token",
        "region",
        "auth_url",
        "endpoint",
        "credentials_file",
    ];
    let empty = empty.map(|name| format!(" {name} = \"\"\n")).concat();
    world.configure(&format!("provider \"rackspace\" {{\n{empty}}}\n{FLAVORS}"));

    world.plan().succeeds();
}
