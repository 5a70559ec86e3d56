//! Copies of backups in other regions: where a block has one, and what the server has.

use clouddb_sim::{BackupSnapshot, Simulator};
use serde_json::Value as Json;

use crate::scenario::Block;

/// Where copies are, by number.
const REGIONS: [&str; 2] = ["ORD", "IAD"];

/// The region of a copy.
pub(super) fn region(number: u8) -> &'static str {
    let [first, second] = REGIONS;
    if number == 0 { first } else { second }
}

/// The number of the region of a copy; the first for one that no copy of a block is in.
pub(super) fn number(region: Option<&str>) -> u8 {
    let [_, second] = REGIONS;
    u8::from(region == Some(second))
}

/// Whether the server has what the block says.
pub(super) fn is_as_configured(cloud: &Simulator, block: &Block, id: &str) -> bool {
    let said = |argument: &str| block.body.get(argument).and_then(Json::as_str);
    let is = |it: &BackupSnapshot| {
        it.id == id && said("name") == Some(&it.name) && said("region") == Some(&it.region)
    };
    cloud.backups().iter().any(is)
}
