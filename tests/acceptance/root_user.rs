//! `rackspace_db_root_user`: a password that the API tells once, and that the state has only as long as it
//! holds.

use std::time::Duration;

use clouddb_sim::Fault;
use serde_json::{Value, json};
use testkit::running::Whom;
use testkit::world::{INSTANCE, World};

const ADDRESS: &str = "rackspace_db_root_user.root";
const ROOT: &str = "/instances/*/root";

/// An instance that Terraform does not manage.
struct Server {
    world: World,
    instance: String,
}

impl Server {
    fn new() -> Self {
        let world = World::new();
        let instance = world.cloud().add_instance("web", "2", 10);
        Self { world, instance }
    }

    /// Root is enabled and in the state.
    fn enabled() -> Self {
        let it = Self::new();
        it.world.holds(&it.block(""));
        it.world.cloud().clear_requests();
        it
    }

    fn block(&self, body: &str) -> String {
        self.block_of("root", body)
    }

    fn block_of(&self, label: &str, body: &str) -> String {
        format!(
            "resource \"rackspace_db_root_user\" \"{label}\" {{\n instance_id = \"{}\"\n{body}\n}}\n",
            self.instance
        )
    }

    /// The password that root has.
    fn password(&self) -> Option<String> {
        self.world.cloud().instance(&self.instance).unwrap().root_password
    }

    fn state(&self) -> Value {
        self.world.state(ADDRESS)["password"].clone()
    }

    /// The state has the password that root has, and there is one.
    #[track_caller]
    fn is_told(&self) -> String {
        let password = self.password().unwrap();
        assert_eq!(self.state(), json!(password));
        password
    }

    /// How many passwords were asked for since the log was cleared.
    fn calls(&self) -> usize {
        self.world.cloud().count("POST", ROOT)
    }
}

#[test]
fn a_new_root_user_has_the_password_that_the_api_made() {
    let world = World::new();
    let root = "resource \"rackspace_db_root_user\" \"root\" {\n instance_id = rackspace_db_instance.main.id\n}\noutput \"password\" {\n value = rackspace_db_root_user.root.password\n sensitive = true\n}\n";

    world.holds(&format!("{INSTANCE}{root}"));

    let state = world.state(ADDRESS);
    let made = world.cloud().instances()[0].clone();
    assert!(made.root_enabled);
    assert_eq!(state["password"], json!(made.root_password.unwrap()));
    assert_eq!((&state["id"], &state["instance_id"]), (&json!(made.id), &json!(made.id)));
    assert_eq!((&state["name"], &state["region"]), (&json!("root"), &json!("DFW")));
    assert_eq!(world.cloud().count("POST", ROOT), 1);
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn each_change_of_rotate_makes_a_new_password_in_place_and_nothing_else_does() {
    let it = Server::enabled();
    let mut last = it.is_told();

    for rotate in ["rotate = \"2026-01\"", "rotate = \"2026-02\"", ""] {
        it.world.cloud().clear_requests();
        it.world.configure(&it.block(rotate));
        assert_eq!(it.world.changes(), [(ADDRESS.to_owned(), vec!["update".to_owned()])]);
        it.world.holds(&it.block(rotate));

        let password = it.is_told();
        assert_ne!(password, last, "{rotate}");
        assert_eq!(it.calls(), 1);
        last = password;
    }
    it.world.cloud().clear_requests();
    it.world.holds(&it.block("on_destroy = \"leave\"\n timeouts {\n create = \"5m\"\n }"));
    assert_eq!((it.is_told(), it.calls()), (last, 0));
}

/// What says when to rotate may itself be known only in the apply.
#[test]
fn a_rotation_that_is_not_known_yet_is_decided_in_the_apply() {
    let it = Server::new();
    let day = |day: &str| {
        format!(
            "resource \"terraform_data\" \"day\" {{\n input = \"{day}\"\n}}\n{}",
            it.block("rotate = terraform_data.day.output")
        )
    };
    it.world.holds(&day("monday"));
    let first = it.is_told();

    it.world.holds(&day("tuesday"));

    assert_ne!(it.is_told(), first);
}

#[test]
fn root_that_somebody_else_enabled_is_not_taken_over() {
    let it = Server::new();
    it.world.cloud().enable_root(&it.instance, "not-ours-1");
    it.world.configure(&it.block(""));

    it.world.plan().fails_with(&[
        "Root is enabled already",
        &format!("terraform import ADDRESS '{}'", it.instance),
    ]);

    // Between the plan and the apply it may happen too.
    it.world.cloud().forget_root(&it.instance);
    it.world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    it.world.cloud().enable_root(&it.instance, "not-ours-2");
    let apply = it.world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);
    apply.fails_with(&["Root is enabled already", "terraform import ADDRESS"]);
    assert_eq!((it.calls(), it.password().as_deref()), (0, Some("not-ours-2")));
    assert!(it.state().is_null());
}

