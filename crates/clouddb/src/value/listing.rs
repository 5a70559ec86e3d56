//! A list as callers get it: what can be read of it, and what cannot.

use std::ops::{Deref, DerefMut};

use crate::value::error::Error;

/// The items of a list. One that cannot be understood does not make the others unreadable.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// Those that can be read, in the order of the list.
    pub items: Vec<T>,
    /// The others. As long as there are any, what is not among the items need not be absent.
    pub unreadable: Vec<Unreadable>,
}

/// An item of a list that cannot be understood.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// Its ID, or its name where it has no ID, if that can be read.
    pub key: Option<String>,
    /// What is wrong with it.
    pub error: Error,
}

impl<T> Listing<T> {
    /// The items as a witness of what is absent; the error is that of the first that cannot be read.
    pub fn whole(self) -> Result<Vec<T>, Error> {
        match self.unreadable.into_iter().next() {
            None => Ok(self.items),
            Some(odd) => Err(odd.error),
        }
    }
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self { items: Vec::new(), unreadable: Vec::new() }
    }
}

impl<T> Deref for Listing<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.items
    }
}

impl<T> DerefMut for Listing<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.items
    }
}

impl<T> IntoIterator for Listing<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}
