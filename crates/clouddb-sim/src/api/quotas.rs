//! Quotas of an account in a region, and how a call that would go beyond one is refused.

use crate::message::reply::Reply;
use crate::options::Options;
use crate::state::region::Region;

/// Refuses what would go beyond a quota; `more` counts the GB that are asked for.
pub(crate) fn check_volumes(region: &Region, options: &Options, more: u64) -> Result<(), Reply> {
    let sum: u64 = region.instances.values().map(|instance| instance.volume).sum();
    if options.quotas.volumes.is_some_and(|max| sum.saturating_add(more) > max) {
        return Err(exceeded("'volumes'"));
    }
    Ok(())
}

/// Refuses one more instance with a volume of this many GB.
pub(crate) fn check_instances(
    region: &Region,
    options: &Options,
    volume: u64,
) -> Result<(), Reply> {
    check_several(region, options, 1, volume)
}

/// Refuses so many more instances, each with a volume of that many GB.
pub(crate) fn check_several(
    region: &Region,
    options: &Options,
    count: usize,
    volume: u64,
) -> Result<(), Reply> {
    let full = options.quotas.instances.is_some_and(|max| region.instances.len() + count > max);
    let sum = volume.saturating_mul(count as u64);
    match (full, check_volumes(region, options, sum)) {
        (true, Ok(())) => Err(exceeded("'instances'")),
        (true, Err(_)) => Err(exceeded("'instances', 'volumes'")),
        (false, checked) => checked,
    }
}

/// Refuses one more backup.
pub(crate) fn check_backups(region: &Region, options: &Options) -> Result<(), Reply> {
    let count = region.backups.len();
    if options.quotas.backups.is_some_and(|max| count >= max) {
        return Err(exceeded("'backups'"));
    }
    Ok(())
}

fn exceeded(resources: &str) -> Reply {
    Reply::fault(413, format!("Quota exceeded for resources: [{resources}]."))
}
