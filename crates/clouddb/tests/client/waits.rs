//! Waiting for instances and backups.

use std::time::Duration;

use clouddb::{Error, InstanceStatus};
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::server::{Answer, Gate, Server, instance};

/// A server whose instance passes through these statuses and stays in the last.
async fn passing_through(statuses: &'static [&'static str]) -> Server {
    Server::start(|request, nth| {
        let status = statuses.get(nth - 1).or(statuses.last()).unwrap();
        match *status {
            _ if request.path == "/instances" => Answer::not_found(),
            "404" => Answer::not_found(),
            status => Answer::instance("i1", status),
        }
    })
    .await
}

fn resized(status: &str, flavor: &str, volume: u64) -> Answer {
    let mut instance = instance("i1", status);
    instance["flavor"]["id"] = json!(flavor);
    instance["volume"]["size"] = json!(volume);
    Answer::ok(&json!({ "instance": instance }))
}

#[tokio::test]
async fn an_instance_is_ready_after_every_busy_status_and_unknown_ones() {
    let server = passing_through(&["BUILD", "BACKUP", "PHASE_OF_THE_MOON", "ACTIVE"]).await;

    let instance = server.client().instances().wait_until_ready("i1").await.unwrap();

    assert_eq!(instance.status, InstanceStatus::Active);
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn an_instance_that_wants_a_restart_is_ready() {
    let server = passing_through(&["RESTART_REQUIRED"]).await;

    let instance = server.client().instances().wait_until_ready("i1").await.unwrap();

    assert_eq!(instance.status, InstanceStatus::RestartRequired);
}

#[tokio::test]
async fn an_instance_that_breaks_fails_with_its_status() {
    for broken in ["ERROR", "FAILED", "REPLICATION_ERROR"] {
        let server = Server::start(move |_, nth| {
            Answer::instance("i1", if nth == 1 { "BUILD" } else { broken })
        })
        .await;

        let error = server.client().instances().wait_until_ready("i1").await.unwrap_err();

        let Error::Failed { what: "instance", id, status, .. } = error else { panic!("{error}") };
        assert_eq!((id.as_str(), status.as_str()), ("i1", broken));
    }
}

#[tokio::test]
async fn an_instance_that_disappears_while_it_is_waited_for_is_not_found() {
    let server = passing_through(&["BUILD", "404"]).await;

    let error = server.client().instances().wait_until_ready("i1").await.unwrap_err();

    assert!(matches!(error, Error::NotFound(_)), "{error}");
}

#[tokio::test]
async fn the_deadline_names_the_last_status() {
    let server = passing_through(&["BUILD"]).await;
    let deadline = Instant::now() + Duration::from_millis(100);
    let client = server.client().within(deadline, CancellationToken::new());

    let error = client.instances().wait_until_ready("i1").await.unwrap_err();

    let Error::Deadline { id, last_status, goal, .. } = &error else { panic!("{error}") };
    assert_eq!((id.as_str(), goal.as_str()), ("i1", "ready"));
    assert_eq!(last_status.as_deref(), Some("BUILD"));
}

#[tokio::test]
async fn a_stop_ends_the_waiting_at_once() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Server::start(move |_, _| Answer::instance("i1", "BUILD").held(&held)).await;
    let stop = CancellationToken::new();
    let client = server.client().within(Instant::now() + Duration::from_hours(1), stop.clone());
    let instances = client.instances();
    let waiting = tokio::spawn(async move { instances.wait_until_ready("i1").await });
    server.came("GET /instances/i1", 1).await;

    stop.cancel();

    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Interrupted { .. }), "{error}");
}

#[tokio::test]
async fn an_outage_of_the_api_does_not_end_the_waiting() {
    let server = Server::start(|_, nth| match nth {
        1 => Answer::instance("i1", "BUILD"),
        2..=5 => Answer::text(503, "down"),
        6 => Answer::Drop,
        _ => Answer::instance("i1", "ACTIVE"),
    })
    .await;

    server.client().instances().wait_until_ready("i1").await.unwrap();
}

/// Whatever it is: only the object itself ends the waiting.
#[tokio::test]
async fn a_look_that_fails_does_not_end_the_waiting() {
    let odd: [fn() -> Answer; 5] = [
        || Answer::fault(400, "badRequest", "No."),
        || Answer::fault(403, "forbidden", "No."),
        || Answer::text(404, "<html>"),
        || Answer::text(200, "[]"),
        Answer::not_found,
    ];
    for odd in odd {
        let server = Server::start(move |request, nth| match (request.path.as_str(), nth) {
            ("/instances", _) | ("/instances/i1", 1 | 2) => odd(),
            (path, _) => Answer::instance(path.trim_start_matches("/instances/"), "ACTIVE"),
        })
        .await;
        let instances = server.client().instances();

        let (one, other) =
            tokio::join!(instances.wait_until_built("i1"), instances.wait_until_built("i2"));

        assert_eq!((one.unwrap().id.as_str(), other.unwrap().id.as_str()), ("i1", "i2"));
    }
}

