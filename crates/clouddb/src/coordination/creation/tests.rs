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
fn the_one_object_that_came_after_the_request_is_taken_over() {
    assert_eq!(verdict(&[], true), "none");
    assert_eq!(verdict(&[Some(-1)], true), "i0");
    assert_eq!(verdict(&[Some(2)], true), "i0");
}

/// None of them was there before, so each may be the one: clocks that differ prove nothing.
#[test]
fn what_may_be_the_result_is_never_left_out_for_its_time() {
    assert_eq!(verdict(&[Some(60)], true), r#"["i0"]"#);
    assert_eq!(verdict(&[Some(86_400)], true), r#"["i0"]"#);
    assert_eq!(verdict(&[None], true), r#"["i0"]"#);
    assert_eq!(verdict(&[Some(0)], false), r#"["i0"]"#);
    assert_eq!(verdict(&[Some(0), Some(-5)], true), r#"["i0", "i1"]"#);
    assert_eq!(verdict(&[Some(3600), Some(0)], true), r#"["i0", "i1"]"#);
}
