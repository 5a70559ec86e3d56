use serde_json::{Value, json};

use crate::api::limits::model::{Document, Limits};
use crate::api::limits::requests::get;

fn read(document: Value) -> Limits {
    serde_json::from_value::<Document>(document).unwrap().into()
}

#[test]
fn the_absolute_limits_stand_among_the_rates() {
    let post = json!({ "verb": "POST", "uri": "*", "value": 500, "unit": "MINUTE" });
    let absolute = |volumes: Value| json!({ "verb": "ABSOLUTE", "max_instances": 6, "max_backups": 5, "max_volumes": volumes });

    let told = read(json!({ "limits": [post, absolute(json!(100))] }));

    assert_eq!(told.volumes, Some(100));
    for none in [json!(-1), json!(null), json!("many")] {
        assert_eq!(read(json!({ "limits": [absolute(none)] })).volumes, None);
    }
    assert_eq!(read(json!({ "limits": [post, 5, {}] })), Limits::default());
}

#[test]
fn the_operation_has_its_call() {
    assert_eq!(get().call().to_string(), "GET /limits");
}
