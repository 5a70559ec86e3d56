use super::*;
use crate::value::limits::LONGEST_TEXT;

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        call: Call { method: "GET".to_owned(), path: "/instances/i1".to_owned() },
        status,
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec(),
        whole: true,
        secrets: Vec::new(),
    }
}

fn told(status: u16, body: &str) -> String {
    reply(status, body).refusal().to_string()
}

#[test]
fn every_shape_of_a_refusal_is_understood() {
    let cases = [
        (
            404,
            r#"{"itemNotFound": {"code": 404, "message": "Resource i1 cannot be found."}}"#,
            "404 itemNotFound: Resource i1 cannot be found.",
        ),
        (
            413,
            r#"{"overLimit": {"code": 413, "message": "Too much.", "details": "Only 5 POST."}}"#,
            "413 overLimit: Too much. (Only 5 POST.)",
        ),
        (
            401,
            r#"{"error": {"code": 401, "title": "Unauthorized", "message": "Log in."}}"#,
            "401 Unauthorized: Log in.",
        ),
        (
            403,
            r#"{"code": "403 Forbidden", "title": "Forbidden",
                "message": "Access was denied.<br /><br />\nNot yours.\n\n"}"#,
            "403 Forbidden: Access was denied. Not yours.",
        ),
        (
            502,
            "<html><head><title>502 Bad Gateway</title><style>p { x: y }</style></head>\
             <body><h1>Bad Gateway</h1><p>nginx &amp; co</p></body></html>",
            "502: 502 Bad Gateway Bad Gateway nginx & co",
        ),
        (503, "try later\n", "503: try later"),
        (504, "", "504: Gateway Timeout"),
        (500, "{}", "500: Internal Server Error"),
        (400, r#"{"badRequest": {"code": 400}}"#, "400 badRequest: Bad Request"),
        (400, r#"{"why": "no"}"#, r#"400: {"why":"no"}"#),
        (400, r#"["no"]"#, r#"400: ["no"]"#),
        (
            422,
            r#"{"unprocessableEntity": {"code": "422", "message": ""}}"#,
            "422 unprocessableEntity: Unprocessable Entity",
        ),
        (599, "", "599: HTTP status 599"),
    ];

    for (status, body, words) in cases {
        assert_eq!(told(status, body), format!("GET /instances/i1: {words}"));
    }
}

#[test]
fn a_long_page_is_shortened_between_characters() {
    let words = reply(500, &"ä".repeat(1000)).refusal().message;

    assert_eq!(words, format!("{}...", "ä".repeat(300)));
}

/// The pages are long enough that going through one more than once would never end.
#[test]
fn a_page_is_gone_through_once() {
    for part in [
        "<tr><td class=\"c\">..</td></tr>",
        "<p>x</p>",
        "<a:b xmlns=\"c\"/>",
        "<script>",
        "<style></script>",
        "<script></style",
        "<",
        "&lt;<",
        "{",
        "\u{7f} ",
    ] {
        let page = part.repeat(4_000_000 / part.len());

        assert!(reply(403, &page).refusal().message.chars().count() <= LONGEST_TEXT + 3, "{part}");
    }
}

#[test]
fn a_document_that_is_nested_without_an_end_is_an_error() {
    for part in ["[", "{\"instance\":", "[{\"a\":"] {
        let body = part.repeat(100_000);

        let error = reply(200, &body).unwrapped::<Value>("instance").unwrap_err();

        assert!(matches!(error, Error::Undecodable { .. }), "{error}");
        reply(403, &body).refusal();
    }
}

#[test]
fn a_decoder_that_quotes_a_reply_of_secrets_is_not_searched_without_an_end() {
    let items: Vec<Value> =
        (0..50_000).map(|n| serde_json::json!({"password": n.to_string()})).collect();
    let body = serde_json::json!({"instance": items, "more": "x".repeat(1_000_000)}).to_string();

    let error = reply(200, &body).unwrapped::<String>("instance").unwrap_err();

    assert!(matches!(error, Error::Undecodable { .. }), "{error}");
}

#[test]
fn a_secret_across_the_end_of_what_was_read_is_not_told() {
    let mut reply = reply(500, &format!("<p>{}</p>s3cret-wo", " ".repeat(60_000)));
    reply.secrets = vec!["s3cret-word".to_owned()];
    reply.whole = false;

    let told = reply.refusal().to_string();

    assert!(!told.contains("s3c") && told.contains("only the beginning"), "{told}");
}

#[test]
fn a_404_of_which_only_the_beginning_was_read_is_no_absence() {
    let mut reply = reply(404, r#"{"itemNotFound": {"message": "Resource i1 cannot be found."}}"#);
    reply.whole = false;

    assert!(matches!(reply.refused(), Error::Undecodable { .. }));
}

#[test]
fn names_and_ids_of_a_refusal_are_shortened() {
    let mut reply =
        reply(404, &serde_json::json!({"x".repeat(10_000): {"message": "no"}}).to_string());
    reply.headers.insert("x-request-id", "y".repeat(10_000).parse().unwrap());

    assert!(reply.refusal().to_string().len() < 1_000);
}

#[test]
fn a_secret_is_cut_out_before_a_page_is_shortened_or_put_on_one_line() {
    let secret = "s3cret  <pass>\nword";
    let pages = [
        format!("{}{secret} and more", "x".repeat(LONGEST_TEXT - 8)),
        format!("<h1>Not this</h1><p>{secret}</p>"),
        "<h1>Not this</h1><p>s3cret  &lt;pass&gt;\nword</p>".to_owned(),
        serde_json::json!({"badRequest": {"message": format!("'{secret}' is bad")}}).to_string(),
        serde_json::json!({"why": {"message": "no", "details": secret}}).to_string(),
        serde_json::json!({"why": ["x".repeat(LONGEST_TEXT - 20), secret]}).to_string(),
        serde_json::json!({secret: {"title": secret}}).to_string(),
        serde_json::json!({"error": {"title": secret, "message": "no"}}).to_string(),
        format!("{{ \"badRequest\": {{\"message\": {}", serde_json::json!(secret)),
    ];

    for page in pages {
        let mut reply = reply(500, &page);
        reply.secrets = vec![secret.to_owned()];

        let told = reply.refusal().to_string();

        assert!(told.contains("(sensi"), "{told}");
        assert!(!told.contains("pass"), "{told}");
    }
}

#[test]
fn a_request_id_that_is_the_token_is_not_told() {
    let mut reply = reply(404, "");
    reply.secrets = vec!["s3cret-token".to_owned()];
    reply.headers.insert("x-request-id", "s3cret-token".parse().unwrap());

    assert_eq!(reply.refusal().request_id.as_deref(), Some("(sensitive)"));
}

#[test]
fn markup_that_never_ends_is_no_trouble() {
    for page in ["<html", "<style>p", "a < b", "<script></script", "<"] {
        reply(500, page).refusal();
    }
}

#[test]
fn the_request_id_is_kept_under_any_of_its_names() {
    for name in ["x-request-id", "x-openstack-request-id", "x-trans-id"] {
        let mut reply = reply(404, "");
        reply.headers.insert(name, "req-1".parse().unwrap());

        assert_eq!(reply.refusal().request_id.as_deref(), Some("req-1"));
        assert!(reply.refusal().to_string().ends_with(" [request ID req-1]"));
    }
}

#[test]
fn each_status_is_the_error_that_a_caller_can_act_on() {
    let kind = |status| match reply(status, "").refused() {
        Error::Unauthorized(_) => "unauthorized",
        Error::Forbidden(_) => "forbidden",
        Error::Busy(_) => "busy",
        Error::OverQuota(_) => "over quota",
        Error::RateLimited { .. } => "rate limited",
        Error::Rejected(_) => "rejected",
        Error::Unavailable(_) => "unavailable",
        other => panic!("{other}"),
    };

    let kinds = [301, 400, 401, 403, 405, 409, 413, 415, 422, 429, 500, 501, 503].map(kind);
    for passing in [408, 421, 425, 499, 502, 504, 506, 507, 508, 520, 522, 524, 530, 599] {
        assert_eq!(kind(passing), "unavailable", "{passing}");
    }
    for lasting in [505, 511, 498, 451] {
        assert_eq!(kind(lasting), "rejected", "{lasting}");
    }

    assert_eq!(
        kinds,
        [
            "rejected",
            "rejected",
            "unauthorized",
            "forbidden",
            "rejected",
            "busy",
            "over quota",
            "rejected",
            "busy",
            "rate limited",
            "unavailable",
            "rejected",
            "unavailable",
        ]
    );
}

#[test]
fn a_404_is_an_absence_only_in_the_words_of_the_api_about_an_object() {
    let object = r#"{"itemNotFound": {"code": 404, "message": "Resource i1 cannot be found."}}"#;
    assert!(matches!(reply(404, object).refused(), Error::NotFound(_)));

    for other in [
        "",
        "<html><h1>404 Not Found</h1></html>",
        "not here",
        "{}",
        "[]",
        r#"{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}"#,
        r#"{"code": "404 Not Found", "title": "Not Found", "message": "No such route."}"#,
        r#"{"error": {"code": 404, "title": "Not Found", "message": "No such tenant."}}"#,
        r#"{"badRequest": {"code": 404, "message": "Resource i1 cannot be found."}}"#,
    ] {
        let error = reply(404, other).refused();

        assert!(matches!(error, Error::Undecodable { .. }), "{other}: {error}");
    }
}

#[test]
fn a_401_is_about_the_call_only_in_a_fault_of_the_api_that_does_not_speak_of_the_login() {
    let fault = |name: &str, message: &str| {
        serde_json::json!({ name: {"code": 401, "message": message} }).to_string()
    };
    let is_of_the_call = |body: &str| reply(401, body).refusal().is_of_the_call();

    for words in [
        "Cannot create a replica of a replica i1.",
        "Swift account not accessible for tenant 1.",
        "User does not have admin privileges.",
        "Not for you.",
    ] {
        assert!(is_of_the_call(&fault("unauthorized", words)), "{words}");
        assert!(!is_of_the_call(&fault("error", words)), "{words}");
        assert!(!is_of_the_call(words), "{words}");
    }
    for words in [
        "Token unauthorized",
        "The token has expired.",
        "No valid token provided. Please use the 'X-Auth-Token' header.",
        "This server could not verify that you are authorized to access the document you requested.",
        "The request you have made requires authentication.",
        "Unable to authenticate user with credentials provided.",
        "Username or api key is invalid.",
        "Please log in again.",
        "",
    ] {
        assert!(!is_of_the_call(&fault("unauthorized", words)), "{words}");
    }
    assert!(!is_of_the_call("<html><h1>401 Authorization Required</h1></html>"));
    assert!(!reply(403, &fault("unauthorized", "Not for you.")).refusal().is_of_the_call());
}

#[test]
fn a_login_that_lacks_the_second_factor_says_what_to_do() {
    let mut reply = reply(401, "");
    reply
        .headers
        .insert("www-authenticate", "OS-MF sessionId='x', factor='PASSCODE'".parse().unwrap());

    let details = reply.refusal().details.unwrap();

    assert!(details.contains("API key") && !details.contains("sessionId"), "{details}");
}

#[test]
fn what_is_wrapped_is_unwrapped() {
    let number: u8 = reply(200, r#"{"n": 7, "more": []}"#).unwrapped("n").unwrap();

    assert_eq!(number, 7);
}

#[test]
fn a_body_that_is_not_as_documented_is_undecodable() {
    for body in ["", "[]", "<html>", "{}", r#"{"n": "seven"}"#] {
        let error = reply(200, body).unwrapped::<u8>("n").unwrap_err();

        assert!(matches!(error, Error::Undecodable { .. }), "{body}: {error}");
    }
}

#[test]
fn an_undecodable_reply_does_not_tell_the_secrets_in_it() {
    let login = reply(200, r#"{"access": {"token": "s3cret-token", "user": {"password": 1}}}"#);

    let error = login.unwrapped::<std::collections::HashMap<String, u8>>("access").unwrap_err();

    let Error::Undecodable { source, .. } = error else { panic!("{error}") };
    assert!(!source.to_string().contains("s3cret-token"), "{source}");
}

#[test]
fn a_quota_is_no_rate_limit_whatever_time_it_names() {
    for words in ["Quota exceeded for resources: ['volumes'].", "Instance volume quota exceeded."] {
        let fault =
            serde_json::json!({"overLimit": {"code": 413, "message": words, "retryAfter": 0}});
        let mut reply = reply(413, &fault.to_string());
        reply.headers.insert("retry-after", "0".parse().unwrap());

        assert!(matches!(reply.refused(), Error::OverQuota(_)), "{words}");
    }
    let limit =
        r#"{"overLimit": {"code": 413, "message": "OverLimit Retry...", "retryAfter": "x"}}"#;
    assert!(matches!(reply(413, limit).refused(), Error::RateLimited { retry_after: None, .. }));
    let mut page = reply(413, "<h1>Request quota exceeded</h1>");
    page.headers.insert("retry-after", "".parse().unwrap());
    assert!(matches!(page.refused(), Error::RateLimited { retry_after: None, .. }));
}
