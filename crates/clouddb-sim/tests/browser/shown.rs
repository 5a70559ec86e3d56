//! What the page shows is what the API says.

use serde_json::{Value, json};

use crate::api::Api;
use crate::estate::Estate;
use crate::window::Window;

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|it| (*it).to_owned()).collect()
}

fn list(api: &Api, path: &str, key: &str) -> Vec<Value> {
    api.pages(path, key).0
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn named(object: &Value) -> String {
    format!("{}/{}", text(&object["name"]), text(&object["id"]))
}

/// What the API tells of each instance in full, of this region.
fn instances(api: &Api) -> Vec<Value> {
    let all = list(api, "/instances", "instances");
    let in_full = |it: Value| {
        let path = format!("/instances/{}", text(&it["id"]));
        api.get(&path).json()["instance"].clone()
    };
    all.into_iter().map(in_full).collect()
}

fn instance_rows(api: &Api, region: &str) -> Vec<Vec<String>> {
    let row_of = |it: &Value| {
        let (volume, datastore) = (&it["volume"], &it["datastore"]);
        // The API tells it only of some.
        let used = volume["used"].as_f64().map_or(String::new(), |used| format!("{used} of "));
        row(&[
            &named(it),
            &text(&it["status"]),
            region,
            &text(&it["flavor"]["id"]),
            &format!("{used}{} GB", volume["size"]),
            &format!("{} {}", text(&datastore["type"]), text(&datastore["version"])),
        ])
    };
    instances(api).iter().map(row_of).collect()
}

#[test]
fn instances_are_shown_as_the_api_tells_of_them() {
    let mut api = Estate::new().api;
    let Some(window) = Window::open(&api) else { return };
    let headings = ["Name", "Status", "Region", "Flavor", "Volume", "Runs"];

    let mut rows = instance_rows(&api, "DFW");
    api = api.at("/ORD/v1.0/123456");
    rows.extend(instance_rows(&api, "ORD"));

    assert_eq!(rows.len(), 8, "{rows:?}");
    window.shows("instances", &headings, &rows);
    let details: Vec<Vec<String>> = window.rows("instances", &["Name", "Details"]);
    let detail = |name: &str| {
        let start = format!("{name}/");
        details.iter().find(|row| row[0].starts_with(&start)).unwrap()[1].clone()
    };
    assert_eq!(detail("shop"), "settings of many connections");
    assert_eq!(detail("shop-replica"), "replica of shop");
    assert_eq!(detail("orders"), "root enabled");
    assert_eq!(detail("source"), "in billing");
    assert_eq!(detail("replica1"), "replica of source/in billing");
    assert_eq!(detail("builds"), "");
    // Of a database server, which this cloud does not have.
    let told = window.evaluate(
        "details({ server: { endpoint: '127.0.0.7:3306', failure: 'killed',
            refused_settings: [['max_connections', 'too many']] } })",
    );
    let lines =
        ["server at 127.0.0.7:3306", "server ended: killed", "refused max_connections: too many"];
    assert_eq!(told.unwrap(), json!(lines));
}

#[test]
fn databases_and_users_are_shown_as_the_api_tells_of_them() {
    let Estate { api, shop, orders } = Estate::new();
    let Some(window) = Window::open(&api) else { return };

    let (mut databases, mut users) = (Vec::new(), Vec::new());
    for instance in instances(&api).iter().filter(|it| it["status"] == "ACTIVE") {
        let (path, of) = (format!("/instances/{}", text(&instance["id"])), text(&instance["name"]));
        for it in list(&api, &format!("{path}/databases"), "databases") {
            databases.push(row(&[&text(&it["name"]), &of]));
        }
        for it in list(&api, &format!("{path}/users"), "users") {
            let grants = it["databases"].as_array().unwrap().iter().map(|it| text(&it["name"]));
            let grants: Vec<String> = grants.collect();
            users.push(row(&[&text(&it["name"]), &text(&it["host"]), &grants.join("/"), &of]));
        }
    }

    // Those of the replica are those of its source.
    assert_eq!((databases.len(), users.len()), (4, 4), "{databases:?} {users:?}");
    window.shows("databases", &["Name", "Instance"], &databases);
    window.shows("users", &["Name", "Host", "Databases", "Instance"], &users);
    let collation = row(&["latin1_swedish_ci"]);
    assert!(window.rows("databases", &["Collation"]).iter().all(|it| *it == collation));
    // What is made meanwhile comes by itself.
    api.sim.advance();
    api.sim.advance();
    api.sim.add_user(&orders, "late", "%", "secret", &["orders"]);
    api.sim.remove_database(&shop, "sessions");
    users.push(row(&["late", "%", "orders", "orders"]));
    databases.retain(|it| it[0] != "sessions");
    window.shows("databases", &["Name", "Instance"], &databases);
    window.shows("users", &["Name", "Host", "Databases", "Instance"], &users);
}

