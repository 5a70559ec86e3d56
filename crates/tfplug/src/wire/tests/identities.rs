//! Identities on their way: announced, kept through each call, and imported by.

use super::notes::NOTE;
use super::{
    Json, Type, apply_request, configured, dynamic, json, note, plan_request, proto, served,
};
use super::{from_wire, text};

fn identity_type() -> Type {
    Type::object([("number", Type::String), ("shelf", Type::String)])
}

fn sent(identity: &Json) -> proto::ResourceIdentityData {
    proto::ResourceIdentityData { identity_data: Some(dynamic(identity, &identity_type())) }
}

fn received(identity: Option<proto::ResourceIdentityData>) -> Json {
    identity.map_or(Json::Null, |it| from_wire(it.identity_data, &identity_type()))
}

#[tokio::test]
async fn each_attribute_says_whether_an_import_needs_it() {
    let (mut client, _) = served().await;

    let request = proto::get_resource_identity_schemas::Request {};
    let answer = client.get_resource_identity_schemas(request).await.unwrap().into_inner();

    let schema = &answer.identity_schemas[NOTE];
    assert_eq!((answer.identity_schemas.len(), schema.version), (1, 0));
    let [number, shelf] = schema.identity_attributes.as_slice() else { panic!("{schema:?}") };
    assert_eq!((number.name.as_str(), &number.r#type[..]), ("number", &br#""string""#[..]));
    assert_eq!(number.description, "Its *place* on the shelf.");
    assert!(number.required_for_import && !number.optional_for_import);
    assert!(shelf.optional_for_import && !shelf.required_for_import);
}

#[tokio::test]
async fn an_identity_goes_through_a_whole_life() {
    let (mut client, _) = configured().await;
    let planned = json!({ "id": crate::testing::UNKNOWN, "text": "a", "odd": 1 });
    let wooden = json!({ "number": "1", "shelf": "wooden" });

    let request = apply_request(&Json::Null, &planned, &json!({ "text": "a" }));
    let made = client.apply_resource_change(request).await.unwrap().into_inner();
    assert_eq!(received(made.new_identity), wooden);

    let state = json!({ "id": 1, "text": "a", "odd": 1 });
    let request = proto::read_resource::Request {
        type_name: NOTE.to_owned(),
        current_state: Some(note(&state)),
        private: made.private.clone(),
        ..Default::default()
    };
    let read = client.read_resource(request).await.unwrap().into_inner();
    assert_eq!(received(read.new_identity), wooden);

    let mut request = plan_request(&state, &Json::Null);
    request.prior_private = made.private;
    let plan = client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(received(plan.planned_identity), wooden);

    let mut request = apply_request(&state, &Json::Null, &Json::Null);
    request.planned_identity = Some(sent(&wooden));
    let gone = client.apply_resource_change(request).await.unwrap().into_inner();
    assert!(gone.new_identity.is_none());
}

#[tokio::test]
async fn a_call_that_cannot_be_read_sends_it_back() {
    let (mut client, _) = configured().await;
    let known = Some(sent(&json!({ "number": "1", "shelf": null })));

    let request = proto::read_resource::Request {
        type_name: NOTE.to_owned(),
        current_state: Some(note(&json!({ "id": 1, "text": "a" }))),
        current_identity: known.clone(),
        private: "{".into(),
        ..Default::default()
    };
    let read = client.read_resource(request).await.unwrap().into_inner();
    let mut request = apply_request(&json!({ "id": 1, "text": "a" }), &Json::Null, &Json::Null);
    request.planned_identity = known.clone();
    request.planned_private = "{".into();
    let applied = client.apply_resource_change(request).await.unwrap().into_inner();

    assert_eq!((read.new_identity, applied.new_identity), (known.clone(), known));
}

#[tokio::test]
async fn an_import_goes_by_the_identity_where_there_is_one() {
    let (mut client, _) = configured().await;
    let request = |identity| proto::import_resource_state::Request {
        type_name: NOTE.to_owned(),
        identity: Some(identity),
        ..Default::default()
    };

    let given = sent(&json!({ "number": "3", "shelf": null }));
    let found = client.import_resource_state(request(given)).await.unwrap().into_inner();
    let given = sent(&json!({ "number": null, "shelf": null }));
    let refused = client.import_resource_state(request(given)).await.unwrap().into_inner();

    let imported = found.imported_resources[0].identity.clone();
    assert_eq!(received(imported), json!({ "number": "3", "shelf": null }));
    assert!(refused.imported_resources.is_empty());
    assert!(text(&refused.diagnostics).starts_with("Error [] Invalid import identity: "));
}

#[tokio::test]
async fn a_stored_identity_is_upgraded_and_none_stays_none() {
    let (mut client, _) = served().await;
    let request = |json: &'static str| proto::upgrade_resource_identity::Request {
        type_name: NOTE.to_owned(),
        version: 0,
        raw_identity: Some(proto::RawState { json: json.into(), ..Default::default() }),
    };

    let old = request(r#"{"number":"1","gone":true}"#);
    let old = client.upgrade_resource_identity(old).await.unwrap().into_inner();
    let none = client.upgrade_resource_identity(request("")).await.unwrap().into_inner();

    assert_eq!(received(old.upgraded_identity), json!({ "number": "1", "shelf": null }));
    assert!(none.upgraded_identity.is_none() && none.diagnostics.is_empty());
}
