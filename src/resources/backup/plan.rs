//! What a plan of a backup says, and refuses, before anything is sent.

use clouddb::{BackupStatus, Client, HaGroup, HaState, Source};
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
use crate::source::{self, Arguments};

/// What is made of a source, for messages.
pub(super) const BACKUP: &str = "backup";
/// The argument that names a group.
pub(super) const GROUP: &str = "source_ha_group_id";

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Backup {
    id: Attr<String>,
    region: Attr<String>,
    instance_id: Attr<String>,
    source_ha_group_id: Attr<String>,
    name: Attr<String>,
    description: Attr<String>,
    parent_id: Attr<String>,
    copy_to: Attr<Vec<Attr<String>>>,
    status: Attr<String>,
}

pub(super) fn validate(config: &Backup, diagnostics: &mut Diagnostics) {
    config.arguments().validate(BACKUP, diagnostics);
    copy_to::validate(&config.copy_to, diagnostics);
}

/// Says before a creation which backups of the same source have the name already, and keeps a backup
/// whose source is lost.
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
    let (None, Attr::Known(source), Some(name), Some(client)) =
        (&change.prior, planned.source(), planned.name.known(), client)
    else {
        return Ok(());
    };
    let listed = client.backups().list_of(&source).await.map(|backups| {
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
    let source = planned.source();
    let there = if let Attr::Known(Source::HaGroup(_)) = source {
        check_group(cx, client, &creation, &source).await?
    } else {
        creation.check_at_rest(cx, client, outlook).await?
    };
    // Its own region is known where it is written, or once its instance has been seen.
    let written = client.filter(|_| config.region.known().is_some());
    copy_to::check(cx, &config.copy_to, there.as_ref().or(written), &creation.shown).await?;
    let client = there;
    if let (Some(client), Some(source), Some(parent_id)) =
        (client, source.known(), planned.parent_id.known())
    {
        parent::check(cx, &client, outlook, &creation, source, parent_id).await?;
    }
    Ok(())
}

/// Refuses a backup of a group that there is not, or that takes none.
async fn check_group(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    creation: &Creation<'_>,
    source: &Attr<Source>,
) -> Result<Option<Client>> {
    let found = creation.check_group(cx, client, source, GROUP).await?;
    let Some((there, group)) = found else { return Ok(None) };
    if group.state.is_broken() || matches!(group.state, HaState::Deleting | HaState::Deleted) {
        creation.refuse(cx, takes_none(creation, &group))?;
    }
    Ok(Some(there))
}

fn takes_none(creation: &Creation<'_>, group: &HaGroup) -> Diagnostic {
    Diagnostic::error("The HA group takes no backup")
        .detail(format!(
            "The state of HA group \"{}\" ({}) is {}, in which the service makes no backup of it, so there can be no {}. Rackspace support may be able to repair it.",
            group.name, group.id, group.state, creation.shown
        ))
        .attribute(GROUP)
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
        parent: Some(planned.source()),
        region: &mut planned.region,

        was_read: id.is_some_and(|id| managed.includes(id)),
    };
    place::plan(cx, it).await
}

impl Backup {
    fn arguments(&self) -> Arguments<'_> {
        let (instance_id, group_id) = (&self.instance_id, &self.source_ha_group_id);
        Arguments { instance_id, group_id, group_argument: GROUP }
    }

    /// What is backed up.
    fn source(&self) -> Attr<Source> {
        self.arguments().source()
    }

    /// The first attribute in which it is another backup than `prior`, of whichever source.
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
        let is_of_same = self.instance_id == prior.instance_id
            && self.source_ha_group_id == prior.source_ha_group_id;
        is_of_same && self.change(prior).is_none()
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

/// Keeps a complete backup that would be replaced although its source is gone, or because this plan
/// makes a new one: it may be the last copy of the data.
async fn keep_last_copy(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<Backup>,
) -> Result<()> {
    let Change { prior: Some(prior), planned, .. } = change else { return Ok(()) };
    let complete =
        prior.status.known().map(String::as_str) == Some(BackupStatus::Completed.as_str());
    let Attr::Known(has) = prior.source() else { return Ok(()) };
    if !complete || planned.is_like(prior) {
        return Ok(());
    }
    let lost = match planned.source() {
        Attr::Known(_) => is_gone(client, &has, prior).await?,
        Attr::Unknown => true,
        Attr::Null => false,
    };
    if !lost {
        return Ok(());
    }
    if let Some(attribute) = planned.change(prior) {
        return Err(never_again(prior, &has, attribute));
    }
    cx.warn(stays(prior, &has));
    planned.instance_id = prior.instance_id.clone();
    planned.source_ha_group_id = prior.source_ha_group_id.clone();
    Ok(())
}

