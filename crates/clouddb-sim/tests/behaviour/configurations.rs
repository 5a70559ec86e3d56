use serde_json::{Value, json};

use crate::api::{Api, message};

fn make(api: &Api, values: &Value) -> String {
    let body = json!({ "configuration": { "name": "tuned", "values": values } });
    let seen = api.post("/configurations", &body);
    assert_eq!(seen.status, 200, "{}", seen.body);
    let made = seen.json()["configuration"].clone();
    assert_eq!((&made["values"], &made["instance_count"]), (values, &json!(0)));
    made["id"].as_str().unwrap().to_owned()
}

fn values(api: &Api, id: &str) -> Value {
    api.get(&format!("/configurations/{id}")).json()["configuration"]["values"].clone()
}

#[test]
fn some_values_are_merged_and_all_values_are_replaced() {
    let api = Api::new();
    let id = make(&api, &json!({ "connect_timeout": 17, "max_connections": 120 }));
    let path = format!("/configurations/{id}");

    let some = json!({ "configuration": { "values": { "connect_timeout": 18 } } });
    assert_eq!(api.patch(&path, &some).status, 200);
    assert_eq!(values(&api, &id), json!({ "connect_timeout": 18, "max_connections": 120 }));

    let all = json!({ "configuration": { "name": "b", "values": { "connect_timeout": 19 } } });
    assert_eq!(api.put(&path, &all).status, 202);
    assert_eq!(values(&api, &id), json!({ "connect_timeout": 19 }));
    assert_eq!(api.sim.configurations()[0].name, "b");
    assert_eq!(api.put(&path, &json!({ "configuration": {} })).status, 202);
    assert_eq!(values(&api, &id), json!({}), "what is left out is gone");
}

#[test]
fn an_instance_is_to_be_restarted_only_for_what_needs_it_and_has_changed() {
    let api = Api::new();
    let id = make(&api, &json!({ "innodb_buffer_pool_size": 5_242_880 }));
    let instance = api.sim.add_instance("db", "2", 3);
    api.sim.set_configuration(&instance, Some(&id));
    let path = format!("/configurations/{id}");
    let set = |values: Value| {
        assert_eq!(api.patch(&path, &json!({ "configuration": { "values": values } })).status, 200);
        api.status(&instance)
    };

    assert_eq!(set(json!({ "connect_timeout": 20 })), "ACTIVE");
    assert_eq!(set(json!({ "innodb_buffer_pool_size": 5_242_880 })), "ACTIVE");
    assert_eq!(set(json!({ "innodb_buffer_pool_size": 6_291_456 })), "RESTART_REQUIRED");
    api.sim.set_status(&instance, "ACTIVE");
    api.put(&path, &json!({ "configuration": { "values": { "connect_timeout": 20 } } }));
    assert_eq!(api.status(&instance), "RESTART_REQUIRED", "one that is set no more counts too");
}

#[test]
fn a_value_is_of_its_type_and_in_its_range() {
    let api = Api::new();
    let refused = |values: Value| {
        let body = json!({ "configuration": { "name": "c", "values": values } });
        let seen = api.post("/configurations", &body);
        assert_eq!(seen.status, 422, "{}", seen.body);
        message(&seen)
    };

    assert!(refused(json!({ "connect_timeout": 1 })).ends_with("less than the minimum allowed: 2"));
    assert!(refused(json!({ "connect_timeout": -1 })).contains("less than the minimum"));
    assert!(refused(json!({ "connect_timeout": 1.5 })).ends_with("is not of type integer."));
    assert!(refused(json!({ "innodb_flush_method": 1 })).ends_with("is not of type string."));
    make(&api, &json!({ "innodb_buffer_pool_size": 9_223_372_036_854_775_807_u64 }));
}

#[test]
fn a_group_in_use_stays() {
    let api = Api::new();
    let id = make(&api, &json!({}));
    let instance = api.sim.add_instance("db", "2", 3);
    api.sim.set_configuration(&instance, Some(&id));
    let path = format!("/configurations/{id}");

    assert_eq!(api.delete(&path).status, 400);
    api.sim.set_configuration(&instance, None);
    assert_eq!((api.delete(&path).status, api.get(&path).status), (202, 404));
}

#[test]
fn parameters_are_told_for_a_version_by_either_path() {
    let api = Api::new();
    let all = api.get("/datastores/mysql/versions/8.0/parameters").json();
    let all = all["configuration-parameters"].as_array().unwrap().clone();
    assert!(all.len() > 100);
    let version = all[0]["datastore_version_id"].as_str().unwrap();

    let same = api.get(&format!("/datastores/versions/{version}/parameters")).json();
    assert_eq!(same["configuration-parameters"], json!(all));
    let one = api.get("/datastores/mysql/versions/8.0/parameters/connect_timeout").json();
    assert_eq!((&one["min"], &one["type"]), (&json!(2), &json!("integer")));
    assert_eq!(api.get("/datastores/mysql/versions/8.0/parameters/nope").status, 404);
    assert_eq!(api.get("/datastores/mysql/versions/1.0/parameters").status, 400);
}
