#![doc = include_str!("../README.md")]

// The floors, from the ground up: each uses only those before it.

mod options;

mod disk;

mod engine;

mod state;

mod message;

mod api;

mod http;

mod faults;

mod page;

mod simulator;

pub use crate::faults::fault::Fault;
pub use crate::http::request_log::RecordedRequest;
pub use crate::options::clock::{Clock, ClockSkew, Durations};
pub use crate::options::engine::{Engine, MariaDb};
pub use crate::options::limits::{PageSizes, Quotas, RateLimitBody, RateLimits};
pub use crate::options::{Flavor, Legacy, Login, Options, REGIONS, Release};
pub use crate::simulator::handle::Simulator;
pub use crate::state::backups::BackupSnapshot;
pub use crate::state::configurations::ConfigurationSnapshot;
pub use crate::state::databases::DatabaseSnapshot;
pub use crate::state::ha_groups::{EndpointsSnapshot, HaGroupSnapshot};
pub use crate::state::instances::{InstanceSnapshot, ServerSnapshot};
pub use crate::state::schedules::ScheduleSnapshot;
pub use crate::state::tasks::{End, Occasion};
pub use crate::state::users::UserSnapshot;
