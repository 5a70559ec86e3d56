//! What a plan of a copy says, and refuses, before anything is sent.

use clouddb::{BackupStatus, Client};
use serde::{Deserialize, Serialize};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use crate::backup::{copying, look};
use crate::failure;
use crate::place::{self, Found, Planned};
use crate::resources::namesake::{self, Managed, Namesake};
use crate::resources::outlook::Outlook;
use crate::resources::ownership::Owned;
use crate::resources::patience::looking;

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Copy {
    id: Attr<String>,
    backup_id: Attr<String>,
    source_region: Attr<String>,
    region: Attr<String>,
    name: Attr<String>,
    description: Attr<String>,
    status: Attr<String>,
}

/// Refuses London, and one region for both, whatever the catalog says.
pub(super) fn validate(config: &Copy, diagnostics: &mut Diagnostics) {
    let regions = [(&config.source_region, "source_region"), (&config.region, "region")];
    let apart = |region: &Attr<String>| region.known().is_some_and(|it| copying::is_apart(it));
    if let Some((_, argument)) = regions.into_iter().find(|(region, _)| apart(region)) {
        diagnostics.push(copying::apart(argument));
        return;
    }
    if let Some((from, to)) = config.source_region.known().zip(config.region.known())
        && from.eq_ignore_ascii_case(to)
    {
        diagnostics.push(
            Diagnostic::error("A copy in the region of the backup")
                .detail(format!(
                    "`source_region` and `region` are both {to}, and a copy is a backup in another region. Give another `region`."
                ))
                .attribute("region"),
        );
    }
}

pub(super) async fn plan(
    cx: &PlanContext<Client>,
    change: &mut Change<Copy>,
    outlook: &Outlook,
    managed: &Managed,
) -> Result<()> {
    if let Some(prior) = &change.prior
        && let Some(id) = prior.id.known()
    {
        outlook.ownership.keeps(cx, &Owned { kind: "Backup", key: id, shown: &shown(prior) })?;
    }
    let _at_work = outlook.ownership.at_work();
    // What an import did not know is taken over.
    if change.prior.as_ref().is_some_and(|prior| !prior.backup_id.is_null()) {
        cx.requires_replace("backup_id");
    }
    let client = plan_region(cx, change, managed).await?;
    if let Change { config, prior: Some(prior), planned } = change
        && config.description.is_null()
    {
        // Of a copy that exists it is known that it has none.
        planned.description.clone_from(&prior.description);
    }
    if change.prior.is_some() {
        return keep_last_copy(cx, change, outlook).await;
    }
    let original = check(cx, change, outlook, managed).await?;
    let planned = &change.planned;
    let name = planned.name.known().or(original.as_ref().map(|it| &it.name));
    let (Some(name), Some(client)) = (name, client) else { return Ok(()) };
    let of = original.as_ref().and_then(|it| it.instance_id.as_ref());
    let listed = client.backups().list().await.map(|backups| {
        let same = |it: &clouddb::Backup| {
            it.name == *name && of.is_none_or(|of| it.instance_id.as_ref() == Some(of))
        };
        backups.into_iter().filter(same).map(Namesake::from).collect()
    });
    namesake::warn(cx, "backup", name, listed, managed);
    Ok(())
}

async fn plan_region(
    cx: &PlanContext<Client>,
    change: &mut Change<Copy>,
    managed: &Managed,
) -> Result<Option<Client>> {
    let Change { config, prior, planned } = change;
    let id = prior.as_ref().and_then(|prior| prior.id.known());
    let it = Planned {
        shown: shown(prior.as_ref().unwrap_or(planned)),
        config: &config.region,
        prior: prior.as_ref().map(|prior| &prior.region),
        region: &mut planned.region,
        parent: None,
        was_read: id.is_some_and(|id| managed.includes(id)),
    };
    place::plan(cx, it).await
}

