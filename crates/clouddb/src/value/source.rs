//! What is backed up.

/// What is backed up: an instance, or a high-availability group, by its ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A single instance.
    Instance(String),
    /// A high-availability group, whichever of its members the service takes the data from.
    HaGroup(String),
}

impl Source {
    /// Its ID.
    pub fn id(&self) -> &str {
        match self {
            Self::Instance(id) | Self::HaGroup(id) => id,
        }
    }
}
