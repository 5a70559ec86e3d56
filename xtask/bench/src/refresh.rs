//! Plans that change nothing, and what they ask the API.

use std::time::Duration;

use clouddb_sim::{Fault, Options, RateLimits};

use super::estate::Estate;
use super::meter::Used;
use super::requests::Calls;
use super::site::{Equipment, PLAN, Site};
use testkit::Result;

/// How long each call takes where time is told.
pub(super) const LATENCY: Duration = Duration::from_millis(50);

/// The plan of one instance with databases and users.
pub(super) struct Refresh {
    pub(super) databases: usize,
    pub(super) users: usize,
    pub(super) calls: Calls,
    /// What the providers of a plan used.
    pub(super) used: Used,
    /// The whole plan, with the documented limits and with [`LATENCY`].
    pub(super) wall: Duration,
}

/// Plans an instance with so many databases and users.
pub(super) fn measure(equipment: &Equipment, databases: usize, users: usize) -> Result<Refresh> {
    let estate = Estate { instances: 1, databases, users };
    let site = Site::settled(equipment, estate, Options::default())?;
    let (_, requests) = site.watched(&PLAN)?;
    let used = site.metered(&PLAN)?;
    let limits = Options { rate_limits: Some(RateLimits::default()), ..Options::default() };
    let site = Site::settled(equipment, estate, limits)?;
    site.cloud().inject(slow());
    let wall = site.terraform(&PLAN)?.wall;
    Ok(Refresh { databases, users, calls: Calls::of(&requests), used, wall })
}

/// Every call takes [`LATENCY`].
pub(super) fn slow() -> Fault {
    Fault::on("*", "**").delay(LATENCY).always()
}
