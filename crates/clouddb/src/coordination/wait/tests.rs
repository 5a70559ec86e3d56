use tokio_util::sync::CancellationToken;

use std::sync::Mutex;

use super::*;
use crate::value::context::CallContext;
use crate::value::error::{Call, Refusal};

/// Waits for so many seconds of a clock that runs by itself. A look is told the seconds that have
/// passed.
async fn wait(
    seconds: u64,
    first_pause: Duration,
    look: impl Fn(u64) -> Result<Look<()>, Error> + Send + Sync,
) -> Result<(), Error> {
    let start = Instant::now();
    let deadline = start + Duration::from_secs(seconds);
    let context = CallContext::new(Some(deadline), CancellationToken::new());
    let sender = Sender::idle(context);
    let (_news_of, news) = watch::channel(ListVersion::default());
    let awaited = Awaited::new("instance", "i1", "ready");
    let wait = Wait::new(awaited, ListVersion::default(), news).after(first_pause);
    let look = &look;

    until(&sender, wait, |_, seen| async move { Ok((look(start.elapsed().as_secs())?, seen)) })
        .await
}

/// When looks are taken in so many seconds, in seconds.
async fn looks(seconds: u64, first_pause: Duration) -> Vec<u64> {
    let looks = Mutex::new(Vec::new());

    let ended = wait(seconds, first_pause, |now| {
        looks.lock().unwrap().push(now);
        Ok(Look::Pending(None))
    })
    .await;

    assert!(matches!(ended, Err(Error::Deadline { .. })));
    looks.into_inner().unwrap()
}

/// Whenever something is ready, the next look at it comes within a tenth of the time that it took,
/// or within a second.
#[tokio::test(start_paused = true)]
async fn what_is_ready_is_noticed_in_proportion_to_the_time_that_it_took() {
    let looks = looks(3600, Duration::from_secs(1)).await;

    assert_eq!(looks[..5], [1, 2, 3, 4, 5]);
    for ready in [5, 10, 60, 299, 600, 1800] {
        let noticed = looks.iter().find(|look| **look >= ready).unwrap();
        assert!(noticed - ready <= (ready / 10).max(1), "{ready}: {noticed}");
    }
    assert!(looks.windows(2).all(|pair| pair[1] - pair[0] <= 31), "{looks:?}");
}

/// Half of what the documented limit of 100 reads a minute leaves to all who wait.
#[tokio::test(start_paused = true)]
async fn one_wait_takes_few_of_the_reads_of_a_minute() {
    let looks = looks(3600, Duration::from_secs(1)).await;

    for minute in 0..60 {
        let in_it = looks.iter().filter(|look| **look / 60 == minute).count();
        assert!(in_it <= 30, "{minute}: {in_it}");
    }
}

#[tokio::test(start_paused = true)]
async fn half_of_the_time_is_left_for_looks() {
    assert_eq!(looks(60, Duration::from_hours(1)).await[0], 30);
}

fn refused(status: u16) -> Box<Refusal> {
    Box::new(Refusal::of_status(status))
}

#[test]
fn only_what_no_other_look_can_change_ends_the_waiting() {
    let refusal = |path: &str, status, fault: Option<&str>| {
        let call = Call { method: "POST".to_owned(), path: path.to_owned() };
        Refusal { call, fault: fault.map(str::to_owned), ..*refused(status) }
    };
    let failed = Error::Failed {
        what: "instance",
        id: "i1".to_owned(),
        status: "ERROR".to_owned(),
        detail: None,
    };
    let login = |status| Error::Forbidden(Box::new(refusal("/tokens", status, None)));
    let of_the_call = refusal("/instances", 401, Some("unauthorized"));
    let of_the_login = refusal("/instances", 401, None);

    for (error, ends) in [
        (failed, true),
        (Error::Invalid("no name".to_owned()), true),
        (Error::UnknownRegion { region: None, known: Vec::new() }, true),
        (Error::Unauthorized(Box::new(of_the_login)), true),
        (Error::Unauthorized(Box::new(of_the_call)), false),
        (login(403), true),
        (login(499), true),
        (login(500), false),
        (login(503), false),
        (Error::Unavailable(refused(503)), false),
        (Error::NotFound(refused(404)), false),
    ] {
        assert_eq!(is_final(&error), ends, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_newer_listing_ends_a_pause_and_an_older_one_does_not() {
    let (news_of, mut news) = watch::channel(5);
    let pause = Duration::from_secs(10);
    for (seen, paused) in [(4, Duration::ZERO), (5, pause), (6, pause)] {
        let begun = Instant::now();
        pause_or_news(pause, &mut news, seen).await;
        assert_eq!(begun.elapsed(), paused, "{seen}");
    }
    drop(news_of);
}

/// A write takes a minute at most to show everywhere.
#[tokio::test(start_paused = true)]
async fn an_absence_ends_the_waiting_only_when_nothing_else_shows_for_a_minute() {
    for out_of_order in [false, true] {
        let twice = wait(3600, Duration::ZERO, |now| match now {
            ..30 | 100..150 => Err(Error::NotFound(refused(404))),
            30..100 if out_of_order => Err(Error::Unavailable(refused(503))),
            30..100 => Ok(Look::Pending(None)),
            _ => Ok(Look::Done(())),
        });
        assert!(twice.await.is_ok());
    }

    let start = Instant::now();
    let once = wait(3600, Duration::ZERO, |_| Err(Error::NotFound(refused(404)))).await;
    assert!(matches!(once, Err(Error::NotFound(_))));
    assert!((60..70).contains(&start.elapsed().as_secs()));
}
