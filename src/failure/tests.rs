use std::sync::Arc;

use super::*;

fn call(method: &str, path: &str) -> Call {
    Call { method: method.to_owned(), path: path.to_owned() }
}

fn refusal(path: &str, status: u16) -> Box<Refusal> {
    Box::new(Refusal {
        call: call("POST", path),
        status,
        fault: None,
        message: "No".to_owned(),
        details: None,
        request_id: Some("req-1".to_owned()),
    })
}

fn of_identity(status: u16, fault: &str) -> Box<Refusal> {
    Box::new(Refusal { fault: Some(fault.to_owned()), ..*refusal("/tokens", status) })
}

fn lost(method: &str, path: &str, sent: Sent) -> Error {
    Error::Transport {
        call: call(method, path),
        sent,
        source: Arc::new(std::io::Error::other("connection reset")),
    }
}

/// The summary and the detail of the only diagnostic.
fn told(doing: &str, error: &Error) -> (String, String) {
    let diagnostics = report(doing, error);
    let first = diagnostics.iter().next().unwrap();
    (first.summary().to_owned(), first.detail_text().to_owned())
}

#[test]
fn a_detail_says_what_was_said_what_is_true_what_to_do_and_which_call_it_was() {
    let error = Error::Rejected(refusal("/instances", 400));

    let (summary, detail) = told("Unable to create instance \"web\"", &error);

    assert_eq!(summary, "Unable to create instance \"web\"");
    assert_eq!(
        detail,
        "The API answered 400: No.\n\n\
         This call changed nothing. Change the configuration as the API's message says and apply again.\n\n\
         Call: POST /instances, request ID req-1"
    );
}

#[test]
fn a_failed_login_is_told_as_that_and_explained_once() {
    let error = Error::Unauthorized(of_identity(401, "unauthorized"));

    let (first, explained) = told("Unable to list the flavors", &error);
    let (second, referred) = told("Unable to read instance \"web\" (i1)", &error);

    assert_eq!([first, second], ["Unable to log in to Rackspace"; 2]);
    assert!(
        explained.contains("RAX_API_KEY") && explained.contains("list the flavors"),
        "{explained}"
    );
    assert!(!referred.contains("RAX_API_KEY"), "{referred}");
    assert!(referred.contains("\"web\" (i1)") && referred.contains("Another error"), "{referred}");
}

#[test]
fn a_lost_answer_is_no_network_without_connection() {
    let (_, write) = told("Unable to x", &lost("DELETE", "/instances/i1", Sent::Maybe));
    let (_, read) = told("Unable to x", &lost("GET", "/instances/i1", Sent::Maybe));
    let (_, unsent) = told("Unable to x", &lost("DELETE", "/instances/i1", Sent::No));

    assert!(
        write.starts_with("No answer came: connection reset.") && write.contains("may have taken")
    );
    assert!(read.contains("nothing was changed"), "{read}");
    assert!(unsent.starts_with("No connection was made") && unsent.contains("Nothing was sent"));
}

#[test]
fn each_candidate_of_a_lost_creation_has_its_import_line() {
    let error = Error::Ambiguous {
        what: "instance",
        name: "web".to_owned(),
        candidates: vec!["i1".to_owned(), "i2".to_owned()],
        lost: Some(Box::new(lost("POST", "/instances", Sent::Maybe))),
    };

    let (_, detail) = told("Unable to create instance \"web\"", &error);

    for line in ["terraform import ADDRESS 'i1'", "terraform import ADDRESS 'i2'"] {
        assert!(detail.contains(line), "{detail}");
    }
}

#[test]
fn a_failed_login_blames_no_attribute() {
    let login = Error::Forbidden(refusal("/tokens", 403));
    let other = Error::Forbidden(refusal("/instances", 403));
    let blamed =
        |error| report_at("x", error, "instance_id").iter().next().unwrap().path().is_some();

    assert!(!blamed(&login));
    assert!(blamed(&other));
}

#[test]
fn a_failed_login_names_the_setting_that_is_wrong() {
    let cause = || Arc::new(std::io::Error::other("why")) as clouddb::Cause;
    let call = || call("POST", "/tokens");
    let nowhere = |region: Option<&str>| Error::UnknownRegion {
        region: region.map(str::to_owned),
        known: Vec::new(),
    };
    for (error, named, unnamed) in [
        (Error::Unauthorized(of_identity(401, "unauthorized")), "RAX_API_KEY", "RAX_AUTH_URL"),
        (Error::Forbidden(of_identity(403, "userDisabled")), "RAX_API_KEY", "RAX_AUTH_URL"),
        (Error::Rejected(of_identity(400, "badRequest")), "RAX_API_KEY", "RAX_AUTH_URL"),
        (Error::Unauthorized(of_identity(401, "Unauthorized")), "RAX_AUTH_URL", "RAX_API_KEY"),
        (Error::Unauthorized(refusal("/tokens", 401)), "RAX_AUTH_URL", "RAX_API_KEY"),
        (Error::Forbidden(refusal("/tokens", 403)), "RAX_AUTH_URL", "RAX_API_KEY"),
        (Error::Rejected(refusal("/tokens", 302)), "RAX_AUTH_URL", "RAX_API_KEY"),
        (Error::Rejected(refusal("/tokens", 405)), "RAX_AUTH_URL", "RAX_API_KEY"),
        (Error::NotFound(refusal("/tokens", 404)), "RAX_AUTH_URL", "RAX_API_KEY"),
        (Error::Undecodable { call: call(), source: cause() }, "RAX_AUTH_URL", "RAX_API_KEY"),
        (Error::Untrusted { call: call(), source: cause() }, "SSL_CERT_FILE", "RAX_API_KEY"),
        (nowhere(Some("DFW")), "lists no Cloud Databases", "RAX_REGION"),
        (nowhere(None), "lists no Cloud Databases", "RAX_REGION"),
    ] {
        let advice = advice::of_login(&error);

        assert!(advice.contains(named) && !advice.contains(unnamed), "{error}: {advice}");
    }
}
