//! Instances that are carried by database servers, seen through HTTP and by clients of MySQL.
//!
//! Without a server on this machine nothing of it is proven, and one line says so.

#[cfg(test)]
#[path = "../support/api.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod api;
#[cfg(test)]
#[path = "../support/http.rs"]
mod http;
#[cfg(test)]
#[path = "../support/running.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod running;

#[cfg(test)]
mod backups;
#[cfg(test)]
mod cloud;
#[cfg(test)]
mod company;
#[cfg(test)]
mod contents;
#[cfg(test)]
mod data;
#[cfg(test)]
mod end;
#[cfg(test)]
mod endpoints;
#[cfg(test)]
mod incremental;
#[cfg(test)]
mod listening;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod versions;
