//! The schemas of the interface below `/sim` say what is so: replies have every field and no other, and a fault
//! that is refused for its form is refused by its schema, and no other.

use boon::{Compiler, SchemaIndex, Schemas};
use clouddb_sim::{Fault, ServerSnapshot};
use serde_json::{Value, json};

use crate::api::Api;
use crate::control::refused;
use crate::estate::Estate;
use crate::http::send;

const FILES: [(&str, &str); 4] = [
    ("fault.json", include_str!("../../schemas/fault.json")),
    ("faults.json", include_str!("../../schemas/faults.json")),
    ("requests.json", include_str!("../../schemas/requests.json")),
    ("state.json", include_str!("../../schemas/state.json")),
];

/// The schemas, none of which is fetched from anywhere.
struct Judge {
    schemas: Schemas,
    indexes: Vec<(&'static str, SchemaIndex)>,
}

impl Judge {
    fn new() -> Self {
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        let mut urls = Vec::new();
        for (name, text) in FILES {
            let schema: Value = serde_json::from_str(text).unwrap();
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
            let url = schema["$id"].as_str().unwrap().to_owned();
            assert!(url.ends_with(&format!("/{name}")), "{name}: {url}");
            compiler.add_resource(&url, schema).unwrap();
            urls.push((name, url));
        }
        let mut schemas = Schemas::new();
        let ready = urls.iter().map(|(name, url)| {
            let index = compiler.compile(url, &mut schemas);
            (*name, index.unwrap_or_else(|error| panic!("{name}: {error}")))
        });
        let indexes = ready.collect();
        Self { schemas, indexes }
    }

    fn judge(&self, schema: &str, value: &Value) -> Result<(), String> {
        let index = self.indexes.iter().find(|(name, _)| *name == schema).unwrap().1;
        self.schemas.validate(value, index).map_err(|error| format!("{error:#}"))
    }
}

fn get(api: &Api, path: &str) -> Value {
    let seen = send(api.sim.address(), "GET", path, &[], None).unwrap();
    assert_eq!(seen.status, 200, "{path}: {}", seen.body);
    seen.json()
}

/// Every field of every object of a value, by the names that lead to it.
fn paths(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                into.push(format!("{at}/{name}"));
                paths(field, &format!("{at}/{name}"), into);
            }
        }
        Value::Array(items) => items.iter().for_each(|it| paths(it, at, into)),
        _ => {}
    }
}

#[test]
fn what_is_told_has_every_field_of_its_schema_and_no_other() {
    let Estate { api, orders, .. } = Estate::new();
    api.sim.inject(Fault::on("GET", "/flavors").drop_connection());
    assert!(api.try_send("GET", "/flavors", None).is_none());
    api.get(&format!("/instances/{orders}/users?limit=2"));
    let headers = [("User-Agent", "a test")];
    send(api.sim.address(), "POST", "/v2.0/tokens", &headers, Some(b"no JSON")).unwrap();
    api.sim.inject(Fault::on("POST", "/instances").status(503).retry_after(5).skip(1));
    api.sim.inject(Fault::on("GET", "/instances").omit("*").always());
    let judge = Judge::new();

    for name in ["state", "requests", "faults"] {
        let told = get(&api, &format!("/sim/{name}"));
        let schema = format!("{name}.json");
        judge.judge(&schema, &told).unwrap_or_else(|error| panic!("{name}: {error}"));

        // Each field is described: a copy that has one more, anywhere, is refused.
        let mut more = told.clone();
        let first = if name == "state" { &mut more["backups"][0] } else { &mut more[0] };
        first["undocumented"] = json!(1);
        assert!(judge.judge(&schema, &more).is_err(), "{name} takes any field");
    }
    // And the reply is of a cloud that has everything of which the schema speaks, as far as memory has it.
    let (state, mut told) = (get(&api, "/sim/state"), Vec::new());
    paths(&state, "", &mut told);
    for kind in ["instances", "ha_groups", "backups", "configurations", "schedules"] {
        assert!(state[kind].as_array().is_some_and(|it| !it.is_empty()), "{kind}");
    }
    for path in ["/instances/users/databases", "/backups/databases/collate", "/requests/last"] {
        assert!(told.iter().any(|it| it == path), "{path}");
    }
}

#[test]
fn a_state_that_lacks_a_field_is_refused() {
    let api = Estate::new().api;
    let (judge, told) = (Judge::new(), get(&api, "/sim/state"));
    for (kind, count) in [
        ("instances", 17),
        ("ha_groups", 14),
        ("backups", 16),
        ("configurations", 8),
        ("schedules", 11),
    ] {
        let fields: Vec<String> = told[kind][0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields.len(), count, "{kind}: {fields:?}");
        for field in fields {
            let mut less = told.clone();
            less[kind][0].as_object_mut().unwrap().remove(&field);
            assert!(judge.judge("state.json", &less).is_err(), "{kind} without {field}");
        }
    }
}

