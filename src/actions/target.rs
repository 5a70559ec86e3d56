//! The instance that an action is about.

use clouddb::{Client, Instance};
use tfplug::schema::{Attribute, string};
use tfplug::value::Attr;
use tfplug::{Context, PlanContext, Result};

use crate::place::{self, Found};
use crate::resources::instance;
use crate::{failure, rules};

/// The argument that names it.
pub(super) fn instance_id() -> Attribute {
    string()
        .required()
        .validator(rules::id_of("an instance"))
        .describe("ID of the instance, in any region of the account.")
}

/// `instance "web" (ID)`, for messages.
pub(super) fn shown(instance: &Instance) -> String {
    format!("instance \"{}\" ({})", instance.name, instance.id)
}

/// The instance, wherever it is.
pub(super) async fn find(cx: &Context<Client>, doing: &str, id: &str) -> Result<Found<Instance>> {
    instance::named(cx, doing, id, None, "Correct `instance_id`.").await
}

/// Refuses an instance that there is not, before anything of the plan is applied.
pub(super) async fn plan(cx: &PlanContext<Client>, doing: &str, id: &Attr<String>) -> Result<()> {
    let (Some(api), Some(id)) = (place::planning_api(cx), id.known()) else { return Ok(()) };
    let found = place::instance(&api, id).await;
    match found.map_err(|error| failure::report(doing, &error))? {
        Some(_) => Ok(()),
        None => {
            let searched = place::searched_by(&api).await;
            Err(instance::nowhere(doing, id, &searched, "Correct `instance_id`."))
        }
    }
}
