//! What the last apply has made of an instance, beside the state, which says what it is now.
//!
//! A difference between the two came from outside, and one between the last apply and the
//! configuration came from the user. Only of the second kind a plan may complain with an error:
//! Terraform plans an update before it plans a destruction, so an error would forbid that too.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::{Context, PlanContext};

use super::model::Instance;
use crate::datastore::Datastore;

/// Private state.
const APPLIED: &str = "applied";

/// What the last apply has made of an instance.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Applied {
    pub(super) volume_size: u64,
    pub(super) flavor: String,
    #[serde(default)]
    pub(super) datastore: Option<Datastore>,
    #[serde(default)]
    pub(super) configuration_id: Option<String>,
    #[serde(default)]
    pub(super) replica_of: Option<String>,
    #[serde(default)]
    pub(super) upgrade_of: Option<String>,
}

impl Applied {
    /// What an apply has left, as long as that is known.
    pub(super) fn planning(cx: &PlanContext<Client>) -> Option<Self> {
        cx.private(APPLIED)
    }

    /// Remembers a state that is about to be refreshed for the first time.
    pub(super) fn remember(cx: &Context<Client>, state: &Instance) {
        if cx.private::<Self>(APPLIED).is_none() {
            let applied = Self {
                volume_size: state.volume_size,
                flavor: state.flavor.clone(),
                datastore: state.datastore.clone(),
                configuration_id: state.configuration_id.clone(),
                replica_of: state.replica_of.clone(),
                upgrade_of: state.upgrade_of.clone(),
            };
            cx.set_private(APPLIED, &applied);
        }
    }

    /// Remembers what an update has done.
    pub(super) fn change(cx: &Context<Client>, prior: &Instance, change: impl FnOnce(&mut Self)) {
        Self::remember(cx, prior);
        if let Some(mut applied) = cx.private::<Self>(APPLIED) {
            change(&mut applied);
            cx.set_private(APPLIED, &applied);
        }
    }
}
