//! Reading only the pages on which new objects should stand.
//!
//! To see ten new databases among a thousand takes a whole listing fifty pages, and at most ten that
//! begin right before one of them. Where that is, earlier listings tell: a page is asked for by the key
//! of the last item before it. A partial list shows that an object is there. That one is not there it never
//! proves: the server may sort in a way that is not known here. See `docs/adr/0012-partial-lists.md`.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Display;

use crate::api::collection::{Collection, Pages};
use crate::coordination::list_cache::list::Listed;
use crate::http::pages;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::limits::MOST_PAGES;

/// How a server sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// By the bytes of the keys.
    Bytes,
    /// By their letters, capital or not.
    Letters,
}

impl Order {
    /// The first one in which these are sorted.
    fn of(keys: &[String]) -> Option<Self> {
        let sorts = |order: &Self| keys.is_sorted_by_key(|key| order.rank(key));
        [Self::Bytes, Self::Letters].into_iter().find(sorts)
    }

    fn rank(self, key: &impl Display) -> String {
        match self {
            Self::Bytes => key.to_string(),
            // As the collations of MySQL do it: an underscore comes after the letters.
            Self::Letters => key.to_string().to_uppercase(),
        }
    }
}

/// What a listing has shown, to find the place of others.
#[derive(Debug)]
pub(super) struct KnownMarkers {
    order: Order,
    /// The markers by the rank of what they stand for.
    markers: BTreeMap<String, String>,
}

impl KnownMarkers {
    /// Those of a complete listing, unless it is sorted in a way that is not known.
    pub(super) fn of<T: Listed>(items: &[T]) -> Option<Self> {
        let keys: Vec<String> = items.iter().map(|item| item.key().to_string()).collect();
        let order = Order::of(&keys)?;
        let mut markers = Self { order, markers: BTreeMap::new() };
        markers.add(items);
        Some(markers)
    }

    /// Takes in what else has been seen.
    pub(super) fn add<T: Listed>(&mut self, items: &[T]) {
        let order = self.order;
        let keys = items.iter().map(T::key).filter(pages::is_clear);
        self.markers.extend(keys.map(|key| (order.rank(&key), pages::marker(&key))));
    }

    /// The way to these, in the order in which they should stand; none leads nowhere.
    pub(super) fn plan<K: Display>(&self, keys: impl Iterator<Item = K>) -> Option<SeekPlan> {
        let mut stops: Vec<Stop> = keys.map(|key| self.stop(self.order.rank(&key))).collect();
        stops.sort_by(|one, other| one.rank.cmp(&other.rank));
        (!stops.is_empty()).then(|| SeekPlan { order: self.order, stops: stops.into() })
    }

    fn stop(&self, rank: String) -> Stop {
        let before = self.markers.range(..rank.clone()).next_back();
        Stop { before: before.map(|(rank, marker)| (rank.clone(), marker.clone())), rank }
    }
}

/// The way to new objects.
pub(super) struct SeekPlan {
    order: Order,
    stops: VecDeque<Stop>,
}

/// Where an object should stand.
struct Stop {
    rank: String,
    /// Rank and marker of the last item before it.
    before: Option<(String, String)>,
}

/// How far the reading has come: the rank of the last item, and its marker.
type Reached = (String, String);

impl Stop {
    /// The item after which to go on, unless the next page leads there.
    fn jump(&self, reached: Option<&Reached>) -> Option<&(String, String)> {
        self.before.as_ref().filter(|(before, _)| reached.is_none_or(|(last, _)| before > last))
    }
}

/// Reads one page after another, but only those on which something should stand; `None` if things do
/// not stand where they should, or the pages have no end.
pub(super) async fn read<T: Listed>(
    sender: &Sender,
    collection: &Collection,
    plan: SeekPlan,
) -> Result<Option<Pages<T>>, Error> {
    let SeekPlan { order, mut stops } = plan;
    let mut pages = Pages { items: Vec::new(), odd: Vec::new(), count: 0 };
    let mut reached: Option<Reached> = None;
    while let Some(stop) = stops.front() {
        let request = collection.request.clone();
        let (request, before) = match (stop.jump(reached.as_ref()), &reached) {
            (Some((before, marker)), _) => (request.after(marker), Some(before)),
            (None, Some((last, marker))) => (request.after(marker), Some(last)),
            (None, None) => (request, None),
        };
        let page = pages::page::<T>(&sender.send(&request).await?, collection.names)?;
        pages.count += 1;
        let ranks = || page.items.iter().map(|item| order.rank(&item.key()));
        let in_order =
            ranks().is_sorted() && before.is_none_or(|before| ranks().all(|rank| rank > *before));
        if !in_order || pages.count >= MOST_PAGES {
            return Ok(None);
        }
        let last = page.items.last().map(|item| pages::marker(&item.key()));
        let reached_now = ranks().next_back().zip(last);
        pages.items.extend(page.items);
        pages.odd.extend(page.odd);
        let (Some(now), Some(_)) = (reached_now, page.next) else { break };
        while stops.pop_front_if(|stop| stop.rank <= now.0).is_some() {}
        reached = Some(now);
    }
    Ok(Some(pages))
}
