//! States of the OpenStack provider, whose objects a `moved` block brings here: the API is the same, at
//! another address.
//!
//! Its provider is written with the older SDK of Terraform, in whose states a text that is not set is
//! empty or null, and a block is a list:
//! <https://github.com/terraform-provider-openstack/terraform-provider-openstack/tree/main/openstack>.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tfplug::value::Sensitive;
use tfplug::{Diagnostic, MoveContext, MoveSource, Result};

use crate::{ids, place};

const PROVIDER: &str = "terraform-provider-openstack/openstack";

pub(super) const INSTANCES: &[MoveSource] =
    &[MoveSource { provider: PROVIDER, type_name: "openstack_db_instance_v1" }];
pub(super) const DATABASES: &[MoveSource] =
    &[MoveSource { provider: PROVIDER, type_name: "openstack_db_database_v1" }];
pub(super) const USERS: &[MoveSource] =
    &[MoveSource { provider: PROVIDER, type_name: "openstack_db_user_v1" }];

/// An instance. The region is left out: it may have another name here, and the object is found in any.
#[derive(Deserialize)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) flavor_id: String,
    pub(super) size: u64,
    datastore: Option<Vec<Datastore>>,
    configuration_id: Option<String>,
    pub(super) addresses: Option<Vec<String>>,
    volume_type: Option<String>,
    network: Option<Vec<Json>>,
    database: Option<Vec<Inner>>,
    user: Option<Vec<Inner>>,
}

#[derive(Clone, Deserialize)]
struct Datastore {
    r#type: Option<String>,
    version: Option<String>,
}

/// A database or a user inside the block of an instance. The password is not read: nothing here keeps it.
#[derive(Deserialize)]
struct Inner {
    name: String,
    host: Option<String>,
}

/// A database.
#[derive(Deserialize)]
pub(super) struct Database {
    pub(super) instance_id: String,
    pub(super) name: String,
}

/// A user.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) instance_id: String,
    pub(super) name: String,
    host: Option<String>,
    password: Option<Sensitive<String>>,
    pub(super) databases: Option<Vec<String>>,
}

/// The state of a source. What it holds may be secret, so an error quotes nothing of it.
pub(super) fn read<T: DeserializeOwned>(source: &MoveSource, raw: Json) -> Result<T> {
    serde_json::from_value(raw).map_err(|_| {
        Diagnostic::error(format!("The state of the {} cannot be read", source.type_name))
            .detail(
                "It lacks what every such object has, such as its ID and its name. Let its own provider write it once, with `terraform apply -refresh-only`, or import the object with an `import` block.",
            )
            .into()
    })
}

