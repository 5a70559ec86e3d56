//! Creations of instances and backups, and actions, whose reply was lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clouddb::{Client, Error, NewBackup, NewInstance, Settings, Source, Timing, UserId};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::server::{Answer, Gate, Server, before_now, instance, now};

pub(crate) fn new_instance() -> NewInstance {
    NewInstance {
        name: "db".to_owned(),
        flavor_id: "1".to_owned(),
        volume_size: 2,
        datastore: None,
        configuration_id: None,
        replica_of: None,
        restore_from: None,
    }
}

fn new_backup() -> NewBackup {
    NewBackup {
        source: Source::Instance("i1".to_owned()),
        name: "b".to_owned(),
        description: None,
        parent_id: None,
        copy_to: Vec::new(),
    }
}

fn born(id: &str, created: &str) -> Value {
    let mut instance = instance(id, "BUILD");
    instance["created"] = json!(created);
    instance
}

fn list(instances: &[Value]) -> Answer {
    // As in the API, list items do not tell when they were created.
    let items: Vec<Value> = instances
        .iter()
        .map(|it| {
            let mut item = it.clone();
            item.as_object_mut().unwrap().remove("created");
            item
        })
        .collect();
    Answer::ok(&json!({ "instances": items }))
}

/// A server that loses the reply to the first creation and then has these instances. Those that are
/// hours old it had before.
async fn losing(lost: fn() -> Answer, instances: &'static [(&'static str, u64)]) -> Server {
    Server::start(move |request, nth| {
        let older_than = |seconds: u64| -> Vec<Value> {
            let fitting = instances.iter().filter(|(_, age)| *age >= seconds);
            fitting.map(|(id, age)| born(id, &before_now(*age))).collect()
        };
        let all = older_than(0);
        match (request.line().as_str(), nth) {
            ("POST /instances", 1) => lost(),
            ("POST /instances", _) => Answer::instance("again", "BUILD"),
            ("GET /instances", 1) => list(&older_than(3600)),
            ("GET /instances", _) => list(&all),
            (line, _) => {
                let found = all.iter().find(|it| line.ends_with(it["id"].as_str().unwrap()));
                found.map_or_else(Answer::not_found, |it| Answer::ok(&json!({ "instance": it })))
            }
        }
    })
    .await
}

#[tokio::test]
async fn the_one_new_instance_of_the_name_is_adopted() {
    for lost in [|| Answer::Drop, || Answer::text(504, ""), || Answer::text(200, "{}")] {
        let server = losing(lost, &[("old", 9000), ("new", 0)]).await;

        let made = server.client().instances().create(&new_instance()).await.unwrap();

        assert_eq!(made.object.id, "new");
        assert!(made.found_after.is_some());
        assert_eq!(server.count("POST /instances"), 1);
    }
}

