//! One object under two addresses of the state, as `terraform import` makes it.

use std::time::Duration;

use clouddb_sim::Fault;
use serde_json::Value;
use testkit::world::{Run, World};

/// A kind of object: the arguments of its block, the ID to import it by, and what its deletion is.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    arguments: &'static str,
    /// Only one that is made needs these.
    made_with: &'static str,
    import: &'static str,
    deletion: &'static str,
}

const DATABASE: Kind = Kind {
    name: "rackspace_db_database",
    arguments: "  instance_id = \"INSTANCE\"\n  name        = \"shop\"\n  character_set = \"utf8\"\n  collate = \"utf8_general_ci\"\n",
    made_with: "",
    import: "INSTANCE/shop",
    deletion: "/instances/*/databases/*",
};

const USER: Kind = Kind {
    name: "rackspace_db_user",
    arguments: "  instance_id = \"INSTANCE\"\n  name        = \"app\"\n",
    made_with: "  password    = \"pw-1\"\n",
    import: "INSTANCE/app@%",
    deletion: "/instances/*/users/*",
};

const BACKUP: Kind = Kind {
    name: "rackspace_db_backup",
    arguments: "  instance_id = \"INSTANCE\"\n  name        = \"nightly\"\n",
    made_with: "",
    import: "ID",
    deletion: "/backups/*",
};

const INSTANCE: Kind = Kind {
    name: "rackspace_db_instance",
    arguments: "  name        = \"main\"\n  flavor      = 2\n  volume_size = 10\n",
    made_with: "",
    import: "ID",
    deletion: "/instances/*",
};

const ALL: [Kind; 4] = [DATABASE, USER, BACKUP, INSTANCE];

/// A world whose state has the object under the addresses `one` and `two`.
struct Twice {
    world: World,
    instance: String,
    kind: Kind,
}

impl Twice {
    fn new(kind: Kind) -> Self {
        let world = World::new();
        let instance = world.cloud().add_instance("web", "2", 10);
        let it = Self { world, instance, kind };
        it.world.holds(&it.block("one"));
        let id =
            it.world.state(&format!("{}.one", it.kind.name))["id"].as_str().unwrap().to_owned();
        it.world.configure(&it.both());
        let import = it.kind.import.replace("INSTANCE", &it.instance).replace("ID", &id);
        let address = format!("{}.two", it.kind.name);
        it.world.terraform(&["import", "-no-color", "-input=false", &address, &import]).succeeds();
        // What an import cannot know is adopted.
        it.world.apply().succeeds();
        it.world.cloud().clear_requests();
        it
    }

    fn block(&self, label: &str) -> String {
        let made_with = if label == "one" { self.kind.made_with } else { "" };
        let arguments = self.kind.arguments.replace("INSTANCE", &self.instance);
        format!("resource \"{}\" \"{label}\" {{\n{arguments}{made_with}}}\n", self.kind.name)
    }

    fn both(&self) -> String {
        self.block("one") + &self.block("two")
    }

    /// The state as a version wrote it that had no marks.
    fn without_marks(&self) {
        let path = self.world.folder().join("terraform.tfstate");
        let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for resource in state["resources"].as_array_mut().unwrap() {
            for object in resource["instances"].as_array_mut().unwrap() {
                object.as_object_mut().unwrap().remove("private").unwrap();
            }
        }
        std::fs::write(path, state.to_string()).unwrap();
    }

    fn is_there(&self) -> bool {
        let cloud = self.world.cloud();
        !cloud.databases(&self.instance).is_empty()
            || !cloud.users(&self.instance).is_empty()
            || !cloud.backups().is_empty()
            || cloud.instances().len() > 1
    }

    /// Applies. Where the other address was read late the plan is an error, and the next one is not.
    fn apply(&self) -> Run {
        for _ in 0..5 {
            let apply = self.world.apply();
            if apply.code == Some(0) {
                return apply;
            }
            apply.says(&["is destroyed under another address"]);
            assert!(self.is_there() && self.world.cloud().writes().is_empty());
        }
        panic!("{}: the other address is never read in time", self.kind.name)
    }

    fn deletions(&self) -> usize {
        self.world.cloud().count("DELETE", self.kind.deletion)
    }
}

#[test]
fn an_address_that_is_removed_is_forgotten_and_the_object_stays_with_the_other() {
    for (kind, label) in ALL.into_iter().zip(["one", "two", "one", "two"]) {
        let it = Twice::new(kind);
        it.world.plan().is_empty().says(&["has two addresses", "terraform state rm ADDRESS"]);
        it.world.configure(&it.block(if label == "one" { "two" } else { "one" }));

        it.apply().says(&["is only forgotten", "1 destroyed"]);

        assert!(
            it.is_there() && it.deletions() == 0,
            "{}: {:?}",
            it.kind.name,
            it.world.cloud().writes()
        );
        let plan = it.world.plan();
        plan.is_empty();
        assert!(!plan.text.contains("two addresses"), "{}", plan.text);
        it.world.destroy().succeeds();
        assert!(!it.is_there());
    }
}

