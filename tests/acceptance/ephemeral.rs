//! The token of the login, opened by the real Terraform in each plan and each apply.

use testkit::world::{INSTANCE, World};

const LOGIN: &str = "/v2.0/tokens";

const TOKEN: &str = "ephemeral \"rackspace_auth_token\" \"this\" {}\n";

/// Writes the token and its address into a file, as a script would use them.
const SCRIPT: &str = r#"
resource "terraform_data" "script" {
  triggers_replace = var.round
  provisioner "local-exec" {
    command = "printf '%s %s' \"$TOKEN\" \"$ENDPOINT\" > ../handed-over"
    environment = {
      TOKEN    = ephemeral.rackspace_auth_token.this.token
      ENDPOINT = ephemeral.rackspace_auth_token.this.endpoint
    }
  }
}
variable "round" {
  default = 1
}
"#;

/// An ephemeral resource of which these conditions must hold; they are the only place that sees one
/// and shows nothing.
fn holding(arguments: &str, conditions: &[&str]) -> String {
    let conditions = conditions.iter().map(|condition| {
        format!(
            "  postcondition {{\n   condition = {condition}\n   error_message = \"not so: {}\"\n  }}\n",
            condition.replace('"', "'")
        )
    });
    format!(
        "ephemeral \"rackspace_auth_token\" \"this\" {{\n{arguments} lifecycle {{\n{} }}\n}}\n",
        conditions.collect::<String>()
    )
}

#[test]
fn a_script_gets_the_token_of_the_one_login_and_the_address_where_it_is_good() {
    let world = World::new();
    world.configure(&format!("{TOKEN}{SCRIPT}"));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().clear_requests();

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    apply.succeeds().says(&["ephemeral.rackspace_auth_token.this: Opening complete"]);
    assert_eq!(world.cloud().count("POST", LOGIN), 1, "opened again, with the login of the run");
    let token = world.cloud().tokens().remove(0);
    let handed = std::fs::read_to_string(world.folder().join("../handed-over")).unwrap();
    assert_eq!(handed, format!("{token} {}", world.cloud().endpoint("DFW")));
    assert_eq!(world.cloud().tokens(), [token], "it stays good for the script");
    world.plan().is_empty();
}

/// The alias has nothing else to log in with.
#[test]
fn a_provider_block_without_a_key_works_with_the_token() {
    let mut world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.set("RAX_USERNAME", "");
    world.set("RAX_API_KEY", "");
    world.configure(&format!(
        "provider \"rackspace\" {{\n username = \"demo\"\n api_key = \"demo-key\"\n}}\n{TOKEN}\
         provider \"rackspace\" {{\n alias = \"other\"\n token = ephemeral.rackspace_auth_token.this.token\n account_id = ephemeral.rackspace_auth_token.this.account_id\n}}\n\
         data \"rackspace_db_instances\" \"all\" {{\n provider = rackspace.other\n}}\n\
         output \"ids\" {{\n value = data.rackspace_db_instances.all.instances[*].id\n}}\n"
    ));

    world.plan().succeeds();
    world.apply().succeeds();

    assert_eq!(world.json(&["output", "-json", "ids"]), serde_json::json!([id]));
    world.plan().is_empty();
}

#[test]
fn the_token_can_be_the_value_of_a_write_only_attribute() {
    let world = World::new();
    world.configure(&format!(
        "{INSTANCE}{TOKEN}resource \"rackspace_db_user\" \"script\" {{\n instance_id = rackspace_db_instance.main.id\n name = \"script\"\n password_wo = ephemeral.rackspace_auth_token.this.token\n password_wo_version = 1\n}}\n"
    ));

    world.apply().succeeds();

    let instance = world.cloud().instances().remove(0);
    let password = world.cloud().users(&instance.id).remove(0).password;
    assert_eq!(world.cloud().tokens(), [password]);
    world.plan().is_empty();
}

#[test]
fn each_way_to_log_in_has_its_token_and_only_one_that_nobody_is_asked_about_has_no_end() {
    let mut world = World::new();
    world.configure(&holding("", &["timecmp(self.expires_at, plantimestamp()) > 0"]));
    world.plan().succeeds();

    world.set("RAX_API_KEY", "");
    world.set("RAX_PASSWORD", "demo-password");
    world.plan().succeeds();

    let token = world.cloud().tokens().remove(0);
    world.set("RAX_USERNAME", "");
    world.set("RAX_PASSWORD", "");
    world.set("RAX_TOKEN", &token);
    world.set("RAX_ACCOUNT_ID", "123456");
    world.plan().succeeds();

    let endpoint = world.cloud().endpoint("DFW");
    world.set("RAX_DB_ENDPOINT", &endpoint);
    world.plan().fails_with(&["argument must not be null"]);
    world.cloud().clear_requests();
    let told = format!("self.endpoint == \"{endpoint}\"");
    let same = format!("self.token == \"{token}\"");
    world.configure(&holding("", &["self.expires_at == null", &told, &same]));
    world.plan().succeeds();
    assert!(world.cloud().requests().is_empty());
}

