//! What the provider says of itself.

use super::notes::{COUNT, INK, JOIN, NOTE};
use super::{proto, served};

#[tokio::test]
async fn metadata_lists_what_there_is() {
    let (mut client, _) = served().await;

    let request = proto::get_metadata::Request {};
    let answer = client.get_metadata(request).await.unwrap().into_inner();

    let capabilities = answer.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(!capabilities.move_resource_state && capabilities.generate_resource_config);
    assert_eq!(answer.resources[0].type_name, NOTE);
    assert_eq!(answer.data_sources[0].type_name, COUNT);
    assert_eq!(answer.functions[0].name, JOIN);
    assert_eq!(answer.ephemeral_resources[0].type_name, INK);
    assert!(answer.diagnostics.is_empty());
}

#[tokio::test]
async fn schemas_carry_types_flags_and_descriptions() {
    let (mut client, _) = served().await;

    let request = proto::get_provider_schema::Request {};
    let answer = client.get_provider_schema(request).await.unwrap().into_inner();

    let provider = answer.provider.unwrap().block.unwrap();
    assert_eq!(provider.attributes[0].description, "Of the paper.");
    assert_eq!(answer.data_source_schemas[COUNT].version, 0);
    let schema = &answer.resource_schemas[NOTE];
    let block = schema.block.as_ref().unwrap();
    assert_eq!((schema.version, block.description.as_str()), (1, "A *note*."));
    assert_eq!(block.description_kind, i32::from(proto::StringKind::Markdown));
    let attribute = |name| block.attributes.iter().find(|it| it.name == name).unwrap();
    assert_eq!(attribute("id").r#type, r#""number""#);
    assert!(attribute("id").computed && !attribute("id").optional);
    assert_eq!(attribute("tags").r#type, r#"["set","string"]"#);
    assert!(attribute("paper").deprecated);
    assert_eq!(attribute("paper").deprecation_message, "Paper is gone.");
    assert!(attribute("key_wo").write_only && attribute("key_wo").sensitive);
}

#[tokio::test]
async fn a_nested_attribute_has_no_type_of_its_own() {
    let (mut client, _) = served().await;

    let request = proto::get_provider_schema::Request {};
    let answer = client.get_provider_schema(request).await.unwrap().into_inner();

    let block = answer.resource_schemas[NOTE].block.clone().unwrap();
    for attribute in &block.attributes {
        let nested = attribute.nested_type.is_some();
        assert_eq!(attribute.r#type.is_empty(), nested, "{}", attribute.name);
    }
    let lines = block.attributes.iter().find(|it| it.name == "lines").unwrap();
    let lines = lines.nested_type.as_ref().unwrap();
    assert_eq!(lines.nesting(), proto::schema::object::NestingMode::List);
    assert!(lines.attributes[0].required);
}

#[tokio::test]
async fn timeouts_are_a_block_of_strings() {
    let (mut client, _) = served().await;

    let request = proto::get_provider_schema::Request {};
    let answer = client.get_provider_schema(request).await.unwrap().into_inner();

    let block = answer.resource_schemas[NOTE].block.clone().unwrap();
    let timeouts = &block.block_types[0];
    assert_eq!(timeouts.type_name, "timeouts");
    assert_eq!(timeouts.nesting(), proto::schema::nested_block::NestingMode::Single);
    assert_eq!((timeouts.min_items, timeouts.max_items), (0, 0));
    let create = &timeouts.block.as_ref().unwrap().attributes[0];
    assert_eq!(
        (create.name.as_str(), create.r#type.as_ref()),
        ("create", br#""string""#.as_slice())
    );
    assert!(create.optional && create.description.contains("Default: `3m`"));
}

#[tokio::test]
async fn what_is_not_offered_is_unimplemented() {
    let (mut client, _) = served().await;

    let store = client.get_states(proto::get_states::Request::default()).await;
    assert_eq!(store.unwrap_err().code(), tonic::Code::Unimplemented);
}
