//! Which region of which account.

/// A region of an account: what is in one is not seen from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) account: String,
}
