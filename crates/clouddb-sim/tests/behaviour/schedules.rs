use std::time::Duration;

use clouddb_sim::{BackupSnapshot, Clock, ClockSkew, Durations, Options};
use jiff::civil::DateTime;
use serde_json::{Value, json};

use crate::api::{Api, message};

const DAY: Duration = Duration::from_hours(24);

fn api() -> Api {
    Api::with(Options { clock: Clock::AfterPolls(0), ..Options::default() })
}

fn body(instance: &str, more: &Value) -> Value {
    let mut schedule = json!({
        "action": "backup", "instance_id": instance, "day_of_week": 0, "hour": 14, "minute": 30,
    });
    let fields = schedule.as_object_mut().unwrap();
    fields.extend(more.as_object().cloned().unwrap_or_default());
    json!({ "schedule": schedule })
}

fn make(api: &Api, instance: &str, more: &Value) -> String {
    let seen = api.post("/schedules", &body(instance, more));
    assert_eq!(seen.status, 202, "{}", seen.body);
    seen.json()["schedule"]["id"].as_str().unwrap().to_owned()
}

fn put(api: &Api, id: &str, change: &Value) -> u16 {
    api.put(&format!("/schedules/{id}"), &json!({ "schedule": change })).status
}

fn get(api: &Api, id: &str) -> Value {
    api.get(&format!("/schedules/{id}")).json()["schedule"].clone()
}

/// Makes the next day on which the schedule runs that of its full backup.
fn begin_with_full(api: &Api, id: &str) {
    let next: DateTime = get(api, id)["next_run"].as_str().unwrap().parse().unwrap();
    let day = next.date().weekday().to_sunday_zero_offset();
    assert_eq!(put(api, id, &json!({ "day_of_week": day })), 202);
}

/// The backups in the main region, oldest first.
fn backups(api: &Api) -> Vec<BackupSnapshot> {
    let mut all = api.sim.backups();
    all.retain(|it| it.region == "DFW");
    all.sort_by_key(|it| it.name.clone());
    all
}

#[test]
fn a_schedule_is_told_as_the_documentation_shows_it() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);

    let made = api.post("/schedules", &body(&instance, &json!({}))).json()["schedule"].clone();

    assert_eq!((&made["running"], &made["full_backup_retention"]), (&json!(false), &json!(2)));
    assert_eq!(made["source"], json!({ "type": "instance", "id": instance }));
    assert_eq!((&made["last_scheduled"], made.get("copy_to")), (&Value::Null, None));
    assert!(made["next_run"].as_str().unwrap().ends_with("T14:30:00"), "{made}");
    let id = made["id"].as_str().unwrap();
    assert_eq!(get(&api, id)["running"], json!(0));
    assert_eq!(api.get("/schedules").json()["schedules"], json!([get(&api, id)]));
    let shown = api.get(&format!("/instances/{instance}")).json();
    assert_eq!(shown["instance"]["schedule"], json!({ "enabled": true }));
}

#[test]
fn each_field_of_a_change_is_changed_and_the_others_stay() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    let id = make(&api, &instance, &json!({}));

    assert_eq!(put(&api, &id, &json!({ "hour": 6 })), 202);
    assert_eq!(put(&api, &id, &json!({ "full_backup_retention": 5, "minute": 19 })), 202);
    assert_eq!(put(&api, &id, &json!({ "day_of_week": 7, "run_now": "false" })), 202);

    let now = get(&api, &id);
    assert_eq!(
        ["day_of_week", "hour", "minute", "full_backup_retention"].map(|it| now[it].clone()),
        [7, 6, 19, 5].map(|it| json!(it))
    );
    assert!(now["next_run"].as_str().unwrap().ends_with("T06:19:00"), "{now}");
    assert!(backups(&api).is_empty());
    assert_eq!(put(&api, &id, &json!({ "copy_to": ["ORD"] })), 400, "no document shows it");
}

