//! Grants on databases that there are not.
//!
//! The API accepts them, as MySQL does, and they take effect when a database of that name is made. So
//! a plan warns, and only where it can know: not of a database that the same run makes.

use clouddb::{Client, Listing};
use tfplug::value::Attr;
use tfplug::{Diagnostic, PlanContext};

use crate::resources::choices::LISTED;
use crate::resources::outlook::Outlook;

/// Warns of grants on databases that neither exist nor are planned. `client` is that for the region of
/// the instance.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    client: &Client,
    outlook: &Outlook,
    instance_id: &str,
    databases: &[Attr<String>],
) {
    let names: Vec<&String> = databases.iter().filter_map(Attr::known).collect();
    if names.is_empty() {
        return;
    }
    let Ok(exist) = client.databases(instance_id).list().await.and_then(Listing::whole) else {
        return;
    };
    let exist: Vec<String> = exist.into_iter().map(|it| it.name).collect();
    let mut missing = Vec::new();
    for name in names.into_iter().filter(|name| !exist.contains(name)) {
        if !outlook.plans_database(instance_id, name).await {
            missing.push(format!("\"{name}\""));
        }
    }
    if !missing.is_empty() {
        cx.warn(warning(instance_id, &missing, &exist));
    }
}

fn warning(instance_id: &str, missing: &[String], exist: &[String]) -> Diagnostic {
    let (what, one) = match missing {
        [one] => (format!("database {one}"), "it"),
        all => (format!("databases {}", all.join(", ")), "them"),
    };
    let those = match exist {
        [] => "It has none.".to_owned(),
        exist => {
            let (first, more) = exist.split_at(exist.len().min(LISTED));
            format!("It has: {}{}.", first.join(", "), if more.is_empty() { "" } else { ", …" })
        }
    };
    Diagnostic::warning("Grant on a database that there is not")
        .detail(format!(
            "Instance {instance_id} has no {what}, and this run is not known to make {one}. {those} The API accepts the grant, and it takes effect when there is such a database. Correct the name if it is misspelt; where the same configuration makes the database, write `rackspace_db_database.NAME.name`, so that it is made first."
        ))
        .attribute("databases")
}