#[test]
fn backups_groups_schedules_and_settings_are_shown_as_the_api_tells_of_them() {
    let api = Estate::new().api;
    let Some(window) = Window::open(&api) else { return };
    let sources = list(&api, "/instances", "instances");
    let groups = list(&api, "/ha", "ha_instances");
    let name_of = |id: &Value| {
        let found = sources.iter().chain(&groups).find(|it| it["id"] == *id);
        text(&found.unwrap()["name"])
    };

    let backups = list(&api, "/backups", "backups");
    let rows: Vec<_> = backups
        .iter()
        .map(|it| {
            let size = it["size"].as_f64().map_or(String::new(), |size| format!("{size} GB"));
            row(&[&named(it), &text(&it["status"]), &size, &name_of(&it["instance_id"])])
        })
        .collect();
    assert_eq!(rows.len(), 3);
    window.shows("backups", &["Name", "Status", "Size", "Of"], &rows);
    let details = ["by hand", "by hand", "by hand/builds on whole"].map(|it| row(&[it]));
    window.shows("backups", &["Details"], &details);

    let group = &groups[0];
    let shown = row(&[&named(group), "ACTIVE", "servicenet/from 10.1.0.0/16"]);
    assert_eq!(group["state"], "ACTIVE");
    window.shows("ha_groups", &["Name", "State", "Networks"], &[shown]);
    let members = window.rows("ha_groups", &["Members"])[0][0].clone();
    let mut members: Vec<&str> = members.split('/').collect();
    members.sort_unstable();
    assert_eq!(members, ["replica replica1", "replica replica2", "source source"]);

    let schedules = list(&api, "/schedules", "schedules");
    let rows: Vec<_> = schedules
        .iter()
        .map(|it| {
            let name = format!("{}/{}", name_of(&it["source"]["id"]), text(&it["id"]));
            let kept = text(&it["full_backup_retention"]);
            row(&[&name, "Sunday, 02:30 UTC", &kept, &text(&it["next_run"])])
        })
        .collect();
    assert_eq!(rows.len(), 2);
    window.shows("schedules", &["Of", "Full on", "Kept", "Next run"], &rows);

    let settings = &list(&api, "/configurations", "configurations")[0];
    let shown = row(&[&named(settings), "DFW", "autocommit = 1/max_connections = 400"]);
    window.shows("configurations", &["Name", "Region", "Values"], &[shown]);
}

#[test]
fn the_log_shows_each_request_with_its_time_and_status() {
    let api = Api::new();
    let Some(window) = Window::open(&api) else { return };
    api.get("/instances?limit=2");
    api.get("/instances/nothing");
    api.sim.inject(clouddb_sim::Fault::on("GET", "/flavors").drop_connection());
    assert!(api.try_send("GET", "/flavors", None).is_none());

    let calls = [("GET /instances?limit=2", "200"), ("GET /instances/nothing", "404")];
    let calls = calls.into_iter().chain([("GET /flavors", "none")]);
    let times = api.sim.requests().into_iter().map(|it| it.time.get(11..23).unwrap().to_owned());
    let rows = calls.zip(times).map(|((call, status), time)| row(&[&time, call, status]));
    let rows: Vec<_> = rows.collect();
    window.shows("requests", &["Time (UTC)", "Call", "Status"], &rows);
    let newest = window.rows("requests", &["Call"]);
    assert_eq!(newest[0], ["GET /flavors"], "the newest stands first");

    // Forgotten by somebody else, and then by the button.
    api.sim.clear_requests();
    window.shows("requests", &["Call"], &[]);
    api.get("/backups");
    window.shows("requests", &["Call"], &[row(&["GET /backups"])]);
    window.click("#forget");
    window.says("requests", "forgotten");
    window.shows("requests", &["Call"], &[]);
    assert!(api.sim.requests().is_empty());
}

#[test]
fn names_are_shown_as_text_and_nothing_comes_from_elsewhere() {
    let api = Api::new();
    let name = "<img src=x onerror=document.title='struck'>";
    api.post(
        "/instances",
        &json!({ "instance": {
        "name": name, "flavorRef": 2, "volume": { "size": 2 } } }),
    );
    let id = api.sim.add_instance(name, "1", 1);
    api.sim.add_user(&id, name, "<b>", "x", &["<script>document.title = 'struck'</script>"]);
    let Some(window) = Window::open(&api) else { return };

    window.shows("users", &["Name", "Host"], &[row(&[name, "<b>"])]);

    assert_eq!(window.rows("instances", &["Name"]).len(), 2);
    assert_eq!(window.evaluate("document.querySelectorAll('main img, main b').length").unwrap(), 0);
    assert_eq!(window.evaluate("document.title").unwrap(), "clouddb-sim");
    let here = format!("{}/", api.sim.url());
    let elsewhere = |it: &String| !it.starts_with(&here) && !it.starts_with("data:");
    let asked: Vec<String> = window.requests().into_iter().filter(elsewhere).collect();
    assert_eq!(asked, Vec::<String>::new());
    // Even if the script asked, the policy would not let it.
    let asked = window.evaluate("fetch('http://127.0.0.2:1/').then(() => 'sent', () => 'refused')");
    assert_eq!(asked.unwrap(), "refused");
    let complaints = window.complaints();
    assert!(complaints.iter().all(|it| it.contains("Content Security Policy")), "{complaints:?}");
    assert!(!complaints.is_empty());
}