impl Instance {
    pub(super) fn datastore(&self) -> Option<crate::datastore::Datastore> {
        let Datastore { r#type, version } = self.datastore.as_ref()?.first()?.clone();
        Some(crate::datastore::Datastore { r#type: set(r#type), version: set(version) })
    }

    pub(super) fn configuration_id(&self) -> Option<String> {
        set(self.configuration_id.clone())
    }

    /// Notes that nobody has seen it here, and tells what of its block has no place in ours.
    pub(super) fn arrives(&self, cx: &mut MoveContext) {
        place::arrives(cx);
        let shown = format!("instance \"{}\" ({})", self.name, self.id);
        let has_type = set(self.volume_type.clone()).is_some();
        let has_network = self.network.as_ref().is_some_and(|it| !it.is_empty());
        let left_out = match (has_network, has_type) {
            (true, true) => "`network` and `volume_type` have no counterpart here",
            (true, false) => "`network` has no counterpart here",
            (false, true) => "`volume_type` has no counterpart here",
            (false, false) => "",
        };
        if !left_out.is_empty() {
            cx.warn(Diagnostic::warning("Not everything of the instance was moved").detail(format!(
                "Of {shown} {left_out}: Cloud Databases decides that by itself. Leave it out of the new block."
            )));
        }
        let imports = self.imports();
        if !imports.is_empty() {
            cx.warn(Diagnostic::warning("What is in the instance needs resources of its own").detail(format!(
                "The block of {shown} held databases or users. They stay as they are, and nothing manages them now. To manage them here, write a resource for each, and these blocks beside them, which import what exists:\n\n{}",
                imports.join("\n\n")
            )));
        }
    }

    /// An `import` block for each database and user in the block of the instance.
    fn imports(&self) -> Vec<String> {
        let databases =
            self.database.iter().flatten().map(|it| {
                ("rackspace_db_database", &it.name, ids::of_database(&self.id, &it.name))
            });
        let users = self.user.iter().flatten().map(|it| {
            let id = clouddb::UserId { name: it.name.clone(), host: host(it.host.clone()) };
            ("rackspace_db_user", &it.name, ids::of_user(&self.id, &id))
        });
        let mut taken = HashSet::new();
        let block = |(kind, name, id): (&str, &String, String)| {
            let address = free_address(kind, &label(name), &mut taken);
            format!("import {{\n  to = {address}\n  id = {}\n}}", quoted(&id))
        };
        databases.chain(users).map(block).collect()
    }
}

/// The first address that is not taken: two users of one name differ by their hosts.
fn free_address(kind: &str, label: &str, taken: &mut HashSet<String>) -> String {
    let mut address = format!("{kind}.{label}");
    for number in 2.. {
        if taken.insert(address.clone()) {
            break;
        }
        address = format!("{kind}.{label}_{number}");
    }
    address
}

/// A text in HCL: that of JSON, in which nothing is a template.
fn quoted(text: &str) -> String {
    Json::from(text).to_string().replace("${", "$${").replace("%{", "%%{")
}

impl User {
    pub(super) fn host(&self) -> String {
        host(self.host.clone())
    }

    pub(super) fn password(&self) -> Option<Sensitive<String>> {
        self.password.clone().filter(|it| !it.expose().is_empty())
    }
}

fn host(host: Option<String>) -> String {
    set(host).unwrap_or_else(|| "%".to_owned())
}

/// An empty text is one that is not set.
fn set(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A name as the label of a resource, which begins with a letter.
fn label(name: &str) -> String {
    let sign = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
    let label: String = name.chars().map(sign).collect();
    if label.starts_with(|it: char| it.is_ascii_alphabetic()) { label } else { format!("_{label}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn instance(more: &Json) -> Instance {
        let mut raw = json!({
            "id": "44b277eb-39be-4921-be31-3d61b43651d7", "region": "RegionOne", "name": "web",
            "flavor_id": "2", "size": 10, "volume_type": "", "network": [], "database": [],
            "user": [], "configuration_id": "", "datastore": [], "addresses": null, "timeouts": null,
        });
        raw.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read(&INSTANCES[0], raw).unwrap()
    }

    #[test]
    fn what_is_empty_is_not_set() {
        let plain = instance(&json!({}));

        assert!(plain.datastore().is_none() && plain.configuration_id().is_none());
        assert!(plain.imports().is_empty());
        let other =
            json!({ "datastore": [{ "type": "mysql", "version": "" }], "configuration_id": "c" });
        let other = instance(&other);
        assert_eq!(other.datastore().unwrap().version, None);
        assert_eq!(other.configuration_id().as_deref(), Some("c"));
    }

    #[test]
    fn what_is_inside_the_block_is_imported_by_blocks_that_terraform_reads() {
        let full = instance(&json!({
            "database": [{ "name": "shop-1", "charset": null }],
            "user": [
                { "name": "9app", "host": "", "password": "hush" },
                { "name": "9app", "host": "10.%", "password": "hush" },
                { "name": "a${b}", "host": null, "password": "hush" },
            ],
        }));

        assert_eq!(
            full.imports(),
            [
                "import {\n  to = rackspace_db_database.shop_1\n  id = \"44b277eb-39be-4921-be31-3d61b43651d7/shop-1\"\n}",
                "import {\n  to = rackspace_db_user._9app\n  id = \"44b277eb-39be-4921-be31-3d61b43651d7/9app@%\"\n}",
                "import {\n  to = rackspace_db_user._9app_2\n  id = \"44b277eb-39be-4921-be31-3d61b43651d7/9app@10.%\"\n}",
                "import {\n  to = rackspace_db_user.a__b_\n  id = \"44b277eb-39be-4921-be31-3d61b43651d7/a$${b}@%\"\n}",
            ]
        );
    }

    #[test]
    fn a_state_of_another_shape_is_refused_without_a_word_of_it() {
        let raw = json!({ "instance_id": "i", "name": "app", "password": { "hush": 7 } });

        let error = read::<User>(&USERS[0], raw).map(|_| ()).unwrap_err().to_string();

        assert!(error.contains("openstack_db_user_v1") && !error.contains("hush"), "{error}");
    }

    #[test]
    fn a_user_moves_with_its_password_if_it_has_one() {
        let moved = |password: Json, host: Json| {
            let raw = json!({ "instance_id": "i", "name": "app", "password": password,
                "host": host, "databases": null });
            read::<User>(&USERS[0], raw).unwrap()
        };

        let full = moved(json!("pw-1"), json!("10.%"));
        assert_eq!(full.password().map(Sensitive::into_inner).as_deref(), Some("pw-1"));
        assert_eq!(full.host(), "10.%");
        for empty in [json!(""), Json::Null] {
            let bare = moved(empty.clone(), empty);
            assert!(bare.password().is_none());
            assert_eq!(bare.host(), "%");
        }
    }
}