/// Refuses a copy that the service cannot make. The backup that is to be copied, if it is there by now.
async fn check(
    cx: &PlanContext<Client>,
    change: &Change<Copy>,
    outlook: &Outlook,
    managed: &Managed,
) -> Result<Option<clouddb::Backup>> {
    let Change { config, planned, .. } = change;
    let id = match &config.backup_id {
        Attr::Null => return Err(no_backup().into()),
        Attr::Unknown => return Ok(None),
        Attr::Known(id) => id,
    };
    let Some(own) = place::planning_api(cx) else { return Ok(None) };
    let doing = format!("Unable to plan {}", shown(planned));
    let asked = config.source_region.known();
    let start = match asked {
        Some(region) => place::beyond(&own, &doing, region, "source_region").await?,
        None => own,
    };
    // A look that fails says nothing: the apply finds out.
    let Ok(found) = place::anywhere(&looking(cx, &start), look(id)).await else { return Ok(None) };
    if outlook.destroys_backup(id) {
        return Ok(None);
    }
    let again = planned.name.known().is_some_and(|name| managed.has_name(name));
    let Some(Found { it: backup, region, .. }) = found else {
        namesake::refuse(cx, again, no_such_backup(id, &start).await)?;
        return Ok(None);
    };
    let region = region.unwrap_or_default();
    if let Some(asked) = asked.filter(|asked| !asked.eq_ignore_ascii_case(&region)) {
        let said = copying::elsewhere("The backup is in another region", id, asked, &region);
        return Err(said.into());
    }
    let to = planned.region.known();
    if to.is_some_and(|to| to.eq_ignore_ascii_case(&region)) {
        let said = copying::same("A copy in the region of the backup", id, &region, "region");
        return Err(said.into());
    }
    if copying::is_apart(&region) {
        return Err(copying::apart("backup_id").into());
    }
    if to.is_some_and(|to| copying::is_apart(to)) {
        return Err(copying::apart("region").into());
    }
    if matches!(backup.status, BackupStatus::Failed | BackupStatus::DeleteFailed) {
        let said = Diagnostic::error("The backup has failed").detail(format!(
            "Backup \"{}\" ({id}) has the status {} and cannot be copied. Write the ID of a complete one.",
            backup.name, backup.status
        ));
        namesake::refuse(cx, again, said.attribute("backup_id"))?;
    }
    Ok(Some(backup))
}

/// A new copy of nothing.
pub(super) fn no_backup() -> Diagnostic {
    Diagnostic::error("No backup to copy")
        .detail("A new copy needs `backup_id`, the ID of the backup to copy. Only a copy that was imported can be without.")
        .attribute("backup_id")
}

async fn no_such_backup(id: &str, client: &Client) -> Diagnostic {
    Diagnostic::error("No such backup")
        .detail(format!(
            "There is no backup with the ID \"{id}\" {}. The data source rackspace_db_backups lists those that exist in a region.",
            place::searched_by(client).await
        ))
        .attribute("backup_id")
}

/// Keeps a complete copy that would be replaced although its original is gone: it may be the last copy of
/// the data, and no other can be made.
async fn keep_last_copy(
    cx: &PlanContext<Client>,
    change: &mut Change<Copy>,
    outlook: &Outlook,
) -> Result<()> {
    let Change { config, prior: Some(prior), planned } = change else { return Ok(()) };
    let complete =
        prior.status.known().map(String::as_str) == Some(BackupStatus::Completed.as_str());
    let Some(of) = prior.backup_id.known().filter(|_| complete) else { return Ok(()) };
    let of_another = planned.backup_id != prior.backup_id;
    let changed = planned.change(config, prior);
    if !of_another && changed.is_none() || outlook.destroys_backup(of) {
        return Ok(());
    }
    // The apply plans once more, and then there is a client.
    let Some(client) = place::planning_api(cx) else { return Ok(()) };
    let found = place::anywhere(&client, look(of)).await.map_err(|error| {
        let doing = format!(
            "Unable to replace {}: whether its original {of} is still there is not known",
            shown(prior)
        );
        failure::report(doing, &error)
    })?;
    if found.is_some() {
        return Ok(());
    }
    if let Some(attribute) = changed {
        return Err(never_again(prior, of, attribute).into());
    }
    cx.warn(stays(prior, of));
    planned.backup_id = prior.backup_id.clone();
    Ok(())
}

