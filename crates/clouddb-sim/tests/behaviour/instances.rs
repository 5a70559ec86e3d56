use std::time::Duration;

use clouddb_sim::{Clock, Durations, End, Legacy, Occasion, Options, PageSizes, Quotas};
use serde_json::json;

use crate::api::{Api, instance, message};

fn clocked(clock: Clock) -> Api {
    Api::with(Options { clock, ..Options::default() })
}

#[test]
fn a_phase_ends_after_the_given_number_of_polls() {
    for (polls, wanted) in [
        (0, ["ACTIVE", "ACTIVE", "ACTIVE"]),
        (1, ["BUILD", "ACTIVE", "ACTIVE"]),
        (2, ["BUILD", "BUILD", "ACTIVE"]),
    ] {
        let api = clocked(Clock::AfterPolls(polls));
        let seen = api.post("/instances", &instance("db"));
        assert_eq!(seen.json()["instance"]["status"], "BUILD");
        let id = seen.json()["instance"]["id"].as_str().unwrap().to_owned();

        assert_eq!(api.statuses(&id, 3), wanted, "{polls} polls");
    }
}

#[test]
fn a_listing_counts_as_a_poll_of_all_it_shows() {
    let api = clocked(Clock::AfterPolls(1));
    let ids = [api.create("one"), api.create("two")];

    let first = api.get("/instances").json();

    assert!(first["instances"].as_array().unwrap().iter().all(|item| item["status"] == "BUILD"));
    assert_eq!(ids.map(|id| api.status(&id)), ["ACTIVE", "ACTIVE"]);
}

#[test]
fn an_explicit_clock_moves_only_when_told() {
    let api = clocked(Clock::Explicit);
    let id = api.create("db");

    assert_eq!(api.statuses(&id, 3), ["BUILD", "BUILD", "BUILD"]);
    api.sim.advance();
    assert_eq!(api.status(&id), "ACTIVE");
}

#[test]
fn a_timed_clock_ends_a_phase_when_its_time_is_over() {
    let hour = Duration::from_hours(1);
    let clock =
        Clock::Timed(Durations { build: Duration::ZERO, resize: hour, ..Durations::default() });
    let api = clocked(clock);
    let id = api.create("db");
    assert_eq!(api.status(&id), "ACTIVE");

    api.post(&format!("/instances/{id}/action"), &json!({ "resize": { "volume": { "size": 9 } } }));

    assert_eq!(api.statuses(&id, 2), ["RESIZE", "RESIZE"]);
}

