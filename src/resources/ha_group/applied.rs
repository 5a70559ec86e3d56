//! What the last apply has made of a group, beside the state, which says what it is now.
//!
//! A difference between the two came from outside. Of that a plan may complain with a warning only:
//! Terraform plans an update before it plans a destruction, so an error would forbid that too.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::{Context, PlanContext};

use super::model::HaGroup;
use crate::datastore::Datastore;

/// Private state.
const APPLIED: &str = "applied";

/// What the last apply has made of a group.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Applied {
    pub(super) flavor: String,
    pub(super) volume_size: u64,
    pub(super) configuration_id: Option<String>,
    #[serde(default)]
    pub(super) datastore: Option<Datastore>,
}

impl Applied {
    /// Whether the last apply had that version.
    pub(super) fn has_version(&self, version: &str) -> bool {
        let had = self.datastore.as_ref().and_then(|it| it.version.as_deref());
        had == Some(version)
    }

    /// What an apply has left, as long as that is known.
    pub(super) fn planning(cx: &PlanContext<Client>) -> Option<Self> {
        cx.private(APPLIED)
    }

    /// Remembers a state that is about to be refreshed for the first time.
    pub(super) fn remember(cx: &Context<Client>, state: &HaGroup) {
        if cx.private::<Self>(APPLIED).is_none() {
            Self::note(cx, state);
        }
    }

    /// Remembers what an update has come to.
    pub(super) fn note(cx: &Context<Client>, now: &HaGroup) {
        let applied = Self {
            flavor: now.flavor.clone(),
            volume_size: now.volume_size,
            configuration_id: now.configuration_id.clone(),
            datastore: now.datastore.clone(),
        };
        cx.set_private(APPLIED, &applied);
    }
}
