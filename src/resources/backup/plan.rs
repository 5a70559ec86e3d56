//! What a plan of a backup says, and refuses, before anything is sent.

use clouddb::{BackupStatus, Client};
use serde::{Deserialize, Serialize};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use super::{copies, parent};
use crate::failure;
use crate::place::{self, Planned};
use crate::resources::copy_to;
use crate::resources::inside::creation::Creation;
use crate::resources::namesake::{self, Managed, Namesake};
use crate::resources::outlook::Outlook;
use crate::resources::ownership::Owned;
use crate::source;

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Backup {
    id: Attr<String>,
    region: Attr<String>,
    instance_id: Attr<String>,
    name: Attr<String>,
    description: Attr<String>,
    parent_id: Attr<String>,
    copy_to: Attr<Vec<Attr<String>>>,
    status: Attr<String>,
}

pub(super) fn validate(config: &Backup, diagnostics: &mut Diagnostics) {
    copy_to::validate(&config.copy_to, diagnostics);
}

/// Says before a creation which backups of the instance have the name already, and keeps a backup
/// whose instance is lost.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    change: &mut Change<Backup>,
    outlook: &Outlook,
    managed: &Managed,
) -> Result<()> {
    if let Some(prior) = &change.prior
        && let Some(id) = prior.id.known()
    {
        outlook.ownership.keeps(cx, &Owned { kind: "Backup", key: id, shown: &shown(prior) })?;
    }
    let _at_work = outlook.ownership.at_work();
    let client = plan_region(cx, change, managed).await?;
    keep_last_copy(cx, client.as_ref(), change).await?;
    check(cx, client.as_ref(), change, outlook, managed).await?;
    let planned = &change.planned;
    let (None, Some(instance_id), Some(name), Some(client)) =
        (&change.prior, planned.instance_id.known(), planned.name.known(), client)
    else {
        return Ok(());
    };
    let listed = client.backups().list_of(instance_id).await.map(|backups| {
        backups.into_iter().filter(|it| it.name == *name).map(Namesake::from).collect()
    });
    namesake::warn(cx, "backup", name, listed, managed);
    Ok(())
}

/// Refuses of a new backup what the API is known to refuse.
async fn check(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &Change<Backup>,
    outlook: &Outlook,
    managed: &Managed,
) -> Result<()> {
    let Change { config, prior, planned } = change;
    if let Some(prior) = prior.as_ref().filter(|prior| planned.is_like(prior)) {
        let (has, wants) = (copy_to::known(&prior.copy_to), copy_to::known(&planned.copy_to));
        if wants.is_some() && wants != has {
            return Err(copies::too_late().into());
        }
        return Ok(());
    }
    let creation = Creation {
        shown: shown(planned),
        instance_id: &planned.instance_id,
        region: &config.region,
        again: planned.name.known().is_some_and(|name| managed.has_name(name)),
    };
    let there = creation.check_instance(cx, client, outlook).await?;
    // Its own region is known where it is written, or once its instance has been seen.
    let written = client.filter(|_| config.region.known().is_some());
    copy_to::check(cx, &config.copy_to, there.as_ref().or(written), &creation.shown).await?;
    let client = there;
    if let (Some(client), Some(parent_id)) = (client, planned.parent_id.known()) {
        parent::check(cx, &client, outlook, &creation, parent_id).await?;
    }
    Ok(())
}

async fn plan_region(
    cx: &PlanContext<Client>,
    change: &mut Change<Backup>,
    managed: &Managed,
) -> Result<Option<Client>> {
    let Change { config, prior, planned } = change;
    let id = prior.as_ref().and_then(|prior| prior.id.known());
    let it = Planned {
        shown: shown(prior.as_ref().unwrap_or(planned)),
        config: &config.region,
        prior: prior.as_ref().map(|prior| &prior.region),
        region: &mut planned.region,
        parent: Some(source::instance(&planned.instance_id)),
        was_read: id.is_some_and(|id| managed.includes(id)),
    };
    place::plan(cx, it).await
}

