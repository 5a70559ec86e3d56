//! Terraform's laws under random schemas, configurations and services: whatever a resource does,
//! the harness finds no plan and no result that Terraform would refuse.

mod chaos;
mod dice;

use std::sync::Arc;

use proptest::prelude::*;

use self::chaos::{Lab, NAME};
use self::dice::Dice;
use crate::testing::{Action, Harness, Object, from_json, to_json};
use crate::value::Value;

/// A random life: created, perhaps changed several times, refreshed and destroyed.
async fn live(entropy: Vec<u8>) {
    let mut dice = Dice::new(entropy);
    let schema = dice.schema();
    prop_assume_schema(&schema.check());
    let lab = Lab::new(schema.clone(), dice.up_to(250));
    let service = Arc::clone(&lab.service);
    let harness = Harness::new(lab);
    let problems = harness.configure(serde_json::json!({})).await;
    assert!(problems.is_empty(), "{problems}");

    let mut config = dice.config(&schema, None, false);
    let mut object: Option<Object> = None;
    for _ in 0..3 {
        let unknown = dice.config(&schema, Some(&config), true);
        let plan = harness.plan(NAME, object.as_ref(), to_json(&unknown)).await;
        assert!(!plan.diagnostics.has_errors(), "{}", plan.diagnostics);

        let applied = harness.apply(NAME, object.as_ref(), to_json(&config)).await;
        assert!(!applied.diagnostics.has_errors(), "{}", applied.diagnostics);
        let made = applied.object.expect("an object");

        let again = harness.plan(NAME, Some(&made), to_json(&config)).await;
        let (state, planned) = (made.json(), again.json());
        assert_eq!(again.action, Action::NoOp, "{schema:#?}\n{config:?}\n{state}\n{planned}");

        let read = harness.read(NAME, &made).await.object.expect("an object");
        assert_eq!(read.json(), made.json(), "a refresh changes nothing, not even spelling");
        assert_eq!(read.identity()["key"], "thing");

        let mut generated = harness.generate_config(NAME, &read);
        if schema.timeouts_block().is_some() {
            // An object that is imported has none, and this one may.
            generated["timeouts"] = read.json()["timeouts"].clone();
        }
        let imported = harness.plan(NAME, Some(&read), &generated).await;
        let (state, planned) = (read.json(), imported.json());
        assert_eq!(imported.action, Action::NoOp, "{schema:#?}\n{generated}\n{state}\n{planned}");

        config = dice.config(&schema, Some(&config), false);
        object = Some(read);
    }
    let gone = harness.destroy(NAME, &object.expect("an object")).await;
    assert!(gone.diagnostics.is_empty() && gone.object.is_none(), "{}", gone.diagnostics);
    assert!(service.lock().unwrap().is_none());
}

fn prop_assume_schema(checked: &Result<(), Vec<String>>) {
    assert_eq!(*checked, Ok(()), "the generator makes only good schemas");
}

/// A life in which the service answers nonsense or an error at random: what is in the state must
/// still be what Terraform accepts, and the object must not be lost.
async fn suffer(entropy: Vec<u8>) {
    let mut dice = Dice::new(entropy);
    let schema = dice.schema();
    let mut lab = Lab::new(schema.clone(), dice.up_to(250));
    lab.failing = Some(dice.pick(&["settle", "read", "update", "delete", "identify"]));
    let service = Arc::clone(&lab.service);
    let harness = Harness::new(lab);
    harness.configure(serde_json::json!({})).await;

    let mut config = dice.config(&schema, None, false);
    let mut object: Option<Object> = None;
    for _ in 0..3 {
        object = harness.apply(NAME, object.as_ref(), to_json(&config)).await.object;
        let exists = service.lock().unwrap().is_some();
        assert_eq!(object.is_some(), exists, "what exists is in the state");
        config = dice.config(&schema, Some(&config), false);
    }
    if let Some(object) = object {
        assert!(matches!(from_json(&object.json(), &schema.ty()), Value::Map(_)));
    }
}

fn run(life: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(life);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_life_of_an_object_breaks_a_law_of_terraform(
        entropy in proptest::collection::vec(any::<u8>(), 40..400)
    ) {
        run(live(entropy));
    }

    #[test]
    fn no_fault_of_a_service_loses_an_object(
        entropy in proptest::collection::vec(any::<u8>(), 40..400)
    ) {
        run(suffer(entropy));
    }
}
