//! What goes when a backup goes: the incremental backups that build on it, and perhaps the last copy
//! of the data of an instance or an HA group.

use std::collections::BTreeSet;

use clouddb::{BackupStatus, Client, Error, Listing, Source, Unreadable};
use tfplug::{Context, Diagnostic, PlanContext, Result};

use crate::backup::Backup;
use crate::resources::outlook::Outlook;
use crate::{failure, place, source};

/// From the plan: the IDs of the backups that were said to go with the one that is destroyed, and of
/// those that may.
const TOLD: &str = "told";

/// Says in a plan that destroys or replaces a backup what goes with it.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    outlook: &Outlook,
    backup: &Backup,
) -> Result<()> {
    let id = backup.id()?;
    let source = backup.made_of();
    outlook.destroy_backup(source.as_ref().map(Source::id).unwrap_or_default(), id);
    let Some(client) = client else { return Ok(()) };
    let all = match client.backups().list().await {
        Ok(all) => all,
        Err(error) => {
            cx.warn(unable(backup, &error));
            // Nothing was told, so what the apply finds has to stop it.
            cx.hand_over(TOLD, &BTreeSet::<&str>::new());
            return Ok(());
        }
    };
    if let Some(odd) = all.unreadable.first() {
        cx.warn(unable(backup, &odd.error));
    }
    let along = descendants(&all, id);
    let told = along.iter().map(|it| it.id.as_str()).chain(all.unreadable.iter().map(key));
    cx.hand_over(TOLD, &told.collect::<Vec<_>>());
    let along: Vec<_> = along.into_iter().filter(|it| !outlook.destroys_backup(&it.id)).collect();
    if !along.is_empty() {
        cx.warn(go_along(backup, &along, |id| outlook.has_read(id)));
    }
    let complete = backup.status.as_deref() == Some(BackupStatus::Completed.as_str());
    let Some(source) = source.filter(|_| complete) else { return Ok(()) };
    if is_without_backup(&all, &source, &outlook.destroyed_backups(source.id()))
        && !is_there(client, outlook, &source).await
        && !is_kept_elsewhere(client, outlook, &source).await
    {
        cx.warn(last_of(&source, &[id]));
    }
    Ok(())
}

/// Says in a plan that destroys or replaces an instance or an HA group that its last backups go too.
pub(crate) async fn plan_with_source(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    outlook: &Outlook,
    source: &Source,
) {
    let destroyed = outlook.destroyed_backups(source.id());
    let Some(client) = client.filter(|_| !destroyed.is_empty()) else { return };
    // The plan of each of those backups has said so if they cannot be listed.
    let Ok(all) = client.backups().list().await else { return };
    let complete: Vec<&str> = all
        .iter()
        .filter(|it| it.status == BackupStatus::Completed && destroyed.contains(&it.id))
        .map(|it| it.id.as_str())
        .collect();
    if !complete.is_empty()
        && is_without_backup(&all, source, &destroyed)
        && !is_kept_elsewhere(client, outlook, source).await
    {
        cx.warn(last_of(source, &complete));
    }
}

/// Looks again before the deletion. A backup that builds on this one since the plan stops it; where
/// there was no plan of it, as for a tainted backup, it is said what goes along.
pub(super) async fn check(cx: &Context<Client>, api: &Client, backup: &Backup) -> Result<()> {
    let id = backup.id()?;
    let told: Option<BTreeSet<String>> = cx.handed_over(TOLD);
    let all = api.backups().list().await.and_then(|all| match untold(&all, told.as_ref()) {
        Some(odd) => Err(odd.error.clone()),
        None => Ok(all),
    });
    let all = match (all, &told) {
        (Ok(all), _) => all,
        (Err(error), None) => {
            cx.warn(unable(backup, &error));
            return Ok(());
        }
        (Err(error), Some(_)) => {
            let doing = format!(
                "Unable to look for backups that build on \"{}\" ({id}), so it was not deleted",
                backup.name()
            );
            return Err(failure::report(doing, &error));
        }
    };
    let new: Vec<_> = descendants(&all, id)
        .into_iter()
        .filter(|it| !told.as_ref().is_some_and(|told| told.contains(&it.id)))
        .collect();
    match (new.is_empty(), told) {
        (true, _) => Ok(()),
        (false, None) => {
            cx.warn(go_along(backup, &new, |_| false));
            Ok(())
        }
        (false, Some(_)) => Err(Diagnostic::error(format!(
            "Backup \"{}\" ({id}) was not deleted",
            backup.name()
        ))
        .detail(format!(
            "Backups build on it that the plan did not show, and they would go with it:\n\n{}\n\n\
             Run `terraform plan` again: it lists them. Delete them first, or keep this backup.",
            shown(&new, |_| false)
        ))
        .into()),
    }
}

/// What cannot be read, and so may build on any backup, and was not there when the plan warned of that.
fn untold<'a>(
    all: &'a Listing<clouddb::Backup>,
    told: Option<&BTreeSet<String>>,
) -> Option<&'a Unreadable> {
    all.unreadable.iter().find(|odd| !told.is_some_and(|told| told.contains(key(odd))))
}

/// The ID; for all that have none the same.
fn key(odd: &Unreadable) -> &str {
    odd.key.as_deref().unwrap_or_default()
}

/// The backups that build on this one, and those that build on these.
fn descendants<'a>(all: &'a [clouddb::Backup], id: &str) -> Vec<&'a clouddb::Backup> {
    let mut found: Vec<&clouddb::Backup> = Vec::new();
    let mut parents = vec![id];
    while let Some(parent) = parents.pop() {
        for child in all.iter().filter(|it| it.parent_id.as_deref() == Some(parent)) {
            // Whatever the API says, nothing is listed twice.
            if child.id != id && !found.iter().any(|it| it.id == child.id) {
                found.push(child);
                parents.push(&child.id);
            }
        }
    }
    found
}