impl Backup {
    /// The first attribute in which it is another backup than `prior`, of whichever instance.
    fn change(&self, prior: &Self) -> Option<&'static str> {
        let moves = !prior.region.is_null() && self.region != prior.region;
        [
            ("name", self.name != prior.name),
            ("description", self.description != prior.description),
            ("parent_id", self.parent_id != prior.parent_id),
            ("region", moves),
        ]
        .into_iter()
        .find_map(|(attribute, differs)| differs.then_some(attribute))
    }

    /// Whether the same backup is meant.
    fn is_like(&self, prior: &Self) -> bool {
        self.instance_id == prior.instance_id && self.change(prior).is_none()
    }
}

/// A planned backup, for messages.
fn shown(backup: &Backup) -> String {
    let name = backup.name.known().map(String::as_str).unwrap_or_default();
    match backup.id.known() {
        Some(id) => format!("backup \"{name}\" ({id})"),
        None => format!("backup \"{name}\""),
    }
}

/// Keeps a complete backup that would be replaced although its instance is gone, or because this plan
/// makes a new one: it may be the last copy of the data.
async fn keep_last_copy(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<Backup>,
) -> Result<()> {
    let Change { prior: Some(prior), planned, .. } = change else { return Ok(()) };
    let complete =
        prior.status.known().map(String::as_str) == Some(BackupStatus::Completed.as_str());
    let Some(has) = prior.instance_id.known().filter(|_| complete) else { return Ok(()) };
    if planned.is_like(prior) {
        return Ok(());
    }
    let lost = match &planned.instance_id {
        Attr::Known(_) => is_gone(client, has, prior).await?,
        Attr::Unknown => true,
        Attr::Null => false,
    };
    if !lost {
        return Ok(());
    }
    if let Some(attribute) = planned.change(prior) {
        return Err(never_again(prior, has, attribute));
    }
    cx.warn(stays(prior, has));
    planned.instance_id = prior.instance_id.clone();
    Ok(())
}

/// Whether the instance is in no region of the account. To replace its backup on a guess could cost
/// the last copy, so a look that fails ends the plan.
async fn is_gone(client: Option<&Client>, instance_id: &str, backup: &Backup) -> Result<bool> {
    // The apply plans once more, and then there is a client.
    let Some(client) = client else { return Ok(false) };
    let found = place::instance(client, instance_id).await.map_err(|error| {
        let shown = shown(backup);
        let doing = format!(
            "Unable to replace {shown}: whether its instance {instance_id} is still there is not known"
        );
        failure::report(doing, &error)
    })?;
    Ok(found.is_none())
}

fn never_again(backup: &Backup, instance_id: &str, attribute: &'static str) -> Diagnostics {
    Diagnostic::error(format!("{} cannot be made again", named(backup)))
        .detail(format!(
            "It holds instance {instance_id}, which is gone or which this plan replaces, and it may be the last copy of that data. A change of `{attribute}` would delete it, and no other can be made of that instance. \
             Undo the change. To have a backup of the new instance, declare another one; to go on without this one, run `terraform state rm ADDRESS` for it first, and it stays where it is."
        ))
        .attribute(attribute)
        .into()
}

fn stays(backup: &Backup, instance_id: &str) -> Diagnostic {
    let id = backup.id.known().map(String::as_str).unwrap_or_default();
    Diagnostic::warning(format!("{} stays", named(backup))).detail(format!(
        "It holds instance {instance_id}, which is gone or which this plan replaces, and it may be the last copy of that data. So it is kept and not replaced by a backup of the new instance.\n\n\
         To restore it, create an instance with `restore_from_backup_id = \"{id}\"`. To have a backup of the new instance, declare another one, or let Terraform forget this one with `terraform state rm ADDRESS`; `terraform apply -replace=ADDRESS` deletes it."
    )).attribute("instance_id")
}

/// A backup, as a summary begins.
fn named(backup: &Backup) -> String {
    shown(backup).replacen('b', "B", 1)
}
