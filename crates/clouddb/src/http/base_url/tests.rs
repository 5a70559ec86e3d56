use super::*;
use crate::http::request::Path;
use crate::value::settings::Credentials;

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

#[test]
fn plain_http_leads_to_this_machine_and_where_it_is_allowed_to_the_hosts_that_were_named() {
    let credentials =
        Credentials::ApiKey { username: "u".to_owned(), api_key: "k".to_owned().into() };
    let mut settings = Settings {
        auth_url: url("http://sim:8778/v2.0"),
        endpoint: Some(url("https://db.example.com")),
        ..Settings::new(credentials)
    };
    for (plain_http, to, accepted) in [
        (false, "http://127.0.0.1:1", true),
        (false, "https://elsewhere", true),
        (false, "http://sim:8778", false),
        (true, "http://sim:8778", true),
        (true, "http://sim:1/DFW", true),
        (true, "http://db.example.com", true),
        (true, "http://elsewhere", false),
        (true, "http://user@sim", false),
        (true, "ftp://sim", false),
    ] {
        settings.plain_http = plain_http;

        let checked = check_private("the endpoint", &url(to), &settings);

        assert_eq!(checked.is_ok(), accepted, "{to}, {plain_http}: {checked:?}");
    }
}
