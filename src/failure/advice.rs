//! What is true after an error, and what an operator can do about it.

use clouddb::{Error, Refusal, Sent};

use super::words;

/// The status that lasts until somebody ends it.
const VERIFY_UPGRADE: &str = "VERIFY_UPGRADE";
const UPGRADED: &str = "The instance is being upgraded, or is an upgrade, and this status lasts until the new instance is detached (remove `upgrade_of` from its block and apply that) or destroyed. Until then the service neither resizes, restarts nor backs up either of them. Do this again afterwards.";

/// For an error of a call that had a login.
pub(super) fn of(error: &Error) -> String {
    if !matches!(error, Error::RateLimited { .. })
        && let Some(advice) = error.refusal().and_then(words::advice)
    {
        return advice.to_owned();
    }
    match error {
        Error::Unauthorized(refusal) => unauthorized(refusal),
        Error::Transport { call, sent, .. } => no_answer(&call.method, *sent),
        Error::Unavailable(refusal) => unavailable(&refusal.call.method),
        Error::Undecodable { call, .. } => undecodable(&call.method),
        Error::Failed { status, .. } => failed(status),
        Error::Ambiguous { candidates, .. } => ambiguous(candidates),
        Error::NotGone { ids, .. } => not_gone(ids),
        Error::Deadline { last_status: Some(status), .. } if status == VERIFY_UPGRADE => {
            UPGRADED.to_owned()
        }
        Error::InDoubt { what, name, instance_id, .. } => {
            in_doubt(what, name, instance_id.as_deref())
        }
        _ => known(error).to_owned(),
    }
}

/// For an error of an action: nothing of it is in the state, and nobody applies it again.
pub(super) fn of_action(error: &Error) -> String {
    const UNKNOWN: &str = "The request had left this machine, so it may have taken effect, and it was not repeated. Look at the instance and its backups before you invoke the action again.";
    match error {
        Error::Failed { status, .. } if matches!(status.as_str(), "ERROR" | "FAILED") => {
            "The service gave up on it. No state holds what this action began: delete what is left of it in the control panel or with the API. Rackspace support can tell the cause."
        }
        Error::Deadline { last_status: Some(status), .. } if status == VERIFY_UPGRADE => UPGRADED,
        Error::Interrupted { .. } => {
            "What was begun at the service goes on there, and no state holds it."
        }
        Error::Deadline { .. } => {
            "The provider has stopped waiting; what was begun at the service goes on there, and no state holds it. A longer `timeout` of the action makes the provider wait longer."
        }
        Error::Busy(_) => {
            "This call changed nothing, because another operation is still running. Invoke the action again when that has ended; a longer `timeout` makes the provider wait longer."
        }
        Error::Rejected(_) => {
            "This call changed nothing. Change the arguments of the action as the API's message says, and invoke it again."
        }
        Error::InDoubt { .. } => {
            "Nothing was sent again, because a second backup would cost money. The request may still take effect: look again in some minutes, with the data source rackspace_db_backups, before you invoke the action again."
        }
        Error::Transport { call, sent: Sent::Maybe, .. } if !is_read(&call.method) => UNKNOWN,
        Error::Unavailable(refusal) if !is_read(&refusal.call.method) => UNKNOWN,
        error => return of(error),
    }
    .to_owned()
}

