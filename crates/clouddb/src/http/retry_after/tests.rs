use super::*;

fn pause(status: u16, headers: &[(&'static str, &str)], body: &str) -> Option<u64> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    asked_pause(status, &map, body.as_bytes()).map(|pause| pause.as_secs())
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
fn a_wish_that_is_over_or_cannot_be_read_is_one_for_no_time() {
    for wish in
        ["0", "-5", "", " ", "abc", "99999999999999999999", "1e300", "NaN", "-inf", "0000-13-99"]
    {
        let body = serde_json::json!({"overLimit": {"retryAfter": wish}}).to_string();

        assert_eq!(pause(429, &[("retry-after", wish)], ""), Some(0), "{wish}");
        assert_eq!(pause(413, &[], &body), Some(0), "{wish}");
    }
    for wish in ["-5", "0", "null", "{}", "true"] {
        let body = format!(r#"{{"overLimit": {{"retryAfter": {wish}}}}}"#);

        assert_eq!(pause(503, &[], &body), Some(0), "{wish}");
    }
    assert_eq!(pause(413, &[("retry-after", "1.5")], ""), Some(2));
    assert_eq!(pause(413, &[], r#"{"overLimit": {"retryAfter": 0.2}}"#), Some(1));
    assert_eq!(pause(413, &[("retry-after", "99999999999")], ""), Some(24 * 60 * 60));
    assert_eq!(pause(413, &[("retry-after", "9999-01-01T00:00:00Z")], ""), Some(24 * 60 * 60));
}

#[test]
fn a_quota_asks_for_no_pause() {
    let body = r#"{"overLimit": {"code": 413, "message": "Quota exceeded."}}"#;

    assert_eq!(pause(413, &[], body), None);
    assert_eq!(pause(413, &[], "<html>"), None);
    assert_eq!(pause(404, &[("retry-after", "37")], ""), None);
}
