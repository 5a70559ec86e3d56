//! How a reply shows an instance.

use std::net::IpAddr;

use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::api::instances::offers;
use crate::message::call::Call;
use crate::message::fields;
use crate::options::Options;
use crate::state::instances::Instance;
use crate::state::region::Region;

/// An instance as a list shows it, or with the details that only a single one has.
pub(crate) fn view(
    call: &Call<'_>,
    options: &Options,
    region: &Region,
    instance: &Instance,
    detail: bool,
) -> Value {
    let status = region.status(instance);
    let mut view = json!({
        "id": instance.id,
        "name": instance.name,
        "status": status,
        "links": call.links(&format!("instances/{}", instance.id)),
        "flavor": {
            "id": instance.flavor.to_string(),
            "links": call.links(&format!("flavors/{}", instance.flavor)),
        },
        "volume": { "size": instance.volume },
        "datastore": {
            "type": instance.datastore.kind,
            "version": instance.datastore.version,
        },
    });
    let host = region.carrier.host(&instance.id).map(|host| named(call, host.into()));
    if options.legacy.addresses {
        let host = host.unwrap_or_else(|| "10.0.0.2".to_owned());
        fields::set(&mut view, "ip", json!([host]));
    } else {
        let host = host.unwrap_or_else(|| hostname(&instance.id));
        fields::set(&mut view, "hostname", host);
    }
    if let Some(source) = &instance.replica_of {
        let links = call.links(&format!("instances/{source}"));
        fields::set(&mut view, "replica_of", json!({ "id": source, "links": links }));
    }
    if let Some(group) = &instance.ha_group {
        fields::set(&mut view, "ha_id", group.as_str());
    }
    let replicas: Vec<Value> = region
        .replicas(&instance.id)
        .into_iter()
        .map(|replica| {
            json!({
                "id": replica.id,
                "name": replica.name,
                "links": call.links(&format!("instances/{}", replica.id)),
            })
        })
        .collect();
    if !replicas.is_empty() {
        fields::set(&mut view, "replicas", replicas);
    }
    if detail {
        add_details(&mut view, call, region, instance, &status);
    }
    view
}

fn add_details(
    view: &mut Value,
    call: &Call<'_>,
    region: &Region,
    instance: &Instance,
    status: &str,
) {
    fields::set(view, "created", instance.created.as_str());
    fields::set(view, "updated", instance.updated.as_str());
    // The guest is not asked while it is being built, moved or restarted.
    if !matches!(status, "BUILD" | "REBOOT" | "RESTART" | "RESIZE" | "FAILED") {
        fields::set(view, "volume", json!({ "size": instance.volume, "used": instance.used() }));
    }
    let enabled = region.schedule_of(&instance.id).is_some();
    fields::set(view, "schedule", json!({ "enabled": enabled }));
    fields::set(view, "available_upgrades", offers::upgrades(instance, status));
    let configuration =
        instance.configuration.as_ref().and_then(|id| region.configurations.get(id));
    if let Some(configuration) = configuration {
        let body = json!({
            "id": configuration.id,
            "name": configuration.name,
            "links": call.links(&format!("configurations/{}", configuration.id)),
        });
        fields::set(view, "configuration", body);
    }
}

/// What listens at every address of this machine is where the client has found the simulator.
pub(crate) fn named(call: &Call<'_>, host: IpAddr) -> String {
    if host.is_unspecified() { call.request.host_name().to_owned() } else { host.to_string() }
}

/// The same for the whole life of an instance.
fn hostname(id: &str) -> String {
    let digest = Sha1::digest(id.as_bytes());
    let name = digest.iter().fold(String::new(), |name, byte| {
        let (high, low) = (u32::from(byte >> 4), u32::from(byte & 15));
        name + &[high, low].into_iter().filter_map(|d| char::from_digit(d, 16)).collect::<String>()
    });
    name + ".rackspaceclouddb.com"
}
