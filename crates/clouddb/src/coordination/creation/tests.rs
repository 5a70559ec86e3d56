use super::*;
use crate::api::instances::model::Instance;

fn instance(id: &str, created: Option<&str>) -> Instance {
    serde_json::from_value(serde_json::json!({
        "id": id, "name": "n", "status": "BUILD", "flavor": {"id": "1"}, "created": created,
    }))
    .unwrap()
}

/// The verdict on candidates of these ages, in seconds before the request was sent.
fn verdict(ages: &[Option<i64>], clock: bool) -> String {
    let sent: Timestamp = "2024-01-01T12:00:00Z".parse().unwrap();
    let candidates = ages
        .iter()
        .enumerate()
        .map(|(n, age)| {
            let created = age.map(|age| (sent - jiff::SignedDuration::from_secs(age)).to_string());
            instance(&format!("i{n}"), created.as_deref())
        })
        .collect();
    match one_of(candidates, clock.then_some(sent)) {
        Match::None => "none".to_owned(),
        Match::One(found) => found.id,
        Match::Doubtful(ids) => format!("{ids:?}"),
    }
}

#[test]
fn exactly_one_newer_object_is_adopted() {
    assert_eq!(verdict(&[], true), "none");
    assert_eq!(verdict(&[Some(3600), Some(121)], true), "none");
    assert_eq!(verdict(&[Some(3600), Some(-1)], true), "i1");
    assert_eq!(verdict(&[Some(2)], true), "i0");
    assert_eq!(verdict(&[Some(0), Some(-5)], true), r#"["i0", "i1"]"#);
}

#[test]
fn an_object_whose_time_proves_nothing_is_in_doubt() {
    assert_eq!(verdict(&[Some(60)], true), r#"["i0"]"#);
    assert_eq!(verdict(&[None], true), r#"["i0"]"#);
    assert_eq!(verdict(&[Some(0)], false), r#"["i0"]"#);
    assert_eq!(verdict(&[Some(60), Some(0)], true), r#"["i1", "i0"]"#);
}
