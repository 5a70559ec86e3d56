//! What Terraform can compute: one line a function.

mod db_user_id;
mod mysql_identifier;
mod mysql_url;
mod parse_db_id;

use tfplug::BoxedFunction;

pub(crate) fn all() -> Vec<BoxedFunction> {
    vec![
        tfplug::function(parse_db_id::ParseDbId),
        tfplug::function(db_user_id::DbUserId),
        tfplug::function(mysql_url::MysqlUrl),
        tfplug::function(mysql_identifier::MysqlIdentifier),
    ]
}

#[cfg(test)]
mod tests {
    use tfplug::Function;

    use super::db_user_id::DbUserId;
    use super::parse_db_id::ParseDbId;

    #[test]
    fn the_id_of_a_user_is_parsed_into_what_it_was_made_of() {
        let instance = "61f12fef-edb1-4561-8122-e7c00ef26a82";
        for (name, host) in [("app", "%"), ("a@b", "10.0.0.1"), ("@", "10.%"), ("%", "%.1")] {
            let user = (instance.to_owned(), name.to_owned(), host.to_owned());

            let id = DbUserId.call(user).unwrap();
            let parts = serde_json::to_value(ParseDbId.call((id,)).unwrap()).unwrap();

            let expected =
                serde_json::json!({ "instance_id": instance, "name": name, "host": host });
            assert_eq!(parts, expected);
        }
    }
}
