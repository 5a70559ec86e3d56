//! How much of anything there may be: items on a page, objects, calls in a minute.

use std::time::Duration;

/// Items on a page, which is both the default and the most that `limit` can ask for.
#[derive(Debug, Clone, Copy)]
pub struct PageSizes {
    /// `/instances`.
    pub instances: usize,
    /// `/ha`.
    pub ha_groups: usize,
    /// `/instances/{id}/databases`.
    pub databases: usize,
    /// `/instances/{id}/users`.
    pub users: usize,
    /// `/backups`. A larger `limit` is honoured here, as Trove does.
    pub backups: usize,
}

impl Default for PageSizes {
    fn default() -> Self {
        Self::all(20)
    }
}

impl PageSizes {
    /// The same size for every collection.
    pub fn all(items: usize) -> Self {
        Self { instances: items, ha_groups: items, databases: items, users: items, backups: items }
    }
}

/// Limits for each account and region; `None` is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    /// Instances.
    pub instances: Option<usize>,
    /// Sum of all volumes, in GB.
    pub volumes: Option<u64>,
    /// Backups.
    pub backups: Option<usize>,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { instances: Some(25), volumes: None, backups: None }
    }
}

/// Calls of one account that are let through in one window, by kind of call.
///
/// The defaults are the documented ones:
/// <https://docs.rackspace.com/docs/cloud-databases>, "Limits".
#[derive(Debug, Clone, Copy)]
pub struct RateLimits {
    /// Length of the window, which begins with the first call in it.
    pub window: Duration,
    /// Every GET.
    pub gets: u32,
    /// `POST /instances` and `DELETE /instances/{id}`, each.
    pub instances: u32,
    /// `POST /instances/{id}/root`.
    pub root: u32,
    /// `POST /instances/{id}/action`.
    pub actions: u32,
    /// `POST` and `DELETE` of databases, each.
    pub databases: u32,
    /// Every write below `/users`, together.
    pub users: u32,
    /// `POST /backups`.
    pub backups: u32,
    /// `DELETE /backups/{id}`.
    pub backup_deletes: u32,
    /// How the refusal looks.
    pub body: RateLimitBody,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            window: Duration::from_mins(1),
            gets: 100,
            instances: 20,
            root: 20,
            actions: 5,
            databases: 20,
            users: 50,
            backups: 100,
            backup_deletes: 20,
            body: RateLimitBody::Trove,
        }
    }
}

/// The bodies that a 413 was seen with when a rate limit was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimitBody {
    /// `Retry-After` in seconds, `retryAfter` in seconds as text.
    Trove,
    /// `Retry-After` as an HTTP date, `retryAfter` as a time.
    Repose,
    /// `Retry-After` as an HTTP date, `retryAt` as a time that ends in `UTC`.
    ReposeUk,
}
