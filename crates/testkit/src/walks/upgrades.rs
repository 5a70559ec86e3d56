//! Instances that upgrade others, and which version each has.

use clouddb_sim::InstanceSnapshot;

use super::census::Thing;
use super::wish::Wish;
use crate::scenario::Block;

/// What a new instance can have that is to be upgraded, and what it is upgraded to.
const VERSIONS: [&str; 2] = ["5.7", "8.0"];

/// The status of an instance and of its upgrade until that is detached.
pub(super) const VERIFYING: &str = "VERIFY_UPGRADE";

/// The version in the block of an instance. What is made of another one has what that has.
pub(super) fn version(wish: &Wish) -> Option<&'static str> {
    let [before, after] = VERSIONS;
    match (wish.upgrade, wish.old) {
        (true, _) => Some(after),
        (_, true) if wish.of.is_none() => Some(before),
        _ => None,
    }
}

/// Whether a configuration group can be attached: they are all for the newer version, and nobody attaches one to
/// an upgrade.
pub(super) fn takes_groups(wish: &Wish) -> bool {
    let waits = wish.upgrade && wish.of.is_some();
    !waits && (wish.upgrade || !wish.old)
}

/// Whether this block can have made it, which has a name of the service at first.
pub(super) fn is_upgrade(block: &Block, thing: &Thing) -> bool {
    let follows = thing.facts.get("upgrade_of").is_some_and(|it| !it.is_null());
    follows && block.body.get("upgrade_of").is_some() && thing.name.ends_with("_upgrade")
}

/// Whether an instance has the version from before.
pub(super) fn is_old(instance: &InstanceSnapshot) -> bool {
    let [before, _] = VERSIONS;
    instance.datastore_version == before
}
