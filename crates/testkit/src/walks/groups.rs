//! The configuration groups in the end, what they set, and which instances have them; and what else the
//! server has otherwise than is configured.

use std::collections::BTreeMap;

use clouddb_sim::Simulator;
use serde_json::Value as Json;

use super::census::described;
use super::label::Kind;
use super::settings::mean_the_same;
use super::{copies, ha_groups, schedules};
use crate::scenario::{Block, reference};

/// What the server has otherwise than the configuration says. `state` has the IDs by address.
pub(super) fn not_as_configured(
    cloud: &Simulator,
    blocks: &[Block],
    state: &BTreeMap<String, String>,
) -> Vec<String> {
    let differs = |block: &&Block| {
        let Some(id) = state.get(&block.address()) else { return false };
        if block.kind == Kind::Group.resource() {
            !sets_what_is_configured(cloud, block, id)
        } else if block.kind == Kind::Instance.resource() {
            let has = cloud.instance(id).and_then(|it| it.configuration_id);
            has != wanted(block, state)
        } else if block.kind == Kind::HaGroup.resource() {
            !ha_groups::is_as_configured(cloud, block, id, wanted(block, state).as_deref())
        } else if block.kind == Kind::Schedule.resource() {
            !schedules::is_as_configured(cloud, block, id)
        } else if block.kind == Kind::Copy.resource() {
            !copies::is_as_configured(cloud, block, id)
        } else {
            false
        }
    };
    let different = blocks.iter().filter(differs);
    different.map(|block| format!("{} is not as configured", block.address())).collect()
}

fn sets_what_is_configured(cloud: &Simulator, block: &Block, id: &str) -> bool {
    let text = |argument: &str| block.body.get(argument).and_then(Json::as_str);
    cloud.configurations().iter().filter(|it| it.id == id).any(|group| {
        let values = block.body.get("values").and_then(Json::as_object);
        values.is_some_and(|values| mean_the_same(values, &group.values))
            && text("name") == Some(&group.name)
            && text("description") == described(group)
    })
}

/// The ID of the group that an instance or an HA group is to have.
fn wanted(block: &Block, state: &BTreeMap<String, String>) -> Option<String> {
    let text = block.body.get("configuration_id")?.as_str()?;
    match reference(text) {
        Some((address, _)) => state.get(&address).cloned(),
        None => Some(text.to_owned()),
    }
}
