//! Real `terraform` drives the real provider against the simulator.
//!
//! Each test is a [`testkit::world::World`] of its own: a simulator, an empty directory, a home directory and
//! a CLI configuration that know nothing of the developer's. `KEEP_WORLD=1` leaves the directories
//! for a look by hand. What has to be asked of every attribute alone, [`changes`], [`mocks`] and
//! [`readings`], is asked of the provider in this process, and so is what plans say in many cases.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking and explains itself on stdout, in its helpers too"
)]

mod account;
mod actions;
mod address_plans;
mod attached;
mod backup;
mod backup_copy;
mod backup_plans;
mod broken;
mod busy;
mod changes;
mod configuration;
mod configuration_plans;
mod counts;
mod data_sources;
mod database;
mod destructions;
mod drift;
mod ephemeral;
mod errors;
mod escapes;
mod evidence;
mod final_backup;
mod functions;
mod generated;
mod ground;
mod ha_backups;
mod ha_failover;
mod ha_group;
mod ha_plans;
mod ha_upgrade;
mod halfway;
mod host;
mod identity;
mod inside_plans;
mod instance;
mod instance_plans;
mod interrupts;
mod kills;
mod lanes;
mod lifecycle;
mod limits;
mod mocks;
mod moves;
mod odd_items;
mod one_key;
mod parallel;
mod passwords;
mod plan_checks;
mod plan_children;
mod protection;
mod provider;
mod queries;
mod readings;
mod refusals;
mod refused_calls;
mod regions;
mod replicas;
mod restart_plans;
mod root_plans;
mod root_user;
mod schedule;
mod secrets;
mod tcp;
mod tokens;
mod two_addresses;
mod upgrade;
mod upgrade_plans;
mod user;
mod user_plans;
mod validation;
