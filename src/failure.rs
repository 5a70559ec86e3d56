//! The one place where an error of the API client becomes a diagnostic.
//!
//! Every message has three parts: what was being done (the summary), what the API or the network
//! said with the call, the status and the request ID, and what to do next.

use clouddb::{Error, Refusal};
use tfplug::{Diagnostic, Diagnostics};

/// Reports `error`, which ended `doing`: a short phrase such as `Unable to create instance "web"`.
pub(crate) fn report(doing: impl Into<String>, error: &Error) -> Diagnostics {
    diagnostic(doing, error).into()
}

/// The same, for a failure that belongs to one attribute.
pub(crate) fn report_at(doing: impl Into<String>, error: &Error, attribute: &str) -> Diagnostics {
    diagnostic(doing, error).attribute(attribute).into()
}

/// Reports that a new object cannot be made because it is there already: `id` imports it.
pub(crate) fn report_existing(doing: impl Into<String>, error: &Error, id: &str) -> Diagnostics {
    Diagnostic::error(doing.into())
        .detail(format!(
            "{}\n\nIt exists already and was not touched. To manage it from here, import it: terraform import ADDRESS '{id}'. Otherwise choose another name.",
            words(error)
        ))
        .attribute("name")
        .into()
}

fn diagnostic(doing: impl Into<String>, error: &Error) -> Diagnostic {
    Diagnostic::error(doing.into()).detail(format!("{}\n\n{}", words(error), advice(error)))
}

/// The error and its causes, each once.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

/// What an operator can do about it.
fn advice(error: &Error) -> String {
    match error {
        Error::Unauthorized(refusal) => unauthorized(refusal),
        Error::Forbidden(_) => "The user lacks the role for this call (deleting and resizing need the admin role), or the object is in a state that forbids it. Ask the account's administrator, or follow the API's words.".to_owned(),
        Error::NotFound(_) => "The object is gone or belongs to another account or region. Run `terraform plan` to see what is left.".to_owned(),
        Error::Busy(_) => "Another operation is still running on the instance. Apply again when it has ended; a longer `timeouts` entry makes the provider wait longer.".to_owned(),
        Error::OverQuota(_) => "The account is at a limit. Delete what is not needed, or ask Rackspace to raise the quota, then apply again.".to_owned(),
        Error::RateLimited { .. } => "The account sent more requests than the API allows a minute, and the limit did not lift within the timeout. Apply again later, or raise `timeouts`.".to_owned(),
        Error::Rejected(_) => "Change the configuration as the API's message says and apply again.".to_owned(),
        Error::Unavailable(_) => "The API is having trouble. Apply again; what was created before is in the state.".to_owned(),
        Error::Transport { .. } => "The API could not be reached. Check the network and proxy settings, `region`, and `auth_url` or `endpoint` if they are set; then apply again.".to_owned(),
        Error::Undecodable { .. } => "The answer is not what the Cloud Databases API sends. Check that `endpoint` and `auth_url` point at the right service.".to_owned(),
        Error::Failed { status, .. } => failed(status),
        Error::Deadline { .. } => "It may still succeed. Run `terraform plan` to see where it stands; a longer entry in the `timeouts` block makes the provider wait longer.".to_owned(),
        Error::Interrupted { .. } => "Nothing that exists was forgotten. Run `terraform apply` again to continue.".to_owned(),
        Error::UnknownRegion { .. } => "Set `region` in the provider block or the environment variable RAX_REGION to one of the regions named.".to_owned(),
        Error::Ambiguous { candidates, .. } => ambiguous(candidates),
        Error::CutShort { .. } => "Nothing that exists was forgotten. Run `terraform plan`: it reads what is there and shows what is left to do.".to_owned(),
        Error::InDoubt { what, name, instance_id, .. } => in_doubt(what, name, instance_id.as_deref()),
        Error::Invalid(_) => "Correct the configuration; nothing was sent.".to_owned(),
        _ => "Run `terraform plan` to see what is left to do.".to_owned(),
    }
}

fn ambiguous(candidates: &[String]) -> String {
    let lines: Vec<String> =
        candidates.iter().map(|id| format!("  terraform import ADDRESS '{id}'")).collect();
    format!(
        "Find out which of them belongs here, by the times of their creation for instance, and import that one:\n\n{}\n\nDelete those that nobody needs.",
        lines.join("\n")
    )
}

fn in_doubt(what: &str, name: &str, instance_id: Option<&str>) -> String {
    match instance_id {
        Some(instance_id) => format!(
            "Apply again. If the {what} exists by then, the error says so, and this imports it: terraform import ADDRESS '{instance_id}/{name}'."
        ),
        None => format!(
            "Run `terraform plan` before you apply again: it warns of every {what} that has the name already, with its ID and the line for `terraform import`. The data source rackspace_db_{what}s lists them too."
        ),
    }
}

fn failed(status: &str) -> String {
    if matches!(status, "ACTIVE" | "RESTART_REQUIRED") {
        // Nothing is broken: the service has undone what was asked.
        "The object works as it did before; only the change did not happen. Apply again to try once more. Rackspace support can tell the cause.".to_owned()
    } else {
        "The service gave up on the operation. An object in this status can usually only be deleted: `terraform destroy`, or apply again to replace it. Rackspace support can tell the cause.".to_owned()
    }
}

fn unauthorized(refusal: &Refusal) -> String {
    let path = &refusal.call.path;
    if path.ends_with("/tokens") {
        "Rackspace refused the login. Check `username` and `api_key` in the provider block, or RAX_USERNAME and RAX_API_KEY in the environment. With multi-factor authentication only the API key works.".to_owned()
    } else if path.contains("/backups") {
        "The login worked, but the user may not do this. Backups are kept in Cloud Files: ask the account's administrator for access to Cloud Files as well as to Cloud Databases. Only if other calls fail too is the login to blame.".to_owned()
    } else {
        "The login worked, and a new one made no difference: the user may not do this, or a ready `token` has expired or belongs to another account. Ask the account's administrator for the admin role for Cloud Databases.".to_owned()
    }
}
