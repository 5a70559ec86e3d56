//! What a machine lacks.

/// This machine lacks what the command needs, which says nothing about the release.
#[derive(Debug)]
pub(crate) struct Missing(pub(crate) String);

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// The exit code for [`Missing`], beside 1 for everything else and 2 for wrong arguments.
pub(crate) const MISSING: u8 = 3;
