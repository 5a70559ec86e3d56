use tokio_util::sync::CancellationToken;

use super::*;
use crate::api::databases::{collection, model::Database};

fn sender() -> Sender {
    Sender::idle(CallContext::new(None, CancellationToken::new()))
}

fn cache() -> Arc<ListCache<Database>> {
    Arc::new(ListCache::new(collection("i1")))
}

/// The listing of that number, with one database.
fn listing(number: u64) -> List<Database> {
    List {
        begun: Begun { number, epoch: 0, forgets: 0 },
        whole: true,
        ended: Instant::now(),
        pages: 1,
        items: Arc::new(vec![Database { name: "a".to_owned() }]),
        odd: Arc::default(),
        places: Arc::new([("a".to_owned(), 0)].into()),
    }
}

#[tokio::test]
async fn a_listing_is_under_way_until_it_has_ended_itself() {
    let (cache, sender) = (cache(), sender());
    let AtHand::UnderWay(_fetch) = cache.find_or_begin(&sender, Need::Fresh) else {
        panic!("nothing is known yet");
    };
    let begun = Begun { number: 1, epoch: 0, forgets: 0 };

    cache.finish(Begun { number: 0, ..begun }, None);
    assert!(cache.is_at_hand(&sender, Need::Fresh));
    cache.finish(begun, None);
    assert!(!cache.is_at_hand(&sender, Need::Fresh), "it has failed");
}

#[tokio::test]
async fn an_older_listing_that_ends_late_is_no_news() {
    let cache = cache();
    let mut news = cache.news();
    for (number, is_news) in [(2, true), (1, false), (2, false), (3, true)] {
        cache.finish(listing(number).begun, Some(&listing(number)));
        assert_eq!(news.has_changed().unwrap(), is_news, "{number}");
        news.mark_unchanged();
    }
    assert_eq!(*news.borrow(), ListVersion(3));
}

#[tokio::test]
async fn a_new_object_is_shown_as_the_last_listing_has_it() {
    let (cache, a) = (cache(), "a".to_owned());
    cache.expect(&sender(), [a.clone()].into_iter());
    assert_eq!((cache.pending(), cache.shown(&a)), (1, None));

    cache.finish(listing(1).begun, Some(&listing(1)));

    assert_eq!(cache.shown(&a), Some(Database { name: a }));
}

#[tokio::test]
async fn a_creation_takes_nothing_away_from_what_was_there_and_any_other_write_may() {
    let (cache, sender) = (cache(), sender());
    let at_hand = |need| cache.is_at_hand(&sender, need);
    cache.finish(listing(1).begun, Some(&listing(1)));
    assert!(at_hand(Need::Fresh) && at_hand(Need::BeforeCreations));

    cache.outdate();
    assert!(!at_hand(Need::Fresh) && at_hand(Need::BeforeCreations));
    cache.forget();
    assert!(!at_hand(Need::Fresh) && !at_hand(Need::BeforeCreations));
}
