//! The last backup of an instance, taken before it is destroyed: `final_backup_name`.
//!
//! An attempt to destroy can end between the backup and the deletion, and the next one must neither
//! pay for a second backup without need nor delete what no backup holds. The backup says in its
//! description that it is the final one of this instance, so that the next attempt finds it, even if
//! the provider was killed before it could tell Terraform anything. It is used again
//!
//! * while it is still being made,
//! * if the deletion that came after it was accepted and the instance is still on its way out, so that
//!   nothing was written since; the status alone is no proof, since SHUTDOWN is also that of an
//!   instance whose MySQL does not run,
//! * if it was completed within the last hour: had the earlier attempt come to its end, nothing would
//!   have been written after it at all.
//!
//! After that hour somebody may have changed their mind and gone on working with the instance, so
//! another backup is taken. Each is named; none is ever deleted here.

use std::time::Duration;

use clouddb::{Backup, BackupStatus, Client, Error, InstanceStatus, NewBackup};
use tfplug::{Context, Diagnostic, Diagnostics, PlanContext, Result};

use super::model::Instance;
use crate::failure;

/// For how long after its completion a backup of an earlier attempt is used again.
const STILL_GOOD: Duration = Duration::from_hours(1);

/// Private state: the final backup after which the deletion of the instance was accepted.
const HOLDS_ALL: &str = "final_backup";

/// How to go on without a backup.
const WITHOUT: &str = "To destroy it without a final backup, remove `final_backup_name` and apply that first; if the instance is tainted, run `terraform untaint ADDRESS` first.";

/// What earlier attempts have left.
enum Earlier {
    /// A backup that will do.
    Complete(Backup),
    /// One that is still being made.
    Running(Backup),
    /// Nothing that will do; these exist.
    Outdated(Vec<Backup>),
}

/// Says in a plan that destroys or replaces the instance what will become of its data, and refuses
/// it where no backup can be taken.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    instance: &Instance,
) -> Result<()> {
    let (Some(name), Some(id)) = (&instance.final_backup_name, &instance.id) else { return Ok(()) };
    let status = instance.status.as_deref().map(InstanceStatus::from);
    let earlier = match client {
        None => Earlier::Outdated(Vec::new()),
        Some(api) => {
            let holds_all = cx.private::<String>(HOLDS_ALL);
            match find(api, id, name, status.as_ref(), holds_all.as_deref()).await {
                Ok(earlier) => earlier,
                // The apply looks again, and deletes nothing that it cannot look for.
                Err(error) => {
                    cx.warn(failure::warning(
                        format!("Unable to look for final backups of {}", instance.shown()),
                        &error,
                        &format!("The plan destroys the instance. The apply looks again: if it can, it takes backup \"{name}\" first, unless an earlier attempt has; if it cannot, the instance is not deleted."),
                    ));
                    return Ok(());
                }
            }
        }
    };
    let note = match (earlier, status) {
        (Earlier::Complete(backup), _) => format!(
            "An earlier attempt to destroy it has taken backup \"{name}\" ({}), completed {}. No other is taken, as long as that is less than an hour ago.",
            backup.id,
            backup.updated.as_deref().unwrap_or("at an unknown time")
        ),
        (Earlier::Running(backup), _) => format!(
            "An earlier attempt to destroy it has begun backup \"{name}\" ({}). It is waited for, and no other is taken.",
            backup.id
        ),
        (Earlier::Outdated(_), Some(status)) if takes_no_backup(&status) => {
            return Err(impossible(instance, &status));
        }
        (Earlier::Outdated(others), _) => format!(
            "Backup \"{name}\" is taken first, and the instance is deleted only when it is complete.{}",
            also_there(&others)
        ),
    };
    cx.warn(Diagnostic::warning(format!("Final backup of instance \"{}\"", instance.name)).detail(
        format!(
            "The plan destroys {}. {note}\n\n\
             Databases and users that this plan destroys as well are dropped before the backup, and are not in it. To keep one in the backup, set `skip_destroy = true` on it and apply that first.",
            instance.shown()
        ),
    ));
    Ok(())
}

/// Notes that the deletion of the instance was accepted after that backup.
pub(super) fn holds_all(cx: &Context<Client>, backup_id: Option<&str>) {
    if let Some(id) = backup_id {
        cx.set_private(HOLDS_ALL, &id);
    }
}

