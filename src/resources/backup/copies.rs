//! A backup that is copied at its creation. The service takes `copy_to` with the creation alone, and tells of
//! it nowhere.

use std::collections::BTreeSet;

use clouddb::{Backup, Client, Error, Made, NewBackup};
use tfplug::Diagnostic;

/// Creates a backup with copies in those regions, each once and as the catalog spells it.
pub(super) async fn create(
    api: Client,
    new: NewBackup,
    copy_to: BTreeSet<String>,
) -> std::result::Result<Made<Backup>, Error> {
    let mut spelled = BTreeSet::new();
    for region in copy_to {
        let there = match api.in_region(&region).await {
            Ok(there) => there.region().await?,
            Err(Error::UnknownRegion { .. }) => None,
            Err(error) => return Err(error),
        };
        spelled.insert(there.unwrap_or(region));
    }
    let new = NewBackup { copy_to: spelled.into_iter().collect(), ..new };
    api.backups().create(&new).await
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
