//! What a plan of a user says, and refuses, before anything is sent.

use std::collections::BTreeSet;

use clouddb::{Client, UserId};
use serde::{Deserialize, Serialize};
use tfplug::value::{Attr, Sensitive};
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use super::change::PASSWORD_OPEN;
use super::grants;
use crate::place::{self, Planned};
use crate::resources::inside::creation::{Creation, is_new};
use crate::resources::inside::failover;
use crate::resources::namesake::{self, Keyed};
use crate::resources::outlook::Outlook;
use crate::resources::ownership::{Owned, Ownership};
use crate::resources::patience::looking;
use crate::source;

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct User {
    id: Attr<String>,
    region: Attr<String>,
    instance_id: Attr<String>,
    name: Attr<String>,
    host: Attr<String>,
    password: Attr<Sensitive<String>>,
    password_wo: Attr<Sensitive<String>>,
    password_wo_version: Attr<i64>,
    databases: Attr<Vec<Attr<String>>>,
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

pub(super) fn plan(cx: &PlanContext<Client>, change: &mut Change<User>) -> Result<()> {
    let Change { config, prior, planned } = change;
    if prior.is_none() && config.password.is_null() && config.password_wo.is_null() {
        return Err(no_password());
    }
    if let (Some(instance_id), Some(name), Some(host)) =
        (planned.instance_id.known(), planned.name.known(), planned.host.known())
    {
        planned.id = Attr::Known(format!("{instance_id}/{name}@{host}"));
    }
    let given = !(config.password.is_null() && config.password_wo.is_null());
    if given && prior.is_some() && cx.private(PASSWORD_OPEN) == Some(true) {
        cx.warn(password_open(planned));
        // A write-only password without a version is no difference, and it has to be one.
        if planned.password.is_null() && planned.password_wo_version.is_null() {
            planned.id = Attr::Unknown;
        }
    }
    Ok(())
}

pub(super) async fn plan_region(
    cx: &PlanContext<Client>,
    change: &mut Change<User>,
    outlook: &Outlook,
) -> Result<Option<Client>> {
    let Change { config, prior, planned } = change;
    // Which user it is now, not which it is to become.
    let it = prior.as_ref().unwrap_or(planned);
    let shown = shown(it);
    let planned = Planned {
        shown,
        config: &config.region,
        was_read: it.id.known().is_some_and(|id| outlook.has_read(id)),
        prior: prior.as_ref().map(|prior| &prior.region),
        parent: Some(source::instance(&planned.instance_id)),
        region: &mut planned.region,
    };
    place::plan(cx, planned).await
}

/// Whether the user stays or is made where no other address has it.
pub(super) async fn check_owner(
    cx: &PlanContext<Client>,
    change: &Change<User>,
    ownership: &Ownership,
) -> Result<()> {
    let it = change.prior.as_ref().unwrap_or(&change.planned);
    let Some(key) = it.id.known() else { return Ok(()) };
    let shown = shown(it);
    let owned = Owned { kind: "User", key, shown: &shown };
    match change.prior {
        Some(_) => ownership.keeps(cx, &owned),
        None => ownership.makes(&owned).await,
    }
}

/// What the API is known to refuse of a new user, and the databases that are granted and do not exist.
pub(super) async fn check_instance(
    cx: &PlanContext<Client>,
    client: Option<Client>,
    change: &Change<User>,
    outlook: &Outlook,
) -> Result<()> {
    let Change { config, prior, planned } = change;
    let mut client = client.map(|client| looking(cx, &client));
    let (was, is) = (prior.as_ref().map(|prior| &prior.instance_id), &planned.instance_id);
    let changes = is_new(was, is);
    let follows = match was.filter(|_| changes) {
        Some(was) => {
            let shown = shown(planned);
            let it = failover::Move { shown: &shown, prior: was, planned: is };
            it.is_failover(cx, client.as_ref(), outlook).await
        }
        None => false,
    };
    let new = changes && !follows;
    if new {
        cx.requires_replace("instance_id");
        let creation = Creation {
            shown: shown(planned),
            instance_id: &planned.instance_id,
            region: &config.region,
            again: planned.id.known().is_some_and(|id| outlook.has_read(id)),
        };
        client = creation.check_writable(cx, client.as_ref(), outlook).await?;
        failover::hand_over(cx, outlook, &planned.instance_id);
    } else if !changes {
        failover::warn_of_moved(cx, outlook, &shown(planned), &planned.instance_id);
    }
    if prior.as_ref().is_none_or(|prior| gets_another_key(prior, planned)) {
        warn_if_taken(cx, outlook, client.clone(), planned).await;
    }
    if !new && prior.as_ref().is_some_and(|prior| names(prior) == names(config)) {
        return Ok(());
    }
    let at = client.zip(planned.instance_id.known());
    if let (Some((client, instance_id)), Attr::Known(databases)) = (at, &config.databases) {
        grants::check(cx, &client, outlook, instance_id, databases).await;
    }
    Ok(())
}

async fn warn_if_taken(
    cx: &PlanContext<Client>,
    outlook: &Outlook,
    client: Option<Client>,
    new: &User,
) {
    let (Some(instance_id), Some(name), Some(host)) =
        (new.instance_id.known(), new.name.known(), new.host.known())
    else {
        return;
    };
    let user = UserId { name: name.clone(), host: host.clone() };
    let keyed = Keyed { what: "User", id: &new.id, client };
    let look = |api: Client| async move { api.users(instance_id).is_taken(&user).await };
    namesake::warn_if_taken(cx, outlook, keyed, look).await;
}

/// Whether a user of an instance is renamed, or let in from another host.
fn gets_another_key(prior: &User, planned: &User) -> bool {
    prior.instance_id == planned.instance_id
        && (prior.name != planned.name || prior.host != planned.host)
}

/// The databases that the user may use, in whichever order they are told.
fn names(user: &User) -> Option<BTreeSet<Option<&String>>> {
    user.databases.known().map(|databases| databases.iter().map(Attr::known).collect())
}

/// The user, for messages.
fn shown(user: &User) -> String {
    let text = |attr: &Attr<String>| attr.known().cloned().unwrap_or_default();
    let id = UserId { name: text(&user.name), host: text(&user.host) };
    match user.instance_id.known() {
        Some(instance_id) => format!("user \"{id}\" of instance {instance_id}"),
        None => format!("user \"{id}\""),
    }
}

fn password_open(user: &User) -> Diagnostic {
    let id = user.id.known().map(|id| format!(" {id}")).unwrap_or_default();
    Diagnostic::warning("The password will be sent again").detail(format!(
        "An earlier apply ended before it was known whether the password of user{id} had been changed. This apply sends the one of the configuration."
    ))
}

/// An imported user keeps the password it has; a new one cannot be without.
pub(super) fn no_password() -> Diagnostics {
    Diagnostic::error("A new user needs a password")
        .detail("Set `password`, or `password_wo` with `password_wo_version` to keep it out of the state.")
        .attribute("password")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Attr<String> {
        Attr::Known(text.to_owned())
    }

    fn user() -> User {
        User {
            id: known("i/app@%"),
            region: known("DFW"),
            instance_id: known("i"),
            name: known("app"),
            host: known("%"),
            password: Attr::Null,
            password_wo: Attr::Null,
            password_wo_version: Attr::Null,
            databases: Attr::Null,
        }
    }

    #[test]
    fn a_user_of_the_same_instance_gets_another_key_with_its_name_or_its_host() {
        let gets = |it: User| gets_another_key(&user(), &it);

        assert!(!gets(user()));
        assert!(gets(User { name: known("web"), ..user() }));
        assert!(gets(User { host: known("10.%"), ..user() }));
        let elsewhere = User { instance_id: known("j"), ..user() };
        assert!(!gets(elsewhere.clone()), "it is another user");
        assert!(!gets(User { name: known("web"), ..elsewhere }));
    }

    #[test]
    fn a_user_has_one_password_and_a_version_only_beside_it() {
        let faults = |password: bool, write_only: bool, version: bool| {
            let secret = |is_given: bool| {
                let secret = is_given.then(|| Sensitive::new("s3cret".to_owned()));
                Attr::from(secret)
            };
            let config = User {
                password: secret(password),
                password_wo: secret(write_only),
                password_wo_version: if version { Attr::Known(1) } else { Attr::Null },
                ..user()
            };
            let mut faults = Diagnostics::new();
            validate(&config, &mut faults);
            faults.iter().filter_map(|it| it.path().map(ToString::to_string)).collect::<Vec<_>>()
        };

        for (password, write_only, version) in
            [(false, false, false), (true, false, false), (false, true, false), (false, true, true)]
        {
            assert!(faults(password, write_only, version).is_empty());
        }
        assert_eq!(faults(true, true, false), ["password_wo"]);
        assert_eq!(faults(true, true, true), ["password_wo"]);
        assert_eq!(faults(true, false, true), ["password_wo_version"]);
        assert_eq!(faults(false, false, true), ["password_wo_version"]);
    }

    #[test]
    fn a_user_may_use_the_same_databases_in_whichever_order_they_are_told() {
        let of = |databases: &[&str]| {
            let databases = databases.iter().map(|it| known(it)).collect();
            User { databases: Attr::Known(databases), ..user() }
        };

        assert!(names(&of(&["a", "b"])) == names(&of(&["b", "a"])));
        assert!(names(&of(&["a"])) != names(&of(&["a", "b"])));
        assert!(names(&of(&[])) != names(&user()));
    }

    #[test]
    fn a_user_is_shown_by_its_key_and_its_instance() {
        assert_eq!(shown(&user()), "user \"app@%\" of instance i");
        let new = User { instance_id: Attr::Unknown, ..user() };
        assert_eq!(shown(&new), "user \"app@%\"");
    }
}