#[test]
fn an_instance_has_one_schedule() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    let id = make(&api, &instance, &json!({}));

    let second = api.post("/schedules", &body(&instance, &json!({})));

    assert_eq!(second.status, 400);
    assert_eq!(message(&second), format!("{instance} already has an active schedule"));
    assert_eq!(api.delete(&format!("/schedules/{id}")).status, 202);
    assert_eq!(api.get(&format!("/schedules/{id}")).status, 404);
    make(&api, &instance, &json!({}));
}

#[test]
fn what_is_out_of_range_or_unknown_is_refused() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    let nobody = "11111111-1111-1111-1111-111111111111";
    let refused = |instance: &str, more: Value| {
        let seen = api.post("/schedules", &body(instance, &more));
        (seen.status, message(&seen))
    };

    for (more, part) in [
        (json!({ "day_of_week": 8 }), "schedule['day_of_week'] 8 is greater than the maximum of 7"),
        (json!({ "hour": 24 }), "schedule['hour'] 24 is greater than the maximum of 23"),
        (json!({ "minute": -1 }), "schedule['minute'] -1 is less than the minimum of 0"),
        (json!({ "full_backup_retention": 1 }), "1 is less than the minimum of 2"),
        (json!({ "hour": "6" }), "is not of type 'integer'"),
        (json!({ "action": "restart" }), "schedule['action'] u'restart' is not one of [u'backup']"),
        (json!({ "copy_to": ["LON"] }), "LON is not a region to copy a backup to."),
        (json!({ "copy_to": ["DFW"] }), "DFW is not a region to copy a backup to."),
        (json!({ "day": 1 }), "u'day' was unexpected"),
    ] {
        let (status, text) = refused(&instance, more);
        assert!(status == 400 && text.contains(part), "{status} {text}");
    }
    assert_eq!(refused(nobody, json!({})).0, 404);
    assert_eq!(refused(nobody, json!({ "source_id": nobody, "source_type": "ha" })).0, 400);
    assert_eq!(put(&api, nobody, &json!({})), 404);
    let bare = json!({ "schedule": { "action": "backup", "hour": 1, "minute": 1 } });
    assert!(message(&api.post("/schedules", &bare)).contains("'day_of_week' is a required"));
    assert!(api.sim.schedules().is_empty());
}

#[test]
fn time_that_passes_brings_a_full_backup_and_then_incremental_ones() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    let id = make(&api, &instance, &json!({}));
    begin_with_full(&api, &id);
    assert!(backups(&api).is_empty());

    for days in 1..=9 {
        api.sim.pass(DAY);
        assert_eq!(backups(&api).len(), days);
        assert_eq!(api.status(&instance), "ACTIVE");
    }

    let made = backups(&api);
    assert!(made.iter().all(|it| it.is_automated && it.status == "COMPLETED"));
    let full: Vec<usize> = (0..9).filter(|day| made[*day].parent_id.is_none()).collect();
    assert_eq!(full, [0, 7]);
    for (before, after) in made.iter().zip(&made[1..]).filter(|(_, it)| it.parent_id.is_some()) {
        assert_eq!(after.parent_id.as_ref(), Some(&before.id));
    }
    let told = api.get(&format!("/backups/{}", made[0].id)).json();
    assert_eq!(told["backup"]["is_automated"], json!(1));
    assert!(get(&api, &id)["last_scheduled"].as_str().unwrap().ends_with("T14:30:00"));
}

#[test]
fn the_first_backup_is_a_full_one_on_whichever_day() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    let id = make(&api, &instance, &json!({}));
    begin_with_full(&api, &id);
    let day = get(&api, &id)["day_of_week"].as_i64().unwrap();
    assert_eq!(put(&api, &id, &json!({ "day_of_week": (day + 3) % 7 })), 202);

    api.sim.pass(DAY);
    api.sim.pass(DAY);

    let made = backups(&api);
    assert_eq!((&made[0].parent_id, made[1].parent_id.as_ref()), (&None, Some(&made[0].id)));
}

