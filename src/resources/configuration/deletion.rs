//! The end of a configuration group, which the API refuses while an instance has it.
//!
//! Terraform deletes a group before it changes the instances that the same plan takes it from. So the plan
//! of the deletion remembers these, and the deletion takes the group from them first. Each has its own
//! change still to come, which restarts it where that is needed.

use clouddb::{Client, ConfiguredInstance, Error};
use futures_util::future::join_all;
use tfplug::{Context, Diagnostics, PlanContext, Result};

use crate::failure;
use crate::resources::choices;
use crate::resources::deletion::delete_at_once;
use crate::resources::outlook::Outlook;
use crate::resources::patience::looking;

/// From the plan: the instances that it takes the group from.
const LEAVING: &str = "leaving";

/// Remembers the instances that this plan takes the group from.
pub(super) async fn plan(cx: &PlanContext<Client>, client: &Client, outlook: &Outlook, id: &str) {
    let Ok(have) = looking(cx, client).configurations().instances(id).await else { return };
    let left = join_all(have.iter().map(|it| outlook.is_left(&it.id, id))).await;
    let leaving = have.iter().zip(left).filter(|(_, left)| *left).map(|(it, _)| &it.id);
    let leaving: Vec<&String> = leaving.collect();
    if !leaving.is_empty() {
        cx.hand_over(LEAVING, &leaving);
    }
}

/// Deletes the group, and takes it before from the instances that the plan takes it from.
pub(super) async fn apply(cx: &Context<Client>, api: &Client, doing: &str, id: &str) -> Result<()> {
    let Err(error) = delete(api, id).await else { return Ok(()) };
    let (Error::Rejected(_), Ok(have)) = (&error, api.configurations().instances(id).await) else {
        return Err(failure::report(doing, &error));
    };
    let leaving: Vec<String> = cx.handed_over(LEAVING).unwrap_or_default();
    if have.is_empty() || have.iter().any(|it| !leaving.contains(&it.id)) {
        return Err(in_use(doing, &error, &have));
    }
    for instance in have.iter() {
        let detached = api.instances().detach_configuration(&instance.id).await;
        detached.map_err(|error| failure::report(doing, &error))?;
    }
    delete(api, id).await.map_err(|error| failure::report(doing, &error))
}

async fn delete(api: &Client, id: &str) -> std::result::Result<(), Error> {
    let groups = api.configurations();
    delete_at_once(groups.delete(id), groups.get(id)).await
}

/// The refusal of a deletion, with the instances that have the group.
fn in_use(doing: &str, error: &Error, have: &[ConfiguredInstance]) -> Diagnostics {
    if have.is_empty() {
        return failure::report(doing, error);
    }
    let lines = have.iter().map(|it| format!("{} \"{}\"", it.id, it.name));
    let advice = format!(
        "These instances have it (ID, name):\n\n{}\n\n\
         Where this configuration replaces the group, Terraform deletes the old one first: write `lifecycle {{ create_before_destroy = true }}` into its block, and apply again. Where an instance is to keep no group, remove its `configuration_id` as well. From an instance that something else manages, take the group there.",
        choices::lines(lines)
    );
    failure::report_advised(doing.to_owned(), error, &advice)
}
