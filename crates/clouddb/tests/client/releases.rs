//! Requests whose form differs between releases of the service.

use clouddb::{Error, NewInstance};
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
