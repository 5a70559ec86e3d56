//! The provider binary over its socket, without Terraform in between.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::json;
use terraform_provider_rackspace::Rackspace;
use testkit::catalogue;
use testkit::catalogue::entry::Block;
use tfplug::Provider as _;
use tfplug::client::tfplugin6::{
    ClientCapabilities, DynamicValue, get_metadata, get_provider_schema, stop_provider,
    validate_resource_config,
};
use tfplug::client::{Identity, Plugin, plugin};

async fn started() -> Plugin {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-rackspace"));
    command.env_remove("TF_LOG").env_remove("TF_LOG_PROVIDER").env_remove("PLUGIN_UNIX_SOCKET_DIR");
    Plugin::start(command, Some(Identity::generate().unwrap())).await.unwrap()
}

#[tokio::test]
async fn the_binary_says_protocol_6_on_a_unix_socket_with_a_certificate() {
    let provider = started().await;

    let handshake = provider.handshake();

    assert_eq!((handshake.core_protocol, handshake.provider_protocol), (1, 6));
    assert_eq!((handshake.network.as_str(), handshake.transport.as_str()), ("unix", "grpc"));
    assert!(handshake.certificate.is_some());
}

#[tokio::test]
async fn the_binary_offers_everything_that_is_registered_with_its_shape() {
    let provider = started().await;
    let mut calls = provider.connect().await.unwrap().provider();

    let names = calls.get_metadata(get_metadata::Request {}).await.unwrap().into_inner();
    let schema =
        calls.get_provider_schema(get_provider_schema::Request {}).await.unwrap().into_inner();

    let resources: BTreeSet<String> = names.resources.into_iter().map(|it| it.type_name).collect();
    let data_sources: BTreeSet<String> =
        names.data_sources.into_iter().map(|it| it.type_name).collect();
    assert_eq!(resources, of_the_catalogue(Block::Resource));
    assert_eq!(data_sources, of_the_catalogue(Block::Data));
    assert!(resources.iter().all(|name| schema.resource_schemas.contains_key(name)));
    assert!(data_sources.iter().all(|name| schema.data_source_schemas.contains_key(name)));
    let functions: BTreeSet<String> = names.functions.into_iter().map(|it| it.name).collect();
    let registered = Rackspace.functions();
    assert_eq!(functions, registered.iter().map(|it| it.name().to_owned()).collect());
    assert!(functions.iter().all(|name| schema.functions.contains_key(name)));
    let ephemeral: BTreeSet<String> =
        names.ephemeral_resources.into_iter().map(|it| it.type_name).collect();
    let registered = Rackspace.ephemeral_resources();
    assert_eq!(ephemeral, registered.iter().map(|it| it.name().to_owned()).collect());
    assert!(ephemeral.iter().all(|name| schema.ephemeral_resource_schemas.contains_key(name)));
    // Each list is one of a resource.
    let lists: BTreeSet<String> = names.list_resources.into_iter().map(|it| it.type_name).collect();
    let registered = Rackspace.list_resources();
    assert_eq!(lists, registered.iter().map(|it| it.name().to_owned()).collect());
    assert!(lists.iter().all(|name| schema.list_resource_schemas.contains_key(name)));
    // A copy of a backup is a backup where it is, and the list of those finds it.
    let found = |name: &&String| *name != "rackspace_db_backup_copy";
    assert_eq!(lists, resources.iter().filter(found).cloned().collect());
    let actions: BTreeSet<String> = names.actions.into_iter().map(|it| it.type_name).collect();
    let registered = Rackspace.actions();
    assert_eq!(actions, registered.iter().map(|it| it.name().to_owned()).collect());
    assert!(actions.iter().all(|name| schema.action_schemas[name].schema.is_some()));
    assert!(schema.diagnostics.is_empty());
}

fn of_the_catalogue(block: Block) -> BTreeSet<String> {
    catalogue::entries_of(block).into_iter().map(|it| it.name.to_owned()).collect()
}

#[tokio::test]
async fn a_foreign_certificate_is_turned_away() {
    let provider = started().await;
    let foreign = Identity::generate().unwrap();

    let refused = async {
        let mut calls = provider.connect_as(Some(&foreign)).await.ok()?.provider();
        calls.get_metadata(get_metadata::Request {}).await.ok()
    };

    assert!(refused.await.is_none());
    assert!(provider.connect().await.is_ok());
}

#[tokio::test]
async fn the_binary_goes_on_after_a_stop_and_ends_at_a_shutdown() {
    let provider = started().await;
    let socket = std::path::PathBuf::from(&provider.handshake().address);
    let connection = provider.connect().await.unwrap();

    let stopped = connection.provider().stop_provider(stop_provider::Request {}).await.unwrap();
    let after = connection.provider().get_metadata(get_metadata::Request {}).await;
    // The process may be gone before it has answered.
    drop(connection.controller().shutdown(plugin::Empty {}).await);
    let ended = provider.ended().await.unwrap();

    assert!(stopped.into_inner().error.is_empty() && after.is_ok());
    assert!(ended.status.success());
    assert_eq!(ended.stdout, "", "stdout belongs to the handshake");
    assert!(!socket.exists());
}

/// What the binary says about a user with this password, to a Terraform of these capabilities: the
/// attribute that each message is about, and its text.
async fn said_of_a_user(
    password: &str,
    client_capabilities: Option<ClientCapabilities>,
) -> Vec<(String, String)> {
    let resources = Rackspace.resources();
    let user = resources.iter().find(|it| it.name() == "rackspace_db_user").unwrap();
    let ty = user.schema().ty();
    let config = json!({
        "instance_id": "61f12fef-edb1-4561-8122-e7c00ef26a82",
        "name": "app",
        password: "correct-horse",
    });
    let msgpack = tfplug::testing::from_json(&config, &ty).to_msgpack(&ty).unwrap();
    let provider = started().await;
    let request = validate_resource_config::Request {
        type_name: "rackspace_db_user".to_owned(),
        config: Some(DynamicValue { msgpack: msgpack.into(), ..Default::default() }),
        client_capabilities,
    };
    let mut calls = provider.connect().await.unwrap().provider();
    let answer = calls.validate_resource_config(request).await.unwrap().into_inner();
    let told = answer.diagnostics.into_iter();
    told.map(|it| (format!("{:?}", it.attribute), format!("{} {}", it.summary, it.detail)))
        .collect()
}

#[tokio::test]
async fn a_terraform_before_1_11_is_told_that_it_cannot_keep_a_password_out_of_its_state() {
    let old = [None, Some(ClientCapabilities::default())];
    for capabilities in old {
        let said = said_of_a_user("password_wo", capabilities).await;

        let [(attribute, text)] = said.as_slice() else { unreachable!("{said:?}") };
        assert!(attribute.contains("password_wo"), "{attribute}");
        assert!(text.contains("Terraform 1.11 or later"), "{text}");
        assert!(!text.contains("correct-horse"), "{text}");
        assert_eq!(said_of_a_user("password", capabilities).await, []);
    }
    let new = ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() };
    assert_eq!(said_of_a_user("password_wo", Some(new)).await, []);
}
