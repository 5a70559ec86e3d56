//! The change of a configuration group, by one request: instances that have it never run with half of it.

use std::collections::BTreeMap;

use clouddb::{Client, ConfigurationChange};
use tfplug::Result;

use super::version;
use crate::configuration::Configuration;
use crate::failure;
use crate::parameter::means;

/// Turns `prior` into `plan`.
pub(super) async fn apply(
    api: &Client,
    doing: &str,
    prior: &Configuration,
    plan: &Configuration,
) -> Result<()> {
    let none = BTreeMap::new();
    let (has, wants) =
        (prior.values.as_ref().unwrap_or(&none), plan.values.as_ref().unwrap_or(&none));
    let differs =
        |(name, value): &(&String, &String)| has.get(*name).is_none_or(|has| !means(has, value));
    let due: Vec<(&String, &String)> = wants.iter().filter(differs).collect();
    let removes = has.keys().any(|name| !wants.contains_key(name));
    let described = plan.description != prior.description;
    let whole = removes || described || plan.name != prior.name;
    if due.is_empty() && !whole {
        return Ok(());
    }
    let id = prior.id()?;
    let version = version::of_group(api, doing, id).await?;
    let groups = api.configurations();
    let sent = if whole {
        let description = plan.description.clone().unwrap_or_default();
        let change = ConfigurationChange {
            name: plan.name.clone(),
            description: described.then_some(description),
            values: version.typed(doing, wants)?,
        };
        groups.replace(id, &change).await
    } else {
        groups.set(id, &version.typed(doing, due)?).await
    };
    sent.map_err(|error| failure::report(doing, &error))
}