#[tokio::test]
async fn a_resize_is_done_when_the_size_is_there() {
    let server = Server::start(|_, nth| match nth {
        1 => resized("RESIZE", "1", 2),
        _ => resized("ACTIVE", "3", 4),
    })
    .await;
    let instances = server.client().instances();

    assert_eq!(instances.wait_until_resized_to_flavor("i1", "3").await.unwrap().flavor.id, "3");
    assert_eq!(instances.wait_until_resized_to_volume("i1", 4).await.unwrap().volume.size, 4);
}

#[tokio::test]
async fn a_resize_that_was_undone_fails_and_names_both_sizes() {
    let server = Server::start(|_, nth| match nth {
        1 => resized("RESIZE", "1", 2),
        _ => resized("ACTIVE", "1", 2),
    })
    .await;
    let instances = server.client().instances();

    let flavor = instances.wait_until_resized_to_flavor("i1", "3").await.unwrap_err();
    let volume = instances.wait_until_resized_to_volume("i1", 4).await.unwrap_err();

    let Error::Failed { detail: Some(detail), .. } = flavor else { panic!("{flavor}") };
    assert_eq!(detail, "the resize did not happen: the flavor is 1, not 3");
    let Error::Failed { detail: Some(detail), .. } = volume else { panic!("{volume}") };
    assert_eq!(detail, "the resize did not happen: the volume has 2 GB, not 4 GB");
}

#[tokio::test]
async fn a_first_look_that_is_older_than_the_resize_is_forgiven() {
    let server = Server::start(|_, nth| match nth {
        1 | 2 => resized("ACTIVE", "1", 2),
        3 => resized("RESIZE", "1", 2),
        _ => resized("ACTIVE", "3", 2),
    })
    .await;

    server.client().instances().wait_until_resized_to_flavor("i1", "3").await.unwrap();
}

#[tokio::test]
async fn an_instance_is_gone_when_it_is_not_found_whatever_it_showed_before() {
    for statuses in
        [&["SHUTDOWN", "ACTIVE", "SHUTDOWN", "404"][..], &["ERROR", "SHUTDOWN", "404"], &["404"]]
    {
        let server = passing_through(statuses).await;

        server.client().instances().wait_until_gone("i1").await.unwrap();

        // The list is the second witness.
        assert_eq!(server.count("GET /instances/i1"), statuses.len());
        assert_eq!(server.received().len(), statuses.len() + 1);
    }
}

#[tokio::test]
async fn an_instance_that_breaks_while_it_goes_fails() {
    let server = passing_through(&["SHUTDOWN", "ERROR"]).await;

    let error = server.client().instances().wait_until_gone("i1").await.unwrap_err();

    assert!(matches!(error, Error::Failed { .. }), "{error}");
}

fn backup(status: &str) -> Answer {
    Answer::ok(&json!({ "backup": { "id": "b1", "name": "n", "status": status } }))
}

#[tokio::test]
async fn a_backup_is_complete_after_it_was_made_and_saved() {
    let server = Server::start(|_, nth| {
        backup(["NEW", "BUILDING", "COPYING", "SAVING", "COMPLETED"][nth - 1])
    })
    .await;

    let made = server.client().backups().wait_until_completed("b1").await.unwrap();

    assert_eq!(made.status.as_str(), "COMPLETED");
}

#[tokio::test]
async fn a_backup_that_failed_is_never_complete() {
    let server = Server::start(|_, nth| backup(if nth == 1 { "NEW" } else { "FAILED" })).await;

    let error = server.client().backups().wait_until_completed("b1").await.unwrap_err();

    let Error::Failed { what: "backup", status, .. } = error else { panic!("{error}") };
    assert_eq!(status, "FAILED");
}

#[tokio::test]
async fn a_backup_that_is_being_made_is_deleted_when_it_is_complete() {
    let server = Server::start(|request, nth| match (request.line().as_str(), nth) {
        ("DELETE /backups/b1", 1) => Answer::busy(),
        ("DELETE /backups/b1", _) => Answer::accepted(),
        ("GET /backups/b1", 1) => backup("BUILDING"),
        ("GET /backups/b1", 2) => backup("COMPLETED"),
        _ => Answer::not_found(),
    })
    .await;
    let backups = server.client().backups();

    backups.delete("b1").await.unwrap();
    backups.wait_until_gone("b1").await.unwrap();

    assert_eq!(
        server.lines(),
        [
            "DELETE /backups/b1",
            "GET /backups/b1",
            "GET /backups/b1",
            "DELETE /backups/b1",
            "GET /backups/b1",
            "GET /backups",
        ]
    );
}

#[tokio::test]
async fn a_backup_that_cannot_be_deleted_is_an_error_unless_it_was_so_before() {
    let stuck =
        Server::start(|_, nth| backup(if nth == 1 { "COMPLETED" } else { "DELETE_FAILED" })).await;
    let retried = Server::start(|_, nth| match nth {
        1 => backup("DELETE_FAILED"),
        _ => Answer::not_found(),
    })
    .await;

    let error = stuck.client().backups().wait_until_gone("b1").await.unwrap_err();

    assert!(matches!(error, Error::Failed { .. }), "{error}");
    retried.client().backups().wait_until_gone("b1").await.unwrap();
}
