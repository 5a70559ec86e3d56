//! The client against a server that follows a script.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::use_debug,
    reason = "what a test needs besides its own function fails as the test does"
)]

mod backup_copies;
mod batches;
mod configurations;
mod counts;
mod creations;
mod departures;
mod evidence;
mod ha_groups;
mod handed_out;
mod interrupts;
mod key_order;
mod lanes;
mod limits;
mod listings;
mod login;
mod lost_keys;
mod lost_replies;
mod odd_items;
mod page_by_page;
mod pages;
mod partial_lists;
mod refused_calls;
mod regions;
mod releases;
mod retries;
mod root;
mod schedules;
mod secrets;
mod server;
mod shelf;
mod upgrades;
mod users;
mod waits;
