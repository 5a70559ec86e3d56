#![doc = include_str!("../README.md")]

mod api;
mod client;
mod coordination;
mod http;
mod identity;
mod sender;
mod value;

#[cfg(test)]
mod fuzz;

pub use api::backups::model::{Backup, BackupCopy, BackupDatastore, BackupSource, NewBackup};
pub use api::configurations::model::{
    Configuration, ConfigurationChange, ConfiguredInstance, NewConfiguration,
};
pub use api::databases::model::{Database, NewDatabase};
pub use api::datastores::model::{Datastore, DatastoreVersion};
pub use api::flavors::model::Flavor;
pub use api::ha_groups::model::{ConvertedHaGroup, HaGroup, HaMember, HaNetwork, NewHaGroup};
pub use api::instances::model::{
    DatastoreRef, Instance, InstanceFlavor, InstanceVolume, LeftOut, NewInstance, NewUpgrade,
};
pub use api::limits::model::Limits;
pub use api::parameters::model::Parameter;
pub use api::root::model::RootUser;
pub use api::schedules::model::{NewSchedule, Schedule, ScheduleChange, ScheduleSource};
pub use api::status::{BackupStatus, HaState, InstanceStatus};
pub use api::users::model::{NewUser, User, UserChange, UserId};
pub use client::Client;
pub use client::backups::Backups;
pub use client::configurations::Configurations;
pub use client::databases::Databases;
pub use client::datastores::Datastores;
pub use client::flavors::Flavors;
pub use client::ha_groups::{HaGroups, NewReplica};
pub use client::instances::Instances;
pub use client::login::Login;
pub use client::root::Root;
pub use client::schedules::Schedules;
pub use client::users::Users;
pub use coordination::root_password::NotTold;
pub use value::error::{Call, Cause, Error, Refusal, Sent};
pub use value::listing::{Listing, Unreadable};
pub use value::made::Made;
pub use value::settings::{Credentials, Secret, Settings};
pub use value::source::Source;
pub use value::timing::Timing;
