//! What is known of a collection, and what of it answers a question.

use std::time::Duration;

use futures_util::future::{Shared, WeakShared};

use crate::coordination::list_cache::list::{Begun, Fetch, List, ListVersion, Listed, Need};
use crate::coordination::list_cache::partial_list::{KnownMarkers, SeekPlan};
use crate::coordination::list_cache::pending_creates::PendingCreates;

/// What a moment is.
const RECENT: Duration = Duration::from_secs(1);

pub(super) struct State<T: Listed> {
    /// How often the listing was made worthless.
    pub(super) epoch: u64,
    /// How often it was made worthless by more than creations.
    pub(super) forgets: u64,
    /// The number of the last listing that was begun.
    pub(super) begun: u64,
    /// The newest complete listing, which may have become worthless since.
    pub(super) latest: Option<List<T>>,
    /// The newest partial list.
    pub(super) partial: Option<List<T>>,
    pub(super) under_way: Option<UnderWay<T>>,
    pub(super) pending: PendingCreates<T>,
    /// Where things stand, as long as nothing but creations changes that.
    pub(super) markers: Option<KnownMarkers>,
}

pub(super) struct UnderWay<T: Listed> {
    pub(super) begun: Begun,
    pub(super) whole: bool,
    pub(super) fetch: WeakShared<Fetch<T>>,
}

impl<T: Listed> Default for State<T> {
    fn default() -> Self {
        Self {
            epoch: 0,
            forgets: 0,
            begun: 0,
            latest: None,
            partial: None,
            under_way: None,
            pending: PendingCreates::default(),
            markers: None,
        }
    }
}

/// A listing that takes no new request.
pub(super) enum AtHand<T: Listed> {
    Complete(List<T>),
    UnderWay(Shared<Fetch<T>>),
}

impl<T: Listed> State<T> {
    /// What answers a question without a new request.
    pub(super) fn at_hand(&self, need: Need, life: Duration) -> Option<AtHand<T>> {
        let valid = |begun: Begun, whole| match need {
            Need::Fresh | Need::Recent => whole && begun.epoch == self.epoch,
            Need::BeforeCreations => whole && begun.forgets == self.forgets,
            Need::Since(mark) => whole && begun.epoch >= mark.0,
            Need::After(seen) => whole && ListVersion(begun.number) > seen,
            Need::Partial(seen) => ListVersion(begun.number) > seen,
        };
        let young = |listing: &List<T>| match need {
            Need::Fresh | Need::BeforeCreations => listing.ended.elapsed() < life,
            Need::Recent => listing.ended.elapsed() < life.min(RECENT),
            Need::Since(_) | Need::After(_) | Need::Partial(_) => true,
        };
        let mut kept = self.latest.iter().chain(&self.partial);
        if let Some(kept) = kept.find(|it| valid(it.begun, it.whole) && young(it)) {
            return Some(AtHand::Complete(kept.clone()));
        }
        let under_way = self.under_way.as_ref();
        let under_way = under_way.filter(|it| valid(it.begun, it.whole))?;
        under_way.fetch.upgrade().map(AtHand::UnderWay)
    }

    /// The way to the new objects, if they are all that is needed and it is known.
    pub(super) fn plan(&self, need: Need) -> Option<SeekPlan> {
        match need {
            Need::Partial(_) => self.markers.as_ref()?.plan(self.pending.awaited()),
            Need::Fresh
            | Need::Recent
            | Need::BeforeCreations
            | Need::Since(_)
            | Need::After(_) => None,
        }
    }

    /// Takes in a listing that is complete.
    pub(super) fn note(&mut self, listing: &List<T>) {
        if self.pending.len() > 0 {
            self.pending.note(listing);
            if listing.whole {
                self.markers = KnownMarkers::of(&listing.items);
            } else if let Some(markers) = &mut self.markers {
                markers.add(&listing.items);
            }
        }
        let kept = if listing.whole { &mut self.latest } else { &mut self.partial };
        if kept.as_ref().is_none_or(|kept| kept.seen() < listing.seen()) {
            *kept = Some(listing.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::{Instant, advance};

    use super::*;
    use crate::api::databases::model::Database;
    use crate::coordination::list_cache::list::WriteMark;

    const LIFE: Duration = Duration::from_mins(1);

    /// The state of a collection of which this listing has been read just now.
    fn having(whole: bool, begun: Begun) -> State<Database> {
        let mut state = State { epoch: 3, forgets: 2, begun: 5, ..State::default() };
        state.note(&List {
            begun,
            whole,
            ended: Instant::now(),
            pages: 1,
            items: Arc::default(),
            odd: Arc::default(),
            places: Arc::default(),
        });
        state
    }

    const NEWEST: Begun = Begun { number: 5, epoch: 3, forgets: 2 };

    fn answers(state: &State<Database>, need: Need) -> bool {
        matches!(state.at_hand(need, LIFE), Some(AtHand::Complete(_)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_answers_what_it_has_not_become_worthless_for() {
        let after = |number| Need::After(ListVersion(number));
        let partial = |number| Need::Partial(ListVersion(number));
        let since = |write| Need::Since(WriteMark(write));

        let newest = having(true, NEWEST);
        for need in [Need::Fresh, Need::Recent, Need::BeforeCreations, since(3), after(4)] {
            assert!(answers(&newest, need), "{need:?}");
        }
        assert!(!answers(&newest, since(4)) && !answers(&newest, after(5)));
        let before_creations = having(true, Begun { epoch: 2, ..NEWEST });
        assert!(answers(&before_creations, Need::BeforeCreations));
        assert!(!answers(&before_creations, Need::Fresh));
        let worthless = having(true, Begun { epoch: 2, forgets: 1, ..NEWEST });
        assert!(!answers(&worthless, Need::BeforeCreations));
        // What a partial list does not show may be there all the same.
        let part = having(false, NEWEST);
        for need in [Need::Fresh, Need::Recent, Need::BeforeCreations, since(3), after(4)] {
            assert!(!answers(&part, need), "{need:?}");
        }
        assert!(answers(&part, partial(4)) && !answers(&part, partial(5)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_is_fresh_for_its_life_and_recent_for_a_moment() {
        let state = having(true, NEWEST);

        advance(RECENT / 2).await;
        assert!(answers(&state, Need::Recent));
        advance(RECENT / 2).await;
        assert!(!answers(&state, Need::Recent) && answers(&state, Need::Fresh));
        advance(LIFE.saturating_sub(RECENT)).await;
        assert!(!answers(&state, Need::Fresh) && !answers(&state, Need::BeforeCreations));
        assert!(answers(&state, Need::After(ListVersion(4))));
    }
}
