use tfplug::value::Value;

use super::*;

fn string(value: &str) -> Value {
    Value::String(value.to_owned())
}

#[track_caller]
fn accepts(rule: &Rule, values: &[&str]) {
    for value in values {
        assert_eq!(rule.test(&string(value)), Ok(()), "{value:?}");
    }
}

#[track_caller]
fn refuses(rule: &Rule, values: &[&str]) {
    for value in values {
        assert!(rule.test(&string(value)).is_err(), "{value:?} was accepted");
    }
}

#[test]
fn database_names_follow_the_service() {
    accepts(&database_name(), &["ab", "a_b-c", "a b", "a@b", "a??b", "1db", &"x".repeat(64)]);
    refuses(
        &database_name(),
        &[
            "",
            "a",
            " ab",
            "ab ",
            "a.b",
            "a/b",
            "a`b",
            "a b c",
            "a#b?c",
            "é1",
            "mysql",
            "MySQL",
            "sys",
            &"x".repeat(65),
        ],
    );
}

#[test]
fn user_names_follow_the_service_and_have_no_period() {
    accepts(&user_name(), &["a", "app-user", "a@b", "a b", &"u".repeat(16)]);
    refuses(
        &user_name(),
        &[
            "",
            "john.doe",
            "root",
            "OS_ADMIN",
            "a'b",
            "a;b",
            "a,b",
            "a/b",
            "a`b",
            " a",
            "a ",
            "--",
            "usér",
            "ａ1",
            "a\tb",
            "a\n",
            "a\u{a0}",
            &"u".repeat(17),
        ],
    );
}

#[test]
fn hosts_are_addresses_or_have_a_wildcard_at_an_end() {
    accepts(
        &host(),
        &[
            "%",
            "10.0.0.1",
            "0.0.0.0",
            "10.0.0.%",
            "10.0.%",
            "10.%",
            "10.0.0.1%",
            "%.0.0.1",
            "%.0.0.%",
        ],
    );
    refuses(
        &host(),
        &[
            "",
            "localhost",
            "10.0.0",
            "10.0.0.256",
            "10.%.0.1",
            "10.0.%.%",
            "%.%.%.%",
            "10.0.0.26%",
            "10.0.0.0.%",
            "10.",
            "10..%",
            "%%",
            "%x",
            "010.0.0.1",
            "10.0.0.٣",
            "10.0.0.0/8",
            "+1.0.0.1",
        ],
    );
}

#[test]
fn a_refused_password_is_not_repeated() {
    let message = password().test(&string("se'cret")).unwrap_err();

    assert!(!message.contains("cret"), "{message}");
    accepts(&password(), &["s3cret word", "a"]);
    refuses(&password(), &["", "--", "a\"b", " a", "a\\b", "ü1", "a\tb", &"p".repeat(256)]);
}

#[test]
fn display_names_need_something_readable() {
    accepts(&display_name(255), &["a", "web 1", "é1", "é, a", "1"]);
    refuses(&display_name(4), &["", "   ", "--", "é", "a\nb", "abcde"]);
}

#[test]
fn ids_are_uuids() {
    accepts(&id_of("a backup"), &["61f12fef-edb1-4561-8122-e7c00ef26a82"]);
    refuses(&id_of("a backup"), &["", "nightly", "61f12fef-edb1-4561-8122"]);
}
