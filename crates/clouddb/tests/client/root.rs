//! The root user: a password that is told once, whatever becomes of the calls.

use std::time::Duration;

use clouddb::{Client, Error, NotTold, Root, Settings, Timing};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Gate, Server, instance, quick};

const ENABLE: &str = "POST /instances/i1/root";
const STATUS: &str = "GET /instances/i1/root";

fn told(password: &str) -> Answer {
    Answer::ok(&json!({ "user": { "name": "root", "password": password } }))
}

/// Whatever is asked of the instance, it is free.
fn free() -> Answer {
    Answer::instance("i1", "ACTIVE")
}

/// A server that answers the first call with this, and every later one with a password.
async fn first(answer: fn() -> Answer) -> Server {
    Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (ENABLE, 1) => answer(),
        (ENABLE, _) => told("the-second-one"),
        _ => free(),
    })
    .await
}

async fn password(root: &Root) -> Result<String, NotTold> {
    root.enable().await.map(|it| it.expose_password().to_owned())
}

#[tokio::test]
async fn root_is_enabled_by_a_call_without_a_body() {
    let server = Server::start(|_, _| told("a-password")).await;

    let user = server.client().root("i1").enable().await.unwrap();

    assert_eq!((user.name.as_str(), user.expose_password()), ("root", "a-password"));
    assert_eq!(server.lines(), [ENABLE]);
    assert_eq!(server.received()[0].body, Value::Null);
}

/// The last password is the one that holds, so a lost one costs another call and nothing else.
#[tokio::test]
async fn a_password_whose_reply_is_lost_is_followed_by_another() {
    for lost in [
        || Answer::Drop,
        || Answer::text(504, ""),
        || Answer::fault(503, "serviceUnavailable", "later"),
        || Answer::text(200, "{}"),
        || Answer::text(200, "<html>"),
        || Answer::ok(&json!({ "user": { "name": "root", "password": "" } })),
        || Answer::text(404, "<html>"),
    ] {
        let server = first(lost).await;

        assert_eq!(password(&server.client().root("i1")).await.unwrap(), "the-second-one");
        assert_eq!(server.count(ENABLE), 2);
    }
}

/// Somebody in between may carry out the lost call late, and then its password would hold.
#[tokio::test]
async fn the_call_after_a_lost_one_waits_until_that_can_take_effect_no_more() {
    let server = first(|| Answer::text(504, "")).await;
    let pause = Duration::from_secs(2);
    let timing = Timing { late_effect: pause, ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let soon = tokio::time::Instant::now() + pause / 2;

    // There is no time for that.
    let hasty = client.within(soon, CancellationToken::new());
    let error = password(&hasty.root("i1")).await.unwrap_err();

    assert!(error.may_be_changed && matches!(error.error, Error::Unavailable(_)), "{error}");
    assert_eq!(server.count(ENABLE), 1);
}

#[tokio::test]
async fn what_is_refused_changes_no_password() {
    for (answer, nothing_more) in [
        (Answer::rejected as fn() -> Answer, 1),
        (|| Answer::fault(403, "forbidden", "Not you."), 1),
        (Answer::not_found, 1),
        (|| Answer::fault(401, "unauthorized", "No rights."), 2),
    ] {
        let server = Server::start(move |request, _| match request.line().as_str() {
            ENABLE => answer(),
            _ => free(),
        })
        .await;

        let error = password(&server.client().root("i1")).await.unwrap_err();

        assert!(!error.may_be_changed, "{error}");
        assert!(server.count(ENABLE) <= nothing_more, "{error}");
    }
}

/// A refusal is the last word of the last call and not of the first.
#[tokio::test]
async fn a_refusal_after_a_lost_reply_is_no_word_about_the_password() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (ENABLE, 1) => Answer::Drop,
        (ENABLE, _) => Answer::rejected(),
        _ => free(),
    })
    .await;

    let error = password(&server.client().root("i1")).await.unwrap_err();

    assert!(error.may_be_changed && matches!(error.error, Error::Transport { .. }), "{error}");
    assert_eq!(server.count(ENABLE), 2);
}

