//! The backup that an incremental one builds on.

use clouddb::{Backup, BackupStatus, Client};
use tfplug::{Diagnostic, PlanContext, Result};

use crate::resources::choices;
use crate::resources::inside::creation::Creation;
use crate::resources::outlook::Outlook;

/// Refuses a parent that the API refuses, or of which nothing can be restored: that there is not, of
/// another instance, or failed. One that is still being made is complete when its instance is free for
/// the next. `client` is that for the region of the instance.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    client: &Client,
    outlook: &Outlook,
    creation: &Creation<'_>,
    parent_id: &str,
) -> Result<()> {
    let Some(instance_id) = creation.instance_id.known() else { return Ok(()) };
    let Ok(all) = client.backups().list().await else { return Ok(()) };
    let listed = all.iter().find(|it| it.id == parent_id).cloned();
    let found = match listed {
        Some(found) => Ok(Some(found)),
        None => client.backups().get(parent_id).await,
    };
    let problem = match found {
        Ok(None) => no_parent(creation, parent_id),
        Ok(Some(parent)) if parent.instance_id.as_ref().is_some_and(|it| it != instance_id) => {
            of_another(creation, &parent, instance_id)
        }
        Ok(Some(parent)) if failed(&parent.status) => has_failed(creation, &parent),
        // It will do, or nobody knows.
        Ok(Some(_)) | Err(_) => return Ok(()),
    };
    if outlook.destroys_backup(parent_id) {
        return Ok(());
    }
    let detail = format!("{}{}", problem.detail_text(), complete(&all, instance_id));
    creation.refuse(cx, problem.detail(detail))
}

fn failed(status: &BackupStatus) -> bool {
    matches!(status, BackupStatus::Failed | BackupStatus::DeleteFailed)
}

fn no_parent(creation: &Creation<'_>, parent_id: &str) -> Diagnostic {
    error(
        "No such backup",
        format!(
            "There is no backup {parent_id} in the region of the instance, and {} is to build on it. Write the ID of a complete backup of the same instance, or leave `parent_id` out for a full backup.",
            creation.shown
        ),
    )
}

fn of_another(creation: &Creation<'_>, parent: &Backup, instance_id: &str) -> Diagnostic {
    error(
        "Parent of another instance",
        format!(
            "Backup \"{}\" ({}) is one of instance {}, and {} is to be one of instance {instance_id}: it can hold only what has changed since a backup of the same instance. Write the ID of a complete one of the same instance, or leave `parent_id` out for a full backup.",
            parent.name,
            parent.id,
            parent.instance_id.as_deref().unwrap_or_default(),
            creation.shown
        ),
    )
}

fn has_failed(creation: &Creation<'_>, parent: &Backup) -> Diagnostic {
    error(
        "The parent has failed",
        format!(
            "Backup \"{}\" ({}) has the status {} and holds nothing that {} could build on. Write the ID of a complete backup of the same instance, or leave `parent_id` out for a full backup.",
            parent.name, parent.id, parent.status, creation.shown
        ),
    )
}

fn error(summary: &str, detail: String) -> Diagnostic {
    Diagnostic::error(summary).detail(detail).attribute("parent_id")
}

/// The complete backups of the instance.
fn complete(all: &[Backup], instance_id: &str) -> String {
    let fits = |it: &&Backup| {
        it.instance_id.as_deref() == Some(instance_id) && it.status == BackupStatus::Completed
    };
    let lines =
        choices::lines(all.iter().filter(fits).map(|it| format!("{} \"{}\"", it.id, it.name)));
    if lines.is_empty() {
        return format!("\n\nInstance {instance_id} has no complete backup.");
    }
    format!("\n\nComplete backups of instance {instance_id} (ID, name):\n\n{lines}")
}
