//! What the tests and the automation of this provider are made of.

pub mod catalogue;
