//! `copy_to`: the regions that a new backup is copied to. The service takes them with the creation alone, and
//! tells of them nowhere; the copies are backups of their own, which no state holds.

use std::collections::BTreeSet;

use clouddb::{Backup, Client, Error, Made, NewBackup};
use tfplug::value::Attr;
use tfplug::{Diagnostic, Diagnostics, PlanContext, Result};

use crate::backup::copying;
use crate::place;

/// Regions in any case, each once.
pub(super) fn regions<'a>(named: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    named.into_iter().map(|it| it.to_ascii_uppercase()).collect()
}

/// The regions that are known; `None` if one is not.
pub(super) fn known(planned: &Attr<Vec<Attr<String>>>) -> Option<BTreeSet<String>> {
    match planned {
        Attr::Unknown => None,
        Attr::Null => Some(BTreeSet::new()),
        Attr::Known(all) if all.iter().any(|it| it.known().is_none()) => None,
        Attr::Known(all) => Some(regions(all.iter().filter_map(Attr::known))),
    }
}

/// Refuses London, whatever the catalog says.
pub(super) fn validate(config: &Attr<Vec<Attr<String>>>, diagnostics: &mut Diagnostics) {
    let mut named = config.known().into_iter().flatten().filter_map(Attr::known);
    if named.any(|it| copying::is_apart(it)) {
        diagnostics.push(copying::apart("copy_to"));
    }
}

/// Refuses regions that there are not, and that of the backup itself. `here` is the client for that, once
/// it is known.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    config: &Attr<Vec<Attr<String>>>,
    here: Option<&Client>,
    shown: &str,
) -> Result<()> {
    let doing = format!("Unable to plan {shown}");
    let Some(api) = place::planning_api(cx) else { return Ok(()) };
    // An address in the place of the catalog leads to one region, and names no other.
    if api.endpoint().is_some() {
        return Ok(());
    }
    let named: Vec<&String> =
        config.known().into_iter().flatten().filter_map(Attr::known).collect();
    for region in &named {
        place::beyond(&api, &doing, region, "copy_to").await?;
    }
    let Some(here) = here else { return Ok(()) };
    match here.region().await {
        Ok(Some(own)) => refuse(&own, named, shown).map_or(Ok(()), |it| Err(it.into())),
        _ => Ok(()),
    }
}

/// Why the backup cannot be copied from its own region to those.
fn refuse<'a>(
    own: &str,
    named: impl IntoIterator<Item = &'a String>,
    shown: &str,
) -> Option<Diagnostic> {
    let named: Vec<&String> = named.into_iter().collect();
    if !named.is_empty() && copying::is_apart(own) {
        return Some(copying::apart("copy_to"));
    }
    let same = named.into_iter().find(|it| it.eq_ignore_ascii_case(own))?;
    Some(
        Diagnostic::error("A copy in the region of the backup")
            .detail(format!(
                "The region of {shown} is {own}, and `copy_to` names {same}: a copy is a backup in another region. Take it out of `copy_to`."
            ))
            .attribute("copy_to"),
    )
}

/// Creates a backup with copies. Where the instance is found only now, it is known only now which region is
/// its own.
pub(super) async fn create(
    api: Client,
    new: NewBackup,
    copy_to: BTreeSet<String>,
) -> std::result::Result<Result<Made<Backup>>, Error> {
    let mut spelled = BTreeSet::new();
    for region in &copy_to {
        // As the catalog spells it, if it has it.
        let there = match api.in_region(region).await {
            Ok(there) => there.region().await?,
            Err(Error::UnknownRegion { .. }) => None,
            Err(error) => return Err(error),
        };
        spelled.insert(there.unwrap_or_else(|| region.clone()));
    }
    let own = if spelled.is_empty() { None } else { api.region().await? };
    let shown = format!("backup \"{}\"", new.name);
    if let Some(refusal) = own.and_then(|own| refuse(&own, &spelled, &shown))
        && api.instances().get(&new.instance_id).await?.is_some()
    {
        return Ok(Err(refusal.into()));
    }
    let new = NewBackup { copy_to: spelled.into_iter().collect(), ..new };
    api.backups().create(&new).await.map(Ok)
}

/// `copy_to` of a backup that exists is to be another one.
pub(super) fn too_late() -> Diagnostic {
    Diagnostic::error("A backup is copied at its creation only")
        .detail(
            "`copy_to` has changed, and the backup exists already: the service takes it with a new backup alone. Undo the change.\n\n\
             To have a copy in another region, declare a `rackspace_db_backup_copy` of this backup. A copy that is there stays until it is deleted where it is. After an import, leave `copy_to` out, or let Terraform ignore it with `ignore_changes = [copy_to]`. To make a new backup with other copies, give it another name too.",
        )
        .attribute("copy_to")
}
