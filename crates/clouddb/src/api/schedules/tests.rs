use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::api::schedules::model::{NewSchedule, Schedule, ScheduleChange, ScheduleSource};
use crate::api::schedules::requests::{change, create, delete, get, list, run_now};
use crate::value::source::Source;

fn documents() -> Vec<Schedule> {
    let page: Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/schedules.json")).unwrap();
    serde_json::from_value(page["schedules"].clone()).unwrap()
}

fn new() -> NewSchedule {
    NewSchedule {
        source: Source::Instance("44b277eb-39be-4921-be31-3d61b43651d7".to_owned()),
        day_of_week: 0,
        hour: 14,
        minute: 30,
        full_backup_retention: None,
        copy_to: BTreeSet::new(),
    }
}

#[test]
fn a_schedule_is_read_as_the_documents_of_each_year_show_it() {
    let documents = documents();
    let [old, new, group] = documents.as_slice() else { panic!("{documents:?}") };

    let instance = "44b277eb-39be-4921-be31-3d61b43651d7";
    for it in [old, new] {
        assert_eq!(it.instance_id(), Some(instance));
        assert_eq!((it.day_of_week, it.hour, it.minute), (Some(0), Some(14), Some(30)));
        assert_eq!((it.next_run.is_some(), &it.last_scheduled), (true, &None));
    }
    assert_eq!((old.full_backup_retention, &old.copy_to, &old.source), (None, &None, &None));
    assert_eq!(new.full_backup_retention, Some(2));
    assert_eq!(new.copy_to, Some(vec!["ORD".to_owned(), "IAD".to_owned()]));
    assert_eq!(group.instance_id(), None, "it is of a group, whatever it says beside that");
    assert_eq!((old.group_id(), new.group_id(), group.group_id()), (None, None, Some("130922a2")));
    let source = ScheduleSource { kind: "ha".to_owned(), id: "130922a2".to_owned() };
    assert_eq!(group.source, Some(source));
}

#[test]
fn every_operation_has_its_call() {
    assert_eq!(list().call().to_string(), "GET /schedules");
    assert_eq!(get("s1").call().to_string(), "GET /schedules/s1");
    assert_eq!(delete("s1").call().to_string(), "DELETE /schedules/s1");
    assert_eq!(run_now("s1").call().to_string(), "PUT /schedules/s1");
    assert_eq!(run_now("s1").body.unwrap(), json!({ "schedule": { "run_now": "true" } }));
}

#[test]
fn what_is_not_given_is_not_sent() {
    let bare = create(&new());
    assert_eq!(bare.call().to_string(), "POST /schedules");
    let mut expected = json!({
        "action": "backup", "instance_id": new().source.id(),
        "day_of_week": 0, "hour": 14, "minute": 30,
    });
    assert_eq!(bare.body.unwrap(), json!({ "schedule": expected }));

    let copy_to = ["IAD", "ORD"].map(str::to_owned).into();
    let all = create(&NewSchedule { full_backup_retention: Some(3), copy_to, ..new() });
    expected["full_backup_retention"] = json!(3);
    expected["copy_to"] = json!(["IAD", "ORD"]);
    assert_eq!(all.body.unwrap(), json!({ "schedule": expected }));

    let of_group = create(&NewSchedule { source: Source::HaGroup("h1".to_owned()), ..new() });
    let expected = json!({
        "action": "backup", "source_id": "h1", "source_type": "ha",
        "day_of_week": 0, "hour": 14, "minute": 30,
    });
    assert_eq!(of_group.body.unwrap(), json!({ "schedule": expected }));

    let one = change("s1", &ScheduleChange { hour: Some(0), ..ScheduleChange::default() });
    assert_eq!(one.call().to_string(), "PUT /schedules/s1");
    assert_eq!(one.body.unwrap(), json!({ "schedule": { "hour": 0 } }));
    let all = ScheduleChange {
        day_of_week: Some(7),
        hour: Some(6),
        minute: Some(19),
        full_backup_retention: Some(3),
    };
    let expected = json!({ "day_of_week": 7, "hour": 6, "minute": 19, "full_backup_retention": 3 });
    assert_eq!(change("s1", &all).body.unwrap(), json!({ "schedule": expected }));
}

#[test]
fn what_was_asked_for_is_known_by_all_that_the_api_tells() {
    let documents = documents();
    let copy_to: BTreeSet<String> = ["iad", "ord"].map(str::to_owned).into();
    let full = NewSchedule { full_backup_retention: Some(2), copy_to, ..new() };

    assert!(documents[0].is_as_wanted(&full), "what it does not tell may be so");
    assert!(documents[1].is_as_wanted(&full));
    for other in [
        NewSchedule { source: Source::Instance("other".to_owned()), ..full.clone() },
        NewSchedule { source: Source::HaGroup(full.source.id().to_owned()), ..full.clone() },
        NewSchedule { day_of_week: 1, ..full.clone() },
        NewSchedule { hour: 15, ..full.clone() },
        NewSchedule { minute: 31, ..full.clone() },
        NewSchedule { full_backup_retention: Some(3), ..full.clone() },
        NewSchedule { copy_to: BTreeSet::new(), ..full },
    ] {
        assert!(!documents[1].is_as_wanted(&other), "{other:?}");
    }
}
