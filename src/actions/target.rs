//! The instance that an action is about.
//!
//! An action that runs before a change of an instance cannot refer to it: Terraform 1.14 and 1.15 call
//! that a cycle. So an instance can be named, too.

use clouddb::{Client, Instance, InstanceStatus};
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, string};
use tfplug::value::Attr;
use tfplug::{Context, Diagnostic, Diagnostics, PlanContext, Result};

use crate::place::{self, Found};
use crate::resources::instance;
use crate::ways::{Way, not_one_of, only_one};
use crate::{failure, rules};

/// What the arguments say.
#[derive(Deserialize)]
pub(super) struct Target {
    pub(super) instance_id: Option<String>,
    pub(super) instance_name: Option<String>,
    pub(super) region: Option<String>,
}

/// The arguments, before those of the action.
pub(super) fn arguments(schema: Schema) -> Schema {
    schema
        .attribute("instance_id", string().optional().validator(rules::id_of("an instance")).describe(
            "ID of the instance. Exactly one of `instance_id` and `instance_name` is needed.",
        ))
        .attribute("instance_name", string().optional().validator(Validator::length(1..=255)).describe(
            "Name of the instance, which no other one may have. An action that is triggered before a change of the instance needs it: Terraform calls it a cycle if such an action refers to the instance.",
        ))
        .attribute("region", string().optional().validator(Validator::length(1..=64)).describe(
            "Region of the instance, such as `DFW`, in any case. Left out, an ID is looked for in all regions, and a name in that of the provider.",
        ))
}

/// The same while they are validated and planned.
#[derive(Deserialize)]
pub(super) struct Named {
    instance_id: Attr<String>,
    instance_name: Attr<String>,
}

impl Named {
    /// Refuses none and two.
    pub(super) fn validate(&self, diagnostics: &mut Diagnostics) {
        let ways = [Way::from(&self.instance_id), Way::from(&self.instance_name)];
        if not_one_of(&ways).is_some() {
            diagnostics.push(
                Diagnostic::error("Exactly one way to find an instance")
                    .detail("Set either `instance_id` or `instance_name`."),
            );
        }
    }

    /// Refuses an ID that there is not, before anything of the plan is applied. A name may come to be.
    pub(super) async fn plan(&self, cx: &PlanContext<Client>, doing: &str) -> Result<()> {
        let (Some(api), Some(id)) = (place::planning_api(cx), self.instance_id.known()) else {
            return Ok(());
        };
        let found = place::instance(&api, id).await;
        if found.map_err(|error| failure::report(doing, &error))?.is_some() {
            return Ok(());
        }
        let searched = place::searched_by(&api).await;
        Err(instance::nowhere(doing, id, &searched, "Correct `instance_id`."))
    }
}

/// `instance "web" (ID)`, for messages.
pub(super) fn shown(instance: &Instance) -> String {
    format!("instance \"{}\" ({})", instance.name, instance.id)
}

impl Target {
    /// What is to be said if this cannot be done to it: `Unable to restart instance "web"`.
    pub(super) fn unable(&self, to: &str) -> String {
        match (&self.instance_id, &self.instance_name) {
            (Some(id), _) => format!("Unable to {to} instance {id}"),
            (None, name) => {
                format!("Unable to {to} instance \"{}\"", name.as_deref().unwrap_or_default())
            }
        }
    }

    /// The instance.
    pub(super) async fn find(&self, cx: &Context<Client>, doing: &str) -> Result<Found<Instance>> {
        let region = self.region.as_deref();
        match (&self.instance_id, &self.instance_name) {
            (Some(id), _) => instance::named(cx, doing, id, region, "Correct `instance_id`.").await,
            (None, name) => by_name(cx, doing, name.as_deref().unwrap_or_default(), region).await,
        }
    }
}

async fn by_name(
    cx: &Context<Client>,
    doing: &str,
    name: &str,
    region: Option<&str>,
) -> Result<Found<Instance>> {
    let (client, region) = place::asked(cx, doing, region).await?;
    let all = client.instances().list().await.map_err(|error| failure::report(doing, &error))?;
    failure::warn_of_unreadable(cx, "instances", &all.unreadable);
    let stay = all.into_iter().filter(|it| it.status != InstanceStatus::DeletionPending);
    let why = match only_one(stay, |it| (&it.id, &it.name), name) {
        Ok(it) => return Ok(Found { it, region, client }),
        Err(ids) if ids.is_empty() => {
            let region = region.unwrap_or_else(|| "this region".to_owned());
            format!(
                "No instance in {region} has the name \"{name}\". Correct `instance_name` or `region`."
            )
        }
        Err(ids) => format!(
            "Names are not unique: \"{name}\" is the name of {}. Use `instance_id`.",
            ids.join(", ")
        ),
    };
    Err(Diagnostic::error(doing).detail(why).attribute("instance_name").into())
}
