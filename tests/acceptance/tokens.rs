//! Tokens that end, and refusals that no new token cures.

use clouddb_sim::Fault;
use testkit::world::World;

const LOGIN: &str = "/v2.0/tokens";

/// Instances that are built at the same time.
const FLEET: &str = r#"
resource "rackspace_db_instance" "fleet" {
  count       = 8
  name        = "web-${count.index}"
  flavor      = 2
  volume_size = 10
}
"#;

#[test]
fn a_token_that_ends_during_a_long_wait_is_renewed_once_for_all_who_wait() {
    let world = World::new();
    world.configure(FLEET);
    (0..8).for_each(|_| world.cloud().next_instance_sticks());
    let apply = world.start_apply();
    world.sees(8, "POST", "/instances");
    world.cloud().clear_requests();
    world.sees(2, "GET", "/instances");

    world.cloud().expire_tokens();
    world.sees(1, "POST", LOGIN);
    world.sees(5, "GET", "/instances");
    for instance in world.cloud().instances() {
        world.cloud().set_status(&instance.id, "ACTIVE");
    }
    apply.ends().succeeds();

    assert_eq!(world.cloud().count("POST", LOGIN), 1, "one renewal is enough for all");
    world.plan().is_empty();
}

#[test]
fn a_401_that_no_login_cures_is_one_error_a_call_and_no_storm_of_logins() {
    let world = World::new();
    world.configure(FLEET);
    let refused = Fault::on("POST", "/instances").status(401).message("Token unauthorized");
    world.cloud().inject(refused.always());
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().clear_requests();

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    apply.fails_with(&["Unable to create instance \"web-0\"", "Token unauthorized"]);
    assert_eq!(world.cloud().count("POST", LOGIN), 2, "the first login and one renewal");
    assert!(world.cloud().count("POST", "/instances") <= 2 * 8);
}

#[test]
fn a_401_to_a_call_of_a_good_login_is_its_refusal_and_no_login_is_made_for_it() {
    let world = World::new();
    world.configure(FLEET);
    let words = "User does not have admin privileges.";
    world.cloud().inject(Fault::on("POST", "/instances").status(401).message(words).always());
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().clear_requests();

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    apply.fails_with(&["Unable to create instance \"web-0\"", words, "The login is good"]);
    assert!(!apply.text.contains("`token`"), "the token is not to blame:\n{}", apply.text);
    assert_eq!(world.cloud().count("POST", LOGIN), 1);
    assert_eq!(world.cloud().count("POST", "/instances"), 8);
}

#[test]
fn a_backup_without_access_to_cloud_files_is_told_as_that() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&format!(
        "resource \"rackspace_db_backup\" \"nightly\" {{\n instance_id = \"{id}\"\n name = \"nightly\"\n}}\n"
    ));
    let refused = Fault::on("POST", "/backups")
        .status(401)
        .message("Swift account not accessible for tenant 123456.");
    world.cloud().inject(refused.always());

    let apply = world.apply();

    apply.fails_with(&[
        "Unable to create backup \"nightly\"",
        "Swift account not accessible",
        "Cloud Files",
    ]);
    assert!(!apply.text.contains("api_key"), "the key is not to blame:\n{}", apply.text);
    assert_eq!(world.cloud().count("POST", "/backups"), 1);
}
