//! A simulator of Rackspace Identity v2.0 and Cloud Databases v1.0, in memory, on loopback.
//!
//! It refuses what the service refuses, in the service's words: the order of checks, the texts and
//! the three shapes of error bodies were taken from the public documentation and from recorded
//! exchanges with a server of the same lineage. Where it differs on purpose, `DIFFERENCES.md` beside
//! this crate says so and why.
//!
//! The simulator shares no type with any client: a misspelt field in a client cannot be understood
//! here by accident, and an unknown field in a request is an error.
//!
//! ```no_run
//! use clouddb_sim::{Fault, Options, Simulator};
//!
//! # fn main() -> std::io::Result<()> {
//! let sim = Simulator::start(Options::default())?;
//! sim.inject(Fault::on("POST", "/instances").status(503).after_effect());
//! let id = sim.add_instance("orders", "2", 5);
//! assert_eq!(sim.instances()[0].id, id);
//! # Ok(())
//! # }
//! ```
//!
//! # Vocabulary
//!
//! An object **reports** a status and may have a **task**: the thing it was asked for and has not
//! finished (building, resizing, going away). The [`Clock`] says when a task ends: after a number of
//! polls, after some time, or when a test says so. A [`Fault`] changes one or more replies on their
//! way out; an [`Occasion`] with an [`End`] changes how the next task ends.

mod options;

mod state;

mod message;

mod api;

mod http;

mod faults;

mod simulator;

pub use crate::faults::fault::Fault;
pub use crate::http::request_log::RecordedRequest;
pub use crate::options::clock::{Clock, Durations};
pub use crate::options::limits::{PageSizes, Quotas, RateLimitBody, RateLimits};
pub use crate::options::{Flavor, Legacy, Login, Options, REGIONS};
pub use crate::simulator::handle::Simulator;
pub use crate::state::backups::BackupSnapshot;
pub use crate::state::configurations::ConfigurationSnapshot;
pub use crate::state::databases::DatabaseSnapshot;
pub use crate::state::instances::InstanceSnapshot;
pub use crate::state::tasks::{End, Occasion};
pub use crate::state::users::UserSnapshot;