#[test]
fn an_imported_root_user_keeps_its_password_until_it_is_rotated() {
    let it = Server::new();
    it.world.cloud().enable_root(&it.instance, "from-before-1");
    it.world.configure(&it.block(""));

    it.world.terraform(&["import", "-no-color", ADDRESS, &it.instance]).succeeds();

    it.world.plan().is_empty();
    assert!(it.state().is_null());
    // What is not sent leaves the password as unknown as it was.
    it.world.holds(&it.block("on_destroy = \"leave\""));
    assert!(it.state().is_null());
    assert_eq!((it.calls(), it.password().as_deref()), (0, Some("from-before-1")));
    it.world.holds(&it.block("rotate = \"1\""));
    assert_ne!(it.is_told(), "from-before-1");
}

/// Only the state has it, and whoever asks for it.
#[test]
fn the_password_is_in_no_plan_no_log_and_nothing_that_is_printed() {
    let mut it = Server::new();
    it.world.set("TF_LOG", "TRACE");
    it.world.set("TF_LOG_PATH", "trace.log");
    it.world.configure(&it.block(""));
    let first = it.world.apply();
    let password = it.is_told();
    it.world.configure(&it.block("rotate = \"1\""));
    it.world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    it.world.cloud().inject(Fault::on("POST", ROOT).html().after_effect().times(1));
    let second = it.world.apply();
    let next = it.is_told();

    let log = std::fs::read_to_string(it.world.folder().join("trace.log")).unwrap();
    assert!(
        log.contains("/root") && log.contains("(sensitive)"),
        "the log is not that of the calls"
    );
    for secret in [&password, &next] {
        for text in [&first.text, &second.text, &log] {
            assert!(!text.contains(secret.as_str()), "{secret} is told in:\n{text}");
        }
    }
}

#[test]
fn whether_root_is_enabled_is_read_with_one_instance() {
    let it = Server::new();
    let read = |it: &Server| {
        it.world.configure(&format!(
            "data \"rackspace_db_instance\" \"web\" {{\n id = \"{}\"\n}}\n",
            it.instance
        ));
        it.world.apply().succeeds();
        it.world.state("data.rackspace_db_instance.web")["root_enabled"].clone()
    };
    assert_eq!(read(&it), json!(false));
    it.world.cloud().enable_root(&it.instance, "not-ours-1");
    assert_eq!(read(&it), json!(true));
    it.world.cloud().set_status(&it.instance, "ERROR");
    assert_eq!(read(&it), Value::Null);
}

#[test]
fn what_a_destruction_leaves_is_said_before() {
    let it = Server::enabled();
    let first = it.is_told();
    it.world.configure("");
    it.world.plan().says(&["Root is locked and stays enabled", "on_destroy = \"leave\""]);

    it.world.apply().succeeds();

    let locked = it.password().unwrap();
    assert_ne!(locked, first);
    assert_eq!(it.calls(), 1);
    let files = std::fs::read_to_string(it.world.folder().join("terraform.tfstate")).unwrap();
    assert!(!files.contains(&locked), "nobody is told the last password");
}