#[test]
fn a_region_can_be_named_in_any_case_and_only_the_address_depends_on_it() {
    let world = World::new();
    let lon = format!("self.endpoint == \"{}\"", world.cloud().endpoint("LON"));
    let dfw = format!("self.endpoint == \"{}\"", world.cloud().endpoint("DFW"));

    let named = ["self.region == \"lon\"", &lon, "self.account_id == \"123456\""];
    world.configure(&holding(" region = \"lon\"\n", &named));
    world.plan().succeeds();
    world.configure(&holding("", &["self.region == \"DFW\"", &dfw]));
    world.plan().succeeds();

    world.configure(&holding("", &["self.region == \"LON\""]));
    world.plan().fails_with(&["not so: self.region == 'LON'"]);
    world.configure("ephemeral \"rackspace_auth_token\" \"this\" {\n region = \"MARS\"\n}\n");
    world.plan().fails_with(&["Unknown region", "region = \"MARS\"", "DFW", "LON"]);
}

/// What it depends on is made in the apply, and it is opened there.
#[test]
fn what_is_not_known_yet_is_opened_in_the_apply() {
    let world = World::new();
    let arguments = " region = rackspace_db_instance.main.hostname == \"\" ? \"ORD\" : \"LON\"\n";
    let lon = format!("self.endpoint == \"{}\"", world.cloud().endpoint("LON"));
    world.configure(&format!("{INSTANCE}{}{SCRIPT}", holding(arguments, &[&lon])));

    world.plan().succeeds();
    world.apply().succeeds();

    let handed = std::fs::read_to_string(world.folder().join("../handed-over")).unwrap();
    assert!(handed.ends_with(&world.cloud().endpoint("LON")), "the address is that of LON");
    world.plan().is_empty();
}

#[test]
fn a_provider_block_that_is_not_known_yet_is_told_with_what_to_do() {
    let world = World::new();
    world.configure(&format!(
        "resource \"terraform_data\" \"region\" {{\n input = \"ORD\"\n}}\nprovider \"rackspace\" {{\n region = terraform_data.region.output\n}}\n{TOKEN}"
    ));

    world.plan().fails_with(&["Provider configuration is not known yet", "-target"]);

    assert!(world.cloud().requests().is_empty());
}

#[test]
fn validation_needs_no_credentials_and_asks_nobody() {
    let mut world = World::new();
    world.set("RAX_USERNAME", "");
    world.set("RAX_API_KEY", "");
    world.configure(&format!("{TOKEN}{SCRIPT}"));
    world.terraform(&["validate", "-no-color"]).succeeds();

    world.configure("ephemeral \"rackspace_auth_token\" \"this\" {\n region = \"\"\n}\n");
    world.terraform(&["validate", "-no-color"]).fails_with(&["Invalid value for \"region\""]);

    assert!(world.cloud().requests().is_empty());
    world.configure(TOKEN);
    world.plan().fails_with(&["Missing Rackspace credentials", "RAX_USERNAME and RAX_API_KEY"]);
}

#[test]
fn a_wrong_login_is_an_error_that_says_what_to_do() {
    let mut world = World::new();
    world.set("RAX_API_KEY", "not-the-key");
    world.configure(&format!("{TOKEN}{SCRIPT}"));

    let plan = world.plan();

    plan.fails_with(&["with ephemeral.rackspace_auth_token.this", "401", "RAX_API_KEY"]);
    assert!(!plan.text.contains("not-the-key"), "{}", plan.text);
    assert_eq!(world.cloud().count("POST", LOGIN), 1, "a wrong key is tried once");
}

#[test]
fn an_apply_after_the_end_of_the_token_of_its_plan_gets_another() {
    let world = World::new();
    world.configure(&format!("{TOKEN}{SCRIPT}"));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    let first = world.cloud().tokens().remove(0);
    world.cloud().expire_tokens();

    world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]).succeeds();

    let handed = std::fs::read_to_string(world.folder().join("../handed-over")).unwrap();
    let second = world.cloud().tokens().remove(0);
    assert!(first != second && handed.starts_with(&second), "the token of the apply");
}
