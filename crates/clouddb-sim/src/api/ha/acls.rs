//! `/ha/{id}/acls`: the addresses that are let in. Without any, nobody is.

use serde_json::{Value, json};

use crate::api::ha::availability::{find, unavailable};
use crate::message::call::Call;
use crate::message::fields;
use crate::message::path::decode;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::state::cloud::Cloud;
use crate::state::ha_groups::HaGroup;
use crate::state::region::Region;

/// What lets one address in.
pub(super) fn shape() -> Schema {
    Schema::object(&["address"], vec![("address", Schema::cidr())])
}

pub(super) fn list(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let group = find(cloud.region(&call.place), id)?;
    let acls: Vec<Value> =
        group.acls.iter().map(|it| json!({ "type": "ALLOW", "address": it })).collect();
    Ok(Reply::ok(&json!({ "acls": acls })))
}

pub(super) fn add(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let body = call.request.json()?;
    validation::parse_bare(&body, &shape())?;
    let address = fields::text(&body, "address").unwrap_or_default();
    let group = changeable(cloud.region(&call.place), id)?;
    if group.acls.iter().any(|it| it == address) {
        return Err(Reply::bad_request(format!("ACL {address} already exists.")));
    }
    group.acls.push(address.to_owned());
    Ok(Reply::empty(200))
}

/// The slash of the address is encoded three times: once for each of the two servers that take the path
/// apart before it comes here, and once for what comes here.
pub(super) fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let segment = decode(segment);
    if segment.contains('/') {
        return Err(Reply::no_route());
    }
    let address = decode(&segment);
    let group = changeable(cloud.region(&call.place), id)?;
    let before = group.acls.len();
    group.acls.retain(|it| *it != address);
    if group.acls.len() == before {
        return Err(Reply::not_found(format!("ACL {address} cannot be found.")));
    }
    Ok(Reply::accepted())
}

/// Not while the group is built or deleted.
fn changeable<'a>(region: &'a mut Region, id: &str) -> Result<&'a mut HaGroup, Reply> {
    let state = region.group_state(find(region, id)?);
    if matches!(state.as_str(), "BUILD" | "DELETING") {
        return Err(unavailable(id, &state));
    }
    region.ha_groups.get_mut(id).ok_or_else(|| Reply::no_resource(id))
}
