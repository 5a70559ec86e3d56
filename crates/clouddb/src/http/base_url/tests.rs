use super::*;
use crate::http::request::Path;

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[test]
fn base_and_path_are_joined_by_one_slash_and_keep_their_encoding() {
    let request = Request::get(Path::of("instances").name("a%2F?b"))
        .query("limit=2&marker=a%2520b%2540%2525");

    for base in ["https://x/v1.0/1", "https://x/v1.0/1/"] {
        assert_eq!(
            target(&url(base), &request).as_str(),
            "https://x/v1.0/1/instances/a%252F%3Fb?limit=2&marker=a%2520b%2540%2525"
        );
    }
}

#[test]
fn only_this_machine_is_loopback() {
    for local in ["http://localhost:1", "http://127.1.2.3", "http://[::1]/", "http://LocalHost"] {
        assert!(is_loopback(&url(local)), "{local}");
    }
    for remote in ["http://10.0.0.1", "http://localhost.example.com", "http://[2001:db8::1]"] {
        assert!(!is_loopback(&url(remote)), "{remote}");
    }
}