#[tokio::test]
async fn an_error_of_the_service_is_not_provoked_again_and_leaves_the_password_open() {
    let server = first(|| Answer::fault(500, "instanceFault", "keep this ID")).await;

    let error = password(&server.client().root("i1")).await.unwrap_err();

    assert!(error.may_be_changed, "{error}");
    assert_eq!(server.count(ENABLE), 1);
}

#[tokio::test]
async fn a_busy_instance_is_waited_for_and_nothing_was_sent_in_vain() {
    let server = first(Answer::busy).await;

    assert_eq!(password(&server.client().root("i1")).await.unwrap(), "the-second-one");

    let stuck = Server::start(|request, _| match request.line().as_str() {
        ENABLE => Answer::busy(),
        _ => Answer::instance("i1", "RESIZE"),
    })
    .await;
    let soon = tokio::time::Instant::now() + Duration::from_millis(50);
    let hasty = stuck.client().within(soon, CancellationToken::new());
    let error = password(&hasty.root("i1")).await.unwrap_err();
    assert!(!error.may_be_changed, "{error}");
    assert!(matches!(error.error, Error::Deadline { .. }), "{error}");
}

#[tokio::test]
async fn a_caller_who_stops_while_a_call_is_on_its_way_knows_that_it_is_open() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |_, _| told("nobody-knows").held(&held)).await;
    let timing = Timing { grace: Duration::ZERO, last_look: Duration::ZERO, ..quick() };
    let client = Client::new(Settings { timing, ..server.settings() }).unwrap();
    let stop = CancellationToken::new();
    let late = tokio::time::Instant::now() + Duration::from_mins(10);
    let root = client.within(late, stop.clone()).root("i1");
    let call = tokio::spawn(async move { password(&root).await });
    server.came(ENABLE, 1).await;

    stop.cancel();

    let error = call.await.unwrap().unwrap_err();
    assert!(error.may_be_changed && matches!(error.error, Error::CutShort { .. }), "{error}");
    assert_eq!(server.count(ENABLE), 1);
}

#[tokio::test]
async fn whether_root_is_enabled_is_read_when_the_instance_can_be() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (STATUS, 1) => Answer::busy(),
        (STATUS, _) => Answer::ok(&json!({ "rootEnabled": true })),
        _ => free(),
    })
    .await;
    let root = server.client().root("i1");

    let error = root.is_enabled_now().await.unwrap_err();
    assert!(matches!(error, Error::Busy(_)), "{error}");
    assert_eq!(root.is_enabled().await.unwrap(), Some(true));

    let broken = Server::start(|request, _| match request.line().as_str() {
        STATUS => Answer::busy(),
        _ => Answer::instance("i1", "ERROR"),
    })
    .await;
    let error = broken.client().root("i1").is_enabled().await.unwrap_err();
    assert!(matches!(error, Error::Failed { what: "instance", .. }), "{error}");
}

#[tokio::test]
async fn there_is_no_root_without_an_instance_of_which_the_list_is_the_second_witness() {
    let gone = Server::start(|_, _| Answer::not_found()).await;
    let root = gone.client().root("i1");
    assert_eq!(root.is_enabled().await.unwrap(), None);
    assert_eq!(root.is_enabled_now().await.unwrap(), None);

    let contradicted = Server::start(|request, _| match request.line().as_str() {
        "GET /instances" => Answer::ok(&json!({ "instances": [instance("i1", "ACTIVE")] })),
        _ => Answer::not_found(),
    })
    .await;
    let error = contradicted.client().root("i1").is_enabled().await.unwrap_err();
    assert!(matches!(error, Error::Contradiction { .. }), "{error}");

    let foreign = Server::start(|_, _| Answer::text(404, "<html>")).await;
    let error = foreign.client().root("i1").is_enabled().await.unwrap_err();
    assert!(matches!(error, Error::Undecodable { .. }), "{error}");
}
