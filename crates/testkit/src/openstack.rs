//! What the OpenStack provider leaves in a state, for tests that move its objects.

use std::path::Path;

use serde_json::{Value, json};

use crate::Result;
use crate::provider::{self, SOURCE};
use crate::world::World;

/// The address of the provider, without a registry.
const OPENSTACK: &str = "terraform-provider-openstack/openstack";

/// Lets Terraform find a program in the place of the OpenStack provider. It is only asked for its
/// schemas, which need not fit, so it is the program under test under another name.
pub fn stand_in(world: &mut World) -> Result {
    let folder = world.folder().join("openstack");
    std::fs::create_dir(&folder)?;
    let program = provider::under_test()?;
    let name = format!("terraform-provider-openstack{}", std::env::consts::EXE_SUFFIX);
    std::fs::copy(&program, folder.join(name))?;
    let overridden = |(source, folder): (&str, &Path)| {
        format!("    {source:?} = {:?}\n", folder.to_string_lossy())
    };
    let own = program.parent().unwrap_or(&program);
    let overrides = [(SOURCE, own), (OPENSTACK, folder.as_path())].map(overridden).concat();
    let settings = format!("provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n}}\n");
    world.write("openstack.tfrc", &settings);
    let settings = world.folder().join("openstack.tfrc");
    world.set("TF_CLI_CONFIG_FILE", &settings.to_string_lossy());
    Ok(())
}

/// A state that holds an instance, of which `more` says more, with the databases and users whose names
/// are given as resources of their own.
pub fn state(label: &str, instance: &Value, databases: &[&str], users: &[Value]) -> Value {
    let id = instance["id"].as_str().unwrap_or_default();
    let mut whole = json!({
        "region": "RegionOne", "volume_type": "", "datastore": [], "network": [], "database": [],
        "user": [], "configuration_id": "", "addresses": [], "timeouts": null,
    });
    extend(&mut whole, instance);
    let mut resources = vec![resource("openstack_db_instance_v1", label, &whole)];
    for name in databases {
        let database = json!({ "id": format!("{id}/{name}"), "region": "RegionOne", "name": name,
            "instance_id": id, "timeouts": null });
        resources.push(resource("openstack_db_database_v1", name, &database));
    }
    for user in users {
        let name = user["name"].as_str().unwrap_or_default();
        let mut whole = json!({ "id": format!("{id}/{name}"), "region": "RegionOne",
            "instance_id": id, "host": "", "timeouts": null });
        extend(&mut whole, user);
        resources.push(resource("openstack_db_user_v1", name, &whole));
    }
    json!({ "version": 4, "terraform_version": "1.11.4", "serial": 1, "outputs": {},
        "lineage": "8f1e5b0a-0000-4000-8000-000000000000", "resources": resources })
}

fn extend(object: &mut Value, more: &Value) {
    if let (Some(object), Some(more)) = (object.as_object_mut(), more.as_object()) {
        object.extend(more.clone());
    }
}

fn resource(kind: &str, name: &str, attributes: &Value) -> Value {
    json!({
        "mode": "managed", "type": kind, "name": name,
        "provider": format!("provider[\"registry.terraform.io/{OPENSTACK}\"]"),
        // What the older SDK of Terraform stores there: the timeouts.
        "instances": [{ "schema_version": 0, "attributes": attributes, "private":
            "eyJlMmJmYjczMC1lY2FhLTExZTYtOGY4OC0zNDM2M2JjN2M0YzAiOnsiY3JlYXRlIjoxfX0=" }],
    })
}
