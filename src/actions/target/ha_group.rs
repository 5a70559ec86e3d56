//! The high-availability group that an action is about.

use clouddb::{Client, Error, HaGroup, HaState, Listing, Source};
use serde::Deserialize;
use tfplug::schema::Schema;
use tfplug::value::Attr;
use tfplug::{Context, Diagnostics, PlanContext, Result};

use super::kind::{self, Kind, Named, Target};
use crate::place::{Answer, Found};
use crate::resources::ha_group;

impl Kind for HaGroup {
    const NOUN: &'static str = "HA group";
    const ONE: &'static str = "an HA group";
    const ID: &'static str = "ha_group_id";
    const NAME: &'static str = "ha_group_name";

    fn key(&self) -> (&str, &str) {
        (&self.id, &self.name)
    }

    fn goes(&self) -> bool {
        matches!(self.state, HaState::Deleting | HaState::Deleted)
    }

    fn source(id: String) -> Source {
        Source::HaGroup(id)
    }

    fn look(id: &str) -> impl Fn(Client) -> Answer<Self> + 'static {
        ha_group::look(id)
    }

    async fn list(api: &Client) -> std::result::Result<Listing<Self>, Error> {
        api.ha_groups().list().await
    }
}

/// The arguments that name a group, while they are validated and planned.
#[derive(Deserialize)]
pub(crate) struct NamedGroup {
    ha_group_id: Attr<String>,
    ha_group_name: Attr<String>,
}

impl NamedGroup {
    fn named(&self) -> Named<'_> {
        Named { id: &self.ha_group_id, name: &self.ha_group_name }
    }

    /// Refuses none and two.
    pub(crate) fn validate(&self, diagnostics: &mut Diagnostics) {
        self.named().validate::<HaGroup>(diagnostics);
    }

    /// Refuses an ID that there is not.
    pub(crate) async fn plan(&self, cx: &PlanContext<Client>, doing: &str) -> Result<()> {
        self.named().plan::<HaGroup>(cx, doing).await
    }
}

/// What they say.
#[derive(Deserialize)]
pub(crate) struct GroupTarget {
    pub(crate) ha_group_id: Option<String>,
    pub(crate) ha_group_name: Option<String>,
    pub(crate) region: Option<String>,
}

impl GroupTarget {
    /// The arguments, before those of the action.
    pub(crate) fn arguments(schema: Schema) -> Schema {
        kind::arguments::<HaGroup>(schema)
    }

    fn target(&self) -> Target<'_> {
        let (id, name) = (self.ha_group_id.as_deref(), self.ha_group_name.as_deref());
        Target { id, name, region: self.region.as_deref() }
    }

    /// What is to be said if this cannot be done to it: `Unable to restart HA group "shop"`.
    pub(crate) fn unable(&self, to: &str) -> String {
        self.target().unable::<HaGroup>(to)
    }

    /// The group.
    pub(crate) async fn find(&self, cx: &Context<Client>, doing: &str) -> Result<Found<HaGroup>> {
        self.target().find::<HaGroup>(cx, doing).await
    }
}