/// However it ended, but for what the API refuses before it does anything: somebody may be at work on
/// it still.
#[tokio::test]
async fn a_creation_whose_effect_is_unknown_is_never_sent_again() {
    let lost: [fn() -> Answer; 12] = [
        || Answer::Drop,
        || Answer::fault(500, "instanceFault", "keep this ID"),
        || Answer::fault(500, "instanceFault", "later").header("retry-after", "0"),
        || Answer::fault(503, "serviceUnavailable", "later").header("retry-after", "0"),
        || Answer::text(502, ""),
        || Answer::text(504, r#"{"x": {"message": "gateway timeout"}}"#),
        || Answer::text(520, ""),
        || Answer::fault(408, "requestTimeout", "Too slow."),
        || Answer::text(413, "too large").header("retry-after", "0"),
        || Answer::text(429, "slow down"),
        || Answer::text(422, "not ready"),
        || Answer::text(302, ""),
    ];
    let creations = lost.into_iter().chain([
        (|| Answer::text(404, "<html>")) as fn() -> Answer,
        || Answer::text(400, "Bad Request"),
        || Answer::text(403, "Forbidden"),
    ]);
    let creations = creations.map(async |lost| {
        let server = losing(lost, &[("old", 9000)]).await;
        let pause = Duration::from_millis(20);
        let timing = Timing {
            poll_interval: pause,
            max_poll_interval: pause,
            late_effect: Duration::from_secs(1),
            ..server.settings().timing
        };
        let settings = Settings { timing: timing.clone(), ..server.settings() };
        let client = Client::new(settings).unwrap();

        let error = client.instances().create(&new_instance()).await.unwrap_err();

        let Error::InDoubt { what: "instance", looked: Some(looked), .. } = &error else {
            panic!("{error}")
        };
        assert!(*looked >= timing.late_effect, "{error}");
        assert_eq!(server.count("POST /instances"), 1, "{error}");
        assert!(server.count("GET /instances") > 5, "{error}");
    });
    join_all(creations).await;
}

#[tokio::test]
async fn what_the_api_refuses_for_the_present_is_looked_for_before_it_is_sent_again() {
    for refused in [
        || Answer::rate_limited("0"),
        || Answer::fault(429, "overLimit", "later"),
        || Answer::fault(401, "unauthorized", "Token unauthorized"),
    ] {
        let refused: fn() -> Answer = refused;
        let nothing = losing(refused, &[("old", 9000)]).await;
        let again = nothing.client().instances().create(&new_instance()).await.unwrap();
        let done = losing(refused, &[("new", 0)]).await;
        let found = done.client().instances().create(&new_instance()).await.unwrap();

        assert_eq!((again.object.id.as_str(), again.found_after.is_some()), ("again", false));
        assert_eq!((found.object.id.as_str(), found.found_after.is_some()), ("new", true));
        assert_eq!(done.count("POST /instances"), 1);
    }
}

#[tokio::test]
async fn an_instance_that_shows_only_after_a_while_is_adopted_too() {
    let looks = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |request, _| match request.line().as_str() {
        "POST /instances" => Answer::Drop,
        "GET /instances" if looks.fetch_add(1, Ordering::SeqCst) < 3 => list(&[]),
        "GET /instances" => list(&[born("new", &now())]),
        _ => Answer::ok(&json!({ "instance": born("new", &now()) })),
    })
    .await;

    let made = server.client().instances().create(&new_instance()).await.unwrap();

    assert_eq!(made.object.id, "new");
    assert!(made.found_after.is_some());
    assert_eq!(server.count("POST /instances"), 1);
}

#[tokio::test]
async fn more_than_one_new_instance_is_an_error_that_names_them() {
    let server = losing(|| Answer::Drop, &[("new1", 0), ("new2", 0)]).await;

    let error = server.client().instances().create(&new_instance()).await.unwrap_err();

    let Error::Ambiguous { candidates, .. } = &error else { panic!("{error}") };
    assert_eq!(candidates, &["new1", "new2"]);
    assert_eq!(
        error.to_string(),
        "the reply to the creation of instance \"db\" was lost; it may be new1 or new2"
    );
    assert_eq!(server.count("POST /instances"), 1);
}

#[tokio::test]
async fn an_instance_that_may_be_older_is_an_error_and_not_adopted() {
    let server = losing(|| Answer::Drop, &[("recent", 30)]).await;

    let error = server.client().instances().create(&new_instance()).await.unwrap_err();

    let Error::Ambiguous { candidates, .. } = error else { panic!("{error}") };
    assert_eq!(candidates, ["recent"]);
}

#[tokio::test]
async fn what_was_there_before_is_not_adopted() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "POST /instances" => Answer::Drop,
        "GET /instances" => list(&[born("theirs", &now())]),
        _ => Answer::ok(&json!({ "instance": born("theirs", &now()) })),
    })
    .await;

    let error = server.client().instances().create(&new_instance()).await.unwrap_err();

    assert!(matches!(error, Error::InDoubt { looked: Some(_), .. }), "{error}");
    assert_eq!(server.lines()[0], "GET /instances", "it looks before it creates");
}

#[tokio::test]
async fn nothing_is_created_when_it_cannot_be_seen_what_is_there() {
    let server = Server::start(|_, _| Answer::fault(500, "instanceFault", "No list.")).await;
    let hasty = Timing { outage_timeout: Duration::ZERO, ..server.settings().timing };
    let client = Client::new(Settings { timing: hasty, ..server.settings() }).unwrap();

    let error = client.instances().create(&new_instance()).await.unwrap_err();

    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(server.count("POST /instances"), 0);
}

#[tokio::test]
async fn an_instance_that_differs_from_what_was_wanted_is_not_adopted() {
    let server = losing(|| Answer::Drop, &[("new", 0)]).await;
    let larger = NewInstance { volume_size: 3, ..new_instance() };

    let error = server.client().instances().create(&larger).await.unwrap_err();

    assert!(matches!(error, Error::InDoubt { .. }), "{error}");
}

