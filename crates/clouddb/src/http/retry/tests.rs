use http::HeaderMap;
use serde_json::{Value, json};

use super::*;
use crate::http::request::Path;

/// What is done about a reply to a request that has been tried like that.
fn done_about(status: u16, body: &Value, request: &Request, renewed: bool) -> &'static str {
    let reply = Reply {
        call: request.call(),
        status,
        headers: HeaderMap::new(),
        body: body.to_string().into_bytes(),
        whole: true,
        secrets: Vec::new(),
    };
    let awaited = Awaited::new("request", "r", "answered");
    let tries = Tries { awaited, repeats: 0, outage_since: None, maybe_done: false, renewed };
    match next(request, &reply, &tries) {
        Next::Accept => "accepted",
        Next::Renew => "a new login",
        Next::PauseAll(pause) if pause.is_zero() => "a pause of all",
        Next::PauseAll(_) => "a long pause of all",
        Next::BackOff => "a pause",
        Next::Refuse => "refused",
    }
}

#[test]
fn pauses_double_up_to_the_longest() {
    let seconds = |step| growing(Duration::from_secs(1), Duration::from_secs(30), step).as_secs();

    assert_eq!([0, 1, 2, 3, 4, 5, 100].map(seconds), [1, 2, 4, 8, 16, 30, 30]);
}

#[test]
fn a_random_pause_is_never_longer_than_the_whole() {
    let whole = Duration::from_secs(30);

    let pauses: Vec<Duration> = (0..1000).map(|_| jitter(whole)).collect();

    assert!(pauses.iter().all(|pause| *pause <= whole));
    assert!(pauses.iter().any(|pause| *pause < whole / 2));
    assert!(pauses.iter().any(|pause| *pause > whole / 2));
    assert_eq!(jitter(Duration::ZERO), Duration::ZERO);
}

#[test]
fn pauses_between_repeats_vary_within_their_second_half() {
    let longest = Duration::from_secs(8);

    let pauses: Vec<Duration> = (0..1000).map(|_| varied(longest)).collect();

    assert!(pauses.iter().all(|pause| (longest / 2..=longest).contains(pause)));
    assert!(pauses.iter().any(|pause| *pause > longest * 3 / 4));
}

/// A login that is refused is made anew once. The API may know the caller and refuse the call alone.
#[test]
fn a_refused_login_is_made_anew_once_and_a_refused_call_is_refused() {
    let read = Request::get(Path::of("instances"));
    let login = json!({ "unauthorized": { "code": 401, "message": "The token has expired." } });
    let call = json!({ "unauthorized": { "code": 401, "message": "Not for this instance." } });

    assert_eq!(done_about(401, &login, &read, false), "a new login");
    assert_eq!(done_about(401, &login, &read, true), "refused");
    assert_eq!(done_about(401, &call, &read, false), "refused");
    assert_eq!(done_about(401, &call, &read, true), "refused");
}

/// Nobody sends it again here; whoever does comes with all others after the pause.
#[test]
fn a_limit_that_what_is_never_repeated_has_hit_pauses_all() {
    let create = Request::post(Path::of("instances"), json!({}));

    assert_eq!(done_about(429, &json!({}), &create, false), "a pause of all");
    assert_eq!(done_about(400, &json!({}), &create, false), "refused");
}
