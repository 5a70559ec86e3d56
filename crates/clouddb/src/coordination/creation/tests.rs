use super::*;
use crate::api::instances::model::Instance;

fn instance(id: &str, created: Option<&str>) -> Instance {
    serde_json::from_value(serde_json::json!({
        "id": id, "name": "n", "status": "BUILD", "flavor": {"id": "1"}, "created": created,
    }))
    .unwrap()
}

fn ids(instances: &[Instance]) -> Vec<&str> {
    instances.iter().map(|it| it.id.as_str()).collect()
}

fn sent() -> Timestamp {
    "2024-01-01T12:00:00Z".parse().unwrap()
}

/// Candidates of these ages, in seconds before the request was sent.
fn candidates(ages: &[Option<i64>]) -> Vec<Instance> {
    ages.iter()
        .enumerate()
        .map(|(n, age)| {
            let created =
                age.map(|age| (sent() - jiff::SignedDuration::from_secs(age)).to_string());
            instance(&format!("i{n}"), created.as_deref())
        })
        .collect()
}

/// The verdict on candidates of these ages after a lost reply.
fn verdict(ages: &[Option<i64>], clock: bool) -> String {
    match one_of(candidates(ages), |it| came_after(it, clock.then(sent))) {
        Match::None => "none".to_owned(),
        Match::One(found) => found.id,
        Match::Doubtful(all) => format!("{:?}", ids(&all)),
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

/// It is known that it was made, and that nothing else tells which it is.
#[test]
fn what_was_accepted_is_the_only_new_one_or_the_only_one_that_came_after_the_request() {
    let verdict = |ages: &[Option<i64>]| match only_new(candidates(ages), Some(sent())) {
        Ok(only) => only.id,
        Err(several) => format!("{:?}", ids(&several)),
    };

    assert_eq!(verdict(&[Some(0)]), "i0");
    assert_eq!(verdict(&[Some(86_400)]), "i0");
    assert_eq!(verdict(&[None]), "i0");
    assert_eq!(verdict(&[Some(60), Some(-1)]), "i1");
    assert_eq!(verdict(&[Some(0), Some(-1)]), r#"["i0", "i1"]"#);
    assert_eq!(verdict(&[Some(60), None]), r#"["i0", "i1"]"#);
}
