//! How a simulator is set up. Every field has a default that suits a test.

pub(crate) mod clock;
pub(crate) mod engine;
pub(crate) mod limits;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::options::clock::{Clock, ClockSkew};
use crate::options::engine::Engine;
use crate::options::limits::{PageSizes, Quotas, RateLimits};

/// The regions of the service catalog, in the order in which they are listed.
///
/// <https://docs.rackspace.com/docs/cloud-databases> names an endpoint for each.
pub const REGIONS: [&str; 6] = ["DFW", "ORD", "IAD", "LON", "SYD", "HKG"];

/// How a simulator is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// When a task ends.
    pub clock: Clock,
    /// How far its clocks are from that of this machine.
    pub skew: ClockSkew,
    /// User name of the account.
    pub user: String,
    /// API key of the account.
    pub api_key: String,
    /// Password of the account.
    pub password: String,
    /// Account (tenant) ID of the account.
    pub account_id: String,
    /// More accounts that can log in. Nobody sees the objects of another.
    pub other_accounts: Vec<Login>,
    /// Region that serves `/v1.0/{account}` without a region in the path, and that seeds go to; at first
    /// also the default region of every user.
    pub default_region: String,
    /// How long a token is valid.
    pub token_life: Duration,
    /// Items on a page.
    pub page_sizes: PageSizes,
    /// Largest volume, in GB.
    pub volume_max: u64,
    /// Limits for each account and region.
    pub quotas: Quotas,
    /// Calls a minute; `None` counts nothing.
    pub rate_limits: Option<RateLimits>,
    /// For how many listings a created database or user stays unseen, and a deleted one seen.
    pub guest_lag: u32,
    /// The flavors on offer.
    pub flavors: Vec<Flavor>,
    /// What carries the databases of the instances.
    pub engine: Engine,
    /// The folder that keeps what the cloud holds, for the next run with it; `None` keeps nothing. Its engine,
    /// account and default region stay what they are, and so do the clocks that it has set.
    pub data: Option<PathBuf>,
    /// The release whose answers are given where releases differ.
    pub release: Release,
    /// Behaviour of older or less strict servers.
    pub legacy: Legacy,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: Clock::AfterPolls(1),
            skew: ClockSkew::default(),
            user: "demo".into(),
            api_key: "demo-key".into(),
            password: "demo-password".into(),
            account_id: "123456".into(),
            other_accounts: Vec::new(),
            default_region: "DFW".into(),
            token_life: Duration::from_hours(24),
            page_sizes: PageSizes::default(),
            volume_max: 1024,
            quotas: Quotas::default(),
            rate_limits: None,
            guest_lag: 0,
            flavors: Flavor::all(),
            engine: Engine::default(),
            data: None,
            release: Release::default(),
            legacy: Legacy::default(),
        }
    }
}

impl Options {
    /// Every login: the main one first.
    pub(crate) fn logins(&self) -> impl Iterator<Item = Login> + '_ {
        let main = Login {
            user: self.user.clone(),
            api_key: self.api_key.clone(),
            password: self.password.clone(),
            account_id: self.account_id.clone(),
        };
        std::iter::once(main).chain(self.other_accounts.iter().cloned())
    }

    /// The flavor of this ID, if it is on offer.
    pub(crate) fn flavor(&self, id: u64) -> Option<&Flavor> {
        self.flavors.iter().find(|flavor| flavor.id == id)
    }

    /// RAM in MB of the flavor of this ID; 0 if it is not on offer.
    pub(crate) fn ram(&self, flavor_id: u64) -> u64 {
        self.flavor(flavor_id).map_or(0, |flavor| flavor.ram)
    }
}

/// Who may log in, and to which account.
#[derive(Debug, Clone)]
pub struct Login {
    /// User name.
    pub user: String,
    /// API key.
    pub api_key: String,
    /// Password.
    pub password: String,
    /// Account (tenant) ID.
    pub account_id: String,
}

/// A flavor on offer.
#[derive(Debug, Clone)]
pub struct Flavor {
    /// ID, a number in `/flavors` and a string inside an instance.
    pub id: u64,
    /// Name, such as `2GB Instance`.
    pub name: String,
    /// RAM in MB.
    pub ram: u64,
}

impl Flavor {
    /// A flavor.
    pub fn new(id: u64, name: impl Into<String>, ram: u64) -> Self {
        Self { id, name: name.into(), ram }
    }

    fn all() -> Vec<Self> {
        [
            (1, "512MB Instance", 512),
            (2, "1GB Instance", 1024),
            (3, "2GB Instance", 2048),
            (4, "4GB Instance", 4096),
            (5, "8GB Instance", 8192),
            (6, "16GB Instance", 16384),
            (7, "32GB Instance", 32768),
            (8, "64GB Instance", 65536),
        ]
        .into_iter()
        .map(|(id, name, ram)| Self::new(id, name, ram))
        .collect()
    }
}

/// A release of the lineage, where they differ in what a client must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Release {
    /// Trove 8.0.1, the nearest in age to Rackspace's service.
    #[default]
    Older,
    /// Trove 26.0.0: hardly looks at the names of databases, refuses the flavor, the volume and the
    /// datastore of a replica, and an empty text for a configuration group, knows no least flavor and no
    /// largest number of replicas, and tells its limits.
    Newer,
}

/// Behaviour of older or less strict servers. Everything is off by default.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, named where it is set"
)]
pub struct Legacy {
    /// A user name in the last segment of a path is cut at its first period, so that
    /// `DELETE .../users/john.doe` acts on `john`.
    pub period_bug: bool,
    /// The marker of a listing of databases or users is decoded twice, so that its `next` link can be
    /// followed to the letter.
    pub marker_decoded_twice: bool,
    /// Deleting a database that does not exist is 202 instead of 404.
    pub silent_database_delete: bool,
    /// Databases, users and the instance itself may be changed while a backup runs, as in Trove.
    pub writes_during_backup: bool,
    /// Instances show `ip` instead of `hostname`.
    pub addresses: bool,
    /// Times carry no zone.
    pub bare_times: bool,
    /// Backups have the ten fields of Trove, and not what Rackspace added in 2015.
    pub plain_backups: bool,
}
