use serde_json::json;

use crate::api::root::model::RootUser;
use crate::api::root::requests::{enable, is_enabled};
use crate::http::request::Repeat;

#[test]
fn every_operation_has_its_call() {
    assert_eq!(is_enabled("i1").call().to_string(), "GET /instances/i1/root");
    assert_eq!(enable("i1").call().to_string(), "POST /instances/i1/root");
}

#[test]
fn enabling_has_no_body_and_is_not_repeated_blindly() {
    let request = enable("i1");

    assert_eq!((request.body, request.repeat), (None, Repeat::Never));
}

#[test]
fn a_root_user_has_a_name_and_a_password() {
    let user: RootUser =
        serde_json::from_value(json!({ "name": "root", "password": "12345" })).unwrap();

    assert_eq!((user.name.as_str(), user.expose_password()), ("root", "12345"));
}

#[test]
fn a_reply_without_a_password_is_none() {
    for odd in [
        json!({ "name": "root" }),
        json!({ "name": "root", "password": "" }),
        json!({ "name": "root", "password": null }),
        json!({ "name": "root", "password": 12345 }),
        json!({ "name": "", "password": "12345" }),
    ] {
        assert!(serde_json::from_value::<RootUser>(odd.clone()).is_err(), "{odd}");
    }
}

/// The password is in no `Debug` of what holds it.
#[test]
fn a_root_user_keeps_its_password_to_itself() {
    let user: RootUser =
        serde_json::from_value(json!({ "name": "root", "password": "hush-hush" })).unwrap();

    assert!(!format!("{user:?}").contains("hush-hush"));
}
