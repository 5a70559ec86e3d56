//! What a creation made.

use crate::value::error::Error;

/// What a creation made, and how that is known.
#[derive(Debug, Clone)]
pub struct Made<T> {
    /// The object.
    pub object: T,
    /// How the request ended, if its reply did not bring the object. It was looked for then, and is
    /// the only one that is as wanted, was not there before and came after the request: all that can
    /// be known of it, and no proof that nobody else made it.
    pub found_after: Option<Error>,
}
