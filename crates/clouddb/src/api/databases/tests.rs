use serde_json::json;

use crate::api::databases::model::NewDatabase;
use crate::api::databases::requests::{create, delete};

#[test]
fn creations_name_what_is_wanted_and_nothing_else() {
    let full = NewDatabase {
        name: "a".to_owned(),
        character_set: Some("utf8".to_owned()),
        collate: Some("utf8_general_ci".to_owned()),
    };
    let bare = NewDatabase { name: "b".to_owned(), character_set: None, collate: None };

    let request = create("i1", &[full, bare]);

    assert_eq!(request.call().to_string(), "POST /instances/i1/databases");
    assert_eq!(
        request.body,
        Some(json!({"databases": [
            {"name": "a", "character_set": "utf8", "collate": "utf8_general_ci"},
            {"name": "b"},
        ]}))
    );
}

#[test]
fn names_in_deletions_are_encoded() {
    let request = delete("i1", "a ?#@b");

    assert_eq!(request.call().to_string(), "DELETE /instances/i1/databases/a%20%3F%23%40b");
    assert_eq!(request.body, None);
}
