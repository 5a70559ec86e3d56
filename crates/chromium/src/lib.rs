#![doc = include_str!("../README.md")]
#![cfg(unix)]

mod error;

mod process;

mod connection;

mod page;

mod browser;

pub use crate::browser::Browser;
pub use crate::error::{Error, Result};
pub use crate::page::{Node, Page};
pub use crate::process::find;
