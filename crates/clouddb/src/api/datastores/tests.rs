use crate::api::datastores::model::{Datastore, DatastoreVersion};
use crate::api::datastores::requests::{get, list};

#[test]
fn datastores_are_read_with_their_versions() {
    let page: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/datastores.json")).unwrap();

    let datastores: Vec<Datastore> = serde_json::from_value(page["datastores"].clone()).unwrap();

    let [mysql, mariadb] = datastores.as_slice() else { panic!("{datastores:?}") };
    assert_eq!(mysql.default_version.as_deref(), Some("0b058cca-ed2b-46e7-8736-abbb4242df83"));
    assert_eq!(
        mysql.versions,
        [
            DatastoreVersion {
                id: "0b058cca-ed2b-46e7-8736-abbb4242df83".to_owned(),
                name: "8.0".to_owned(),
                deprecated: Some(false),
                flavor_ids: vec!["2".to_owned(), "3".to_owned()],
            },
            DatastoreVersion {
                id: "564490bd-ddb9-4d84-a714-868370e36f48".to_owned(),
                name: "5.7".to_owned(),
                deprecated: None,
                flavor_ids: Vec::new(),
            },
        ]
    );
    assert!(mariadb.versions.is_empty());
}

#[test]
fn every_operation_has_its_call() {
    assert_eq!(list().call().to_string(), "GET /datastores");
    assert_eq!(get("mysql").call().to_string(), "GET /datastores/mysql");
}
