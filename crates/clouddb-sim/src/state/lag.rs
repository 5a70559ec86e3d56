//! Listings that lag behind what is really in an instance, as those of a busy server do.

use serde::{Deserialize, Serialize};

/// How listings lag behind the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Lag {
    #[default]
    None,
    /// Unseen for this many listings.
    Appearing(u32),
    /// Seen for this many listings, then gone.
    Vanishing(u32),
}

impl Lag {
    /// A change begins that listings see this many listings later.
    pub(crate) fn appearing(lag: u32) -> Self {
        if lag == 0 { Self::None } else { Self::Appearing(lag) }
    }

    /// Counts one listing and says whether the thing is seen in it.
    pub(crate) fn is_listed(&mut self) -> bool {
        match self {
            Self::None => true,
            Self::Appearing(0) => {
                *self = Self::None;
                true
            }
            Self::Appearing(listings) => {
                *listings -= 1;
                false
            }
            Self::Vanishing(listings) => {
                *listings = listings.saturating_sub(1);
                true
            }
        }
    }

    /// Says whether the thing is seen, without counting.
    pub(crate) fn is_seen(self) -> bool {
        !matches!(self, Self::Appearing(_))
    }

    /// True for what was deleted, whatever listings still show.
    pub(crate) fn is_vanishing(self) -> bool {
        matches!(self, Self::Vanishing(_))
    }

    pub(crate) fn is_gone(self) -> bool {
        self == Self::Vanishing(0)
    }
}
