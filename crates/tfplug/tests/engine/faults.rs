//! What the state says when something goes wrong: whatever exists is in it.

use std::sync::Arc;

use serde_json::json;
use tfplug::testing::{Action, Applied, Harness, Object};
use tokio::task::JoinHandle;

use crate::toy::{BOX, Mode, Service, Toy, toy, toy_with};

/// A creation during which one step goes wrong.
async fn create_with(step: &'static str, mode: Mode) -> (Harness<Toy>, Service, Applied) {
    let (toy, service) = toy().await;
    service.fail(step, mode);
    let applied = toy.apply(BOX, None, json!({ "name": "a", "size": 1 })).await;
    service.heal();
    (toy, service, applied)
}

/// An update of name and size during which one step goes wrong.
async fn update_with(step: &'static str, mode: Mode) -> (Service, Applied) {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    service.fail(step, mode);
    let applied = toy.apply(BOX, Some(&object), json!({ "name": "b", "size": 2 })).await;
    (service, applied)
}

/// Stops the provider while `step` of an apply hangs, and waits for the answer.
async fn stop_during(
    step: &'static str,
    toy: Harness<Toy>,
    service: &Service,
    object: Option<Object>,
    config: serde_json::Value,
) -> Applied {
    service.fail(step, Mode::Hang);
    let toy = Arc::new(toy);
    let running: JoinHandle<Applied> = tokio::spawn({
        let toy = Arc::clone(&toy);
        async move {
            match object {
                Some(object) if config.is_null() => toy.destroy(BOX, &object).await,
                object => toy.apply(BOX, object.as_ref(), config).await,
            }
        }
    });
    service.hanging().await;
    toy.stop();
    running.await.unwrap()
}

#[tokio::test]
async fn a_refused_creation_leaves_nothing() {
    let (_, service, applied) = create_with("create", Mode::Error).await;

    assert_eq!(applied.diagnostics.to_string(), "Error: create was refused");
    assert!(applied.object.is_none());
    assert_eq!(service.calls(), ["create"]);
}

/// Nobody knows whether it was made, so it has to be kept in mind.
#[tokio::test]
async fn a_creation_that_may_have_made_something_leaves_it_tainted() {
    let config = json!({
        "name": "a", "size": 1, "color": "doubtful", "timeouts": { "delete": "7m" },
    });
    for mode in [Mode::Error, Mode::Panic] {
        let (toy, service) = toy().await;
        service.fail("create", mode);

        let applied = toy.apply(BOX, None, config.clone()).await;

        let text = applied.diagnostics.to_string();
        assert!(text.contains("The object may exist, so it is in the state"), "{text}");
        let object = applied.object.unwrap();
        assert!(object.is_tainted());
        assert_eq!((object.get("id"), object.get("seal")), (json!("box-?"), json!(null)));
        assert_eq!(object.get("timeouts")["delete"], "7m");
    }
}

#[tokio::test]
async fn a_deletion_that_fails_says_what_it_has_done() {
    let config = json!({ "name": "a", "size": 1, "color": "doubtful" });
    let (toy, service, object) = toy_with(config).await;
    assert_eq!(object.get("seal"), "first");
    service.fail("delete", Mode::Error);

    let object = toy.destroy(BOX, &object).await.object.unwrap();

    assert_eq!((object.get("id"), object.get("seal")), (json!("box-1"), json!(null)));
}

#[tokio::test]
async fn a_panic_in_create_is_an_error_without_a_backtrace() {
    let (_, _, applied) = create_with("create", Mode::Panic).await;

    let text = applied.diagnostics.to_string();
    assert!(text.contains("panicked while creating toy_box: create went up in smoke"), "{text}");
    assert!(!text.contains("stack backtrace") && !text.contains(".rs:"), "{text}");
    assert!(applied.object.is_none());
}

#[tokio::test]
async fn an_object_that_does_not_settle_is_saved_as_tainted() {
    for mode in [Mode::Error, Mode::Panic] {
        let (toy, service, applied) = create_with("settle", mode).await;

        assert!(applied.diagnostics.has_errors());
        let text = applied.diagnostics.to_string();
        assert!(text.contains("The object exists and is in the state"), "{text}");
        let object = applied.object.unwrap();
        assert_eq!((object.get("id"), object.get("revision")), (json!("box-1"), json!(1)));
        assert!(object.is_tainted());
        assert_eq!(service.calls(), ["create", "after create", "settle", "read"]);

        // The next apply replaces it, so that nothing is left behind.
        let config = json!({ "name": "a", "size": 1 });
        let plan = toy.plan(BOX, Some(&object), config.clone()).await;
        assert_eq!(plan.action, Action::Replace);
        let applied = toy.apply(BOX, Some(&object), config).await;
        assert_eq!(applied.object.unwrap().get("id"), "box-2");
        assert_eq!(service.names().len(), 1);
    }
}

