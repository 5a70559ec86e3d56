//! What the provider gives for one run.

use super::notes::INK;
use super::{Type, Value, configured, dynamic, json, proto, served, text, texts};

fn ink() -> Type {
    Type::Object([("color".to_owned(), Type::String), ("drops".to_owned(), Type::Number)].into())
}

async fn opened(config: proto::DynamicValue) -> proto::open_ephemeral_resource::Response {
    let (mut client, _) = configured().await;
    let request = proto::open_ephemeral_resource::Request {
        type_name: INK.to_owned(),
        config: Some(config),
        client_capabilities: None,
    };
    client.open_ephemeral_resource(request).await.unwrap().into_inner()
}

fn of_color(color: &str) -> proto::DynamicValue {
    dynamic(&json!({ "color": color }), &ink())
}

#[tokio::test]
async fn ephemeral_resources_are_announced_with_their_schemas() {
    let (mut client, _) = served().await;

    let answer = client.get_provider_schema(proto::get_provider_schema::Request {}).await.unwrap();

    let answer = answer.into_inner();
    let block = answer.ephemeral_resource_schemas[INK].block.as_ref().unwrap();
    assert_eq!(block.description, "Some *ink*.");
    let drops = block.attributes.iter().find(|it| it.name == "drops").unwrap();
    assert!(drops.computed && drops.sensitive);
    assert!(!answer.resource_schemas.contains_key(INK));
}

#[tokio::test]
async fn a_block_is_validated_without_a_configuration_of_the_provider() {
    let (mut client, _) = served().await;
    let request = proto::validate_ephemeral_resource_config::Request {
        type_name: INK.to_owned(),
        config: Some(of_color("pink")),
    };

    let answer = client.validate_ephemeral_resource_config(request).await.unwrap().into_inner();

    let found = text(&answer.diagnostics);
    assert!(found.starts_with("Error [color] Invalid value for \"color\": "), "{found}");
}

#[tokio::test]
async fn what_is_opened_has_neither_an_end_nor_a_renewal_nor_a_deferral() {
    let answer = opened(of_color("blue")).await;

    assert_eq!(texts(&answer.diagnostics), [""; 0]);
    let result = Value::from_msgpack(&answer.result.unwrap().msgpack, &ink()).unwrap();
    assert_eq!(result.get("color"), Some(&"blue".into()));
    assert_eq!(result.get("drops"), Some(&Value::from(7)));
    assert_eq!((answer.renew_at, answer.private, answer.deferred), (None, None, None));
}

#[tokio::test]
async fn what_cannot_be_opened_is_an_error_without_a_result() {
    let dry = opened(of_color("dry")).await;
    let odd = opened(of_color("odd")).await;
    let broken = proto::DynamicValue { msgpack: "\u{1}".into(), ..Default::default() };
    let unread = opened(broken).await;

    assert_eq!(text(&dry.diagnostics), "Error [color] No ink: ");
    let found = text(&odd.diagnostics);
    assert!(
        found.starts_with("Error [drops] Bug in the provider: A value does not fit"),
        "{found}"
    );
    assert!(text(&unread.diagnostics).contains("A value from Terraform cannot be read"));
    assert_eq!((dry.result, odd.result, unread.result), (None, None, None));
}

/// Terraform closes what it has opened, whether or not there is anything to close.
#[tokio::test]
async fn a_renewal_and_an_end_have_nothing_to_do() {
    let (mut client, _) = configured().await;
    let renew = |name: &str| proto::renew_ephemeral_resource::Request {
        type_name: name.to_owned(),
        private: None,
    };
    let close = |name: &str| proto::close_ephemeral_resource::Request {
        type_name: name.to_owned(),
        private: None,
    };

    let renewed = client.renew_ephemeral_resource(renew(INK)).await.unwrap().into_inner();
    let closed = client.close_ephemeral_resource(close(INK)).await.unwrap().into_inner();
    assert_eq!(renewed, proto::renew_ephemeral_resource::Response::default());
    assert_eq!(closed, proto::close_ephemeral_resource::Response::default());

    let unknown =
        "Error [] Unknown ephemeral resource: The provider has no ephemeral resource gone.";
    let renewed = client.renew_ephemeral_resource(renew("gone")).await.unwrap().into_inner();
    let closed = client.close_ephemeral_resource(close("gone")).await.unwrap().into_inner();
    assert_eq!(text(&renewed.diagnostics), unknown);
    assert_eq!(text(&closed.diagnostics), unknown);
}