#[test]
fn root_that_is_left_keeps_its_password_and_nothing_is_sent() {
    let it = Server::new();
    it.world.holds(&it.block("on_destroy = \"leave\""));
    let password = it.is_told();
    it.world.cloud().clear_requests();

    it.world.destroy().succeeds().says(&["Root stays enabled with its password"]);

    assert_eq!((it.password(), it.calls()), (Some(password), 0));
}

#[test]
fn a_password_that_nobody_heard_of_is_no_more_in_the_state_and_the_next_apply_makes_one() {
    let faults = [
        Fault::on("POST", ROOT).status(500).after_effect(),
        Fault::on("POST", ROOT).status(500).before_effect(),
        Fault::on("POST", ROOT).drop_connection().after_effect().always(),
        Fault::on("POST", ROOT).status(503).after_effect().always(),
        Fault::on("POST", ROOT).garbage().after_effect().always(),
    ];
    for fault in faults {
        let it = Server::enabled();
        it.world.configure(&it.block("rotate = \"1\""));
        it.world.cloud().inject(fault.clone());

        let apply = it.world.apply();

        apply.fails_with(&["Unable to change the password", "So the state holds none now"]);
        assert!(it.state().is_null(), "{fault:?}");
        it.world.cloud().clear_faults();
        it.world.plan().says(&["Root gets a new password", "whether the root user of instance"]);
        it.world.apply().succeeds();
        it.world.plan().is_empty();
        it.is_told();
        assert_eq!(it.world.state(ADDRESS)["rotate"], "1");
    }
}

#[test]
fn a_refused_rotation_leaves_the_password_in_the_state() {
    let it = Server::enabled();
    let password = it.is_told();
    it.world.configure(&it.block("rotate = \"1\""));
    it.world.cloud().inject(Fault::on("POST", ROOT).status(403));

    it.world.apply().fails_with(&["Unable to change the password of the root user"]);

    assert_eq!(it.is_told(), password);
    it.world.apply().succeeds();
    assert_ne!(it.is_told(), password);
}

/// The reply is lost once, and the call that was lost takes effect late.
#[test]
fn a_call_that_takes_effect_late_does_not_undo_the_password_that_was_told() {
    let it = Server::new();
    it.world.configure(&it.block(""));
    it.world
        .cloud()
        .inject(Fault::on("POST", ROOT).status(504).late_effect(Duration::from_millis(150)));

    it.world.apply().succeeds();

    assert_eq!(it.calls(), 2);
    it.is_told();
}

#[test]
fn root_that_may_have_been_enabled_is_in_the_state_and_made_anew() {
    for fault in [
        Fault::on("POST", ROOT).status(500).after_effect(),
        Fault::on("POST", ROOT).status(500).before_effect(),
        Fault::on("POST", ROOT).cut_reply().always(),
    ] {
        let it = Server::new();
        it.world.configure(&it.block(""));
        it.world.cloud().inject(fault.clone());

        it.world.apply().fails_with(&["Unable to enable", "The object may exist"]);

        assert!(it.world.is_tainted(ADDRESS), "{fault:?}");
        assert!(it.state().is_null());
        it.world.cloud().clear_faults();
        it.world.apply().succeeds();
        it.world.plan().is_empty();
        it.is_told();
    }
}

#[test]
fn a_lock_that_is_lost_keeps_the_resource_without_a_password() {
    let it = Server::enabled();
    it.world.configure("");
    it.world.cloud().inject(Fault::on("POST", ROOT).status(500).after_effect());

    it.world.apply().fails_with(&["Unable to lock", "destroy it again"]);

    assert!(it.state().is_null());
    it.world.configure(&it.block(""));
    it.world.apply().succeeds();
    it.is_told();
    it.world.destroy().succeeds();
}

#[test]
fn an_interrupted_rotation_leaves_no_password_that_may_not_hold() {
    for whom in [Whom::Terraform, Whom::Group] {
        let it = Server::enabled();
        it.world.configure(&it.block("rotate = \"1\""));
        it.world.cloud().inject(Fault::on("POST", ROOT).hold_reply(Duration::from_mins(1)));
        let apply = it.world.start_apply();
        it.world.sees(1, "POST", ROOT);

        apply.interrupt(whom);
        apply.ends().fails_with(&["Unable to change the password"]);

        assert!(it.state().is_null());
        it.world.cloud().clear_faults();
        it.world.apply().succeeds().says(&["Root gets a new password"]);
        it.is_told();
    }
}

