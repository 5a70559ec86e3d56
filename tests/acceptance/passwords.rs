//! Passwords of users: sent when they have to be, kept where they may be.

use clouddb_sim::Fault;
use testkit::world::World;

const ADDRESS: &str = "rackspace_db_user.app";

/// A user on an instance that Terraform does not manage, with its databases.
struct Login {
    world: World,
    instance: String,
}

impl Login {
    fn new() -> Self {
        let world = World::new();
        let instance = world.cloud().add_instance("web", "2", 10);
        for database in ["shop", "stock"] {
            world.cloud().add_database(&instance, database);
        }
        Self { world, instance }
    }

    fn user(&self, body: &str) -> String {
        format!(
            "resource \"rackspace_db_user\" \"app\" {{\n instance_id = \"{}\"\n name = \"app\"\n{body}\n}}\n",
            self.instance
        )
    }

    #[track_caller]
    fn holds(&self, body: &str) {
        self.world.holds(&self.user(body));
    }

    fn password(&self) -> String {
        self.world.cloud().users(&self.instance)[0].password.clone()
    }

    /// How many requests since the log was cleared sent a password.
    fn sent(&self) -> usize {
        self.world.cloud().count("PUT", "/instances/*/users")
    }

    fn state_file(&self) -> String {
        std::fs::read_to_string(self.world.folder().join("terraform.tfstate")).unwrap()
    }
}

#[test]
fn the_same_version_sends_nothing_and_a_new_one_sends_one_request() {
    let login = Login::new();
    login.holds("password_wo = \"one-1\"\n password_wo_version = 1");
    login.world.cloud().clear_requests();

    login.holds("password_wo = \"two-2\"\n password_wo_version = 1");
    assert!(login.world.cloud().writes().is_empty(), "{:?}", login.world.cloud().writes());
    assert_eq!(login.password(), "one-1");
    login.holds("password_wo = \"two-2\"\n password_wo_version = 2");

    assert_eq!(login.world.cloud().writes().len(), 1, "{:?}", login.world.cloud().writes());
    assert_eq!(login.sent(), 1);
    assert_eq!(login.password(), "two-2");
}

#[test]
fn without_a_version_a_write_only_password_is_sent_to_a_new_user_and_never_again() {
    let login = Login::new();
    login.holds("password_wo = \"one-1\"");
    assert_eq!(login.password(), "one-1");
    login.world.cloud().clear_requests();

    login.holds("password_wo = \"two-2\"");

    assert!(login.world.cloud().writes().is_empty());
    login.holds("password_wo = \"two-2\"\n password_wo_version = 1");
    assert_eq!((login.sent(), login.password().as_str()), (1, "two-2"));
}

#[test]
fn removing_the_version_is_a_change_of_it_and_sends_the_password_once() {
    let login = Login::new();
    login.holds("password_wo = \"one-1\"\n password_wo_version = 1");
    login.world.cloud().clear_requests();

    login.holds("password_wo = \"two-2\"");

    assert_eq!((login.sent(), login.password().as_str()), (1, "two-2"));
    login.holds("password_wo = \"three-3\"");
    assert_eq!((login.sent(), login.password().as_str()), (1, "two-2"));
}

#[test]
fn removing_the_password_with_its_version_leaves_the_user_as_it_is() {
    let login = Login::new();
    login.holds("password_wo = \"one-1\"\n password_wo_version = 1");
    login.world.cloud().clear_requests();

    login.holds("");

    assert!(login.world.cloud().writes().is_empty(), "{:?}", login.world.cloud().writes());
    assert_eq!(login.password(), "one-1");
}

#[test]
fn a_password_moves_out_of_the_state_and_back_in_one_apply_each() {
    let login = Login::new();
    login.holds("password = \"one-1\"");
    assert!(login.state_file().contains("one-1"));
    let moves = [
        ("password_wo = \"two-2\"\n password_wo_version = 1", "two-2", false),
        ("password = \"three-3\"", "three-3", true),
        ("password_wo = \"four-4\"", "four-4", false),
        // The same value in the other place is sent too: nobody knows what the server has.
        ("password = \"four-4\"", "four-4", true),
    ];
    for (body, password, stored) in moves {
        login.world.cloud().clear_requests();
        login.world.configure(&login.user(body));
        assert_eq!(login.world.changes(), [(ADDRESS.to_owned(), vec!["update".to_owned()])]);

        login.holds(body);

        assert_eq!((login.sent(), login.password().as_str()), (1, password), "{body}");
        assert_eq!(login.state_file().contains(password), stored, "{body}");
    }
}

#[test]
fn a_write_only_password_may_be_made_of_ephemeral_values() {
    let mut login = Login::new();
    login.world.set("TF_VAR_secret", "3phemeral");
    let config = |version: u32| {
        format!(
            "variable \"secret\" {{\n type = string\n ephemeral = true\n}}\nlocals {{\n password = \"pre-${{var.secret}}\"\n}}\n{}",
            login.user(&format!(
                "password_wo = \"${{local.password}}-{version}\"\n password_wo_version = {version}"
            ))
        )
    };

    login.world.holds(&config(1));
    assert_eq!(login.password(), "pre-3phemeral-1");
    login.world.holds(&config(2));

    assert_eq!(login.password(), "pre-3phemeral-2");
    assert!(!login.state_file().contains("3phemeral"));
}

