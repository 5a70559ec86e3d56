//! A user as the state holds it.

use std::collections::BTreeSet;

use clouddb::{Client, Secret, UserId};
use serde::{Deserialize, Serialize};
use tfplug::value::Sensitive;
use tfplug::{Context, Result};

use crate::ids;
use crate::place::Object;
use crate::resources::inside::{End, Inside};

/// A user as the state holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(super) id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) instance_id: String,
    pub(super) name: String,
    pub(super) host: String,
    pub(super) password: Option<Sensitive<String>>,
    pub(super) password_wo_version: Option<i64>,
    pub(super) databases: Option<BTreeSet<String>>,
    pub(super) skip_destroy: bool,
}

impl User {
    /// A user that the state has not had so far.
    pub(crate) fn imported(
        region: Option<String>,
        instance_id: String,
        found: clouddb::User,
    ) -> Self {
        let user = UserId { name: found.name, host: found.host };
        Self {
            id: Some(ids::of_user(&instance_id, &user)),
            region,
            instance_id,
            name: user.name,
            host: user.host,
            password: None,
            password_wo_version: None,
            databases: Some(found.databases.into_iter().collect()),
            skip_destroy: false,
        }
    }

    /// The same as something in an instance that may not be at hand.
    pub(super) fn inside<'a>(&'a self, shown: &'a str) -> Inside<'a> {
        Inside { shown, instance_id: &self.instance_id, end: End::Dropped }
    }

    pub(super) fn user_id(&self) -> UserId {
        UserId { name: self.name.clone(), host: self.host.clone() }
    }

    /// Which user it is, for messages.
    pub(super) fn shown(&self) -> String {
        format!("user \"{}\" of instance {}", self.user_id(), self.instance_id)
    }

    /// Where the user lives.
    pub(super) fn place(&self) -> Object<'_> {
        Object {
            shown: self.shown(),
            region: self.region.as_deref(),
            instance_id: Some(&self.instance_id),
        }
    }

    pub(super) fn state_id(&self) -> String {
        ids::of_user(&self.instance_id, &self.user_id())
    }

    /// Takes over what the API tells.
    pub(super) fn absorb(self, found: clouddb::User) -> Self {
        let user = Self {
            name: found.name,
            host: found.host,
            databases: Some(found.databases.into_iter().collect()),
            ..self
        };
        Self { id: Some(user.state_id()), ..user }
    }

    /// The configured password, from wherever it may come.
    pub(super) fn password_to_send(&self, cx: &Context<Client>) -> Result<Option<Secret>> {
        let password = match &self.password {
            Some(password) => Some(password.clone()),
            None => cx.write_only::<Sensitive<String>>("password_wo")?,
        };
        Ok(password.map(|password| Secret::from(password.into_inner())))
    }

    /// Whether the API must be told a password: another one in the configuration, a new version of
    /// the write-only one, or a move from the one to the other.
    pub(super) fn needs_new_password(&self, prior: &Self) -> bool {
        match &self.password {
            Some(password) => {
                prior.password.as_ref().map(Sensitive::expose) != Some(password.expose())
            }
            None => {
                prior.password.is_some() || self.password_wo_version != prior.password_wo_version
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(password: Option<&str>, version: Option<i64>) -> User {
        User {
            id: None,
            region: None,
            instance_id: "i".to_owned(),
            name: "app".to_owned(),
            host: "%".to_owned(),
            password: password.map(|it| Sensitive::new(it.to_owned())),
            password_wo_version: version,
            databases: None,
            skip_destroy: false,
        }
    }

    #[test]
    fn a_password_is_sent_again_only_when_it_may_have_changed() {
        let sent = |from: (Option<&str>, Option<i64>), to: (Option<&str>, Option<i64>)| {
            user(to.0, to.1).needs_new_password(&user(from.0, from.1))
        };

        assert!(!sent((Some("a"), None), (Some("a"), None)));
        assert!(sent((Some("a"), None), (Some("b"), None)));
        assert!(sent((None, Some(1)), (None, Some(2))));
        assert!(!sent((None, Some(1)), (None, Some(1))));
        // From the state to the write-only attribute and back.
        assert!(sent((Some("a"), None), (None, Some(1))));
        assert!(sent((Some("a"), None), (None, None)));
        assert!(sent((None, Some(1)), (Some("a"), None)));
        // An imported user keeps its password until a version says otherwise.
        assert!(!sent((None, None), (None, None)));
    }

    #[test]
    fn a_read_takes_the_key_and_the_grants_from_the_api_and_keeps_the_password() {
        let found = clouddb::User {
            name: "web".to_owned(),
            host: "10.%".to_owned(),
            databases: vec!["b".to_owned(), "a".to_owned()],
        };

        let read = User { skip_destroy: true, ..user(Some("a"), Some(1)) }.absorb(found.clone());
        assert_eq!(read.id.as_deref(), Some("i/web@10.%"));
        assert_eq!((read.name.as_str(), read.host.as_str()), ("web", "10.%"));
        let granted = BTreeSet::from(["a", "b"].map(str::to_owned));
        assert_eq!((read.databases.as_ref(), read.skip_destroy), (Some(&granted), true));
        assert_eq!(read.password.as_ref().map(|it| it.expose().as_str()), Some("a"));

        let imported = User::imported(Some("DFW".to_owned()), "i".to_owned(), found);
        assert_eq!((imported.id, imported.region), (read.id, Some("DFW".to_owned())));
        assert_eq!((imported.databases, imported.skip_destroy), (Some(granted), false));
        assert!(imported.password.is_none() && imported.password_wo_version.is_none());
    }
}
