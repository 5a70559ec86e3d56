//! A client of the Rackspace Cloud Databases API, version 1.0.
//!
//! The API is OpenStack Trove's with Rackspace's additions; logins go through Rackspace Identity
//! v2.0. Start at [`Client`]: it hands out one value per collection, and each operation there is one
//! method that names its call.
//!
//! What the client takes upon itself: the token, paging, retries, rate limits, waiting for work that
//! the API does behind its `202 Accepted`, and the order of writes to one instance.
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>.

mod client;
mod settings;

mod backups;
mod databases;
mod datastores;
mod flavors;
mod instances;
mod users;

mod status;
mod wait;

mod batch;
mod desk;
mod lane;
mod listing;
mod lost_reply;

mod http;
mod identity;
mod page;
mod rate;
mod retry;
mod wire;

mod clock;
mod error;
mod lenient;
mod scope;
mod secret;

#[cfg(test)]
mod fuzz;

pub use backups::{Backup, BackupDatastore, Backups, NewBackup};
pub use client::Client;
pub use databases::{Database, Databases, NewDatabase};
pub use datastores::{Datastore, DatastoreVersion, Datastores};
pub use error::{Call, Cause, Error, Refusal, Sent};
pub use flavors::{Flavor, Flavors};
pub use instances::{
    DatastoreRef, Instance, InstanceFlavor, InstanceVolume, Instances, NewInstance,
};
pub use settings::{Credentials, Pace, Secret, Settings};
pub use status::{BackupStatus, InstanceStatus};
pub use users::{NewUser, User, UserChange, UserId, Users};
