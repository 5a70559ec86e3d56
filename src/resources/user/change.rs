//! The in-place changes of a user.

use std::collections::BTreeSet;

use clouddb::{Client, Error, Secret, UserChange, UserId};
use tfplug::Result;

use super::model::User;
use crate::failure;

/// Turns `prior` into `plan`; `password` is given if it must be sent.
///
/// Name and host come last, for they say which user it is: whatever fails before, the state still
/// names the user that exists.
pub(super) async fn apply(
    api: &Client,
    prior: &User,
    plan: &User,
    password: Option<Secret>,
) -> Result<()> {
    let (old, new) = (prior.user_id(), plan.user_id());
    let user = prior.shown();
    let failed =
        |doing: String, error: &Error| failure::report(format!("Unable to {doing}"), error);
    let users = api.users(&prior.instance_id);
    if let Some(password) = password {
        let changed = users.change_password(&old, &password).await;
        changed.map_err(|error| failed(format!("change the password of {user}"), &error))?;
    }
    if let Some(wanted) = &plan.databases
        && plan.databases != prior.databases
    {
        let changed = change_grants(api, &plan.instance_id, &old, wanted).await;
        changed.map_err(|error| failed(format!("change the grants of {user}"), &error))?;
    }
    if old != new {
        // Host goes along even when only the name changes: servers differ in what a missing one means.
        let change = UserChange {
            name: (old.name != new.name).then(|| new.name.clone()),
            host: Some(new.host.clone()),
            password: None,
        };
        let changed = users.update(&old, &change).await;
        changed.map_err(|error| failed(format!("change {user} into \"{new}\""), &error))?;
        // It has happened, whether it shows or not; the read that follows tells.
        drop(users.wait_until_present(&new).await);
    }
    Ok(())
}

/// Compares with what the server holds now, not with the state, so that a repeated apply converges.
/// Grants come first: a user that loses one database and gains another is never without both.
async fn change_grants(
    api: &Client,
    instance_id: &str,
    user: &UserId,
    wanted: &BTreeSet<String>,
) -> std::result::Result<(), Error> {
    let users = api.users(instance_id);
    let held: BTreeSet<String> = users.grants(user).await?.into_iter().collect();
    let missing: Vec<String> = wanted.difference(&held).cloned().collect();
    if !missing.is_empty() {
        users.grant(user, &missing).await?;
    }
    for database in held.difference(wanted) {
        match users.revoke(user, database).await {
            // Revoked by another hand meanwhile: that is what was wanted.
            Ok(()) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