fn known(error: &Error) -> &'static str {
    match error {
        Error::Forbidden(_) => {
            "This call changed nothing. Follow the API's words. If they name no other reason, the user lacks the role for it (deleting and resizing need the admin role): ask the account's administrator, then apply again."
        }
        Error::NotFound(_) => {
            "This call changed nothing: what it names is gone, or belongs to another account or region. Check the ID, the account and `region`; after a deletion by somebody else `terraform plan` shows what is left to do."
        }
        Error::Busy(_) => {
            "This call changed nothing, because another operation is still running on the instance. Apply again when that has ended; a longer entry in `timeouts` makes the provider wait longer."
        }
        Error::OverQuota(_) => {
            "Nothing was created or changed: the account is at a limit, and waiting does not lift it. Delete what is not needed, or ask Rackspace to raise the quota; then apply again."
        }
        Error::RateLimited { .. } => {
            "This call changed nothing. The account sent more requests than the API allows in a minute, from here or elsewhere. Apply again later, or write a longer entry in `timeouts`."
        }
        Error::Rejected(_) => {
            "This call changed nothing. Change the configuration as the API's message says and apply again."
        }
        Error::Deadline { .. } => {
            "The provider has stopped waiting; what was begun at the service goes on there. Run `terraform plan` to see where it stands; a longer entry in the `timeouts` block makes the provider wait longer."
        }
        Error::Interrupted { .. } => {
            "What was begun at the service goes on there. Nothing that exists was forgotten. Run `terraform apply` again when it may go on."
        }
        Error::CutShort { .. } => {
            "Nothing that exists was forgotten. Run `terraform plan`: it reads what is there and shows what is left to do."
        }
        Error::SteppedAside { .. } => {
            "The state has the user under that name, and nothing is lost. Apply again: it gets the name that the configuration gives it."
        }
        Error::Contradiction { .. } => {
            "Nothing was changed, and the object stays in the state: the service is at odds with itself, as it can be for a moment while something is made or deleted. Try again; if it stays so, ask Rackspace support."
        }
        Error::Untrusted { .. } => {
            "Nothing was sent, because whoever answered could not prove to be the service. If its certificate is from an authority of your own, name that with the environment variable SSL_CERT_FILE (a file of certificates in PEM) or SSL_CERT_DIR (a folder of them). Otherwise check the address and the proxy settings."
        }
        Error::UnknownRegion { known, .. } if known.is_empty() => {
            "The login worked, but the service catalog of the account lists no Cloud Databases. Log in as a user of an account that has it, ask the account's administrator for a role for Cloud Databases, or name the service with `endpoint` (RAX_DB_ENDPOINT)."
        }
        Error::UnknownRegion { .. } => {
            "Set `region` in the provider block or the environment variable RAX_REGION to one of the regions named."
        }
        Error::Invalid(_) => "Nothing was sent. Correct the configuration and apply again.",
        _ => "Run `terraform plan` to see what is left to do.",
    }
}

/// The faults with which Identity refuses a login because of who wants it.
const OF_IDENTITY: [&str; 5] =
    ["unauthorized", "forbidden", "userDisabled", "badRequest", "identityFault"];

/// For a login that failed.
pub(super) fn of_login(error: &Error) -> String {
    let again = "Nothing was changed.";
    match error {
        Error::UnknownRegion { .. } | Error::Untrusted { .. } | Error::Invalid(_) => {
            format!("{again} {}", known(error))
        }
        // No page of a gateway, no redirect, and no other service speaks like this.
        Error::Unauthorized(refusal) | Error::Forbidden(refusal) | Error::Rejected(refusal)
            if refusal.fault.as_deref().is_some_and(|it| OF_IDENTITY.contains(&it)) =>
        {
            format!(
                "{again} Rackspace refused the login. Check `username` and `api_key` in the provider block, or RAX_USERNAME and RAX_API_KEY in the environment. With multi-factor authentication only the API key works."
            )
        }
        Error::Transport { sent: Sent::No, .. } => format!(
            "{again} The Identity service could not be reached. Check the network and proxy settings, and `auth_url` (RAX_AUTH_URL) if it is set; then try again."
        ),
        Error::Unauthorized(_)
        | Error::Forbidden(_)
        | Error::NotFound(_)
        | Error::Rejected(_)
        | Error::Undecodable { .. } => format!(
            "{again} This is not what the Identity service sends. Check that `auth_url` (RAX_AUTH_URL), if it is set, and the proxy settings lead to it."
        ),
        _ => format!(
            "{again} The Identity service is having trouble or is out of reach. Try again later."
        ),
    }
}

fn is_read(method: &str) -> bool {
    method == "GET"
}

fn no_answer(method: &str, sent: Sent) -> String {
    match sent {
        Sent::No => "Nothing was sent: the API could not be reached. Check the network and proxy settings, `region`, and `endpoint` if it is set; then try again.",
        Sent::Maybe if is_read(method) => "This call only reads, so nothing was changed. The API or the network is having trouble; try again.",
        Sent::Maybe if method != "POST" => "The request had left this machine, so it may have taken effect. Doing it once more does no harm: apply again, or destroy again.",
        Sent::Maybe => "The request had left this machine, so it may have taken effect, and it was not repeated. Run `terraform plan` and read it before you apply: it shows what is there, and warns of a new object that the state does not have.",
    }
    .to_owned()
}