#[test]
fn what_only_a_database_server_tells_is_described_too() {
    let Estate { api, .. } = Estate::new();
    let (judge, mut told) = (Judge::new(), get(&api, "/sim/state"));
    let server = ServerSnapshot {
        endpoint: "127.0.0.7:3306".parse().unwrap(),
        failure: Some("ended".into()),
        refused_settings: vec![("max_connections".into(), "Unknown system variable".into())],
    };
    told["instances"][0]["server"] = serde_json::to_value(&server).unwrap();
    let backup = &mut api.sim.backups()[0];
    backup.failure = Some("mariadb-backup is missing".into());
    told["backups"][0] = serde_json::to_value(&backup).unwrap();

    judge.judge("state.json", &told).unwrap_or_else(|error| panic!("{error}"));

    told["instances"][0]["server"]["undocumented"] = json!(1);
    assert!(judge.judge("state.json", &told).is_err());
}

/// Whether a fault is taken. It waits for a call that exists, so that only its form can be the reason.
fn is_taken(api: &Api, fault: &Value) -> bool {
    let body = fault.to_string();
    let seen = send(api.sim.address(), "POST", "/sim/faults", &[], Some(body.as_bytes())).unwrap();
    assert!(matches!(seen.status, 200 | 400), "{fault}: {}", seen.body);
    seen.status == 200
}

/// Fields that a fault may have, each with values: the first means something, others mean nothing or are refused.
fn fields() -> Vec<(&'static str, Value)> {
    vec![
        ("method", json!(["POST", "get", "*", "FETCH", 1])),
        ("status", json!([503, 200, 599, 199, 600, "503", null])),
        ("message", json!(["x", null, 1])),
        ("body", json!(["x", null, {}])),
        (
            "retry_after",
            json!([{ "seconds": 1 }, { "seconds": -1 }, { "date": -60 }, { "text": "soon" }, {},
                { "seconds": 1, "date": 1 }, { "days": 1 }, 5, null]),
        ),
        ("item", json!(["x", null, 1])),
        ("delay", json!(["1ms", "0s", "1m 30s", "0", "soon", "5", "1.5", "", 5, null])),
        ("hold", json!(["4.2s", "0ms", " 2 s ", "0.0s"])),
        ("after_effect", json!([true, false, "yes", null])),
        (
            "late",
            json!([{ "time": "1s" }, { "calls": 1 }, { "calls": 0 }, { "time": 1 },
                { "time": "1s", "calls": 1 }, {}, null]),
        ),
        ("namesake", json!([true, false])),
        ("flow", json!(["drip", "whole", "endless", "huge", "slow", null])),
        ("expire_tokens", json!([true, false])),
        ("skip", json!([1, 0, -1, 4_294_967_296_u64])),
        ("times", json!([3, 0, u32::MAX, 4_294_967_296_u64, 1.5])),
        ("paht", json!(["/"])),
    ]
}

/// Faults of every kind with each of these values, and with each two of the first ones.
fn faults() -> Vec<Value> {
    let kinds = ["status", "html", "garbage", "omit", "drop", "hang", "cut", "leave", "delay"];
    let kinds = kinds.into_iter().chain(["none"]).map(|it| json!({ "kind": it }));
    let kinds = kinds.chain([json!({ "kind": null }), json!({})]);
    let fields = fields();
    let mut found = Vec::new();
    for mut fault in kinds {
        // A path that some call of every method has.
        fault["path"] = json!("/**");
        found.push(fault.clone());
        for (index, (name, values)) in fields.iter().enumerate() {
            for value in values.as_array().unwrap() {
                let mut fault = fault.clone();
                fault[name] = value.clone();
                found.push(fault);
            }
            for (other, others) in &fields[index + 1..] {
                let mut fault = fault.clone();
                fault[name] = values[0].clone();
                fault[other] = others[0].clone();
                found.push(fault);
            }
        }
    }
    found
}

#[test]
fn a_fault_is_taken_if_and_only_if_its_schema_takes_it() {
    let (api, judge) = (Api::new(), Judge::new());
    let mut taken = 0;
    let all = faults();
    for fault in &all {
        let verdict = judge.judge("fault.json", fault);
        assert_eq!(is_taken(&api, fault), verdict.is_ok(), "{fault}: {verdict:?}");
        taken += usize::from(verdict.is_ok());
        api.sim.clear_faults();
    }
    assert!(taken > 300 && all.len() - taken > 300, "{taken} of {}", all.len());
    // What is refused for another reason than its form: no call is like that.
    for (fault, reason) in refused() {
        let verdict = judge.judge("fault.json", &fault);
        let is_form = !reason.starts_with("no call has the path") && !reason.ends_with("exists");
        assert_eq!(verdict.is_err(), is_form, "{fault}: {reason}");
    }
    assert!(judge.judge("fault.json", &json!({ "status": 503 })).is_err(), "the path is required");
}
