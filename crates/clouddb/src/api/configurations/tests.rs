use crate::api::configurations::model::Configuration;
use crate::api::configurations::requests::{get, list};

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
        }
    );
    assert_eq!((bare.name.as_str(), &bare.datastore_name), ("", &None));
}

#[test]
fn every_operation_has_its_call() {
    assert_eq!(list().call().to_string(), "GET /configurations");
    assert_eq!(list().query, None);
    assert_eq!(get("c1").call().to_string(), "GET /configurations/c1");
}