#[tokio::test]
async fn an_object_that_cannot_be_read_back_is_saved() {
    for mode in [Mode::Error, Mode::Panic, Mode::Lose] {
        let (_, _, applied) = create_with("read", mode).await;

        assert!(applied.diagnostics.has_errors());
        let object = applied.object.unwrap();
        assert_eq!(object.get("id"), "box-1");
        assert_eq!(object.get("color"), "red");
        assert!(object.is_tainted());
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_is_not_cut_short_by_a_stop() {
    let (toy, service) = toy().await;
    service.fail("after create", Mode::Hang);
    let toy = Arc::new(toy);
    let running = tokio::spawn({
        let toy = Arc::clone(&toy);
        async move { toy.apply(BOX, None, json!({ "name": "a", "size": 1 })).await }
    });
    service.hanging().await;
    toy.stop();
    // It hears of the stop, time passes, and it hears of that.
    tokio::task::yield_now().await;
    tokio::time::advance(std::time::Duration::from_mins(1)).await;
    tokio::task::yield_now().await;
    assert!(!running.is_finished());
    service.release();
    let applied = running.await.unwrap();

    assert!(applied.diagnostics.to_string().starts_with("Error: Interrupted"));
    let object = applied.object.unwrap();
    assert_eq!(object.get("id"), "box-1");
    assert!(object.is_tainted());
    assert_eq!(service.calls(), ["create", "after create"]);
}

/// They were on their way when Terraform was interrupted.
#[tokio::test]
async fn no_change_begins_after_a_stop_until_the_next_run() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    toy.stop();

    let made = toy.apply(BOX, None, json!({ "name": "b", "size": 1 })).await;
    let changed = toy.apply(BOX, Some(&object), json!({ "name": "b", "size": 2 })).await;
    let deleted = toy.destroy(BOX, &object).await;
    // Its deletion comes without the identity, which the harness asks for.
    let wooden = json!({ "name": "a", "size": 1, "material": "wood" });
    let replaced = toy.apply(BOX, Some(&object), wooden).await;
    for (applied, what) in [
        (&made, "creating"),
        (&changed, "updating"),
        (&deleted, "deleting"),
        (&replaced, "deleting"),
    ] {
        let text = applied.diagnostics.to_string();
        let said = format!("asked the provider to stop before {what} toy_box began");
        assert!(text.contains(&said), "{text}");
    }
    assert!(made.object.is_none());
    for kept in [changed, deleted, replaced] {
        let kept = kept.object.unwrap();
        assert_eq!((kept.get("name"), kept.is_tainted()), (json!("a"), false));
    }
    assert!(service.calls().iter().all(|it| *it == "read"), "{:?}", service.calls());

    assert!(toy.configure(json!({ "url": "memory" })).await.is_empty());
    let made = toy.apply(BOX, None, json!({ "name": "b", "size": 1 })).await;
    assert!(!made.diagnostics.has_errors(), "{}", made.diagnostics);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_waiting_and_keeps_the_object() {
    let (toy, service) = toy().await;

    let config = json!({ "name": "a", "size": 1 });
    let applied = stop_during("settle", toy, &service, None, config).await;

    let text = applied.diagnostics.to_string();
    assert!(text.contains("asked the provider to stop while it was creating toy_box"), "{text}");
    let object = applied.object.unwrap();
    assert_eq!((object.get("id"), object.is_tainted()), (json!("box-1"), true));
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_an_update_keeps_the_state() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    let config = json!({ "name": "b", "size": 2 });
    let applied = stop_during("half an update", toy, &service, Some(object), config).await;

    assert!(applied.diagnostics.to_string().starts_with("Error: Interrupted"));
    let object = applied.object.unwrap();
    assert_eq!((object.get("name"), object.is_tainted()), (json!("a"), false));
    assert_eq!(service.calls(), ["update", "half an update"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_a_deletion_keeps_the_object() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    let nothing = serde_json::Value::Null;
    let applied = stop_during("delete", toy, &service, Some(object), nothing).await;

    assert!(applied.diagnostics.to_string().starts_with("Error: Interrupted"));
    assert_eq!(applied.object.unwrap().get("id"), "box-1");
}

#[tokio::test(start_paused = true)]
async fn reads_after_a_stop_run_under_a_new_token() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    toy.stop();
    let read = toy.read(BOX, &object).await;

    assert!(read.diagnostics.is_empty(), "{}", read.diagnostics);
    assert!(read.object.is_some());
}

#[tokio::test]
async fn a_half_done_update_saves_the_truth() {
    for mode in [Mode::Error, Mode::Panic] {
        let (service, applied) = update_with("half an update", mode).await;

        assert!(applied.diagnostics.has_errors());
        let object = applied.object.unwrap();
        assert_eq!((object.get("name"), object.get("size")), (json!("b"), json!(1)));
        assert!(!object.is_tainted());
        assert_eq!(service.calls(), ["update", "half an update", "read"]);
    }
}

/// An update of size and pin that ends after the pin has been sent.
#[tokio::test(start_paused = true)]
async fn a_half_done_update_says_of_what_cannot_be_read_how_far_it_came() {
    let config = |size: u32, pin: &str| json!({ "name": "a", "size": size, "pin": pin });
    for (steps, mode) in [
        (&["half an update"][..], Mode::Error),
        (&["half an update"], Mode::Panic),
        (&["half an update", "read"], Mode::Error),
    ] {
        let (toy, service, object) = toy_with(config(1, "1234")).await;
        for step in steps {
            service.fail(step, mode);
        }

        let applied = toy.apply(BOX, Some(&object), config(2, "5678")).await;

        let object = applied.object.unwrap();
        assert_eq!((object.get("pin"), object.get("size")), (json!("5678"), json!(1)));
    }
    let (toy, service, object) = toy_with(config(1, "1234")).await;

    let stopped =
        stop_during("half an update", toy, &service, Some(object), config(2, "5678")).await;

    let object = stopped.object.unwrap();
    assert_eq!((object.get("pin"), object.get("size")), (json!("5678"), json!(1)));
}

#[tokio::test]
async fn what_moved_by_itself_keeps_its_planned_value_until_the_next_refresh() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    service.fail("read", Mode::Move);

    let applied = toy.apply(BOX, Some(&object), json!({ "name": "a", "size": 2 })).await;

    assert!(!applied.diagnostics.has_errors(), "{}", applied.diagnostics);
    let object = applied.object.unwrap();
    assert_eq!((object.get("shelf"), object.get("size")), (json!("a1"), json!(2)));
    assert_eq!(toy.read(BOX, &object).await.object.unwrap().get("shelf"), "z9");
}

#[tokio::test]
async fn a_failed_update_that_cannot_be_read_keeps_the_prior_state() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    service.fail("half an update", Mode::Error);
    service.fail("read", Mode::Error);

    let applied = toy.apply(BOX, Some(&object), json!({ "name": "b", "size": 2 })).await;

    assert_eq!(applied.diagnostics.to_string(), "Error: half an update was refused");
    assert_eq!(applied.object.unwrap().json(), object.json());
}

#[tokio::test]
async fn a_failed_update_keeps_the_old_timeouts() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    service.fail("update", Mode::Error);

    let config = json!({ "name": "b", "size": 2, "timeouts": { "update": "1m" } });
    let applied = toy.apply(BOX, Some(&object), config).await;

    assert!(applied.object.unwrap().get("timeouts").is_null());
}

