//! The laws of this repository, as tests.
//!
//! A law is a function from what is there to a list of offences, each a sentence with a place. The
//! test of the law wants that list to be empty; a second test shows that the law can find something.

#![cfg(test)]

mod changelog;
mod decisions;
mod dependencies;
mod dependency_table;
mod floors;
mod imports;
mod links;
mod messages;
mod readme;
mod registry;
mod text;
mod tree;

/// Fails with all offences of a law, one a line.
fn obeyed(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}
