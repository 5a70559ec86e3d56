//! The file in which Terraform keeps what it manages.
//!
//! `terraform show -json` tells the same, and starts the provider for it: a test that looks at the state
//! looks into the file. Its form is that of version 4:
//! <https://github.com/hashicorp/terraform/blob/v1.15.5/internal/states/statefile/version4.go>.

use std::path::Path;

use serde_json::Value as Json;

use crate::Result;

/// The name of the file, in the directory that Terraform works in.
pub const FILE: &str = "terraform.tfstate";

/// An object in the state.
#[derive(Debug)]
pub struct StateObject {
    /// Its address in the configuration.
    pub address: String,
    /// Whether its creation has failed.
    pub tainted: bool,
    /// Its attributes.
    pub attributes: Json,
}

impl StateObject {
    /// A text attribute.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute)?.as_str()
    }
}

/// Every object in the state of this directory, none if there is no state yet. What waits for its
/// destruction after a replacement is left out.
pub fn objects(folder: &Path) -> Result<Vec<StateObject>> {
    Ok(resources(folder)?.iter().flat_map(instances).collect())
}

/// Those that Terraform manages, without those that it only reads.
pub fn managed(folder: &Path) -> Result<Vec<StateObject>> {
    let mut resources = resources(folder)?;
    resources.retain(|it| it.get("mode").is_some_and(|mode| mode == "managed"));
    Ok(resources.iter().flat_map(instances).collect())
}

fn resources(folder: &Path) -> Result<Vec<Json>> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut state: Json = serde_json::from_slice(&std::fs::read(path)?)?;
    let resources = state.get_mut("resources").and_then(Json::as_array_mut);
    Ok(resources.map(std::mem::take).unwrap_or_default())
}

fn instances(resource: &Json) -> impl Iterator<Item = StateObject> {
    let address = address(resource);
    let instances = resource.get("instances").and_then(Json::as_array);
    let current = instances.into_iter().flatten().filter(|it| it.get("deposed").is_none());
    current.filter_map(move |it| {
        Some(StateObject {
            address: format!("{}{}", address.as_deref()?, key(it)),
            tainted: it.get("status").is_some_and(|status| status == "tainted"),
            attributes: values(it.get("attributes")?),
        })
    })
}

/// The values of attributes. One that may be of any type is stored with its type.
fn values(attributes: &Json) -> Json {
    let Some(attributes) = attributes.as_object() else { return attributes.clone() };
    let value = |(name, stored): (&String, &Json)| {
        let typed = stored.as_object().filter(|it| it.len() == 2 && it.contains_key("type"));
        let value = typed.and_then(|it| it.get("value")).unwrap_or(stored);
        (name.clone(), value.clone())
    };
    attributes.iter().map(value).collect()
}

fn address(resource: &Json) -> Option<String> {
    let text = |name: &str| resource.get(name).and_then(Json::as_str);
    let module = text("module").map(|module| format!("{module}.")).unwrap_or_default();
    let mode = if text("mode")? == "data" { "data." } else { "" };
    Some(format!("{module}{mode}{}.{}", text("type")?, text("name")?))
}

/// What stands behind the address of one of several: its number, or its key in quotes.
fn key(instance: &Json) -> String {
    let key = instance.get("index_key").filter(|key| !key.is_null());
    key.map(|key| format!("[{key}]")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_has_the_address_that_terraform_prints() {
        let folder = tempfile::tempdir().unwrap();
        assert!(objects(folder.path()).unwrap().is_empty());
        let old = serde_json::json!({"attributes": {"id": "0"}, "deposed": "12345678"});
        let any = serde_json::json!({"type": "number", "value": 2});
        let failed = serde_json::json!({"attributes": {"any": any}, "status": "tainted"});
        // A null says nothing; Terraform itself leaves it out.
        let one = serde_json::json!({"attributes": {"id": "1"}, "index_key": null});
        let keyed = serde_json::json!({"attributes": {}, "index_key": "a"});
        let counted = serde_json::json!({"attributes": {}, "index_key": 1});
        let resources = serde_json::json!({"version": 4, "resources": [
            {"mode": "managed", "type": "t", "name": "one", "instances": [one, old]},
            {"mode": "data", "type": "t", "name": "read", "instances": [one]},
            {"mode": "managed", "type": "t", "name": "failed", "instances": [failed]},
            {"module": "module.m", "mode": "managed", "type": "t", "name": "n",
                "instances": [keyed, counted]},
        ]});
        std::fs::write(folder.path().join(FILE), resources.to_string()).unwrap();

        let objects = objects(folder.path()).unwrap();

        let addresses: Vec<_> = objects.iter().map(|it| it.address.as_str()).collect();
        let expected =
            ["t.one", "data.t.read", "t.failed", "module.m.t.n[\"a\"]", "module.m.t.n[1]"];
        assert_eq!(addresses, expected);
        assert_eq!(managed(folder.path()).unwrap().len(), 4);
        assert_eq!(objects.iter().filter(|it| it.tainted).count(), 1);
        assert_eq!(objects.first().and_then(|it| it.text("id")), Some("1"));
        assert_eq!(objects.get(2).and_then(|it| it.attributes.get("any")), Some(&2.into()));
    }
}
