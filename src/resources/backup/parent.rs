//! The backup that an incremental one builds on.

use clouddb::{Backup, BackupStatus, Client, Source};
use tfplug::{Diagnostic, PlanContext, Result};

use crate::resources::choices;
use crate::resources::inside::creation::Creation;
use crate::resources::outlook::Outlook;
use crate::source::{capital, noun, shown};

/// Refuses a parent that the API refuses, or of which nothing can be restored: that there is not, of
/// another instance, or failed. One that is still being made is complete when its instance is free for
/// the next. `client` is that for the region of the instance.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    client: &Client,
    outlook: &Outlook,
    creation: &Creation<'_>,
    source: &Source,
    parent_id: &str,
) -> Result<()> {
    let Ok(all) = client.backups().list().await else { return Ok(()) };
    let listed = all.iter().find(|it| it.id == parent_id).cloned();
    let found = match listed {
        Some(found) => Ok(Some(found)),
        None => client.backups().get(parent_id).await,
    };
    let problem = match found {
        Ok(None) => no_parent(creation, source, parent_id),
        Ok(Some(parent)) if parent.made_of().is_some_and(|it| it != *source) => {
            of_another(creation, &parent, source)
        }
        Ok(Some(parent)) if failed(&parent.status) => has_failed(creation, source, &parent),
        // It will do, or nobody knows.
        Ok(Some(_)) | Err(_) => return Ok(()),
    };
    if outlook.destroys_backup(parent_id) {
        return Ok(());
    }
    let detail = format!("{}{}", problem.detail_text(), complete(&all, source));
    creation.refuse(cx, problem.detail(detail))
}

fn failed(status: &BackupStatus) -> bool {
    matches!(status, BackupStatus::Failed | BackupStatus::DeleteFailed)
}

fn no_parent(creation: &Creation<'_>, source: &Source, parent_id: &str) -> Diagnostic {
    error(
        "No such backup",
        format!(
            "There is no backup {parent_id} in the region of the {of}, and {} is to build on it. Write the ID of a complete backup of the same {of}, or leave `parent_id` out for a full backup.",
            creation.shown,
            of = noun(source)
        ),
    )
}

fn of_another(creation: &Creation<'_>, parent: &Backup, source: &Source) -> Diagnostic {
    error(
        &format!("Parent of another {}", noun(source)),
        format!(
            "Backup \"{}\" ({}) is one of {}, and {} is to be one of {}: it can hold only what has changed since a backup of the same {}. Write the ID of a complete one of the same instance, or leave `parent_id` out for a full backup.",
            parent.name,
            parent.id,
            parent.made_of().as_ref().map(shown).unwrap_or_default(),
            creation.shown,
            shown(source),
            noun(source)
        ),
    )
}

fn has_failed(creation: &Creation<'_>, source: &Source, parent: &Backup) -> Diagnostic {
    error(
        "The parent has failed",
        format!(
            "Backup \"{}\" ({}) has the status {} and holds nothing that {} could build on. Write the ID of a complete backup of the same {}, or leave `parent_id` out for a full backup.",
            parent.name,
            parent.id,
            parent.status,
            creation.shown,
            noun(source)
        ),
    )
}

fn error(summary: &str, detail: String) -> Diagnostic {
    Diagnostic::error(summary).detail(detail).attribute("parent_id")
}

/// The complete backups of the instance or the group.
fn complete(all: &[Backup], source: &Source) -> String {
    let fits = |it: &&Backup| it.is_of(source) && it.status == BackupStatus::Completed;
    let lines =
        choices::lines(all.iter().filter(fits).map(|it| format!("{} \"{}\"", it.id, it.name)));
    let of = shown(source);
    if lines.is_empty() {
        return format!("\n\n{} {} has no complete backup.", capital(source), source.id());
    }
    format!("\n\nComplete backups of {of} (ID, name):\n\n{lines}")
}