/// Two creations of one name, each of which loses its reply: each finds its own.
#[tokio::test]
async fn what_this_client_made_before_is_not_adopted() {
    let made = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |request, nth| {
        let ids = ["first", "second"];
        let all: Vec<Value> =
            ids.iter().take(made.load(Ordering::SeqCst)).map(|id| born(id, &now())).collect();
        match request.line().as_str() {
            "POST /instances" => {
                made.store(nth, Ordering::SeqCst);
                Answer::Drop
            }
            "GET /instances" => list(&all),
            line => {
                let found = all.iter().find(|it| line.ends_with(it["id"].as_str().unwrap()));
                found.map_or_else(Answer::not_found, |it| Answer::ok(&json!({ "instance": it })))
            }
        }
    })
    .await;
    let instances = server.client().instances();

    let first = instances.create(&new_instance()).await.unwrap();
    let second = instances.create(&new_instance()).await.unwrap();

    assert_eq!((first.object.id.as_str(), second.object.id.as_str()), ("first", "second"));
}

/// Two creations of one name, and a list that lags: it does not have the first one when the second is
/// about to be sent.
#[tokio::test]
async fn what_this_client_made_is_not_adopted_when_the_list_shows_it_late() {
    for kind in ["instances", "backups"] {
        for first_is_lost in [false, true] {
            for both_show in [false, true] {
                let (made, lags) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
                let (count, lagging) = (Arc::clone(&made), Arc::clone(&lags));
                let create = format!("POST /{kind}");
                let server = Server::start(move |request, nth| {
                    let object = |id: &str| match kind {
                        "instances" => born(id, &now()),
                        _ => backup(id, &now()),
                    };
                    let shown = match count.load(Ordering::SeqCst) {
                        1 => 1 - lagging.load(Ordering::SeqCst),
                        2 => 1 + usize::from(both_show),
                        none => none,
                    };
                    let all: Vec<Value> =
                        ["first", "second"][..shown].iter().map(|it| object(it)).collect();
                    match request.line().as_str() {
                        line if line == create => {
                            count.store(nth, Ordering::SeqCst);
                            if nth > 1 || first_is_lost {
                                return Answer::Drop;
                            }
                            let key = kind.trim_end_matches('s');
                            Answer::ok(&json!({ key: object("first") }))
                        }
                        "GET /instances" if kind == "instances" => list(&all),
                        "GET /backups" => Answer::ok(&json!({ "backups": all })),
                        "GET /instances/i1" => Answer::instance("i1", "ACTIVE"),
                        line => {
                            let id = line.rsplit('/').next().unwrap();
                            Answer::ok(&json!({ "instance": object(id) }))
                        }
                    }
                })
                .await;
                let client = server.client();
                let creation = || async {
                    if kind == "instances" {
                        let new = client.instances().create(&new_instance()).await;
                        new.map(|new| new.object.id)
                    } else {
                        let new = client.backups().create(&new_backup()).await;
                        new.map(|new| new.object.id)
                    }
                };

                assert_eq!(creation().await.unwrap(), "first");
                lags.store(1, Ordering::SeqCst);
                let second = creation().await;

                match second {
                    Ok(id) => assert!(both_show && id == "second", "{kind}: {id}"),
                    Err(error) => {
                        let in_doubt = matches!(error, Error::InDoubt { .. });
                        assert!(!both_show && in_doubt, "{kind}, {first_is_lost}: {error}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn when_it_cannot_be_looked_for_whether_it_exists_is_in_doubt() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "POST" => Answer::Drop,
        _ => Answer::fault(403, "forbidden", "No."),
    })
    .await;

    let error = server.client().instances().create(&new_instance()).await.unwrap_err();

    let Error::InDoubt { what, name, lost, .. } = &error else { panic!("{error}") };
    assert_eq!((*what, name.as_str()), ("instance", "db"));
    assert!(lost.to_string().contains("may have taken effect"), "{lost}");
}

fn backup(id: &str, created: &str) -> Value {
    json!({
        "id": id, "name": "b", "status": "NEW", "instance_id": "i1", "created": created,
        "description": null, "parent_id": null,
    })
}

fn another_instance_s(mut backup: Value) -> Value {
    backup["instance_id"] = "i2".into();
    backup
}

#[tokio::test]
async fn the_one_new_backup_of_the_instance_is_adopted() {
    let server = Server::start(|request, nth| match (request.method.as_str(), nth) {
        ("POST", _) => Answer::Drop,
        (_, 1) => Answer::ok(&json!({ "backups": [backup("old", &before_now(9000))] })),
        _ => Answer::ok(&json!({
            "backups": [
                backup("old", &before_now(9000)),
                another_instance_s(backup("other", &now())),
                backup("new", &now()),
            ],
        })),
    })
    .await;

    let made = server.client().backups().create(&new_backup()).await.unwrap();

    assert_eq!(made.object.id, "new");
    assert_eq!(server.lines()[..3], ["GET /backups", "POST /backups", "GET /backups"]);
    assert_eq!(server.count("POST /backups"), 1);
}

#[tokio::test]
async fn a_backup_that_is_refused_because_it_runs_is_that_one() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /backups", _) => Answer::fault(409, "conflict", "It is under way."),
        ("GET /backups", 1) => Answer::ok(&json!({ "backups": [] })),
        _ => Answer::ok(&json!({ "backups": [backup("new", &now())] })),
    })
    .await;

    let made = server.client().backups().create(&new_backup()).await.unwrap();

    assert_eq!(made.object.id, "new");
    assert_eq!(server.count("POST /backups"), 1);
}

#[tokio::test]
async fn a_resize_whose_reply_was_lost_is_sent_again_only_if_it_did_not_begin() {
    for (status, sends) in [("RESIZE", 1), ("ACTIVE", 2)] {
        let server = Server::start(move |request, nth| match (request.method.as_str(), nth) {
            ("POST", 1) => Answer::Drop,
            ("POST", _) => Answer::accepted(),
            _ => Answer::instance("i1", status),
        })
        .await;

        server.client().instances().resize_flavor("i1", "3").await.unwrap();

        assert_eq!(server.count("POST /instances/i1/action"), sends);
    }
}

#[tokio::test]
async fn an_action_that_is_refused_because_it_was_done_before_is_done() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Answer::instance("i1", "ACTIVE"),
        _ => Answer::rejected(),
    })
    .await;
    let instances = server.client().instances();

    instances.resize_volume("i1", 2).await.unwrap();
    instances.resize_flavor("i1", "1").await.unwrap();
    instances.detach_replica("i1").await.unwrap();
    instances.detach_configuration("i1").await.unwrap();
    let larger = instances.resize_volume("i1", 3).await.unwrap_err();
    let attached = instances.attach_configuration("i1", "c1").await.unwrap_err();

    assert!(matches!((&larger, &attached), (Error::Rejected(_), Error::Rejected(_))), "{larger}");
}

