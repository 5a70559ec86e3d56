//! `datastore`: what a new group can run.

use clouddb::{Client, Listing};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext, Result};

use super::attributes::{HaGroup, replaces};
use crate::datastore::{self, Runs, choices};
use crate::resources::namesake::{self, Managed};

/// What the group of the plan will run, if that is said.
pub(super) fn runs(change: &Change<HaGroup>) -> Option<Runs> {
    let (kind, version) = change.planned.software()?;
    Some(Runs { kind: kind.to_owned(), version: version.map(str::to_owned) })
}

/// Refuses what no new group can run. A look that fails says nothing.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    api: &Client,
    change: &Change<HaGroup>,
    managed: &Managed,
) -> Result<()> {
    if change.prior.is_some() && !replaces(change) {
        return Ok(());
    }
    let Some(wanted) = change.config.datastore.known() else { return Ok(()) };
    let Some(kind) = wanted.r#type.known() else { return Ok(()) };
    let Ok(listed) = api.datastores().list().await.and_then(Listing::whole) else { return Ok(()) };
    if listed.is_empty() {
        return Ok(());
    }
    let refuse = |summary: &str, detail: String| {
        let said = Diagnostic::error(summary).detail(detail).attribute("datastore");
        let name = change.config.name.known();
        let again = change.prior.is_none() && name.is_some_and(|name| managed.has_name(name));
        namesake::refuse(cx, again && !cx.replaces_on_demand(), said)
    };
    let Some(found) = datastore::find(&listed, kind) else {
        return refuse(
            "Unknown datastore",
            format!(
                "There is no datastore with the name or the ID \"{kind}\" in this region. These exist, with their versions:\n\n{}",
                choices(&listed)
            ),
        );
    };
    let Attr::Known(version) = &wanted.version else { return Ok(()) };
    let is_open = found.versions.is_empty() || !found.unreadable_versions.is_empty();
    if is_open || datastore::version(found, Some(version)).is_some() {
        return Ok(());
    }
    refuse(
        "Unknown datastore version",
        format!(
            "A new group of {} cannot have the version \"{version}\". These exist:\n\n{}",
            found.name,
            choices(std::slice::from_ref(found))
        ),
    )
}
