use percent_encoding::percent_decode_str;
use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn a_name_is_one_segment_that_decodes_to_itself(name in "\\PC{1,40}") {
        let path = Path::of("instances").name(&name).encoded();

        let segment = path.strip_prefix("/instances/").unwrap();
        prop_assert!(!segment.contains(['/', '?', '#', '.']));
        prop_assert_eq!(percent_decode_str(segment).decode_utf8().unwrap(), name);
    }
}

#[test]
fn an_empty_segment_or_one_of_periods_is_refused() {
    for id in ["", ".", ".."] {
        let request = Request::delete(Path::of("instances").name(id));

        assert!(matches!(request.check(), Err(Error::Invalid(_))), "{id}");
    }
    assert!(Request::delete(Path::of("instances").name("...")).check().is_ok());
}

#[test]
fn requests_are_counted_as_the_api_counts_them() {
    let instance = || Path::of("instances").name("i");
    let body = serde_json::Value::Null;
    for (request, class) in [
        (Request::get(instance()), LimitClass::Reads),
        (Request::get(instance().word("users")), LimitClass::Reads),
        (Request::post(Path::of("instances"), body.clone()), LimitClass::Instances),
        (Request::delete(instance()), LimitClass::Instances),
        (Request::patch(instance(), body.clone()), LimitClass::Others),
        (Request::post(instance().word("action"), body.clone()), LimitClass::Actions),
        (Request::delete(instance().word("databases").name("d")), LimitClass::Databases),
        (Request::put(instance().word("users"), body.clone()), LimitClass::Users),
        (Request::post(Path::of("backups"), body.clone()), LimitClass::BackupCreations),
        (Request::delete(Path::of("backups").name("b")), LimitClass::BackupDeletions),
        (Request::post(Path::of("tokens"), body), LimitClass::Logins),
    ] {
        assert_eq!(request.limit_class(), class, "{}", request.call());
    }
}
