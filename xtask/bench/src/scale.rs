//! A large estate.

use std::time::Duration;

use clouddb_sim::{Options, RateLimits};

use super::estate::Estate;
use super::meter::Used;
use super::refresh::slow;
use super::requests::Calls;
use super::site::{Equipment, PLAN, Site, Took};
use testkit::Result;

/// The window of the limits in the simulation, a tenth of the documented minute.
pub(super) const WINDOW: Duration = Duration::from_secs(6);

/// A large estate.
pub(super) struct Scale {
    pub(super) estate: Estate,
    /// A plan that changes nothing.
    pub(super) plan: Took,
    pub(super) planned: Calls,
    pub(super) used: Used,
    /// The same plan under the documented limits, in windows of [`WINDOW`].
    pub(super) limited: Took,
    /// All calls of that plan, those that were refused included.
    pub(super) limited_calls: Calls,
}

/// Plans the estate in slow clouds.
pub(super) fn measure(equipment: &Equipment, estate: Estate) -> Result<Scale> {
    let site = Site::settled(equipment, estate, Options::default())?;
    site.cloud().inject(slow());
    let (plan, planned) = site.watched(&PLAN)?;
    let used = site.metered(&PLAN)?;
    let limits = RateLimits { window: WINDOW, ..RateLimits::default() };
    let limits = Options { rate_limits: Some(limits), ..Options::default() };
    let site = Site::settled(equipment, estate, limits)?;
    site.cloud().inject(slow());
    let (limited, limited_calls) = site.watched(&PLAN)?;
    Ok(Scale {
        estate,
        plan,
        planned: Calls::of(&planned),
        used,
        limited,
        limited_calls: Calls::of(&limited_calls),
    })
}