/// Whether it has no complete backup beside those that are destroyed.
fn is_without_backup(
    all: &[clouddb::Backup],
    source: &Source,
    destroyed: &BTreeSet<String>,
) -> bool {
    !all.iter().any(|it| {
        it.is_of(source)
            && it.status == BackupStatus::Completed
            && !destroyed.contains(&it.id)
            // It goes with the one that it builds on.
            && !it.parent_id.as_ref().is_some_and(|parent| destroyed.contains(parent))
    })
}

/// Whether it exists and the plan keeps it, as far as that is known.
async fn is_there(client: &Client, outlook: &Outlook, source: &Source) -> bool {
    if outlook.destroys(source) {
        return false;
    }
    // That of a copy is in another region.
    !matches!(place::is_there(client, source).await, Ok(false))
}

/// Whether another region has a complete copy of one of its backups, which the plan keeps, as far as that
/// is known.
async fn is_kept_elsewhere(client: &Client, outlook: &Outlook, source: &Source) -> bool {
    let destroyed = outlook.destroyed_backups(source.id());
    let Ok(others) = client.elsewhere().await else { return false };
    for there in others {
        if let Ok(all) = there.backups().list().await
            && !is_without_backup(&all, source, &destroyed)
        {
            return true;
        }
    }
    false
}

fn go_along(
    backup: &Backup,
    along: &[&clouddb::Backup],
    is_managed: impl Fn(&str) -> bool,
) -> Diagnostic {
    Diagnostic::warning(format!("Other backups go with backup \"{}\"", backup.name())).detail(
        format!(
            "Deleting {} also deletes the incremental backups that build on it:\n\n{}",
            backup.id.as_deref().unwrap_or_default(),
            shown(along, is_managed)
        ),
    )
}

fn shown(backups: &[&clouddb::Backup], is_managed: impl Fn(&str) -> bool) -> String {
    let lines: Vec<String> = backups
        .iter()
        .map(|it| {
            let here = if is_managed(&it.id) { ", managed here" } else { "" };
            format!("  {} (\"{}\", {}{here})", it.id, it.name, it.status)
        })
        .collect();
    lines.join("\n")
}

fn last_of(source: &Source, ids: &[&str]) -> Diagnostic {
    let (noun, shown) = (source::noun(source), source::shown(source));
    Diagnostic::warning(format!("The last backup of {shown} is destroyed")).detail(
        format!(
            "The {noun} is gone, or this plan destroys it, and after this plan no complete backup of it is left: its data is lost for good. Destroyed: {}. \
             To keep a backup, run `terraform state rm ADDRESS` for it first; an instance with `restore_from_backup_id` restores it.",
            ids.join(", ")
        ),
    )
}

fn unable(backup: &Backup, error: &Error) -> Diagnostic {
    let why = std::error::Error::source(error).map(|why| format!(": {why}")).unwrap_or_default();
    Diagnostic::warning(format!("Unable to look for what goes with backup \"{}\"", backup.name()))
        .detail(format!(
            "The backups could not all be listed: {error}{why}. Deleting a backup also deletes the incremental backups that build on it."
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup(id: &str, parent: Option<&str>) -> clouddb::Backup {
        let json = serde_json::json!({ "id": id, "name": id, "status": "COMPLETED",
            "instance_id": "i", "parent_id": parent });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn grandchildren_go_too_and_a_circle_ends() {
        let all = [
            backup("a", Some("c")),
            backup("b", Some("a")),
            backup("c", Some("b")),
            backup("other", None),
        ];

        let ids: Vec<&str> = descendants(&all, "a").iter().map(|it| it.id.as_str()).collect();

        assert_eq!(ids, ["b", "c"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_unless_the_plan_has_told_of_it() {
        let odd = |key: Option<&str>| Unreadable {
            key: key.map(str::to_owned),
            error: clouddb::Error::Invalid("no status".to_owned()),
        };
        let unreadable = vec![odd(Some("a")), odd(None)];
        let all = Listing { items: Vec::<clouddb::Backup>::new(), unreadable };
        let found = |told: &[&str]| {
            let told = told.iter().map(|it| (*it).to_owned()).collect();
            untold(&all, Some(&told)).map(key)
        };

        assert_eq!(untold(&all, None).map(key), Some("a"));
        assert_eq!(found(&["b"]), Some("a"));
        assert_eq!(found(&["a"]), Some(""), "one without an ID");
        assert_eq!(found(&["a", ""]), None);
    }

    #[test]
    fn a_backup_that_builds_on_a_destroyed_one_is_no_other_copy() {
        let all = [backup("a", None), backup("b", Some("a")), backup("c", None)];
        let without = |destroyed: &[&str]| {
            let destroyed = destroyed.iter().map(|it| (*it).to_owned()).collect();
            is_without_backup(&all, &Source::Instance("i".to_owned()), &destroyed)
        };

        assert!(!without(&["a"]), "c is left");
        assert!(without(&["a", "c"]));
        assert!(without(&["a", "b", "c"]));
    }

    #[test]
    fn only_a_complete_backup_of_the_same_source_is_another_copy() {
        let source = Source::Instance("i".to_owned());
        let without = |of: &str, status: &str| {
            let it = serde_json::json!({ "id": "a", "name": "a", "status": status,
                "instance_id": of });
            is_without_backup(&[serde_json::from_value(it).unwrap()], &source, &BTreeSet::new())
        };

        assert!(!without("i", "COMPLETED"));
        assert!(without("i", "BUILDING") && without("j", "COMPLETED") && without("j", "FAILED"));
    }
}
