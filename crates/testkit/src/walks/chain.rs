//! A chain: steps in order, which one line of text holds.

use std::fmt;
use std::str::FromStr;

use super::step::Step;

/// Steps in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain(pub Vec<Step>);

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{step}")?;
        }
        Ok(())
    }
}

impl FromStr for Chain {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split_whitespace().map(Step::from_str).collect::<Result<_, _>>().map(Self)
    }
}