/// Takes the backup, or finds the one of an earlier attempt, and says its ID. After an error the
/// instance must not be deleted.
pub(super) async fn take(
    cx: &Context<Client>,
    api: &Client,
    instance: &Instance,
) -> Result<Option<String>> {
    let Some(name) = &instance.final_backup_name else { return Ok(None) };
    let id = instance.id()?;
    let failed = |error: &Error| {
        let doing = format!("No final backup of {}, so nothing was deleted", instance.shown());
        failure::report(doing, error)
    };
    let found = api.instances().get(id).await.map_err(|error| failed(&error))?;
    let status = found.map(|found| found.status);
    let holds_all = cx.private::<String>(HOLDS_ALL);
    let earlier = find(api, id, name, status.as_ref(), holds_all.as_deref()).await;
    let earlier = earlier.map_err(|error| failed(&error))?;
    let (backup, others) = match (earlier, status) {
        (Earlier::Complete(backup) | Earlier::Running(backup), _) => (backup, Vec::new()),
        (Earlier::Outdated(others), None) => {
            cx.warn(
                Diagnostic::warning(format!("No final backup of instance \"{}\"", instance.name))
                    .detail(format!(
                        "By the time of the backup, {} was already gone.{}",
                        instance.shown(),
                        also_there(&others)
                    )),
            );
            return Ok(None);
        }
        (Earlier::Outdated(_), Some(status)) if takes_no_backup(&status) => {
            return Err(impossible(instance, &status));
        }
        (Earlier::Outdated(others), Some(_)) => {
            let new = NewBackup {
                instance_id: id.to_owned(),
                name: name.clone(),
                description: Some(mark(id)),
                parent_id: None,
                copy_to: Vec::new(),
            };
            let made = api.backups().create(&new).await.map_err(|error| failed(&error))?;
            if let Some(lost) = &made.found_after {
                cx.warn(failure::found("backup", name, &made.object.id, lost));
            }
            (made.object, others)
        }
    };
    let backup = complete(api, instance, backup).await?;
    cx.warn(Diagnostic::warning(format!("Final backup \"{name}\" was taken: {}", backup.id)).detail(
        format!(
            "It holds {} and is kept, and billed, until you delete it. To restore it, create an instance with `restore_from_backup_id = \"{}\"`.{}",
            instance.shown(),
            backup.id,
            also_there(&others)
        ),
    ));
    Ok(Some(backup.id))
}

async fn complete(api: &Client, instance: &Instance, backup: Backup) -> Result<Backup> {
    if backup.status == BackupStatus::Completed {
        return Ok(backup);
    }
    let which = format!("final backup \"{}\" ({})", backup.name, backup.id);
    match api.backups().wait_until_completed(&backup.id).await {
        Ok(backup) => Ok(backup),
        Err(Error::Failed { status, .. }) => Err(Diagnostic::error(format!(
            "The final backup of {} failed, so nothing was deleted",
            instance.shown()
        ))
        .detail(format!(
            "The service ended {which} in status {status}. That backup is of no use; delete it in the control panel or through the API. Destroy again to take another. {WITHOUT}"
        ))
        .attribute("final_backup_name")
        .into()),
        Err(error) => Err(failure::report(
            format!("The {which} of {} is not complete, so nothing was deleted", instance.shown()),
            &error,
        )),
    }
}

/// Looks for what earlier attempts have left.
async fn find(
    api: &Client,
    id: &str,
    name: &str,
    status: Option<&InstanceStatus>,
    holds_all: Option<&str>,
) -> std::result::Result<Earlier, Error> {
    let backups = api.backups().list_of(id).await?;
    let mark = mark(id);
    let (mut complete, mut running) = (Vec::new(), None);
    for backup in backups {
        if backup.name != name || backup.description.as_deref() != Some(mark.as_str()) {
            continue;
        }
        match backup.status {
            BackupStatus::Completed => complete.push(backup),
            BackupStatus::Failed | BackupStatus::DeleteFailed => {}
            _ => running = Some(backup),
        }
    }
    if let Some(backup) = running {
        return Ok(Earlier::Running(backup));
    }
    let leaving =
        matches!(status, None | Some(InstanceStatus::Shutdown | InstanceStatus::DeletionPending));
    complete.sort_by_key(|backup| api.backups().age(backup).unwrap_or(Duration::MAX));
    let good = complete.iter().find(|backup| {
        (leaving && holds_all == Some(backup.id.as_str()))
            || api.backups().age(backup).is_some_and(|age| age <= STILL_GOOD)
    });
    Ok(match good {
        Some(good) => Earlier::Complete(good.clone()),
        None => Earlier::Outdated(complete),
    })
}

/// The description by which the final backup of an instance is known again.
fn mark(id: &str) -> String {
    format!("Final backup of instance {id}, taken by Terraform before its deletion")
}

/// The API makes no backup of an instance in such a status, and the status need not pass.
fn takes_no_backup(status: &InstanceStatus) -> bool {
    matches!(
        status,
        InstanceStatus::Error
            | InstanceStatus::Failed
            | InstanceStatus::ReplicationError
            | InstanceStatus::Shutdown
            | InstanceStatus::Blocked
            | InstanceStatus::DeletionPending
            | InstanceStatus::VerifyUpgrade
    )
}

fn impossible(instance: &Instance, status: &InstanceStatus) -> Diagnostics {
    let way = if *status == InstanceStatus::VerifyUpgrade {
        "The upgrade ends when the new instance is detached (remove `upgrade_of` from its block and apply that) or destroyed."
    } else {
        "Rackspace support may be able to repair it."
    };
    Diagnostic::error("No final backup is possible")
        .detail(format!(
            "The status of {} is {status}, and the service cannot back up an instance in that status. Nothing was deleted. {way} {WITHOUT}",
            instance.shown()
        ))
        .attribute("final_backup_name")
        .into()
}

fn also_there(others: &[Backup]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let ids: Vec<&str> = others.iter().map(|backup| backup.id.as_str()).collect();
    format!(" Final backups of earlier attempts are kept too: {}.", ids.join(", "))
}
