//! Data sources and the provider block.

use serde_json::json;
use tfplug::testing::Harness;

use crate::toy::{BOX, BOXES, Mode, Service, Toy, toy, toy_with};

#[tokio::test]
async fn a_data_source_answers_with_its_configuration_and_what_it_found() {
    let (toy, service, object) = toy_with(json!({ "name": "ab", "size": 1 })).await;
    toy.apply(BOX, None, json!({ "name": "xy", "size": 1 })).await;
    service.forget_calls();

    let config = json!({ "prefix": "a", "timeouts": { "read": "5s" } });
    let found = toy.read_data(BOXES, config).await.unwrap();

    assert_eq!(object.get("name"), "ab");
    let timeouts = json!({ "read": "5s" });
    assert_eq!(found, json!({ "prefix": "a", "names": ["ab"], "timeouts": timeouts }));
    assert!(service.deadlines()[0].as_secs() <= 5);
}

#[tokio::test]
async fn a_data_source_that_fails_is_an_error() {
    for (mode, text) in [(Mode::Error, "list was refused"), (Mode::Panic, "list went up in smoke")]
    {
        let (toy, service) = toy().await;
        service.fail("list", mode);

        let problems = toy.read_data(BOXES, json!({})).await.unwrap_err();

        assert!(problems.to_string().contains(text), "{problems}");
    }
}

#[tokio::test]
async fn a_data_source_validates_its_configuration() {
    let (toy, _) = toy().await;

    let problems = toy.validate_data_source(BOXES, json!({ "prefix": "" }));

    assert_eq!(problems.to_string(), "Error: An empty prefix (prefix)");
}

#[tokio::test]
async fn a_provider_block_is_validated_by_rules_and_by_the_provider() {
    let toy = Harness::new(Toy { service: Service::default() });

    let neither = toy.configure(json!({})).await;
    let long = toy.configure(json!({ "url": "x".repeat(21) })).await;

    assert_eq!(neither.to_string(), "Error: Either url or token is needed (url)");
    assert!(long.to_string().starts_with("Error: Invalid value for \"url\" (url)"), "{long}");
}

#[tokio::test]
async fn a_provider_that_cannot_be_configured_says_why() {
    let toy = Harness::new(Toy { service: Service::default() });

    let problems = toy.configure(json!({ "url": "memory", "token": "wrong" })).await;

    assert_eq!(problems.to_string(), "Error: Wrong token (token)");
    let problems = toy.read_data(BOXES, json!({})).await.unwrap_err();
    assert!(problems.to_string().contains("Provider is not configured"), "{problems}");
}
