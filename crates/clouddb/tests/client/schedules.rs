//! Schedules of backups: one for each instance or group, made once, changed as often as it takes.

use clouddb::{Error, NewSchedule, ScheduleChange, Source};
use serde_json::{Value, json};

use crate::server::{Answer, Server, now};

const MAKE: &str = "POST /schedules";
const LIST: &str = "GET /schedules";

fn new() -> NewSchedule {
    NewSchedule {
        source: Source::Instance("i1".to_owned()),
        day_of_week: 0,
        hour: 3,
        minute: 30,
        full_backup_retention: Some(2),
        copy_to: ["ORD".to_owned()].into(),
    }
}

fn schedule(id: &str, hour: u8) -> Value {
    json!({
        "id": id, "instance_id": "i1", "source": { "id": "i1", "type": "instance" },
        "day_of_week": 0, "hour": hour, "minute": 30, "full_backup_retention": 2,
        "copy_to": ["ORD"], "created": now(),
    })
}

fn schedules(all: &[Value]) -> Answer {
    Answer::ok(&json!({ "schedules": all }))
}

#[tokio::test]
async fn a_schedule_whose_reply_is_lost_is_found_and_not_made_twice() {
    let other =
        json!({ "id": "s0", "instance_id": "i0", "day_of_week": 0, "hour": 3, "minute": 30 });
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (MAKE, _) => Answer::Drop,
        (LIST, 1) => schedules(std::slice::from_ref(&other)),
        _ => schedules(&[other.clone(), schedule("s1", 3)]),
    })
    .await;

    let made = server.client().schedules().create(&new()).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(MAKE)), ("s1", 1));
    assert!(made.found_after.is_some());
}

#[tokio::test]
async fn a_schedule_that_was_there_or_runs_at_another_time_is_not_taken_for_the_new_one() {
    for (before, after) in
        [(vec![schedule("s1", 3)], schedule("s1", 3)), (vec![], schedule("s1", 4))]
    {
        let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
            (MAKE, _) => Answer::Drop,
            (LIST, 1) => schedules(&before),
            _ => schedules(std::slice::from_ref(&after)),
        })
        .await;

        let error = server.client().schedules().create(&new()).await.unwrap_err();

        let Error::InDoubt { what: "backup schedule", name, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!((name.as_str(), server.count(MAKE)), ("i1", 1));
    }
}

#[tokio::test]
async fn a_second_schedule_is_refused_at_once() {
    let refusal = "i1 already has an active schedule";
    let server = Server::start(move |request, _| match request.method.as_str() {
        "GET" => schedules(&[schedule("s1", 3)]),
        _ => Answer::fault(400, "badRequest", refusal),
    })
    .await;

    let error = server.client().schedules().create(&new()).await.unwrap_err();

    assert!(matches!(&error, Error::Rejected(it) if it.message == refusal), "{error}");
    assert_eq!(server.count(MAKE), 1);
}

#[tokio::test]
async fn a_creation_waits_for_an_instance_that_is_busy() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (MAKE, 1) => Answer::fault(422, "unprocessableEntity", "Instance i1 is not ready."),
        (MAKE, _) => Answer::json(202, &json!({ "schedule": schedule("s1", 3) })),
        ("GET /instances/i1", 1) => Answer::instance("i1", "BUILD"),
        ("GET /instances/i1", _) => Answer::instance("i1", "ACTIVE"),
        _ => schedules(&[]),
    })
    .await;

    let made = server.client().schedules().create(&new()).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(MAKE)), ("s1", 2));
}

#[tokio::test]
async fn a_schedule_of_a_group_is_known_by_its_source_and_waits_for_the_group() {
    const GROUP: &str = "GET /ha/h1";
    let of = |id: &str, kind: &str| {
        let mut it = schedule(id, 3);
        it["source"] = json!({ "id": "h1", "type": kind });
        it
    };
    let group = |state: &str| {
        Answer::ok(&json!({ "ha_instance": { "id": "h1", "name": "shop", "state": state } }))
    };
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (MAKE, 1) => Answer::fault(422, "unprocessableEntity", "HA instance h1 is not available."),
        (MAKE, _) => Answer::Drop,
        (GROUP, 1) => group("BUILD"),
        (GROUP, _) => group("ACTIVE"),
        (LIST, 1 | 2) => schedules(&[]),
        _ => schedules(&[of("s1", "instance"), of("s2", "ha")]),
    })
    .await;
    let new = NewSchedule { source: Source::HaGroup("h1".to_owned()), ..new() };

    let made = server.client().schedules().create(&new).await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(MAKE)), ("s2", 2));
    assert!(made.found_after.is_some());
}

