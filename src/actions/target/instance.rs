//! The instance that an action is about.

use clouddb::{Client, Error, Instance, InstanceStatus, Listing, Source};
use serde::Deserialize;
use tfplug::schema::Schema;
use tfplug::value::Attr;
use tfplug::{Context, Diagnostics, PlanContext, Result};

use super::kind::{self, Kind, Named, Target};
use crate::place::{Answer, Found};
use crate::resources::instance;

impl Kind for Instance {
    const NOUN: &'static str = "instance";
    const ONE: &'static str = "an instance";
    const ID: &'static str = "instance_id";
    const NAME: &'static str = "instance_name";

    fn key(&self) -> (&str, &str) {
        (&self.id, &self.name)
    }

    fn goes(&self) -> bool {
        self.status == InstanceStatus::DeletionPending
    }

    fn source(id: String) -> Source {
        Source::Instance(id)
    }

    fn look(id: &str) -> impl Fn(Client) -> Answer<Self> + 'static {
        instance::look(id)
    }

    async fn list(api: &Client) -> std::result::Result<Listing<Self>, Error> {
        api.instances().list().await
    }
}

/// The arguments that name an instance, while they are validated and planned.
#[derive(Deserialize)]
pub(crate) struct NamedInstance {
    instance_id: Attr<String>,
    instance_name: Attr<String>,
}

impl NamedInstance {
    fn named(&self) -> Named<'_> {
        Named { id: &self.instance_id, name: &self.instance_name }
    }

    /// Refuses none and two.
    pub(crate) fn validate(&self, diagnostics: &mut Diagnostics) {
        self.named().validate::<Instance>(diagnostics);
    }

    /// Refuses an ID that there is not.
    pub(crate) async fn plan(&self, cx: &PlanContext<Client>, doing: &str) -> Result<()> {
        self.named().plan::<Instance>(cx, doing).await
    }
}

/// What they say.
#[derive(Deserialize)]
pub(crate) struct InstanceTarget {
    pub(crate) instance_id: Option<String>,
    pub(crate) instance_name: Option<String>,
    pub(crate) region: Option<String>,
}

impl InstanceTarget {
    /// The arguments, before those of the action.
    pub(crate) fn arguments(schema: Schema) -> Schema {
        kind::arguments::<Instance>(schema)
    }

    fn target(&self) -> Target<'_> {
        let (id, name) = (self.instance_id.as_deref(), self.instance_name.as_deref());
        Target { id, name, region: self.region.as_deref() }
    }

    /// What is to be said if this cannot be done to it: `Unable to restart instance "web"`.
    pub(crate) fn unable(&self, to: &str) -> String {
        self.target().unable::<Instance>(to)
    }

    /// The instance.
    pub(crate) async fn find(&self, cx: &Context<Client>, doing: &str) -> Result<Found<Instance>> {
        self.target().find::<Instance>(cx, doing).await
    }
}
