use crate::api::flavors::model::Flavor;
use crate::api::flavors::requests::{get, list, of_version};

#[test]
fn flavors_are_read_whatever_their_id_is() {
    let page: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/flavors.json")).unwrap();

    let flavors: Vec<Flavor> = serde_json::from_value(page["flavors"].clone()).unwrap();

    let flavor =
        |id: &str, name: &str, ram| Flavor { id: id.to_owned(), name: name.to_owned(), ram };
    assert_eq!(
        flavors,
        [
            flavor("1", "512MB Instance", 512),
            flavor("2", "1GB Instance", 1024),
            flavor("a1f4", "m1.huge", 65536),
        ]
    );
}

#[test]
fn every_operation_has_its_call() {
    assert_eq!(list().call().to_string(), "GET /flavors");
    assert_eq!(list().query, None);
    assert_eq!(
        of_version("mysql", "v1").call().to_string(),
        "GET /datastores/mysql/versions/v1/flavors"
    );
    assert_eq!(get("2").call().to_string(), "GET /flavors/2");
}
