//! `restore_from_backup_id`: the backup that fills a new instance. Later the attribute is only a memory
//! of that, and of an instance that was made without one it is empty.

use clouddb::{Backup, BackupStatus, Client};
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::{Instance, replaces};
use super::check::Check;
use super::datastore;
use super::looks::Look;
use super::refusal::{Argument, Refusal};
use crate::datastore::shown;
use crate::resources::origin;

/// Keeps the value of an instance that stays.
pub(super) fn keep(cx: &PlanContext<Client>, change: &mut Change<Instance>) {
    let changed = (!replaces(change)).then(|| {
        Diagnostic::warning("A backup is restored only at creation")
            .detail("`restore_from_backup_id` has changed, and the instance exists already: it keeps its data. To restore another backup, declare another instance.")
            .attribute("restore_from_backup_id")
    });
    let prior = change.prior.as_ref().map(|prior| &prior.restore_from_backup_id);
    let wanted = &change.config.restore_from_backup_id;
    origin::keep(cx, prior, wanted, &mut change.planned.restore_from_backup_id, changed);
}

/// Refuses a backup that cannot be restored, or not into this instance. One that is still being made is
/// waited for by the apply.
pub(super) async fn check(it: &Check<'_>) -> Vec<Refusal> {
    let wanted = it.change.config.restore_from_backup_id.known().filter(|_| it.is_new());
    let Some(id) = wanted else { return Vec::new() };
    let refused = |said: Diagnostic| Refusal::new(said.attribute("restore_from_backup_id"), &[]);
    let backup = match it.looks.backup(&it.api, it.region(), id).await {
        Look::Unknown => return Vec::new(),
        Look::Absent => {
            return vec![refused(Diagnostic::error("Unknown backup").detail(format!(
                "There is no backup with the ID {id} in this account and region. The data source rackspace_db_backups lists those that exist."
            )))];
        }
        Look::Found(backup) => backup,
    };
    if matches!(backup.status, BackupStatus::Failed | BackupStatus::DeleteFailed) {
        return vec![refused(Diagnostic::error("The backup has failed").detail(format!(
            "Backup \"{}\" ({id}) has the status {} and cannot be restored. Choose another.",
            backup.name, backup.status
        )))];
    }
    let mut refusals: Vec<Refusal> = too_small(it, &backup).into_iter().collect();
    refusals.extend(other_datastore(it, &backup).await);
    refusals
}

fn too_small(it: &Check<'_>, backup: &Backup) -> Option<Refusal> {
    let (needs, gives) = (backup.size?, *it.change.config.volume_size.known()?);
    if needs <= gb(gives) {
        return None;
    }
    let said = Diagnostic::error("The volume is too small for the backup").detail(format!(
        "Backup \"{}\" holds {needs} GB and the volume of the new instance has {gives} GB. Write `volume_size = {}` or more.",
        backup.name,
        needs.ceil()
    ));
    Some(Refusal::new(said.attribute("volume_size"), &[Argument::VolumeSize]))
}

/// The type must be that of the backup; of the version the service decides.
async fn other_datastore(it: &Check<'_>, backup: &Backup) -> Option<Refusal> {
    let has = backup.datastore.as_ref()?;
    it.change.config.datastore_type()?;
    let wants = datastore::runs(it).await?;
    if wants.kind.eq_ignore_ascii_case(&has.kind) {
        return None;
    }
    let said = Diagnostic::error("The backup is of another datastore").detail(format!(
        "Backup \"{}\" ({}) is of {}, and the new instance is to run {}. Leave `datastore` out, or write that of the backup.",
        backup.name,
        backup.id,
        shown(&has.kind, has.version.as_deref()),
        wants.shown()
    ));
    Some(Refusal::new(said.attribute("datastore"), &[Argument::Datastore]))
}

/// Whole gigabytes as the API's backup sizes count them; a volume has far fewer than 2^53 of them.
fn gb(size: u64) -> f64 {
    u32::try_from(size).map_or(f64::INFINITY, f64::from)
}
