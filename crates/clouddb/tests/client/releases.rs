//! Requests whose form differs between releases of the service.

use clouddb::{Error, Limits, NewInstance};
use serde_json::json;

use crate::lost_replies::new_instance;
use crate::server::{Answer, Server, instance};

fn replica() -> NewInstance {
    NewInstance { replica_of: Some("i0".to_owned()), ..new_instance() }
}

#[tokio::test]
async fn a_replica_is_asked_for_in_the_form_that_the_server_takes() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Answer::ok(&json!({ "instances": [] })),
        _ if request.body["instance"].get("flavorRef").is_some() => Answer::rejected(),
        _ => Answer::ok(&json!({ "instance": instance("i1", "BUILD") })),
    })
    .await;

    let made = server.client().instances().create(&replica()).await.unwrap();

    assert_eq!(made.object.id, "i1");
    let sent: Vec<_> = server.received().into_iter().filter(|it| it.method == "POST").collect();
    assert_eq!(sent[1].body, json!({"instance": {"name": "db", "replica_of": "i0"}}));
    assert_eq!(sent.len(), 2);
}

#[tokio::test]
async fn a_replica_that_is_refused_in_both_forms_is_told_with_both_reasons() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Answer::ok(&json!({ "instances": [] })),
        _ if request.body["instance"].get("flavorRef").is_some() => Answer::rejected(),
        _ => Answer::fault(400, "badRequest", "'flavorRef' is a required property"),
    })
    .await;

    let error = server.client().instances().create(&replica()).await.unwrap_err();

    assert!(matches!(error, Error::Rejected(_)), "{error}");
    for words in ["It is not acceptable.", "'flavorRef' is a required property"] {
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(server.count("POST /instances"), 2);
}

#[tokio::test]
async fn only_the_api_s_own_refusal_of_a_replica_leads_to_the_other_form() {
    for answer in [
        || Answer::text(400, "<html>Bad Request</html>"),
        || Answer::fault(403, "forbidden", "No."),
    ] {
        let server = Server::start(move |request, _| match request.method.as_str() {
            "GET" => Answer::ok(&json!({ "instances": [] })),
            _ => answer(),
        })
        .await;

        server.client().instances().create(&replica()).await.unwrap_err();

        assert_eq!(server.count("POST /instances"), 1);
    }
}

#[tokio::test]
async fn limits_are_told_where_that_is_a_call_of_the_service() {
    async fn limits(answer: fn() -> Answer) -> Result<Option<Limits>, Error> {
        let server = Server::start(move |_, _| answer()).await;
        server.client().limits().await
    }

    let told = limits(|| {
        let absolute = json!({ "verb": "ABSOLUTE", "max_volumes": 100 });
        Answer::ok(&json!({ "limits": [absolute] }))
    });
    assert_eq!(told.await.unwrap(), Some(Limits { volumes: Some(100) }));

    let others: [fn() -> Answer; 3] = [
        || Answer::fault(404, "itemNotFound", "The resource could not be found."),
        || Answer::ok(&json!({ "limits": { "rate": [], "absolute": {} } })),
        || Answer::text(404, "<html>Not Found</html>"),
    ];
    for answer in others {
        assert_eq!(limits(answer).await.unwrap(), None);
    }
    let refused = limits(|| Answer::fault(403, "forbidden", "No.")).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
}

#[tokio::test]
async fn a_configuration_group_is_found_by_its_id_and_all_are_listed_once() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/configurations" => Answer::ok(&json!({ "configurations": [{ "id": "c1" }] })),
        "/configurations/c1" => Answer::ok(&json!({ "configuration": { "id": "c1" } })),
        _ => Answer::not_found(),
    })
    .await;
    let groups = server.client().configurations();

    let (one, other) = tokio::join!(groups.list(), groups.list());

    assert_eq!(one.unwrap().items, other.unwrap().items);
    assert_eq!(server.count("GET /configurations"), 1);
    assert_eq!(groups.get("c1").await.unwrap().unwrap().id, "c1");
    assert!(groups.get("c2").await.unwrap().is_none());
}
