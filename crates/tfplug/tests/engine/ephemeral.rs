//! Ephemeral resources: opened in each plan and each apply, and stored nowhere.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;
use tfplug::schema::Schema;
use tfplug::testing::{Harness, UNKNOWN};
use tfplug::{
    BoxedDataSource, BoxedEphemeralResource, BoxedResource, ConfigureContext, Provider, Result,
};

use crate::toy::{KEY, Key, KeyConfig, Keys, Mode, Service, Toy, ill, key_schema, toy};

#[test]
fn models_and_schemas_agree() {
    assert_eq!(key_schema().check_ephemeral(), Ok(()));
    tfplug::testing::assert_model::<Key>(&key_schema());
    tfplug::testing::assert_plan_view::<KeyConfig>(&key_schema());
}

/// The toy returns something else for each of them.
#[tokio::test]
async fn what_is_configured_comes_back_as_it_was_whatever_the_provider_returns() {
    let (toy, _) = toy().await;
    let config = json!({
        "name": "front", "teeth": ["b", "a"], "weight": 1.5, "shelf": "c3",
        "shape": { "bit": "flat", "bow": null },
    });

    let opened = toy.open(KEY, &config).await.unwrap();

    assert_eq!(opened["pin"], "pin of front");
    for (name, value) in config.as_object().unwrap() {
        assert_eq!(opened[name], *value, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_configured_is_null_unless_the_provider_may_give_it() {
    let (toy, _) = toy().await;

    let opened = toy.open(KEY, json!({ "name": "front" })).await.unwrap();

    assert_eq!(
        opened,
        json!({
            "name": "front", "teeth": null, "weight": null, "shape": null, "shelf": "a1",
            "pin": "pin of front",
        })
    );
}

/// Terraform would take it; OpenTofu calls it invalid.
#[tokio::test]
async fn nothing_that_was_opened_is_unknown() {
    let (toy, _) = toy().await;

    let opened = toy.open(KEY, json!({ "name": "unknown" })).await.unwrap();

    assert!(opened["pin"].is_null(), "{opened}");
}

#[tokio::test]
async fn a_failure_or_a_panic_while_opening_is_an_error() {
    for (mode, text) in [(Mode::Error, "open was refused"), (Mode::Panic, "open went up in smoke")]
    {
        let (toy, service) = toy().await;
        service.fail("open", mode);

        let problems = toy.open(KEY, json!({ "name": "front" })).await.unwrap_err();

        assert!(problems.to_string().contains(text), "{problems}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_an_opening_and_the_next_one_is_served() {
    let (toy, service) = toy().await;
    service.fail("open", Mode::Hang);
    let stop = async {
        service.hanging().await;
        toy.stop();
    };

    let (opened, ()) = tokio::join!(toy.open(KEY, json!({ "name": "front" })), stop);
    service.heal();
    let next = toy.open(KEY, json!({ "name": "front" })).await;

    let problems = opened.unwrap_err().to_string();
    assert!(problems.contains("while it was opening toy_key"), "{problems}");
    assert!(next.is_ok(), "{next:?}");
}

#[tokio::test]
async fn an_opening_has_a_deadline() {
    let (toy, service) = toy().await;

    toy.open(KEY, json!({ "name": "front" })).await.unwrap();

    assert_eq!(service.deadlines().len(), 1);
    assert!(service.deadlines()[0].as_secs() <= 20 * 60);
}

#[tokio::test]
async fn a_block_is_validated_by_rules_and_by_the_author_without_a_client() {
    let toy = Harness::new(Toy { service: Service::default() });

    let long = toy.validate_ephemeral(KEY, json!({ "name": "x".repeat(13) }));
    let empty = toy.validate_ephemeral(KEY, json!({ "name": "front", "shelf": "" }));
    let nothing = toy.validate_ephemeral(KEY, json!({}));
    let panicked = toy.validate_ephemeral(KEY, json!({ "name": "panic" }));

    assert!(long.to_string().starts_with("Error: Invalid value for \"name\" (name)"), "{long}");
    assert_eq!(empty.to_string(), "Error: An empty shelf (shelf)");
    assert!(nothing.to_string().contains("Missing value for \"name\""), "{nothing}");
    assert!(panicked.to_string().contains("no such luck"), "{panicked}");
}

/// Terraform asks all the same, and takes a deferral for a bug.
#[tokio::test]
async fn without_a_known_provider_configuration_the_answer_is_an_error() {
    let toy = Harness::new(Toy { service: Service::default() });
    let unconfigured = toy.open(KEY, json!({ "name": "front" })).await.unwrap_err();
    toy.configure(json!({ "url": UNKNOWN })).await;
    let unknown = toy.open(KEY, json!({ "name": "front" })).await.unwrap_err();

    assert!(unconfigured.to_string().contains("Provider is not configured"), "{unconfigured}");
    assert!(unknown.to_string().contains("configuration is not known yet"), "{unknown}");
}

#[test]
fn a_schema_has_nothing_that_is_about_a_plan_or_a_state() {
    let faults = ill(key_schema()).check_ephemeral().unwrap_err();

    assert_eq!(
        faults,
        [
            "the name `count` is reserved by Terraform",
            "no state has the version of an ephemeral resource",
            "an ephemeral resource has no timeouts()",
            "secret_wo: write_only() is not for an ephemeral resource",
            "kept: use_state_for_unknown() is not for an ephemeral resource",
            "place: requires_replace() is not for an ephemeral resource",
            "color: default() is not for an ephemeral resource",
            "part.serial: nothing inside a configured attribute can be computed()",
        ]
    );
}

/// Offers a key twice, whose schema Terraform would refuse.
struct Careless;

impl Provider for Careless {
    type Client = Service;
    type Config = BTreeMap<String, String>;
    const NAME: &'static str = "careless";
    const ADDRESS: &'static str = "registry.terraform.io/toys/careless";
    const VERSION: &'static str = "1.2.3";

    fn schema(&self) -> Schema {
        Schema::new("Nothing.")
    }

    async fn configure(&self, _: &ConfigureContext, _: Self::Config) -> Result<Option<Service>> {
        Ok(None)
    }

    fn resources(&self) -> Vec<BoxedResource<Service>> {
        Vec::new()
    }

    fn data_sources(&self) -> Vec<BoxedDataSource<Service>> {
        Vec::new()
    }

    fn ephemeral_resources(&self) -> Vec<BoxedEphemeralResource<Service>> {
        vec![
            tfplug::ephemeral_resource(Keys { odd: ill }),
            tfplug::ephemeral_resource(Keys { odd: ill }),
        ]
    }
}

#[test]
fn a_provider_that_terraform_would_refuse_says_what_is_wrong_with_its_ephemeral_resources() {
    let refusal = catch_unwind(AssertUnwindSafe(|| Harness::new(Careless))).err().unwrap();

    let words = refusal.downcast_ref::<String>().unwrap();
    assert!(
        words.contains("Schema of ephemeral resource toy_key: secret_wo: write_only() is not"),
        "{words}"
    );
    assert!(words.contains("ephemeral resource toy_key: the name is taken twice."), "{words}");
}