fn unavailable(method: &str) -> String {
    if is_read(method) {
        "This call only reads, so nothing was changed. The API is having trouble; try again later."
            .to_owned()
    } else {
        "The API is having trouble and does not say whether the request took effect. Run `terraform plan` and read it before you apply again; what was created before is in the state.".to_owned()
    }
}

fn undecodable(method: &str) -> String {
    let effect = if is_read(method) {
        "This call only reads, so nothing was changed."
    } else {
        "The request may have taken effect: run `terraform plan` and read it before you apply again."
    };
    format!(
        "{effect} It is not what the Cloud Databases API sends; perhaps a proxy answered in its place. Check that `endpoint`, if it is set, and the proxy settings lead to the right service."
    )
}

fn ambiguous(candidates: &[String]) -> String {
    let lines: Vec<String> =
        candidates.iter().map(|id| format!("  terraform import ADDRESS '{id}'")).collect();
    format!(
        "Nothing was sent again. Find out which of them belongs here and import it before you apply again; delete what nobody needs:\n\n{}",
        lines.join("\n")
    )
}

fn not_gone(ids: &[String]) -> String {
    let lines: Vec<String> =
        ids.iter().map(|id| format!("  terraform import ADDRESS '{id}'")).collect();
    format!(
        "The API has accepted their deletion and said nothing more; Terraform has forgotten them, in the belief that they go. As long as their instance is destroyed too, nothing is left to do. If the instance stays, look whether they are still there, with the data sources rackspace_db_databases and rackspace_db_users for example, and drop them or import them:\n\n{}",
        lines.join("\n")
    )
}

fn in_doubt(what: &str, name: &str, instance_id: Option<&str>) -> String {
    match instance_id {
        Some(instance_id) => format!(
            "If the {what} is there, nobody can tell whether this run made it or somebody else, so it is not in the state and was not touched. Look at it, with the data source rackspace_db_{what}s for example. If it belongs here, import it:\n\n  terraform import ADDRESS '{instance_id}/{name}'\n\nIf it is not there, apply again."
        ),
        None => format!(
            "Nothing was sent again, because a second {what} would cost money. The request may still take effect: look again in some minutes. `terraform plan` warns of every {what} that has the name already, with its ID and the line for `terraform import`; the data source {} lists them too. When none appears, apply again.",
            data_source(what)
        ),
    }
}

/// The data source that lists objects of a kind.
fn data_source(what: &str) -> String {
    match what {
        "HA group" => "rackspace_db_ha_groups".to_owned(),
        "configuration group" => "rackspace_db_configurations".to_owned(),
        kind => format!("rackspace_db_{kind}s"),
    }
}

fn failed(status: &str) -> String {
    match status {
        // Nothing is broken: the service has undone what was asked.
        "ACTIVE" | "RESTART_REQUIRED" => {
            "The object works as it did before; only the change did not happen. Apply again to try once more. Rackspace support can tell the cause."
        }
        "REPLICATION_ERROR" => {
            "The replica does not follow its source any more. The source is not affected. `terraform apply -replace=ADDRESS` puts a new replica in its place. Rackspace support can tell the cause."
        }
        "ERROR" | "FAILED" | "DELETE_FAILED" => {
            "The service gave up on the operation. An object in this status can usually only be deleted: `terraform destroy` does that, and `terraform apply -replace=ADDRESS` puts a new one in its place. Rackspace support can tell the cause."
        }
        _ => {
            "This status need not pass by itself. Nothing was changed. If it lasts, ask Rackspace support; when it has passed, try again."
        }
    }
    .to_owned()
}

/// A 401 in words that are not known here: to this one call, or to the login.
fn unauthorized(refusal: &Refusal) -> String {
    if refusal.is_of_the_call() {
        "This call changed nothing. The login is good, and the API refused this one call: follow the API's words. If they name no other reason, the user lacks the role for it: ask the account's administrator, then apply again."
    } else if refusal.call.path.contains("/backups") {
        "This call changed nothing. The login worked, but the user may not do this. Backups are kept in Cloud Files: ask the account's administrator for access to Cloud Files as well as to Cloud Databases. Only if other calls fail too is the login to blame."
    } else {
        "This call changed nothing. The API refused it, and a new login made no difference: follow the API's words, or ask the account's administrator for the role that the call needs. Only if all calls fail is the login to blame, or a ready `token` that has expired."
    }
    .to_owned()
}
