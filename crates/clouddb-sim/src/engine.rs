//! Database servers behind the instances: programs, folders, addresses and SQL. Nothing here knows what an
//! instance of the API is, or when anything is asked for.
//!
//! A [`Server`](server::Server) lives as long as somebody holds it: its process and its folder end with it,
//! and those of all servers with the simulator, also when that is killed. Where data is kept for the next run,
//! only the processes end with the simulator.

pub(crate) mod by_name;
pub(crate) mod change;
pub(crate) mod contents;
pub(crate) mod mariadb;
pub(crate) mod proxy;
pub(crate) mod saved;
pub(crate) mod server;
pub(crate) mod settings;

mod address;
mod call;
mod connection;
mod folder;
mod installation;
mod keeper;
mod process;
mod program;
mod quoting;
mod replication;
mod restore;
mod store;
mod tools;
mod upgrade;
mod version;
mod writer;
