//! A backup that is copied at its creation. The service takes `copy_to` with the creation alone, and tells of
//! it nowhere.

use std::collections::BTreeSet;

use clouddb::{Backup, Client, Error, Made, NewBackup, Source};
use tfplug::{Diagnostic, Result};

use crate::resources::copy_to::refuse;

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
        && is_here(&api, &new.source).await?
    {
        return Ok(Err(refusal.into()));
    }
    let new = NewBackup { copy_to: spelled.into_iter().collect(), ..new };
    api.backups().create(&new).await.map(Ok)
}

/// Whether what is backed up is in the region of that client.
async fn is_here(api: &Client, source: &Source) -> std::result::Result<bool, Error> {
    Ok(match source {
        Source::Instance(id) => api.instances().get(id).await?.is_some(),
        Source::HaGroup(id) => api.ha_groups().get(id).await?.is_some(),
    })
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
