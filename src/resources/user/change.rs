//! The in-place changes of a user.
//!
//! What is likely to be refused comes first, and last the password, which can neither be read nor
//! taken back: a new name may be taken, and a database may be unknown. After each step it is noted
//! what the user is by then, so that the state is true wherever the change ends.

use std::collections::BTreeSet;

use clouddb::{Client, Error, Secret, UserChange, UserId, Users};
use serde::{Deserialize, Serialize};
use tfplug::{Context, Result};

use super::model::User;
use crate::failure;

/// Private state: the new name that was asked for, while the outcome is not known.
const RENAMING: &str = "renaming";
/// Private state: nobody knows whether the last password that was sent is in force.
pub(super) const PASSWORD_OPEN: &str = "password_open";

/// A new name whose call has an unknown outcome.
#[derive(Serialize, Deserialize)]
struct Renaming {
    name: String,
    host: String,
    /// Whether the user was seen since by its old name.
    looked: bool,
}

/// A user on its way from one description to another.
struct Changing<'a> {
    cx: &'a Context<Client>,
    users: Users,
    /// What it is by now.
    now: User,
    plan: &'a User,
}

/// Turns `prior` into `plan`; `password` is given if it must be sent.
pub(super) async fn apply(
    cx: &Context<Client>,
    api: &Client,
    prior: User,
    plan: &User,
    password: Option<Secret>,
) -> Result<()> {
    let users = api.users(&prior.instance_id);
    let mut changing = Changing { cx, users, now: prior, plan };
    changing.rename().await?;
    changing.change_grants().await?;
    match password {
        Some(password) => changing.change_password(&password).await,
        None => Ok(()),
    }
}

/// The user as it is: by the name that the state has, or else by the one that a call of unknown
/// outcome was to give it.
pub(super) async fn find<T, Look>(
    cx: &Context<Client>,
    id: &UserId,
    look: impl Fn(UserId) -> Look,
) -> Result<Option<T>>
where
    Look: Future<Output = Result<Option<T>>>,
{
    let found = look(id.clone()).await?;
    match (found, cx.private::<Renaming>(RENAMING)) {
        (None, Some(Renaming { name, host, .. })) => {
            let renamed = look(UserId { name, host }).await?;
            if renamed.is_some() {
                cx.remove_private(RENAMING);
            }
            Ok(renamed)
        }
        // The call may still be at work when the user is first looked at; later it is not.
        (Some(found), Some(Renaming { looked: true, .. })) => {
            cx.remove_private(RENAMING);
            Ok(Some(found))
        }
        (Some(found), Some(renaming)) => {
            cx.set_private(RENAMING, &Renaming { looked: true, ..renaming });
            Ok(Some(found))
        }
        (found, None) => Ok(found),
    }
}

impl Changing<'_> {
    async fn rename(&mut self) -> Result<()> {
        let (old, new) = (self.now.user_id(), self.plan.user_id());
        if old == new {
            return Ok(());
        }
        // Host goes along even when only the name changes: servers differ in what a missing one means.
        let change = UserChange {
            name: (old.name != new.name).then(|| new.name.clone()),
            host: Some(new.host.clone()),
            password: None,
        };
        let (name, host) = (new.name.clone(), new.host.clone());
        self.cx.set_private(RENAMING, &Renaming { name, host, looked: false });
        let renamed = self.users.update(&old, &change).await;
        if !renamed.as_ref().is_err_and(Error::leaves_open) {
            self.cx.remove_private(RENAMING);
        }
        if let Err(Error::SteppedAside { name, .. }) = &renamed {
            // It stands under this name, on its old host, until the next apply.
            let aside = User { name: name.clone(), ..self.now.clone() };
            self.cx.reached(&User { id: Some(aside.state_id()), ..aside });
        }
        renamed.map_err(|error| {
            failure::report(format!("Unable to change {} into \"{new}\"", self.now.shown()), &error)
        })?;
        let id = Some(self.plan.state_id());
        let (name, host) = (new.name.clone(), new.host.clone());
        self.now = User { id, name, host, ..self.now.clone() };
        self.cx.reached(&self.now);
        // It has happened, whether it shows or not; the read that follows tells.
        drop(self.users.wait_until_present(&new).await);
        Ok(())
    }

    /// Compares with what the server holds now, not with the state, so that a repeated apply
    /// converges.
    async fn change_grants(&mut self) -> Result<()> {
        let Some(wanted) = &self.plan.databases else { return Ok(()) };
        if self.now.databases.as_ref() == Some(wanted) {
            return Ok(());
        }
        grant_exactly(&self.users, &self.now.user_id(), wanted).await.map_err(|error| {
            failure::report(format!("Unable to change the grants of {}", self.now.shown()), &error)
        })?;
        self.now.databases = Some(wanted.clone());
        self.cx.reached(&self.now);
        // It has happened, whether it shows or not; the read that follows tells.
        drop(self.users.wait_until_granted(&self.now.user_id(), wanted).await);
        Ok(())
    }

    /// Until the API has answered, the state knows no password: whatever ends the call, the next
    /// plan finds a difference, whichever password is wanted by then.
    async fn change_password(&mut self, password: &Secret) -> Result<()> {
        let open = self.cx.private::<bool>(PASSWORD_OPEN).unwrap_or(false);
        self.cx.set_private(PASSWORD_OPEN, &true);
        self.cx.reached(&User { password: None, password_wo_version: None, ..self.now.clone() });
        let changed = self.users.change_password(&self.now.user_id(), password).await;
        match &changed {
            // It is the last step, and so the user is as it was planned.
            Ok(()) => self.cx.remove_private(PASSWORD_OPEN),
            Err(error) if !error.leaves_open() => {
                self.cx.reached(&self.now);
                if !open {
                    self.cx.remove_private(PASSWORD_OPEN);
                }
            }
            Err(_) => {}
        }
        changed.map_err(|error| {
            let doing = format!("Unable to change the password of {}", self.now.shown());
            failure::report(doing, &error)
        })
    }
}

/// Grants come first: a user that loses one database and gains another is never without both.
async fn grant_exactly(
    users: &Users,
    user: &UserId,
    wanted: &BTreeSet<String>,
) -> std::result::Result<(), Error> {
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