#[test]
fn root_that_is_not_enabled_any_more_or_has_no_instance_is_gone() {
    let it = Server::enabled();
    it.world.cloud().forget_root(&it.instance);
    assert_eq!(it.world.changes(), [(ADDRESS.to_owned(), vec!["create".to_owned()])]);
    it.world.apply().succeeds();
    it.is_told();

    it.world.cloud().remove_instance(&it.instance);
    it.world.plan().succeeds().says(&["No such instance"]);
    it.world.configure("");
    it.world.apply().succeeds();
    assert!(it.state().is_null());
}

#[test]
fn a_replacement_that_is_asked_for_locks_and_makes_a_new_password() {
    let it = Server::enabled();
    let first = it.is_told();

    let replace = format!("-replace={ADDRESS}");
    let apply =
        it.world.terraform(&["apply", "-no-color", "-input=false", "-auto-approve", &replace]);

    apply.succeeds().says(&["1 added, 0 changed, 1 destroyed"]);
    assert_ne!(it.is_told(), first);
    assert_eq!(it.calls(), 2);
}

#[test]
fn a_replica_has_the_root_user_of_its_source() {
    let it = Server::new();
    let source = it.world.cloud().add_instance("source", "2", 10);
    it.world.cloud().set_source(&it.instance, Some(&source));
    it.world.configure(&it.block(""));

    it.world.plan().fails_with(&["The instance is a replica", &source]);
}

#[test]
fn a_busy_instance_is_waited_for_and_a_broken_one_keeps_the_state() {
    let it = Server::enabled();
    let password = it.is_told();
    it.world.cloud().inject(Fault::on("POST", ROOT).status(422).times(2));
    it.world.holds(&it.block("rotate = \"1\""));
    assert_ne!(it.is_told(), password);

    it.world.cloud().set_status(&it.instance, "ERROR");
    it.world.plan().is_empty().says(&["Unable to read the root user"]);
    it.world.configure("");
    it.world.plan().says(&["Root is locked"]);
    it.world.cloud().set_status(&it.instance, "ACTIVE");
    it.world.apply().succeeds();
}

/// The state has root twice, and one address goes.
#[test]
fn root_under_two_addresses_is_locked_by_the_last_one() {
    let it = Server::enabled();
    let both = it.block("") + &it.block_of("two", "");
    it.world.configure(&both);
    let two = "rackspace_db_root_user.two";
    it.world.terraform(&["import", "-no-color", two, &it.instance]).succeeds();
    it.world.plan().is_empty().says(&["Root user has two addresses"]);
    it.world.configure(&it.block(""));

    let apply = it.world.apply();

    if apply.code == Some(0) {
        apply.says(&["is only forgotten", "1 destroyed"]);
        it.is_told();
    } else {
        apply.says(&["is destroyed under another address"]);
    }
    assert_eq!(it.calls(), 0);
}

#[test]
fn root_is_found_in_the_region_of_its_instance() {
    let world = World::new();
    let abroad = world.cloud().add_instance_in("ORD", "abroad", "2", 10);
    let block = format!(
        "resource \"rackspace_db_root_user\" \"root\" {{\n instance_id = \"{abroad}\"\n}}\n"
    );

    world.configure(&block);
    world.apply().succeeds();

    let password = world.cloud().instance(&abroad).unwrap().root_password;
    assert_eq!(world.state(ADDRESS)["password"], json!(password.unwrap()));
    assert_eq!(world.state(ADDRESS)["region"], "ORD");
    world.terraform(&["state", "rm", ADDRESS]).succeeds();
    world.terraform(&["import", "-no-color", ADDRESS, &abroad]).succeeds();
    world.plan().is_empty();
    assert_eq!(world.state(ADDRESS)["region"], "ORD");
}
