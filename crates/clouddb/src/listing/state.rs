//! What is known of a collection, and what of it answers a question.

use std::time::Duration;

use futures_util::future::{Shared, WeakShared};

use super::births::Births;
use super::excerpt::{Landmarks, Route};
use super::{Fetch, Listed, Listing, Need, Seen};

/// What a moment is.
const RECENT: Duration = Duration::from_secs(1);

pub(super) struct State<T: Listed> {
    /// How often the listing was made worthless.
    pub(super) epoch: u64,
    /// The number of the last listing that was begun.
    pub(super) begun: u64,
    /// The newest complete listing, which may have become worthless since.
    pub(super) latest: Option<Listing<T>>,
    /// The newest excerpt.
    pub(super) excerpt: Option<Listing<T>>,
    pub(super) under_way: Option<UnderWay<T>>,
    pub(super) births: Births<T>,
    /// Where things stand, as long as nothing but creations changes that.
    pub(super) landmarks: Option<Landmarks>,
}

pub(super) struct UnderWay<T: Listed> {
    pub(super) epoch: u64,
    pub(super) number: u64,
    pub(super) whole: bool,
    pub(super) fetch: WeakShared<Fetch<T>>,
}

impl<T: Listed> Default for State<T> {
    fn default() -> Self {
        Self {
            epoch: 0,
            begun: 0,
            latest: None,
            excerpt: None,
            under_way: None,
            births: Births::default(),
            landmarks: None,
        }
    }
}

/// A listing that takes no new request.
pub(super) enum AtHand<T: Listed> {
    Complete(Listing<T>),
    UnderWay(Shared<Fetch<T>>),
}

impl<T: Listed> State<T> {
    /// What answers a question without a new request.
    pub(super) fn at_hand(&self, need: Need, life: Duration) -> Option<AtHand<T>> {
        let valid = |epoch, number, whole| match need {
            Need::Fresh | Need::Recent => whole && epoch == self.epoch,
            Need::After(seen) => whole && Seen(number) > seen,
            Need::Excerpt(seen) => Seen(number) > seen,
        };
        let young = |listing: &Listing<T>| match need {
            Need::Fresh => listing.ended.elapsed() < life,
            Need::Recent => listing.ended.elapsed() < life.min(RECENT),
            Need::After(_) | Need::Excerpt(_) => true,
        };
        let mut kept = self.latest.iter().chain(&self.excerpt);
        if let Some(kept) = kept.find(|it| valid(it.epoch, it.number, it.whole) && young(it)) {
            return Some(AtHand::Complete(kept.clone()));
        }
        let under_way = self.under_way.as_ref();
        let under_way = under_way.filter(|it| valid(it.epoch, it.number, it.whole))?;
        under_way.fetch.upgrade().map(AtHand::UnderWay)
    }

    /// The way to the new objects, if they are all that is needed and it is known.
    pub(super) fn route(&self, need: Need) -> Option<Route> {
        match need {
            Need::Excerpt(_) => self.landmarks.as_ref()?.route(self.births.awaited()),
            Need::Fresh | Need::Recent | Need::After(_) => None,
        }
    }

    /// Takes in a listing that is complete.
    pub(super) fn note(&mut self, listing: &Listing<T>) {
        if self.births.len() > 0 {
            self.births.note(listing);
            if listing.whole {
                self.landmarks = Landmarks::of(&listing.items);
            } else if let Some(landmarks) = &mut self.landmarks {
                landmarks.add(&listing.items);
            }
        }
        let kept = if listing.whole { &mut self.latest } else { &mut self.excerpt };
        if kept.as_ref().is_none_or(|kept| kept.number < listing.number) {
            *kept = Some(listing.clone());
        }
    }
}
