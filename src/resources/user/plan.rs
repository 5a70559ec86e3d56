//! What a plan of a user says, and refuses, before anything is sent.

use serde::{Deserialize, Serialize};
use tfplug::value::{Attr, Sensitive};
use tfplug::{Change, Diagnostic, Diagnostics, Result};

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct User {
    id: Attr<String>,
    instance_id: Attr<String>,
    name: Attr<String>,
    host: Attr<String>,
    password: Attr<Sensitive<String>>,
    password_wo: Attr<Sensitive<String>>,
    password_wo_version: Attr<i64>,
}

pub(super) fn validate(config: &User, diagnostics: &mut Diagnostics) {
    if config.password.is_known() && config.password_wo.is_known() {
        diagnostics.push(
            Diagnostic::error("Two passwords for one user")
                .detail("Both `password` and `password_wo` are set. Keep one: `password_wo` stays out of the state and needs Terraform 1.11 or later.")
                .attribute("password_wo"),
        );
    }
    if config.password_wo_version.is_known() && config.password_wo.is_null() {
        diagnostics.push(
            Diagnostic::error("A password version without its password")
                .detail("`password_wo_version` says when to send `password_wo`, which is not set. Set `password_wo`, or remove the version.")
                .attribute("password_wo_version"),
        );
    }
}

pub(super) fn plan(change: &mut Change<User>) -> Result<()> {
    let Change { config, prior, planned } = change;
    if prior.is_none() && config.password.is_null() && config.password_wo.is_null() {
        return Err(no_password());
    }
    if let (Some(instance_id), Some(name), Some(host)) =
        (planned.instance_id.known(), planned.name.known(), planned.host.known())
    {
        planned.id = Attr::Known(format!("{instance_id}/{name}@{host}"));
    }
    Ok(())
}

/// An imported user keeps the password it has; a new one cannot be without.
pub(super) fn no_password() -> Diagnostics {
    Diagnostic::error("A new user needs a password")
        .detail("Set `password`, or `password_wo` with `password_wo_version` to keep it out of the state.")
        .attribute("password")
        .into()
}
