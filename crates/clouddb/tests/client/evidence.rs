//! What counts as the API's word: a 404 of somebody else is no absence.

use clouddb::{Error, UserId};

use crate::server::{Answer, Server};

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

        let errors = [
            client.instances().get("i1").await.err(),
            client.instances().list().await.err(),
            client.instances().wait_until_gone("i1").await.err(),
            client.databases("i1").find("orders").await.err(),
            client.databases("i1").wait_until_gone("orders").await.err(),
            client.users("i1").find(&user).await.err(),
            client.users("i1").grants(&user).await.err(),
            client.users("i1").wait_until_gone(&user).await.err(),
            client.backups().get("b1").await.err(),
            client.backups().list_of("i1").await.err(),
            client.backups().wait_until_gone("b1").await.err(),
            client.flavors().get("2").await.err(),
            client.datastores().get("mysql").await.err(),
        ];

        for (nth, error) in errors.iter().enumerate() {
            assert!(matches!(error, Some(Error::Undecodable { .. })), "{nth}: {error:?}");
        }
    }
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
