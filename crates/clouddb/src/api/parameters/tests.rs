use crate::api::parameters::collection;
use crate::api::parameters::model::Parameter;

#[test]
fn bounds_are_exact_in_either_spelling() {
    let read = |json: &str| serde_json::from_str::<Parameter>(json).unwrap();

    let today = read(
        r#"{"name": "tmp_table_size", "type": "integer", "min": 1024, "max": 18446744073709551615, "restart_required": false}"#,
    );
    assert_eq!(today.max.unwrap().to_string(), "18446744073709551615");
    assert_eq!((today.restart_required, today.kind.as_deref()), (Some(false), Some("integer")));
    let before = read(r#"{"name": "a", "type": "integer", "min_size": "1", "max_size": "65535"}"#);
    assert_eq!((before.min, before.max), (Some(1.into()), Some(65_535.into())));
    let text = read(r#"{"name": "sql_mode", "type": "string", "restart_required": 1}"#);
    assert_eq!((text.min, text.restart_required), (None, Some(true)));
}

#[test]
fn the_parameters_of_a_version_have_their_call() {
    let call = collection("v1").request.call().to_string();

    assert_eq!(call, "GET /datastores/versions/v1/parameters");
}
