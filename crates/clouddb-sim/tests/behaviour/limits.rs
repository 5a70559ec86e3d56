use std::time::Duration;

use clouddb_sim::{Options, Quotas, RateLimitBody, RateLimits, Release};
use serde_json::json;

use crate::api::Api;

fn limited(body: RateLimitBody) -> Api {
    let rate_limits = RateLimits {
        gets: 2,
        actions: 1,
        window: Duration::from_hours(1),
        body,
        ..RateLimits::default()
    };
    Api::with(Options { rate_limits: Some(rate_limits), ..Options::default() })
}

#[test]
fn a_call_too_many_is_413_with_the_time_to_wait() {
    let api = limited(RateLimitBody::Trove);

    let statuses: Vec<u16> = (0..3).map(|_| api.get("/flavors").status).collect();
    let refused = api.get("/flavors");

    assert_eq!(statuses, [200, 200, 413]);
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3600).contains(&seconds), "{seconds}");
    let body = refused.json();
    assert_eq!(body["overLimit"]["retryAfter"], json!(seconds.to_string()));
    assert_eq!(
        body["overLimit"]["details"],
        "Only 2 GET request(s) can be made to * every minute."
    );
}

#[test]
fn each_kind_of_call_is_counted_for_itself() {
    let api = limited(RateLimitBody::Trove);
    let id = api.sim.add_instance("db", "2", 1);
    let restart = || api.post(&format!("/instances/{id}/action"), &json!({ "restart": {} })).status;

    assert_eq!([restart(), restart()], [202, 413]);
    assert_eq!(api.get("/flavors").status, 200);
}

#[test]
fn the_proxies_give_a_date() {
    for (body, key, end) in
        [(RateLimitBody::Repose, "retryAfter", "Z"), (RateLimitBody::ReposeUk, "retryAt", "UTC")]
    {
        let api = limited(body);
        (0..2).for_each(|_| drop(api.get("/flavors")));

        let seen = api.get("/flavors");

        assert!(httpdate::parse_http_date(seen.header("retry-after").unwrap()).is_ok());
        let time = seen.json()["overLimit"][key].as_str().unwrap().to_owned();
        assert!(time.ends_with(end), "{time}");
    }
}

#[test]
fn a_window_that_is_over_lets_calls_through_again() {
    let rate_limits = RateLimits { gets: 1, window: Duration::ZERO, ..RateLimits::default() };
    let api = Api::with(Options { rate_limits: Some(rate_limits), ..Options::default() });

    let statuses: Vec<u16> = (0..3).map(|_| api.get("/flavors").status).collect();

    assert_eq!(statuses, [200, 200, 200]);
}

#[test]
fn the_newer_release_tells_its_limits_and_rackspace_has_no_such_call() {
    let quotas = Quotas { instances: Some(6), volumes: Some(100), backups: None };
    let of = |release| Api::with(Options { release, quotas, ..Options::default() });

    let told = of(Release::Newer).get("/limits").json();

    assert_eq!(
        told["limits"][0],
        json!({ "verb": "ABSOLUTE", "max_instances": 6, "max_volumes": 100, "max_backups": -1 })
    );
    assert_eq!(told["limits"][4]["verb"], "GET");
    assert_eq!(of(Release::Older).get("/limits").status, 404);
}