/// Terraform plans an address that is not configured any more before it reads it.
#[test]
fn an_address_of_a_state_without_marks_is_forgotten_too() {
    for kind in ALL {
        for label in ["one", "two"] {
            let it = Twice::new(kind);
            it.without_marks();
            it.world.configure(&it.block(label));

            it.apply().says(&["is only forgotten", "1 destroyed"]);

            assert!(it.is_there() && it.deletions() == 0, "{}", it.kind.name);
            it.world.plan().is_empty();
        }
        let it = Twice::new(kind);
        it.without_marks();

        it.world.destroy().succeeds();

        assert!(!it.is_there());
        assert_eq!(it.deletions(), 1, "{}: {:?}", it.kind.name, it.world.cloud().writes());
    }
}

#[test]
fn an_object_whose_addresses_all_go_is_deleted_once() {
    for kind in ALL {
        let it = Twice::new(kind);
        it.world.configure("");

        it.world.apply().succeeds().says(&["2 destroyed"]);

        assert!(!it.is_there());
        assert_eq!(it.deletions(), 1, "{}", it.kind.name);
        it.world.plan().is_empty();
    }
}

#[test]
fn what_is_destroyed_with_all_else_is_deleted_once() {
    for kind in ALL {
        let it = Twice::new(kind);

        it.world.destroy().succeeds().says(&["2 destroyed"]);

        assert!(!it.is_there());
        assert_eq!(it.deletions(), 1, "{}", it.kind.name);
    }
}

#[test]
fn an_object_is_not_replaced_under_one_address_while_the_other_keeps_it() {
    for kind in ALL {
        let it = Twice::new(kind);
        let replace = format!("-replace={}.one", it.kind.name);

        let apply = ["apply", "-no-color", "-input=false", "-auto-approve", &replace];
        it.world.terraform(&apply).fails_with(&["has two addresses", "would lose it"]);

        assert!(it.is_there() && it.world.cloud().writes().is_empty());
    }
    // The same for a change that cannot be made in place.
    let it = Twice::new(DATABASE);
    it.world.configure(
        &(it.block("one").replace("utf8", "latin1").replace("general", "swedish")
            + &it.block("two")),
    );
    it.world.apply().fails_with(&["has two addresses", "would lose it"]);
    assert!(it.is_there() && it.world.cloud().writes().is_empty());
}

#[test]
fn a_tainted_address_is_not_replaced_while_the_other_keeps_the_object() {
    for kind in [DATABASE, USER] {
        let it = Twice::new(kind);
        let address = format!("{}.one", it.kind.name);
        it.world.terraform(&["taint", "-no-color", &address]).succeeds();

        it.world.apply().fails_with(&["has two addresses", "would lose it"]);

        assert!(it.is_there() && it.world.cloud().writes().is_empty());
        it.world.terraform(&["untaint", "-no-color", &address]).succeeds();
        it.world.plan().is_empty();
    }
}

#[test]
fn without_a_refresh_an_address_that_is_removed_drops_nothing_either() {
    let it = Twice::new(DATABASE);
    it.world.configure(&it.block("two"));

    let apply = ["apply", "-no-color", "-input=false", "-auto-approve", "-refresh=false"];
    let apply = it.world.terraform(&apply);

    // Which of the two is planned first is a matter of moments.
    apply.says(&[if apply.code == Some(1) {
        "is destroyed under another"
    } else {
        "is only forgotten"
    }]);
    assert!(it.is_there() && it.world.cloud().writes().is_empty());
}

#[test]
fn an_address_that_shows_up_late_ends_the_plan() {
    let it = Twice::new(DATABASE);
    // The other address can be read only when something slow is known.
    let slow = format!(
        "data \"rackspace_db_backups\" \"slow\" {{\n}}\nlocals {{\n  id = length(data.rackspace_db_backups.slow.backups) == 0 ? \"{}\" : \"\"\n}}\n",
        it.instance
    );
    let two = it.block("two").replace(&format!("\"{}\"", it.instance), "local.id");
    it.world.configure(&(slow + &two));
    it.world.cloud().inject(Fault::on("GET", "/backups").delay(Duration::from_secs(3)));

    it.world.apply().fails_with(&["is destroyed under another address", "`removed` block"]);

    assert!(it.is_there() && it.world.cloud().writes().is_empty());
    // Without that it is there in time.
    it.world.configure(&it.block("two"));
    it.apply().says(&["is only forgotten"]);
    assert!(it.is_there() && it.deletions() == 0);
}
