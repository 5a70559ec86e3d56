//! The configurations that are measured, and the states in which they were applied long ago.

use std::fmt::Write as _;

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use testkit::estate::{self, Block, Objects};
use testkit::provider::SOURCE;

/// Instances with databases and users below each of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estate {
    pub(super) instances: usize,
    /// On each instance.
    pub(super) databases: usize,
    /// On each instance; each may use a database, so there are not more of them.
    pub(super) users: usize,
}

/// The name of every file of a module, and what stands in it.
pub(super) type Files = Vec<(&'static str, String)>;

impl Estate {
    /// One instance and so many objects in all, half of them users.
    pub(super) fn of(objects: usize) -> Self {
        let below = objects.saturating_sub(1);
        Self { instances: 1, databases: below - below / 2, users: below / 2 }
    }

    /// Number of all objects.
    pub(super) fn objects(self) -> usize {
        self.instances * (1 + self.databases + self.users)
    }

    /// The configuration, which names instance I `shop-I`, and its databases and users in the same way.
    pub(super) fn files(self) -> Files {
        self.files_with("")
    }

    /// The same, but no user is made before all databases of its instance are there. Terraform draws a
    /// line from each to each, so that this is for hundreds of them, not for thousands.
    pub(super) fn files_in_order(self) -> Files {
        self.files_with("  depends_on = [rackspace_db_database.all]\n")
    }

    /// Puts all of it into a cloud. The state that has it.
    pub(super) fn settle(self, cloud: &Simulator) -> Json {
        estate::state(
            &(0..self.instances).flat_map(|it| self.settle_shop(cloud, it)).collect::<Vec<_>>(),
        )
    }

    fn settle_shop(self, cloud: &Simulator, number: usize) -> [Block; 3] {
        let (id, instance) = estate::instance(cloud, &format!("shop-{number}"));
        let database = |it| estate::database(cloud, &id, &format!("database_{it}"));
        let user = |it| estate::user(cloud, &id, &format!("user_{it}"), &format!("database_{it}"));
        let databases = (0..self.databases).map(database).collect();
        let users = (0..self.users).map(user).collect();
        [
            ("rackspace_db_instance", "shop", Objects::One(instance)),
            ("rackspace_db_database", "all", Objects::Counted(databases)),
            ("rackspace_db_user", "all", Objects::Counted(users)),
        ]
        .map(|(kind, name, objects)| {
            let module = (self.instances > 1).then(|| format!("module.shop[{number}]"));
            Block { module, kind, name, objects }
        })
    }

    fn files_with(self, of_users: &str) -> Files {
        let header = format!(
            "terraform {{\n  required_providers {{\n    rackspace = {{ source = \"{SOURCE}\" }}\n  }}\n}}\n"
        );
        let shop = |name| self.shop(name, of_users);
        if self.instances == 1 {
            return vec![("main.tf", format!("{header}{}", shop("\"shop-0\"")))];
        }
        let calls = format!(
            "module \"shop\" {{\n  source = \"./shop\"\n  count = {}\n  number = count.index\n}}\n",
            self.instances
        );
        let variable = "variable \"number\" {\n  type = number\n}\n";
        let shop = shop("\"shop-${var.number}\"");
        vec![
            ("main.tf", format!("{header}{calls}")),
            ("shop/main.tf", format!("{header}{variable}{shop}")),
        ]
    }

    fn shop(self, name: &str, of_users: &str) -> String {
        let mut text = format!(
            "resource \"rackspace_db_instance\" \"shop\" {{\n  name = {name}\n  flavor = 2\n  volume_size = 10\n}}\n"
        );
        let user = format!("{USER}{of_users}");
        let below = [("database", self.databases, ""), ("user", self.users, &user)];
        for (kind, count, more) in below {
            if count > 0 {
                // Writing to a String cannot fail.
                let _ = write!(
                    text,
                    "resource \"rackspace_db_{kind}\" \"all\" {{\n  count = {count}\n  instance_id = rackspace_db_instance.shop.id\n  name = \"{kind}_${{count.index}}\"\n{more}}}\n"
                );
            }
        }
        text
    }
}

/// It names the database itself: Terraform would build the list of all databases for each user.
const USER: &str =
    "  password = \"correct-horse-battery\"\n  databases = [\"database_${count.index}\"]\n";

/// As many resources of the kind that is built into Terraform, which refer to one another as ours do.
pub(super) fn built_in(objects: usize) -> Files {
    let Estate { databases, users, .. } = Estate::of(objects);
    let mut text = "resource \"terraform_data\" \"shop\" {\n  input = \"shop-0\"\n}\n".to_owned();
    for (kind, count) in [("database", databases), ("user", users)] {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "resource \"terraform_data\" \"{kind}\" {{\n  count = {count}\n  input = \"${{terraform_data.shop.id}}/{kind}_${{count.index}}\"\n}}\n"
        );
    }
    vec![("main.tf", text)]
}

/// The state in which those were applied long ago.
pub(super) fn settled_built_in(objects: usize) -> Json {
    let Estate { databases, users, .. } = Estate::of(objects);
    let object = |id: &str, input: &str| {
        let value = json!({ "value": input, "type": "string" });
        json!({ "id": id, "input": value, "output": value, "triggers_replace": null })
    };
    let many = |kind: &str, count| {
        let one = |it| object(&format!("{kind}-{it}"), &format!("shop/{kind}_{it}"));
        Objects::Counted((0..count).map(one).collect())
    };
    let block = |name, objects| Block { module: None, kind: "terraform_data", name, objects };
    estate::state(&[
        block("shop", Objects::One(object("shop", "shop-0"))),
        block("database", many("database", databases)),
        block("user", many("user", users)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estate_has_the_number_of_objects_that_was_asked_for() {
        assert_eq!(Estate::of(1000).objects(), 1000);
        assert_eq!(Estate { instances: 100, databases: 50, users: 50 }.objects(), 10_100);
    }
}
