//! What counts as the API's word: a 404 of somebody else is no absence.

use std::time::Duration;

use clouddb::{Error, Source, UserId};
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::lost_replies::new_instance;
use crate::server::{Answer, Server, instance};

/// Answers that a gateway, another service or the API's own router gives.
const FOREIGN: [fn() -> Answer; 4] = [
    || Answer::text(404, "<html><body><h1>404 Not Found</h1>nginx</body></html>"),
    || Answer::text(404, ""),
    || Answer::text(404, r#"{"code": "404 Not Found", "title": "Not Found", "message": "x"}"#),
    || Answer::fault(404, "itemNotFound", "The resource could not be found."),
];

#[tokio::test]
async fn no_read_takes_a_404_of_somebody_else_for_an_absence() {
    for answer in FOREIGN {
        let server = Server::start(move |_, _| answer()).await;
        let client = server.client();
        let user = UserId { name: "app".to_owned(), host: "%".to_owned() };
        let deadline = Instant::now() + Duration::from_millis(100);
        let hasty = client.within(deadline, CancellationToken::new());

        let errors = [
            client.instances().get("i1").await.err(),
            client.instances().list().await.err(),
            client.databases("i1").find("orders").await.err(),
            client.users("i1").find(&user).await.err(),
            client.users("i1").grants(&user).await.err(),
            client.backups().get("b1").await.err(),
            client.backups().list_of(&Source::Instance("i1".to_owned())).await.err(),
            client.flavors().get("2").await.err(),
            client.datastores().get("mysql").await.err(),
        ];
        let waits = [
            hasty.instances().wait_until_gone("i1").await.err(),
            hasty.databases("i1").wait_until_gone("orders").await.err(),
            hasty.users("i1").wait_until_gone(&user).await.err(),
            hasty.backups().wait_until_gone("b1").await.err(),
        ];

        for (nth, error) in errors.iter().enumerate() {
            assert!(matches!(error, Some(Error::Undecodable { .. })), "{nth}: {error:?}");
        }
        assert!(waits.iter().all(|it| matches!(it, Some(Error::Deadline { .. }))), "{waits:?}");
    }
}

/// One witness says that it is not there, and another one that it is.
#[tokio::test]
async fn an_absence_that_the_list_contradicts_is_none() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "GET /instances" => Answer::ok(&json!({ "instances": [instance("i1", "ACTIVE")] })),
        "GET /backups" => {
            Answer::ok(&json!({ "backups": [{"id": "b1", "name": "b", "status": "COMPLETED"}] }))
        }
        "GET /instances/i2" => Answer::instance("i2", "ACTIVE"),
        _ => Answer::not_found(),
    })
    .await;
    let client = server.client();

    let errors = [
        client.instances().get("i1").await.err(),
        client.backups().get("b1").await.err(),
        client.databases("i1").find("orders").await.err(),
        client.databases("i2").find("orders").await.err(),
    ];

    for (nth, error) in errors.iter().enumerate() {
        assert!(matches!(error, Some(Error::Contradiction { .. })), "{nth}: {error:?}");
    }
    assert!(client.instances().get("i3").await.unwrap().is_none());
    assert!(client.databases("i3").find("orders").await.unwrap().is_none());
}

/// A collection of the account is always there, so nothing in it is gone because it is not found.
#[tokio::test]
async fn a_404_of_a_collection_of_the_account_is_no_absence() {
    let server = Server::start(|_, _| Answer::fault(404, "itemNotFound", "No such tenant.")).await;
    let client = server.client();

    let errors = [
        client.instances().get("i1").await.err(),
        client.backups().get("b1").await.err(),
        client.databases("i1").find("orders").await.err(),
        client.instances().list().await.err(),
        client.flavors().list().await.err(),
    ];

    for (nth, error) in errors.iter().enumerate() {
        assert!(matches!(error, Some(Error::Undecodable { .. })), "{nth}: {error:?}");
    }
}

