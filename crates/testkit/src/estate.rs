//! States of objects that were applied long ago, and the objects themselves in a simulator: thousands
//! of them are there at once.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use crate::provider::SOURCE;

const PASSWORD: &str = "correct-horse-battery";

/// What the state has of one `resource` block.
pub struct Block {
    /// The address of its module, such as `module.shop[0]`.
    pub module: Option<String>,
    /// Its type.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The attributes of its only object, or of each of those that it counts.
    pub objects: Objects,
}

/// What a `resource` block has made.
pub enum Objects {
    /// One object.
    One(Json),
    /// One for each number of its `count`.
    Counted(Vec<Json>),
}

/// A state file with these blocks.
pub fn state(blocks: &[Block]) -> Json {
    json!({
        "version": 4, "terraform_version": "1.11.0", "serial": 1,
        "lineage": "5d9fcd24-6a4a-4b34-8e5e-1d2b6b0d6a11", "outputs": {},
        "resources": blocks.iter().map(Block::entry).collect::<Vec<_>>(),
    })
}

impl Block {
    fn entry(&self) -> Json {
        let provider = match self.kind {
            "terraform_data" => "terraform.io/builtin/terraform".to_owned(),
            _ => format!("registry.terraform.io/{SOURCE}"),
        };
        let object = |index: Option<usize>, attributes: &Json| json!({ "index_key": index, "schema_version": 0, "attributes": attributes });
        let instances: Vec<Json> = match &self.objects {
            Objects::One(attributes) => vec![object(None, attributes)],
            Objects::Counted(all) => {
                all.iter().enumerate().map(|(index, it)| object(Some(index), it)).collect()
            }
        };
        json!({
            "module": self.module, "mode": "managed", "type": self.kind, "name": self.name,
            "provider": format!("provider[{provider:?}]"), "instances": instances,
        })
    }
}

/// Adds an instance of flavor 2 with 10 GB. Its ID, and what a state has of it.
pub fn instance(cloud: &Simulator, name: &str) -> (String, Json) {
    let id = cloud.add_instance(name, "2", 10);
    let attributes = json!({
        "id": id, "name": name, "flavor": "2", "flavor_id": "2", "flavor_ram": 1024,
        "volume_size": 10, "deletion_protection": false,
    });
    (id, attributes)
}

/// Adds a database. What a state has of it.
pub fn database(cloud: &Simulator, instance_id: &str, name: &str) -> Json {
    cloud.add_database(instance_id, name);
    json!({
        "id": format!("{instance_id}/{name}"), "instance_id": instance_id, "name": name,
        "character_set": "utf8", "collate": "utf8_general_ci",
    })
}

/// Adds a user with the password `correct-horse-battery` who may use one database. What a state has of
/// the user.
pub fn user(cloud: &Simulator, instance_id: &str, name: &str, database: &str) -> Json {
    cloud.add_user(instance_id, name, "%", PASSWORD, &[database]);
    json!({
        "id": format!("{instance_id}/{name}@%"), "instance_id": instance_id, "name": name,
        "host": "%", "password": PASSWORD, "databases": [database],
    })
}
