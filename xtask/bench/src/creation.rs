//! The creation of many objects.

use clouddb_sim::{Options, RateLimits};

use super::estate::Estate;
use super::requests::Calls;
use super::site::{APPLY, Equipment, Site, Took};
use testkit::Result;

/// The creation of instances with databases and users, at Terraform's usual parallelism.
pub(super) struct Creation {
    pub(super) estate: Estate,
    /// Without delay or limits.
    pub(super) free: Took,
    pub(super) calls: Calls,
    /// Under the limits, if they were on for it.
    pub(super) limited: Option<Limited>,
}

/// The same under the documented limits, which count by the minute.
pub(super) struct Limited {
    pub(super) took: Took,
    /// How many calls went beyond a limit.
    pub(super) refused: usize,
}

/// Creates it.
pub(super) fn measure(equipment: &Equipment, estate: Estate) -> Result<Creation> {
    let (free, requests) = Site::new(equipment, &estate.files_in_order())?.watched(&APPLY)?;
    // What is spread over many instances would take many minutes.
    let limited = match estate.instances {
        1 => Some(measure_limited(equipment, estate)?),
        _ => None,
    };
    Ok(Creation { estate, free, calls: Calls::of(&requests), limited })
}

fn measure_limited(equipment: &Equipment, estate: Estate) -> Result<Limited> {
    let limits = Options { rate_limits: Some(RateLimits::default()), ..Options::default() };
    let site = Site::with(equipment, &estate.files_in_order(), limits)?;
    let (took, requests) = site.watched(&APPLY)?;
    let refused = requests.iter().filter(|it| it.status == 413).count();
    Ok(Limited { took, refused })
}