#[tokio::test]
async fn an_update_that_cannot_be_read_back_saves_the_plan() {
    let (_, applied) = update_with("read", Mode::Error).await;

    let text = applied.diagnostics.to_string();
    assert!(text.contains("The update itself succeeded"), "{text}");
    let object = applied.object.unwrap();
    assert_eq!((object.get("name"), object.get("size")), (json!("b"), json!(2)));
    assert_eq!(object.get("revision"), 1, "the last value that is known");
}

#[tokio::test]
async fn an_object_that_an_update_loses_is_an_error() {
    let (_, applied) = update_with("read", Mode::Lose).await;

    let text = applied.diagnostics.to_string();
    assert!(text.contains("Error: The updated object cannot be found"), "{text}");
    assert!(applied.object.is_some());
}

#[tokio::test]
async fn a_refused_deletion_keeps_the_object_and_what_is_private() {
    for mode in [Mode::Error, Mode::Panic] {
        let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
        service.fail("delete", mode);

        let applied = toy.destroy(BOX, &object).await;

        assert!(applied.diagnostics.has_errors());
        let kept = applied.object.unwrap();
        assert_eq!(kept.json(), object.json());
        assert_eq!(kept.private("settled"), Some(&json!(true)));
        assert!(!kept.is_tainted());
    }
}

#[tokio::test]
async fn a_replacement_whose_deletion_fails_keeps_the_object_and_all_that_is_stored_with_it() {
    for mode in [Mode::Error, Mode::Panic] {
        let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
        service.fail("delete", mode);

        let config = json!({ "name": "a", "size": 1, "material": "tin" });
        let applied = toy.apply(BOX, Some(&object), config).await;

        assert!(applied.diagnostics.has_errors());
        let kept = applied.object.unwrap();
        assert_eq!(kept.json(), object.json());
        assert_eq!(kept.identity(), object.identity());
        assert_eq!(kept.private("settled"), Some(&json!(true)));
    }
}

#[tokio::test]
async fn a_replacement_whose_creation_fails_leaves_no_object() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    service.fail("create", Mode::Error);

    let config = json!({ "name": "a", "size": 1, "material": "tin" });
    let applied = toy.apply(BOX, Some(&object), config).await;

    assert!(applied.diagnostics.has_errors());
    assert!(applied.object.is_none());
    assert!(service.names().is_empty());
}
