use tokio_util::sync::CancellationToken;

use super::*;

fn refusal() -> Box<Refusal> {
    Box::new(Refusal::of_status(413))
}

#[tokio::test(start_paused = true)]
async fn a_paused_limit_opens_after_the_longest_of_the_pauses() {
    let limiter = RateLimiter::default();
    let context = CallContext::new(None, CancellationToken::new());
    let start = Instant::now();
    limiter.pause(LimitClass::Reads, Duration::from_secs(5), refusal(), WINDOW);
    limiter.pause(LimitClass::Reads, Duration::from_secs(2), refusal(), WINDOW);

    drop(limiter.acquire(LimitClass::Users, &context).await.unwrap());
    let meanwhile = start.elapsed();
    drop(limiter.acquire(LimitClass::Reads, &context).await.unwrap());

    assert_eq!(meanwhile, Duration::ZERO);
    assert!(start.elapsed() >= Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_opens_after_the_deadline_is_not_waited_for() {
    let limiter = RateLimiter::default();
    let start = Instant::now();
    limiter.pause(LimitClass::Reads, Duration::from_secs(5), refusal(), WINDOW);

    let error = limiter
        .acquire(LimitClass::Reads, &CallContext::lasting(Duration::from_secs(4)))
        .await
        .unwrap_err();

    assert!(matches!(error, Error::RateLimited { .. }), "{error}");
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_callers_come_one_at_a_time_for_a_window() {
    let limiter = RateLimiter::default();
    let context = CallContext::new(None, CancellationToken::new());
    limiter.pause(LimitClass::Reads, Duration::from_secs(5), refusal(), WINDOW);

    let first = limiter.acquire(LimitClass::Reads, &context).await.unwrap();
    let second =
        limiter.acquire(LimitClass::Reads, &CallContext::lasting(Duration::from_secs(1))).await;
    limiter.pause(LimitClass::Reads, Duration::from_secs(7), refusal(), WINDOW);
    drop(first);
    let reopened = Instant::now() + Duration::from_secs(7);
    let third = limiter.acquire(LimitClass::Reads, &context).await.unwrap();
    let waited = Instant::now() >= reopened;
    tokio::time::advance(WINDOW).await;
    let fourth = limiter.acquire(LimitClass::Reads, &context).await.unwrap();

    assert!(matches!(second, Err(Error::RateLimited { .. })), "{second:?}");
    assert!(waited, "a refusal of the one who went first holds for those behind");
    drop((third, fourth));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_lets_nothing_through_counts_as_an_outage() {
    let limiter = RateLimiter::default();
    let context = CallContext::new(None, CancellationToken::new());
    let outage = Duration::from_secs(10);
    let hit = || limiter.pause(LimitClass::Reads, Duration::from_secs(8), refusal(), outage);

    // The first wish is obeyed, however long it is, and so is each that comes in time.
    for _ in 0..2 {
        hit();
        drop(limiter.acquire(LimitClass::Reads, &context).await.unwrap());
    }
    hit();
    let late = limiter.acquire(LimitClass::Reads, &context).await;
    let opened = limiter.opened(LimitClass::Reads, &context).await;
    limiter.accepted(LimitClass::Reads);
    hit();
    let later = limiter.acquire(LimitClass::Reads, &context).await;

    assert!(matches!(late, Err(Error::RateLimited { retry_after: None, .. })), "{late:?}");
    assert!(matches!(opened, Err(Error::RateLimited { .. })), "{opened:?}");
    assert!(later.is_ok(), "{later:?}");
}

/// Each hit begins a new window after its pause.
#[tokio::test(start_paused = true)]
async fn a_limit_that_is_hit_again_is_kept_to_for_longer() {
    let limiter = RateLimiter::default();
    let context = CallContext::new(None, CancellationToken::new());
    let pause = Duration::from_secs(10);
    limiter.pause(LimitClass::Reads, pause, refusal(), WINDOW);
    tokio::time::advance(WINDOW).await;
    limiter.pause(LimitClass::Reads, pause, refusal(), WINDOW);
    tokio::time::advance(pause + WINDOW / 2).await;

    let first = limiter.acquire(LimitClass::Reads, &context).await.unwrap();
    let second =
        limiter.acquire(LimitClass::Reads, &CallContext::lasting(Duration::from_secs(1))).await;

    assert!(matches!(second, Err(Error::RateLimited { .. })), "{second:?}");
    drop(first);
}

#[tokio::test(start_paused = true)]
async fn hits_are_counted_until_a_request_is_accepted() {
    let limiter = RateLimiter::default();
    let hits = || limiter.hits(LimitClass::Reads);
    assert_eq!(hits(), 0);
    for hit in 1..4 {
        limiter.pause(LimitClass::Reads, Duration::from_secs(1), refusal(), WINDOW);
        assert_eq!(hits(), hit);
    }
    limiter.accepted(LimitClass::Reads);
    assert_eq!(hits(), 0);
}

/// What a 503 has asked for is an outage, and no limit of the caller's.
#[tokio::test(start_paused = true)]
async fn a_service_that_is_out_of_order_for_too_long_is_unavailable() {
    let limiter = RateLimiter::default();
    let context = CallContext::new(None, CancellationToken::new());
    for _ in 0..2 {
        let refusal = Box::new(Refusal::of_status(503));
        limiter.pause(LimitClass::Reads, Duration::from_secs(8), refusal, Duration::from_secs(5));
        tokio::time::advance(Duration::from_secs(6)).await;
    }

    let late = limiter.acquire(LimitClass::Reads, &context).await;

    assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
}

/// As the API counts them.
#[test]
fn requests_that_the_api_counts_together_share_a_limit() {
    let of = |method: Method, path: &str| {
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        LimitClass::of(&method, &segments)
    };

    for (class, requests) in [
        (LimitClass::Logins, &[(Method::POST, "tokens")][..]),
        (LimitClass::Reads, &[(Method::GET, "instances"), (Method::GET, "backups/b1")]),
        (LimitClass::Actions, &[(Method::POST, "instances/i1/action")]),
        (
            LimitClass::Databases,
            &[
                (Method::POST, "instances/i1/databases"),
                (Method::DELETE, "instances/i1/databases/d1"),
            ],
        ),
        (
            LimitClass::Users,
            &[
                (Method::POST, "instances/i1/users"),
                (Method::PUT, "instances/i1/users/u1/databases"),
            ],
        ),
        (LimitClass::Root, &[(Method::POST, "instances/i1/root")]),
        (LimitClass::Instances, &[(Method::POST, "instances"), (Method::DELETE, "instances/i1")]),
        (LimitClass::BackupCreations, &[(Method::POST, "backups")]),
        (LimitClass::BackupDeletions, &[(Method::DELETE, "backups/b1")]),
        (LimitClass::Others, &[(Method::PATCH, "instances/i1"), (Method::POST, "configurations")]),
    ] {
        for (method, path) in requests {
            assert_eq!(of(method.clone(), path), class, "{method} {path}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_may_last_to_its_very_end() {
    let limiter = RateLimiter::default();
    let context = CallContext::new(None, CancellationToken::new());
    let outage = Duration::from_secs(10);
    let hit = || limiter.pause(LimitClass::Reads, Duration::from_secs(1), refusal(), outage);
    hit();
    tokio::time::advance(outage).await;

    hit();

    drop(limiter.acquire(LimitClass::Reads, &context).await.unwrap());
}
