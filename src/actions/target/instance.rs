//! The instance that an action is about.

use clouddb::{Client, Error, Instance, InstanceStatus, Listing};
use serde::Deserialize;
use tfplug::schema::Schema;
use tfplug::value::Attr;
use tfplug::{Context, Diagnostics, PlanContext, Result};

use super::kind::{self, Kind, Named, Target};
use crate::place::{self, Answer, Found};

/// Instances.
struct Instances;

impl Kind for Instances {
    type Found = Instance;
    const NOUN: &'static str = "instance";
    const ONE: &'static str = "an instance";
    const ID: &'static str = "instance_id";
    const NAME: &'static str = "instance_name";

    fn key(found: &Instance) -> (&str, &str) {
        (&found.id, &found.name)
    }

    fn goes(found: &Instance) -> bool {
        found.status == InstanceStatus::DeletionPending
    }

    fn look(id: &str) -> impl Fn(Client) -> Answer<Instance> + 'static {
        let id = id.to_owned();
        move |api| {
            let id = id.clone();
            Box::pin(async move { api.instances().get(&id).await })
        }
    }

    async fn exists(api: &Client, id: &str) -> std::result::Result<bool, Error> {
        Ok(place::instance(api, id).await?.is_some())
    }

    async fn list(api: &Client) -> std::result::Result<Listing<Instance>, Error> {
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
        self.named().validate::<Instances>(diagnostics);
    }

    /// Refuses an ID that there is not.
    pub(crate) async fn plan(&self, cx: &PlanContext<Client>, doing: &str) -> Result<()> {
        self.named().plan::<Instances>(cx, doing).await
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
        kind::arguments::<Instances>(schema)
    }

    fn target(&self) -> Target<'_> {
        let (id, name) = (self.instance_id.as_deref(), self.instance_name.as_deref());
        Target { id, name, region: self.region.as_deref() }
    }

    /// What is to be said if this cannot be done to it: `Unable to restart instance "web"`.
    pub(crate) fn unable(&self, to: &str) -> String {
        self.target().unable::<Instances>(to)
    }

    /// The instance.
    pub(crate) async fn find(&self, cx: &Context<Client>, doing: &str) -> Result<Found<Instance>> {
        self.target().find::<Instances>(cx, doing).await
    }

    /// `instance "web" (ID)`, for messages.
    pub(crate) fn shown(found: &Instance) -> String {
        Instances::shown(found)
    }
}
