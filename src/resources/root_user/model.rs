//! A root user as the state holds it.

use serde::{Deserialize, Serialize};
use tfplug::value::Sensitive;

use crate::place::Object;
use crate::resources::inside::{End, Inside};

/// A destruction gives root a password that nobody sees.
pub(super) const LOCK: &str = "lock";
/// A destruction leaves root as it is.
pub(super) const LEAVE: &str = "leave";

/// A root user as the state holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RootUser {
    pub(super) id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) instance_id: String,
    pub(super) rotate: Option<String>,
    pub(super) on_destroy: String,
    pub(super) name: Option<String>,
    /// The one that holds, or nothing where nobody knows it.
    pub(super) password: Option<Sensitive<String>>,
}

impl RootUser {
    /// A root user that the state has not had so far. Nobody is told its password.
    pub(crate) fn imported(region: Option<String>, instance_id: String) -> Self {
        Self {
            id: Some(instance_id.clone()),
            region,
            instance_id,
            rotate: None,
            on_destroy: LOCK.to_owned(),
            name: Some("root".to_owned()),
            password: None,
        }
    }

    /// The same with what the API tells of it.
    pub(super) fn with(self, told: clouddb::RootUser) -> Self {
        let password = Sensitive::new(told.expose_password().to_owned());
        Self { name: Some(told.name), password: Some(password), ..self }
    }

    /// Which one it is, for messages.
    pub(super) fn shown(&self) -> String {
        shown(&self.instance_id)
    }

    /// Where it lives.
    pub(super) fn place(&self) -> Object<'_> {
        Object {
            shown: self.shown(),
            region: self.region.as_deref(),
            instance_id: Some(&self.instance_id),
        }
    }

    /// The same as something in an instance that may not be at hand.
    pub(super) fn inside<'a>(&'a self, shown: &'a str) -> Inside<'a> {
        Inside { shown, instance_id: &self.instance_id, end: End::Locked }
    }
}

/// The root user of that instance, for messages.
pub(super) fn shown(instance_id: &str) -> String {
    format!("the root user of instance {instance_id}")
}

/// What a run remembers it by: its ID is that of its instance.
pub(super) fn key(instance_id: &str) -> String {
    format!("root of {instance_id}")
}
