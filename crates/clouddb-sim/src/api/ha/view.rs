//! How a reply shows an HA group: its ID of a flavor is a number, and the links of its members are empty.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::api::instances::view as instances;
use crate::message::call::Call;
use crate::message::fields;
use crate::options::Options;
use crate::state::ha_groups::{HaGroup, READ_PORT, WRITE_PORT};
use crate::state::instances::Instance;
use crate::state::region::Region;

/// A group as a list shows it.
pub(super) fn item(region: &Region, group: &HaGroup) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "state": region.group_state(group),
        "datastore": { "type": group.datastore.kind, "version": group.datastore.version },
    })
}

/// A group with all that is told of it.
pub(crate) fn view(call: &Call<'_>, options: &Options, region: &Region, group: &HaGroup) -> Value {
    let state = region.group_state(group);
    let (sources, replicas): (Vec<&Instance>, Vec<&Instance>) =
        region.members(&group.id).into_iter().partition(|member| member.replica_of.is_none());
    let members = |members: Vec<&Instance>| {
        let members = members.into_iter().map(|it| member(call, options, region, it));
        members.collect::<Vec<Value>>()
    };
    let acls: Vec<Value> = group.acls.iter().map(|it| json!({ "address": it })).collect();
    // It is reached through nothing until it is built.
    let networks = if state == "BUILD" { Vec::new() } else { networks(call, group) };
    let mut view = item(region, group);
    let more = json!({
        "tenant_id": call.place.account,
        "flavor": {
            "id": group.flavor,
            "links": call.links(&format!("flavors/{}", group.flavor)),
        },
        "volume": { "size": group.volume },
        "replica_source": members(sources),
        "replicas": members(replicas),
        "acls": acls,
        "networks": networks,
        "configuration": configuration(call, region, group),
        "schedule": { "enabled": region.schedule_of(&group.id).is_some() },
    });
    if let (Value::Object(view), Value::Object(more)) = (&mut view, more) {
        view.extend(more);
    }
    view
}

/// A member, as a list of instances shows it, but for its links, and with its schedule.
fn member(call: &Call<'_>, options: &Options, region: &Region, member: &Instance) -> Value {
    let mut view = instances::view(call, options, region, member, false);
    fields::set(&mut view, "links", json!({}));
    fields::set(&mut view, "flavor", json!({ "id": member.flavor.to_string(), "links": {} }));
    fields::set(&mut view, "schedule", json!({ "enabled": false }));
    view
}

fn networks(call: &Call<'_>, group: &HaGroup) -> Vec<Value> {
    let (host, region) = (group.id.replace('-', ""), call.place.region.to_lowercase());
    let address = format!("{host}.publb.{region}.rackspaceclouddb.com");
    let served = |endpoint: SocketAddr| (instances::named(call, endpoint.ip()), endpoint.port());
    let (read, write) = match &group.endpoints {
        Some(it) => (served(it.read.endpoint()), served(it.write.endpoint())),
        None => ((address.clone(), READ_PORT), (address, WRITE_PORT)),
    };
    let ways = group.networks().into_iter().flat_map(|network| {
        [("read", &read), ("write", &write)].map(|(access, (address, port))| {
            json!({ "access": access, "network": network, "port": port, "address": address })
        })
    });
    ways.collect()
}

fn configuration(call: &Call<'_>, region: &Region, group: &HaGroup) -> Value {
    let attached = group.configuration.as_ref().and_then(|id| region.configurations.get(id));
    attached.map_or(Value::Null, |it| {
        json!({
            "id": it.id,
            "name": it.name,
            "links": call.links(&format!("configurations/{}", it.id)),
        })
    })
}