/// Whether the source is in no region of the account. To replace its backup on a guess could cost
/// the last copy, so a look that fails ends the plan.
async fn is_gone(client: Option<&Client>, source: &Source, backup: &Backup) -> Result<bool> {
    // The apply plans once more, and then there is a client.
    let Some(client) = client else { return Ok(false) };
    let is_there = place::is_there(client, source).await.map_err(|error| {
        let shown = shown(backup);
        let of = source::shown(source);
        let doing =
            format!("Unable to replace {shown}: whether its {of} is still there is not known");
        failure::report(doing, &error)
    })?;
    Ok(!is_there)
}

fn never_again(backup: &Backup, source: &Source, attribute: &'static str) -> Diagnostics {
    let (noun, shown) = (source::noun(source), source::shown(source));
    Diagnostic::error(format!("{} cannot be made again", named(backup)))
        .detail(format!(
            "It holds {shown}, which is gone or which this plan replaces, and it may be the last copy of that data. A change of `{attribute}` would delete it, and no other can be made of that {noun}. \
             Undo the change. To have a backup of the new {noun}, declare another one; to go on without this one, run `terraform state rm ADDRESS` for it first, and it stays where it is."
        ))
        .attribute(attribute)
        .into()
}

fn stays(backup: &Backup, source: &Source) -> Diagnostic {
    let id = backup.id.known().map(String::as_str).unwrap_or_default();
    let (noun, shown) = (source::noun(source), source::shown(source));
    let attribute = match source {
        Source::Instance(_) => "instance_id",
        Source::HaGroup(_) => GROUP,
    };
    Diagnostic::warning(format!("{} stays", named(backup))).detail(format!(
        "It holds {shown}, which is gone or which this plan replaces, and it may be the last copy of that data. So it is kept and not replaced by a backup of the new {noun}.\n\n\
         To restore it, create an instance with `restore_from_backup_id = \"{id}\"`. To have a backup of the new {noun}, declare another one, or let Terraform forget this one with `terraform state rm ADDRESS`; `terraform apply -replace=ADDRESS` deletes it."
    )).attribute(attribute)
}

/// A backup, as a summary begins.
fn named(backup: &Backup) -> String {
    shown(backup).replacen('b', "B", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Attr<String> {
        Attr::Known(text.to_owned())
    }

    /// A backup of an instance.
    fn backup() -> Backup {
        Backup {
            id: known("k"),
            region: known("DFW"),
            instance_id: known("i"),
            source_ha_group_id: Attr::Null,
            name: known("nightly"),
            description: Attr::Null,
            parent_id: Attr::Null,
            copy_to: Attr::Null,
            status: known("COMPLETED"),
        }
    }

    #[test]
    fn another_backup_is_named_by_the_first_attribute_in_which_it_is_another() {
        let change = |it: Backup| it.change(&backup());
        let described = Backup { description: known("text"), ..backup() };
        let built_on = Backup { parent_id: known("p"), ..backup() };
        let elsewhere = Backup { region: known("ORD"), ..backup() };

        assert_eq!(change(Backup { name: known("weekly"), ..described.clone() }), Some("name"));
        assert_eq!(change(described), Some("description"));
        assert_eq!(change(built_on), Some("parent_id"));
        assert_eq!(change(elsewhere.clone()), Some("region"));
        let nowhere = Backup { region: Attr::Null, ..backup() };
        assert_eq!(elsewhere.change(&nowhere), None, "a state that does not tell its region");
        for same in [
            backup(),
            Backup { copy_to: Attr::Unknown, status: Attr::Unknown, id: Attr::Unknown, ..backup() },
            Backup { instance_id: known("j"), ..backup() },
        ] {
            assert_eq!(change(same), None);
        }
    }

    #[test]
    fn the_same_backup_is_of_the_same_source() {
        let of_group =
            Backup { instance_id: Attr::Null, source_ha_group_id: known("h"), ..backup() };
        let with_both = Backup { source_ha_group_id: known("h"), ..backup() };

        assert!(backup().is_like(&backup()) && of_group.is_like(&of_group));
        assert!(!Backup { instance_id: known("j"), ..backup() }.is_like(&backup()));
        assert!(!of_group.is_like(&backup()) && !with_both.is_like(&backup()));
        assert!(!Backup { name: known("weekly"), ..backup() }.is_like(&backup()));
    }

    #[test]
    fn a_backup_is_shown_by_its_name_and_its_id() {
        assert_eq!(shown(&backup()), "backup \"nightly\" (k)");
        assert_eq!(shown(&Backup { id: Attr::Unknown, ..backup() }), "backup \"nightly\"");
        assert_eq!(named(&backup()), "Backup \"nightly\" (k)");
    }
}