#[test]
fn a_third_full_backup_takes_the_first_and_what_builds_on_it_along() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    let id = make(&api, &instance, &json!({ "day_of_week": 7 }));
    let by_hand = api.sim.add_backup(&instance, "by hand");
    api.sim.pass(DAY);
    let first = backups(&api)[0].id.clone();
    let child = api.sim.add_backup(&instance, "child");
    api.sim.build_on(&child, &first);
    api.sim.pass(DAY);
    assert!(backups(&api).iter().any(|it| it.id == first));

    api.sim.pass(DAY);

    let left: Vec<String> = backups(&api).into_iter().map(|it| it.id).collect();
    assert_eq!(left.len(), 3, "two full ones and the one that no schedule made");
    assert!(left.contains(&by_hand) && !left.contains(&first) && !left.contains(&child));
    assert_eq!(put(&api, &id, &json!({ "full_backup_retention": 4 })), 202);
    for _ in 0..3 {
        api.sim.pass(DAY);
    }
    assert_eq!(backups(&api).len(), 5);
}

#[test]
fn copies_of_what_is_complete_are_made_in_the_other_regions() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    let id = make(&api, &instance, &json!({ "copy_to": ["IAD", "ORD"] }));
    assert_eq!(get(&api, &id)["copy_to"], json!(["ORD", "IAD"]), "the order is not kept");

    begin_with_full(&api, &id);

    api.sim.pass(DAY);
    api.sim.pass(DAY);

    for region in ["IAD", "ORD"] {
        let mut there = api.sim.backups();
        there.retain(|it| it.region == region);
        there.sort_by_key(|it| it.name.clone());
        let [full, next] = there.as_slice() else { panic!("{there:?}") };
        assert!(full.parent_id.is_none() && next.parent_id.as_ref() == Some(&full.id));
        assert_eq!((full.status.as_str(), full.is_automated), ("COMPLETED", true));
    }
}

#[test]
fn a_run_keeps_its_instance_busy_and_cannot_begin_while_it_is() {
    let api = Api::with(Options { clock: Clock::Explicit, ..Options::default() });
    let instance = api.sim.add_instance("db", "2", 3);
    let id = make(&api, &instance, &json!({}));

    assert_eq!(put(&api, &id, &json!({ "run_now": "true" })), 202);
    assert_eq!((api.status(&instance), &get(&api, &id)["running"]), ("BACKUP".into(), &json!(1)));
    assert_eq!(put(&api, &id, &json!({ "run_now": true })), 422);
    api.sim.pass(DAY);
    assert_eq!(backups(&api).len(), 1, "what was due is left out");

    api.sim.advance();
    api.sim.advance();
    assert_eq!(get(&api, &id)["running"], json!(0));
    api.sim.pass(DAY);
    assert_eq!(backups(&api).len(), 2);
}

#[test]
fn a_schedule_goes_with_its_instance_and_the_backups_stay() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    let id = make(&api, &instance, &json!({}));
    api.sim.pass(DAY);

    assert_eq!(api.delete(&format!("/instances/{instance}")).status, 202);

    assert_eq!(api.status(&instance), "GONE");
    assert_eq!(api.get(&format!("/schedules/{id}")).status, 404);
    assert_eq!(backups(&api).len(), 1);
}

#[test]
fn a_schedule_runs_by_itself_only_where_time_counts() {
    for (clock, count) in
        [(Clock::AfterPolls(0), 0), (Clock::Explicit, 0), (Clock::Timed(Durations::default()), 1)]
    {
        let api = Api::with(Options { clock, ..Options::default() });
        let instance = api.sim.add_instance("db", "2", 3);
        make(&api, &instance, &json!({}));

        api.sim.set_clocks(ClockSkew { date: 86400, objects: 86400 });

        assert_eq!(api.get("/schedules").status, 200);
        assert_eq!(backups(&api).len(), count, "{clock:?}");
    }
}

#[test]
fn time_passes_over_http_too() {
    let api = api();
    let instance = api.sim.add_instance("db", "2", 3);
    make(&api, &instance, &json!({}));
    let pass = |body: &str| {
        let headers = [("Content-Type", "application/json")];
        let address = api.sim.address();
        crate::http::send(address, "POST", "/sim/pass", &headers, Some(body.as_bytes())).unwrap()
    };

    assert_eq!(pass(r#"{"seconds": 86400}"#).status, 200);
    assert_eq!(pass(r#"{"days": 1}"#).status, 400);

    assert_eq!(backups(&api).len(), 1);
}