#[test]
fn an_imported_user_is_never_replaced_and_its_password_is_sent_with_the_first_version() {
    let login = Login::new();
    login.world.cloud().add_user(&login.instance, "app", "%", "old-1", &[]);
    let id = format!("{}/app@%", login.instance);
    let without_version = "password_wo = \"new-2\"";
    login.world.configure(&login.user(without_version));
    login.world.terraform(&["import", ADDRESS, &id]).succeeds();

    login.world.plan().is_empty();
    let versioned = "password_wo = \"new-2\"\n password_wo_version = 1";
    login.world.configure(&login.user(versioned));
    assert_eq!(login.world.changes(), [(ADDRESS.to_owned(), vec!["update".to_owned()])]);
    login.holds(versioned);

    assert_eq!((login.sent(), login.password().as_str()), (1, "new-2"));
}

/// The fault ends the change of `from` into `to`; without it the next apply sends the password.
#[track_caller]
fn is_sent_again(from: &str, to: &str, fault: Fault) {
    let login = Login::new();
    login.holds(from);
    login.world.configure(&login.user(to));
    login.world.cloud().inject(fault);
    login.world.apply().fails_with(&["user \"app@%\""]);
    assert_eq!(login.world.cloud().waiting_faults(), 0, "the fault never happened");
    // Somebody has put back the old password: what counts is that the new one is sent.
    login.world.cloud().add_user(&login.instance, "app", "%", "old-1", &["shop"]);
    login.world.cloud().clear_requests();

    login.holds(to);

    assert_eq!((login.sent(), login.password().as_str()), (1, "two-2"), "{to}");
}

#[test]
fn a_password_whose_change_failed_half_way_is_sent_again() {
    let old = "password_wo = \"old-1\"\n password_wo_version = 1\n databases = [\"shop\"]";
    let new = "password_wo = \"two-2\"\n password_wo_version = 2\n databases = [\"stock\"]";
    let stored = "password = \"old-1\"\n databases = [\"shop\"]";

    // The password is not accepted.
    let refused = || Fault::on("PUT", "/instances/*/users").status(400).message("not now");
    is_sent_again(old, new, refused());
    is_sent_again(stored, new, refused());
    is_sent_again(old, "password = \"two-2\"\n databases = [\"shop\"]", refused());
    // A grant is not accepted, so the password is not sent.
    let grant = || Fault::on("PUT", "/instances/*/users/*/databases").status(400);
    is_sent_again(old, new, grant());
    is_sent_again(stored, new, grant());
    // The password is accepted, and nobody hears of it.
    let unheard = Fault::on("PUT", "/instances/*/users").status(500).after_effect().times(3);
    is_sent_again(old, new, unheard);
}

#[test]
fn a_password_that_nobody_knows_to_be_in_force_is_sent_whichever_it_is() {
    let stored = "password = \"old-1\"";
    let versioned =
        |version: u32| format!("password_wo = \"old-1\"\n password_wo_version = {version}");
    let moves = [
        (stored.to_owned(), "password = \"two-2\"".to_owned()),
        (versioned(1), versioned(2).replace("old-1", "two-2")),
        (stored.to_owned(), "password_wo = \"two-2\"".to_owned()),
        (versioned(1), "password_wo = \"two-2\"".to_owned()),
    ];
    for (from, to) in &moves {
        // Back to what it was, and on to what it was to be.
        for (wanted, password) in [(from, "old-1"), (to, "two-2")] {
            let login = Login::new();
            login.holds(from);
            login.world.configure(&login.user(to));
            let unheard = Fault::on("PUT", "/instances/*/users").status(500).after_effect();
            login.world.cloud().inject(unheard.times(3));
            login.world.apply().fails_with(&["Unable to change the password of user \"app@%\""]);
            assert_eq!(login.password(), "two-2");
            login.world.cloud().clear_requests();

            login.world.configure(&login.user(wanted));
            login.world.plan().says(&["The password will be sent again"]);
            login.holds(wanted);

            assert_eq!((login.sent(), login.password().as_str()), (1, password), "{wanted}");
        }
    }
}

#[test]
fn a_password_that_was_refused_is_the_old_one() {
    let login = Login::new();
    login.holds("password = \"old-1\"");
    login.world.configure(&login.user("password = \"two-2\""));
    login.world.cloud().inject(Fault::on("PUT", "/instances/*/users").status(403));
    login.world.apply().fails_with(&["Unable to change the password"]);

    login.world.configure(&login.user("password = \"old-1\""));

    login.world.plan().is_empty();
    assert_eq!(login.password(), "old-1");
}
