#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod commands;
mod engine;
pub mod estate;
pub mod faults;
pub mod feature;
pub mod login;
pub mod openstack;
pub mod oracle;
pub mod process;
pub mod project;
pub mod provider;
pub mod pypi;
pub mod running;
pub mod sandbox;
pub mod scenario;
pub mod session;
pub mod terraform;
pub mod walks;
pub mod world;

/// What a step of the kit answers: a value, or the sentence that says what went wrong.
pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
