use http::HeaderMap;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::Call;
use crate::http::{Path, Request};

fn reply(status: u16, headers: &[(&'static str, &str)], body: &str) -> Reply {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    Reply {
        call: Call { method: "POST".to_owned(), path: "/instances".to_owned() },
        status,
        headers: map,
        body: body.as_bytes().to_vec(),
        secrets: Vec::new(),
    }
}

fn pause(status: u16, headers: &[(&'static str, &str)], body: &str) -> Option<u64> {
    asked_pause(&reply(status, headers, body)).map(|pause| pause.as_secs())
}

#[test]
fn the_pause_is_understood_in_every_spelling() {
    let date = ("date", "Wed, 02 Dec 2015 05:00:00 GMT");

    assert_eq!(pause(413, &[("retry-after", "37")], ""), Some(37));
    assert_eq!(pause(429, &[("retry-after", " 0 ")], ""), Some(0));
    assert_eq!(pause(503, &[date, ("retry-after", "Wed, 02 Dec 2015 05:00:28 GMT")], ""), Some(28));
    assert_eq!(pause(413, &[date, ("retry-after", "Wed, 02 Dec 2015 04:00:00 GMT")], ""), Some(0));
    for (body, seconds) in [
        (r#"{"overLimit": {"code": 413, "retryAfter": "37"}}"#, 37),
        (r#"{"overLimit": {"code": 413, "retryAfter": 37}}"#, 37),
        (r#"{"overLimit": {"code": 413, "retryAfter": "2015-12-02T05:00:28Z"}}"#, 28),
        (r#"{"overLimit": {"code": 413, "retryAt": "2015-12-02T05:01:00UTC"}}"#, 60),
    ] {
        assert_eq!(pause(413, &[date], body), Some(seconds), "{body}");
    }
}

#[test]
fn a_quota_asks_for_no_pause() {
    let body = r#"{"overLimit": {"code": 413, "message": "Quota exceeded."}}"#;

    assert_eq!(pause(413, &[], body), None);
    assert_eq!(pause(413, &[], "<html>"), None);
    assert_eq!(pause(404, &[("retry-after", "37")], ""), None);
}

#[test]
fn requests_are_counted_as_the_api_counts_them() {
    let instance = || Path::of("instances").name("i");
    let body = serde_json::Value::Null;
    for (request, class) in [
        (Request::get(instance()), LimitClass::Reads),
        (Request::get(instance().word("users")), LimitClass::Reads),
        (Request::post(Path::of("instances"), body.clone()), LimitClass::Instances),
        (Request::delete(instance()), LimitClass::Instances),
        (Request::patch(instance(), body.clone()), LimitClass::Others),
        (Request::post(instance().word("action"), body.clone()), LimitClass::Actions),
        (Request::delete(instance().word("databases").name("d")), LimitClass::Databases),
        (Request::put(instance().word("users"), body.clone()), LimitClass::Users),
        (Request::post(Path::of("backups"), body.clone()), LimitClass::BackupCreations),
        (Request::delete(Path::of("backups").name("b")), LimitClass::BackupDeletions),
        (Request::post(Path::of("tokens"), body), LimitClass::Logins),
    ] {
        assert_eq!(request.limit_class(), class, "{}", request.call());
    }
}

fn refusal() -> Box<Refusal> {
    Box::new(reply(413, &[], "").refusal())
}

#[tokio::test(start_paused = true)]
async fn a_closed_gate_opens_after_the_longest_of_the_pauses() {
    let gates = Gates::default();
    let scope = Scope::new(None, CancellationToken::new());
    let start = Instant::now();
    gates.close(LimitClass::Reads, Duration::from_secs(5), refusal());
    gates.close(LimitClass::Reads, Duration::from_secs(2), refusal());

    drop(gates.pass(LimitClass::Users, &scope).await.unwrap());
    let meanwhile = start.elapsed();
    drop(gates.pass(LimitClass::Reads, &scope).await.unwrap());

    assert_eq!(meanwhile, Duration::ZERO);
    assert!(start.elapsed() >= Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_opens_after_the_deadline_is_not_waited_for() {
    let gates = Gates::default();
    let start = Instant::now();
    gates.close(LimitClass::Reads, Duration::from_secs(5), refusal());

    let error =
        gates.pass(LimitClass::Reads, &Scope::lasting(Duration::from_secs(4))).await.unwrap_err();

    assert!(matches!(error, Error::RateLimited { .. }), "{error}");
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_callers_come_one_at_a_time_for_a_window() {
    let gates = Gates::default();
    let scope = Scope::new(None, CancellationToken::new());
    gates.close(LimitClass::Reads, Duration::from_secs(5), refusal());

    let first = gates.pass(LimitClass::Reads, &scope).await.unwrap();
    let second = gates.pass(LimitClass::Reads, &Scope::lasting(Duration::from_secs(1))).await;
    gates.close(LimitClass::Reads, Duration::from_secs(7), refusal());
    drop(first);
    let reopened = Instant::now() + Duration::from_secs(7);
    let third = gates.pass(LimitClass::Reads, &scope).await.unwrap();
    let waited = Instant::now() >= reopened;
    tokio::time::advance(WINDOW).await;
    let fourth = gates.pass(LimitClass::Reads, &scope).await.unwrap();

    assert!(matches!(second, Err(Error::RateLimited { .. })), "{second:?}");
    assert!(waited, "a refusal of the one who went first holds for those behind");
    drop((third, fourth));
}