/// Both are offers of the service, of which no list is asked beside it.
#[tokio::test]
async fn a_flavor_and_a_datastore_are_absent_when_the_api_itself_says_so() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/flavors/2" => Answer::ok(&json!({ "flavor": { "id": 2, "name": "f", "ram": 1024 } })),
        "/datastores/mysql" => {
            Answer::ok(&json!({ "datastore": { "id": "d1", "name": "mysql", "versions": [] } }))
        }
        _ => Answer::not_found(),
    })
    .await;
    let (flavors, datastores) = (server.client().flavors(), server.client().datastores());

    assert_eq!(flavors.get("2").await.unwrap().unwrap().ram, 1024);
    assert!(flavors.get("9").await.unwrap().is_none());
    assert_eq!(datastores.get("mysql").await.unwrap().unwrap().id, "d1");
    assert!(datastores.get("oracle").await.unwrap().is_none());
    assert_eq!(server.received().len(), 4);
}

/// What was just made is there, however long it takes to show everywhere.
#[tokio::test]
async fn an_absence_soon_after_a_creation_is_waited_out() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("POST /instances", _) => Answer::instance("i1", "BUILD"),
        ("GET /instances/i1", 1..=9) => Answer::not_found(),
        ("GET /instances/i1", _) => Answer::instance("i1", "ACTIVE"),
        _ => Answer::not_found(),
    })
    .await;
    let client = server.client();
    client.instances().create(&new_instance()).await.unwrap();

    assert!(client.instances().get("i1").await.unwrap().is_some());
}

#[tokio::test]
async fn no_deletion_takes_a_404_of_somebody_else_for_its_end() {
    for answer in FOREIGN {
        let server = Server::start(move |request, _| match request.method.as_str() {
            "GET" => Answer::instance("i1", "ACTIVE"),
            _ => answer(),
        })
        .await;
        let client = server.client();
        let user = UserId { name: "app".to_owned(), host: "%".to_owned() };

        let errors = [
            client.instances().delete("i1").await.err(),
            client.databases("i1").delete("orders").await.err(),
            client.users("i1").delete(&user).await.err(),
            client.users("i1").revoke(&user, "orders").await.err(),
            client.backups().delete("b1").await.err(),
        ];

        for (nth, error) in errors.iter().enumerate() {
            assert!(matches!(error, Some(Error::Undecodable { .. })), "{nth}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_deletion_that_is_repeated_is_not_over_because_a_gateway_says_404() {
    let server = Server::start(|_, nth| match nth {
        1 => Answer::Drop,
        _ => Answer::text(404, "<html>404 Not Found</html>"),
    })
    .await;

    let error = server.client().backups().delete("b1").await.unwrap_err();

    assert!(matches!(error, Error::Undecodable { .. }), "{error}");
}

/// Whoever only reads what was just made waits for it to show, and for nothing else.
#[tokio::test]
async fn a_read_of_something_new_ends_with_the_first_other_error() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "POST /instances" => Answer::instance("i1", "BUILD"),
        "GET /instances/i1" => Answer::fault(403, "forbidden", "No."),
        _ => Answer::not_found(),
    })
    .await;
    let client = server.client();
    client.instances().create(&new_instance()).await.unwrap();

    let error = client.instances().get("i1").await.unwrap_err();

    assert!(matches!(error, Error::Forbidden(_)), "{error}");
    assert_eq!(server.count("GET /instances/i1"), 1);
}

/// Its absence was a lag until then.
#[tokio::test]
async fn what_this_client_has_made_and_deleted_is_gone_at_the_first_look() {
    let server = Server::start(|request, _| match request.line().as_str() {
        "POST /instances" => Answer::instance("new", "BUILD"),
        "DELETE /instances/new" => Answer::accepted(),
        "GET /instances" => Answer::ok(&json!({ "instances": [] })),
        _ => Answer::not_found(),
    })
    .await;
    let instances = server.client().instances();
    instances.create(&new_instance()).await.unwrap();
    instances.delete("new").await.unwrap();
    let before = server.count("GET /instances/new");

    assert!(instances.get("new").await.unwrap().is_none());

    assert_eq!(server.count("GET /instances/new") - before, 1);
}