#[tokio::test]
async fn a_write_that_a_stranger_answers_is_not_taken_for_done() {
    for body in ["<html>Please log in</html>", "[]", "\"ok\""] {
        let server = Server::start(move |_, _| Answer::text(200, body)).await;
        let id = UserId { name: "app".to_owned(), host: "%".to_owned() };
        let password = "new-secret".to_owned().into();

        let error = server.client().users("i1").change_password(&id, &password).await.unwrap_err();

        assert!(matches!(error, Error::Undecodable { .. }), "{error}");
    }
}

#[tokio::test]
async fn instances_of_one_name_are_created_one_after_another() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |request, _| match request.method.as_str() {
        "POST" => Answer::instance("i", "BUILD").held(&held),
        _ => list(&[]),
    })
    .await;
    let client = server.client();
    let create = |name: &str| {
        let instances = client.instances();
        let new = NewInstance { name: name.to_owned(), ..new_instance() };
        tokio::spawn(async move { instances.create(&new).await })
    };
    let (first, second) = (create("same"), create("same"));
    server.came("POST /instances", 1).await;

    let other = create("other");
    server.came("POST /instances", 2).await;
    let received = server.received();
    let posts = received.iter().filter(|it| it.method == "POST");
    let names: Vec<Value> = posts.map(|it| it.body["instance"]["name"].clone()).collect();
    (0..3).for_each(|_| gate.open());

    for creation in [first, second, other] {
        creation.await.unwrap().unwrap();
    }
    assert_eq!(names, ["same", "other"]);
}
