//! The creation of many objects on one instance.

use clouddb_sim::{Options, RateLimits};

use super::estate::Estate;
use super::requests::Calls;
use super::site::{APPLY, Equipment, Site, Took};
use crate::Result;

/// The creation of one instance with databases and users, at Terraform's usual parallelism.
pub(super) struct Creation {
    pub(super) estate: Estate,
    /// Without delay or limits.
    pub(super) free: Took,
    pub(super) calls: Calls,
    /// Under the documented limits, which count by the minute.
    pub(super) limited: Took,
    pub(super) served: Calls,
    /// How many calls went beyond a limit.
    pub(super) refused: usize,
}

/// Creates it twice.
pub(super) fn measure(equipment: &Equipment, estate: Estate) -> Result<Creation> {
    let files = estate.files_in_order();
    let (free, requests) = Site::new(equipment, &files)?.watched(&APPLY)?;
    let limits = Options { rate_limits: Some(RateLimits::default()), ..Options::default() };
    let (limited, answered) = Site::with(equipment, &files, limits)?.watched(&APPLY)?;
    let (refused, served): (Vec<_>, Vec<_>) = answered.into_iter().partition(|it| it.status == 413);
    Ok(Creation {
        estate,
        free,
        calls: Calls::of(&requests),
        limited,
        served: Calls::of(&served),
        refused: refused.len(),
    })
}
