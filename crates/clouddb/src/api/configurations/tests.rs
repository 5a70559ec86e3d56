use crate::api::configurations::model::Configuration;
use serde_json::{Map, Value, json};

use crate::api::configurations::model::{ConfigurationChange, NewConfiguration};
use crate::api::configurations::requests::{
    create, delete, get, instances, list, of_instance, of_version, replace, set,
};
use crate::api::instances::model::DatastoreRef;

#[test]
fn a_group_is_read_with_the_datastore_that_it_is_for() {
    let page: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/configurations.json")).unwrap();

    let groups: Vec<Configuration> =
        serde_json::from_value(page["configurations"].clone()).unwrap();

    let [tuned, bare] = groups.as_slice() else { panic!("{groups:?}") };
    assert_eq!(
        *tuned,
        Configuration {
            id: "c3989481-b735-4ffc-a05f-ea4668c3ec6e".to_owned(),
            name: "tuned".to_owned(),
            datastore_name: Some("mysql".to_owned()),
            datastore_version_name: Some("5.7".to_owned()),
            datastore_version_id: Some("b00000b0-00b0-0b00-00b0-000b000000bb".to_owned()),
            description: None,
            created: Some("2026-11-22T17:14:56".to_owned()),
            updated: Some("2026-11-22T17:14:56".to_owned()),
            values: None,
            instance_count: None,
        }
    );
    assert_eq!((bare.name.as_str(), &bare.datastore_name), ("", &None));
}

#[test]
fn every_operation_has_its_call() {
    assert_eq!(list().call().to_string(), "GET /configurations");
    assert_eq!(list().query, None);
    assert_eq!(get("c1").call().to_string(), "GET /configurations/c1");
    assert_eq!(delete("c1").call().to_string(), "DELETE /configurations/c1");
    assert_eq!(instances("c1").call().to_string(), "GET /configurations/c1/instances");
    assert_eq!(of_instance("i1").call().to_string(), "GET /instances/i1/configuration");
    let of_version = of_version("v1", "2").call().to_string();
    assert_eq!(of_version, "GET /datastore/version/v1/configuration/2");
}

fn values() -> Map<String, Value> {
    Map::from_iter([("tmp_table_size".to_owned(), json!(18_446_744_073_709_551_615_u64))])
}

#[test]
fn numbers_are_sent_exactly() {
    let new = NewConfiguration {
        name: "tuned".to_owned(),
        description: None,
        datastore: Some(DatastoreRef { kind: "mysql".to_owned(), version: None }),
        values: values(),
    };

    let request = create(&new);

    assert_eq!(request.call().to_string(), "POST /configurations");
    assert_eq!(
        request.body.unwrap().to_string(),
        r#"{"configuration":{"datastore":{"type":"mysql"},"name":"tuned","values":{"tmp_table_size":18446744073709551615}}}"#
    );
}

#[test]
fn some_values_are_patched_and_all_values_are_put() {
    let some = set("c1", &values());
    assert_eq!(some.call().to_string(), "PATCH /configurations/c1");
    assert_eq!(some.body.unwrap(), json!({ "configuration": { "values": values() } }));

    let change = ConfigurationChange { name: None, description: None, values: Map::new() };
    let all = replace("c1", &change);
    assert_eq!(all.call().to_string(), "PUT /configurations/c1");
    assert_eq!(all.body.unwrap(), json!({ "configuration": { "values": {} } }));

    let without =
        replace("c1", &ConfigurationChange { description: Some(String::new()), ..change });
    let without = without.body.unwrap();
    assert_eq!(without, json!({ "configuration": { "values": {}, "description": null } }));
}