impl Copy {
    /// The first attribute in which it is another copy than `prior`, of whichever backup. What the
    /// configuration leaves out stays as it is.
    fn change(&self, config: &Self, prior: &Self) -> Option<&'static str> {
        let moves = !prior.region.is_null() && self.region != prior.region;
        let differs = |wants: &Attr<String>, has| !wants.is_null() && wants != has;
        [
            ("name", differs(&config.name, &prior.name)),
            ("description", differs(&config.description, &prior.description)),
            ("region", moves),
        ]
        .into_iter()
        .find_map(|(attribute, differs)| differs.then_some(attribute))
    }
}

fn never_again(copy: &Copy, of: &str, attribute: &'static str) -> Diagnostic {
    Diagnostic::error(format!("{} cannot be made again", named(copy)))
        .detail(format!(
            "Backup {of}, of which it is a copy, is gone, and this may be the last copy of that data. A change of `{attribute}` would delete it, and no other can be made. \
             Undo the change. To have a copy of another backup, declare another one; to go on without this one, run `terraform state rm ADDRESS` for it first, and it stays where it is."
        ))
        .attribute(attribute)
}

fn stays(copy: &Copy, of: &str) -> Diagnostic {
    Diagnostic::warning(format!("{} stays", named(copy))).detail(format!(
        "Backup {of}, of which it is a copy, is gone, and this may be the last copy of that data. So it is kept and not replaced by a copy of another backup.\n\n\
         To have that too, declare another copy, or let Terraform forget this one with `terraform state rm ADDRESS`; `terraform apply -replace=ADDRESS` deletes it."
    )).attribute("backup_id")
}

/// A planned copy, for messages.
fn shown(copy: &Copy) -> String {
    let name = copy.name.known().map(|name| format!(" \"{name}\"")).unwrap_or_default();
    match (copy.id.known(), copy.backup_id.known()) {
        (Some(id), _) => format!("copy{name} ({id})"),
        (None, Some(of)) => format!("the copy{name} of backup {of}"),
        (None, None) => format!("the copy{name} of a backup"),
    }
}

/// A copy that exists, as a summary begins.
fn named(copy: &Copy) -> String {
    shown(copy).replacen('c', "C", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(region: &str, name: &str, description: &str) -> Copy {
        let known = |text: &str| Attr::Known(text.to_owned());
        Copy {
            id: known("c"),
            backup_id: known("b"),
            source_region: known("DFW"),
            region: known(region),
            name: known(name),
            description: known(description),
            status: known("COMPLETED"),
        }
    }

    #[test]
    fn a_copy_changes_in_what_is_configured_and_differs() {
        let prior = copy("ORD", "nightly", "kept");
        let change = |it: &Copy| it.change(it, &prior);

        assert_eq!(change(&copy("ORD", "nightly", "kept")), None);
        assert_eq!(change(&copy("ORD", "weekly", "kept")), Some("name"));
        assert_eq!(change(&copy("ORD", "nightly", "other")), Some("description"));
        assert_eq!(change(&copy("IAD", "nightly", "kept")), Some("region"));

        let open = Copy { name: Attr::Null, description: Attr::Null, ..prior.clone() };
        assert_eq!(copy("ORD", "other", "other").change(&open, &prior), None);
        let nowhere = Copy { region: Attr::Null, ..prior.clone() };
        assert_eq!(copy("IAD", "nightly", "kept").change(&prior, &nowhere), None);
    }
}