#[test]
fn a_resize_shows_its_effect_only_when_it_has_ended() {
    let api = clocked(Clock::Explicit);
    let id = api.sim.add_instance("db", "2", 5);
    let path = format!("/instances/{id}");
    let action = format!("{path}/action");
    let look = || {
        let body = api.get(&path).json();
        let instance = &body["instance"];
        let text = |key: &str| instance[key].to_string();
        (instance["flavor"]["id"].to_string(), text("volume"), text("status"))
    };

    assert_eq!(api.post(&action, &json!({ "resize": { "flavorRef": "4" } })).status, 202);
    assert_eq!(look(), (r#""2""#.into(), r#"{"size":5}"#.into(), r#""RESIZE""#.into()));
    api.sim.advance();
    assert_eq!(look(), (r#""4""#.into(), r#"{"size":5,"used":0.16}"#.into(), r#""ACTIVE""#.into()));
    assert_eq!(api.post(&action, &json!({ "resize": { "volume": { "size": "6" } } })).status, 202);
    api.sim.advance();
    assert_eq!(api.sim.instance(&id).unwrap().volume, 6);
}

#[test]
fn a_flavor_is_given_by_number_text_or_any_url() {
    let api = Api::new();
    let host = api.sim.address();
    let references = [
        json!(3),
        json!("3"),
        json!(format!("https://{host}/v1.0/123456/flavors/3")),
        json!("http://elsewhere/flavors/3"),
    ];

    for reference in references {
        let body =
            json!({ "instance": { "name": "x", "flavorRef": reference, "volume": { "size": 1 } } });
        let seen = api.post("/instances", &body);
        assert_eq!(seen.json()["instance"]["flavor"]["id"], "3", "{reference}");
    }
}

#[test]
fn an_instance_goes_through_shutdown_and_is_gone() {
    let api = clocked(Clock::AfterPolls(1));
    let id = api.sim.add_instance("db", "2", 1);
    let path = format!("/instances/{id}");

    assert_eq!(api.delete(&path).status, 202);
    assert_eq!(api.statuses(&id, 2), ["SHUTDOWN", "GONE"]);
    assert_eq!(api.delete(&path).status, 404);
    assert!(api.sim.is_empty());
}

#[test]
fn an_instance_cannot_be_deleted_while_it_builds_but_when_it_failed() {
    let api = clocked(Clock::Explicit);
    api.sim.next_instance_ends_in("ERROR");
    let id = api.create("db");
    let path = format!("/instances/{id}");

    assert_eq!(api.delete(&path).status, 422);
    api.sim.advance();
    assert_eq!(api.status(&id), "ERROR");
    assert_eq!(api.delete(&path).status, 202);
}

#[test]
fn the_next_task_can_be_told_how_to_end() {
    let api = clocked(Clock::AfterPolls(0));
    let id = api.sim.add_instance("db", "2", 5);
    let action = format!("/instances/{id}/action");
    let resize = json!({ "resize": { "flavorRef": 3 } });

    api.sim.next(Occasion::Resize, End::Undone);
    assert_eq!(api.post(&action, &resize).status, 202);
    assert_eq!(api.status(&id), "ACTIVE");
    assert_eq!(api.sim.instance(&id).unwrap().flavor_id, "2");

    api.sim.next_resize_ends_in("ERROR");
    api.post(&action, &resize);
    assert_eq!(api.status(&id), "ERROR");

    api.sim.set_status(&id, "ACTIVE");
    api.sim.next(Occasion::Restart, End::Never);
    api.post(&action, &json!({ "restart": {} }));
    assert_eq!(api.statuses(&id, 3), ["REBOOT", "REBOOT", "REBOOT"]);
}

#[test]
fn an_instance_stays_in_any_status_until_it_is_released() {
    let api = clocked(Clock::AfterPolls(1));
    let id = api.create("db");

    api.sim.stick(&id, "UNHEARD_OF");
    assert_eq!(api.statuses(&id, 2), ["UNHEARD_OF", "UNHEARD_OF"]);
    api.sim.release(&id);
    assert_eq!(api.statuses(&id, 2), ["BUILD", "ACTIVE"]);
}

#[test]
fn an_instance_is_renamed_at_once() {
    let api = Api::new();
    let id = api.sim.add_instance("old", "2", 1);

    let seen = api.patch(&format!("/instances/{id}"), &json!({ "instance": { "name": "new" } }));

    assert_eq!((seen.status, seen.header("content-length")), (202, Some("0")));
    assert_eq!(api.get(&format!("/instances/{id}")).json()["instance"]["name"], "new");
}

#[test]
fn a_list_item_has_no_details() {
    let api = Api::new();
    api.sim.add_instance("db", "2", 1);

    let item = api.get("/instances").json()["instances"][0].clone();

    for detail in ["created", "updated", "configuration"] {
        assert!(item.get(detail).is_none(), "{detail}");
    }
    assert_eq!(item["volume"], json!({ "size": 1 }));
    let hostname = item["hostname"].as_str().unwrap();
    assert_eq!(hostname.len(), 40 + ".rackspaceclouddb.com".len());
}

#[test]
fn every_page_but_the_last_has_a_link_to_the_next() {
    for (count, pages) in [(0, 1), (1, 1), (20, 1), (21, 2), (41, 3)] {
        let api = Api::new();
        let mut wanted: Vec<String> =
            (0..count).map(|_| api.sim.add_instance("db", "2", 1)).collect();
        wanted.sort();

        let (items, seen_pages) = api.pages("/instances", "instances");

        let ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!((ids, seen_pages), (wanted.iter().map(String::as_str).collect(), pages));
    }
}

#[test]
fn a_limit_is_cut_to_the_size_of_a_page() {
    let api = Api::with(Options { page_sizes: PageSizes::all(3), ..Options::default() });
    (0..5).for_each(|_| drop(api.sim.add_instance("db", "2", 1)));
    let length = |query: &str| {
        api.get(&format!("/instances{query}")).json()["instances"].as_array().unwrap().len()
    };

    assert_eq!([length("?limit=2"), length("?limit=100"), length("")], [2, 3, 3]);
    assert_eq!(api.get("/instances?limit=x").status, 500);
}

#[test]
fn a_page_may_be_empty_and_still_have_a_link() {
    let api = Api::with(Options { page_sizes: PageSizes::all(1), ..Options::default() });
    let mut ids = [api.sim.add_instance("a", "2", 1), api.sim.add_instance("b", "2", 1)];
    ids.sort();
    api.sim.add_hidden_instance_after(&ids[0]);

    let second = api.get(&format!("/instances?marker={}", ids[0])).json();
    assert_eq!(second["instances"], json!([]));
    assert!(second.get("links").is_some());

    let (items, pages) = api.pages("/instances", "instances");
    assert_eq!((items.len(), pages), (2, 3));
}

#[test]
fn quotas_and_the_largest_volume_are_413_without_retry_after() {
    let quotas = Quotas { instances: Some(2), volumes: Some(10), backups: None };
    let api = Api::with(Options { quotas, volume_max: 8, ..Options::default() });
    let sized = |gb: u64| {
        let body = json!({ "instance": { "name": "x", "flavorRef": 2, "volume": { "size": gb } } });
        let seen = api.post("/instances", &body);
        assert!(seen.header("retry-after").is_none());
        (seen.status, message(&seen))
    };

    assert_eq!(sized(9).0, 413);
    assert_eq!(sized(8).0, 200);
    assert_eq!(sized(3), (413, "Quota exceeded for resources: ['volumes'].".into()));
    assert_eq!(sized(1).0, 200);
    assert_eq!(sized(3), (413, "Quota exceeded for resources: ['instances', 'volumes'].".into()));
    assert_eq!(sized(1), (413, "Quota exceeded for resources: ['instances'].".into()));
}

#[test]
fn a_group_that_needs_a_restart_says_so_until_the_restart() {
    let api = clocked(Clock::AfterPolls(0));
    let id = api.sim.add_instance("db", "2", 1);
    let quiet = api.sim.add_configuration("quiet", false);
    let loud = api.sim.add_configuration("loud", true);
    let path = format!("/instances/{id}");
    let attach =
        |group: &str| api.put(&path, &json!({ "instance": { "configuration": group } })).status;

    assert_eq!(attach(&quiet), 202);
    assert_eq!(api.status(&id), "ACTIVE");
    assert_eq!(attach(&loud), 400, "one is attached already");
    assert_eq!(attach(""), 202);
    assert_eq!(attach(&loud), 202);
    assert_eq!(api.status(&id), "RESTART_REQUIRED");
    assert_eq!(api.get(&path).json()["instance"]["configuration"]["id"], json!(loud));
    assert_eq!(api.post(&format!("{path}/action"), &json!({ "restart": {} })).status, 202);
    assert_eq!(api.status(&id), "ACTIVE");
}

#[test]
fn older_servers_show_addresses_and_times_without_a_zone() {
    let legacy = Legacy { addresses: true, bare_times: true, ..Legacy::default() };
    let api = Api::with(Options { legacy, ..Options::default() });
    let id = api.sim.add_instance("db", "2", 1);

    let instance = api.get(&format!("/instances/{id}")).json()["instance"].clone();

    assert!(instance.get("hostname").is_none());
    assert_eq!(instance["ip"], json!(["10.0.0.2"]));
    assert!(!instance["created"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn root_gets_a_new_password_each_time_and_stays_enabled() {
    let api = Api::new();
    let id = api.sim.add_instance("db", "2", 1);
    let path = format!("/instances/{id}/root");
    assert_eq!(api.get(&path).json(), json!({ "rootEnabled": false }));

    let first = api.post(&path, &json!({})).json();
    let second = api.try_send("POST", &path, None).unwrap().json();

    assert_eq!(first["user"]["name"], "root");
    assert_ne!(first["user"]["password"], second["user"]["password"]);
    assert_eq!(api.get(&path).json(), json!({ "rootEnabled": true }));
    assert_eq!(
        api.sim.instance(&id).unwrap().root_password.as_deref(),
        second["user"]["password"].as_str()
    );
}

#[test]
fn logs_are_saved_while_an_instance_is_free() {
    let api = Api::new();
    let id = api.sim.add_instance("db", "2", 3);
    let save = || api.post(&format!("/instances/{id}/action"), &json!({ "save_logs": {} }));

    assert_eq!((save().status, api.status(&id).as_str()), (202, "ACTIVE"));
    api.sim.set_status(&id, "BACKUP");
    assert_eq!(save().status, 422);
}
