//! What the simulator does, seen through HTTP.

#[cfg(test)]
#[path = "../support/api.rs"]
mod api;
#[cfg(test)]
#[path = "../support/estate.rs"]
mod estate;
#[cfg(test)]
#[path = "../support/http.rs"]
mod http;

#[cfg(test)]
#[path = "../support/running.rs"]
mod running;

#[cfg(test)]
mod backups;
#[cfg(test)]
mod configurations;
#[cfg(test)]
mod container;
#[cfg(test)]
mod control;
#[cfg(test)]
mod data;
#[cfg(test)]
mod databases;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fidelity;
#[cfg(test)]
mod ha;
#[cfg(test)]
mod ha_actions;
#[cfg(test)]
mod ha_backups;
#[cfg(test)]
mod ha_conversion;
#[cfg(test)]
mod ha_members;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod instances;
#[cfg(test)]
mod interface;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod page;
#[cfg(test)]
mod program;
#[cfg(test)]
mod replicas;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod strictness;
#[cfg(test)]
mod upgrades;
#[cfg(test)]
mod users;