#[tokio::test]
async fn a_change_is_sent_again_after_a_lost_reply() {
    let server = Server::start(|_, nth| match nth {
        1 => Answer::Drop,
        _ => Answer::accepted(),
    })
    .await;
    let change = ScheduleChange { minute: Some(0), ..ScheduleChange::default() };

    server.client().schedules().change("s1", &change).await.unwrap();

    assert_eq!(server.count("PUT /schedules/s1"), 2);
    assert_eq!(server.received()[1].body, json!({ "schedule": { "minute": 0 } }));
}

#[tokio::test]
async fn a_schedule_is_gone_when_the_list_says_so_too() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (LIST, 1) => schedules(&[schedule("s1", 3)]),
        (LIST, _) => schedules(&[]),
        _ => Answer::not_found(),
    })
    .await;

    let found = server.client().schedules().get("s1").await.unwrap();

    assert!(found.is_none());
    assert_eq!(server.count(LIST), 2);
}

#[tokio::test]
async fn a_list_from_before_a_deletion_answers_nothing_after_it() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => schedules(&[]),
        _ => Answer::accepted(),
    })
    .await;
    let client = server.client();

    client.schedules().list().await.unwrap();
    client.schedules().list().await.unwrap();
    client.schedules().delete("s1").await.unwrap();
    client.schedules().list().await.unwrap();
    client.instances().delete("i1").await.unwrap();
    client.schedules().list().await.unwrap();

    let expected = [LIST, "DELETE /schedules/s1", LIST, "DELETE /instances/i1", LIST];
    assert_eq!(server.lines(), expected);
}

const RUN: &str = "PUT /schedules/s1";
const BACKUPS: &str = "GET /backups";

fn backup(id: &str, instance: &str, automated: u8) -> Value {
    json!({
        "id": id, "name": id, "instance_id": instance, "status": "NEW", "created": now(),
        "is_automated": automated,
    })
}

fn backups(all: &[Value]) -> Answer {
    Answer::ok(&json!({ "backups": all }))
}

/// The reply tells nothing of it.
#[tokio::test]
async fn the_backup_of_a_run_is_the_new_automated_one_of_its_instance() {
    let old = backup("b0", "i1", 1);
    let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
        (RUN, _) => Answer::accepted(),
        (BACKUPS, 1) => backups(std::slice::from_ref(&old)),
        (BACKUPS, 2) => backups(&[old.clone(), backup("b1", "i1", 0), backup("b2", "i2", 1)]),
        _ => backups(&[old.clone(), backup("b1", "i1", 0), backup("b3", "i1", 1)]),
    })
    .await;

    let made = server.client().schedules().run("s1", "i1").await.unwrap();

    assert_eq!((made.object.id.as_str(), made.found_after.is_some()), ("b3", false));
    assert_eq!(server.count(RUN), 1);
    let run = server.received().into_iter().find(|it| it.line() == RUN).unwrap();
    assert_eq!(run.body, json!({ "schedule": { "run_now": "true" } }));
}

#[tokio::test]
async fn a_run_whose_reply_is_lost_is_not_asked_for_twice() {
    for appears in [true, false] {
        let server = Server::start(move |request, nth| match (request.line().as_str(), nth) {
            (RUN, _) => Answer::Drop,
            (BACKUPS, nth) if nth > 1 && appears => backups(&[backup("b1", "i1", 1)]),
            _ => backups(&[]),
        })
        .await;

        let run = server.client().schedules().run("s1", "i1").await;

        match run {
            Ok(made) => assert!(appears && made.found_after.is_some() && made.object.id == "b1"),
            Err(error) => {
                assert!(!appears && matches!(error, Error::InDoubt { what: "backup", .. }));
            }
        }
        assert_eq!(server.count(RUN), 1);
    }
}

#[tokio::test]
async fn a_run_waits_for_an_instance_that_is_busy() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        (RUN, 1) => Answer::busy(),
        (RUN, _) => Answer::accepted(),
        ("GET /instances/i1", 1) => Answer::instance("i1", "BACKUP"),
        ("GET /instances/i1", _) => Answer::instance("i1", "ACTIVE"),
        (_, 1..=2) => backups(&[]),
        _ => backups(&[backup("b1", "i1", 1)]),
    })
    .await;

    let made = server.client().schedules().run("s1", "i1").await.unwrap();

    assert_eq!((made.object.id.as_str(), server.count(RUN)), ("b1", 2));
}
