//! What a plan of an instance says, and refuses, before anything is sent.

use clouddb::{Backup, BackupStatus, Client, Flavor};
use serde::{Deserialize, Serialize};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use super::applied::Applied;
use super::change;
use super::model::NOT_RESTORED;
use crate::place::{self, Planned};
use crate::resources::namesake::{self, Managed, Namesake};
use crate::{failure, flavor};

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    id: Attr<String>,
    region: Attr<String>,
    name: Attr<String>,
    flavor: Attr<String>,
    flavor_id: Attr<String>,
    flavor_ram: Attr<u64>,
    volume_size: Attr<u64>,
    datastore: Attr<Datastore>,
    configuration_id: Attr<String>,
    replica_of: Attr<String>,
    restore_from_backup_id: Attr<String>,
    status: Attr<String>,
    updated: Attr<String>,
}

impl Instance {
    /// The ID of an instance that exists.
    pub(super) fn known_id(&self) -> Option<&str> {
        self.id.known().map(String::as_str)
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Datastore {
    r#type: Attr<String>,
    version: Attr<String>,
}

pub(super) fn validate(config: &Instance, diagnostics: &mut Diagnostics) {
    if config.replica_of.is_known() && config.restore_from_backup_id.is_known() {
        diagnostics.push(
            Diagnostic::error("A replica cannot be restored from a backup")
                .detail("`replica_of` and `restore_from_backup_id` both say where the data comes from. Keep one of them.")
                .attribute("restore_from_backup_id"),
        );
    }
    if let Attr::Known(Datastore { r#type: Attr::Null, version: Attr::Known(version) }) =
        &config.datastore
    {
        diagnostics.push(
            Diagnostic::error("A datastore version without its type")
                .detail(format!(
                    "Version \"{version}\" may be one of MySQL, MariaDB or Percona. Set `type` as well."
                ))
                .attribute("datastore"),
        );
    }
}

/// Returns the client for the region of the instance, if that is known.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    change: &mut Change<Instance>,
) -> Result<Option<Client>> {
    let client = plan_region(cx, change).await?;
    resolve_flavor(cx, client.as_ref(), change).await?;
    keep_datastore_spelling(change);
    let replaces = replaces(change);
    if !replaces {
        never_shrink(cx, change)?;
    }
    restore_only_at_creation(cx, client.as_ref(), change, replaces).await?;
    if let Some(prior) = &change.prior {
        if change.planned.replica_of != prior.replica_of && !change.planned.replica_of.is_null() {
            cx.requires_replace("replica_of");
        }
        let unmoved = change.planned.name == prior.name
            && change.planned.flavor == prior.flavor
            && change.planned.volume_size == prior.volume_size
            && change.planned.configuration_id == prior.configuration_id
            && change.planned.replica_of == prior.replica_of;
        if cx.private(change::RESTART_PENDING) == Some(true) {
            cx.warn(restart_pending(prior));
            // What will become of the status is not known, and that makes it a change.
            change.planned.status = Attr::Unknown;
            change.planned.updated = Attr::Unknown;
        } else if unmoved {
            change.planned.status = prior.status.clone();
            change.planned.updated = prior.updated.clone();
        }
    }
    Ok(client)
}

async fn plan_region(
    cx: &PlanContext<Client>,
    change: &mut Change<Instance>,
) -> Result<Option<Client>> {
    let known = |text: &Attr<String>| text.known().cloned();
    let name = known(&change.planned.name).unwrap_or_default();
    let shown = match change.prior.as_ref().and_then(|prior| known(&prior.id)) {
        Some(id) => format!("instance \"{name}\" ({id})"),
        None => format!("instance \"{name}\""),
    };
    let planned = Planned {
        shown,
        config: &change.config.region,
        prior: change.prior.as_ref().map(|prior| &prior.region),
        region: &mut change.planned.region,
        instance_id: None,
        was_read: false,
    };
    place::plan(cx, planned).await
}

fn restart_pending(prior: &Instance) -> Diagnostic {
    let known = |text: &Attr<String>| text.known().cloned().unwrap_or_default();
    Diagnostic::warning("The instance will be restarted")
        .detail(format!(
            "The configuration group of instance \"{}\" ({}) has changed, and an earlier apply ended before the restart that puts the change into force. This apply restarts the database server.",
            known(&prior.name),
            known(&prior.id)
        ))
        .attribute("configuration_id")
}

/// Says before a creation what has the name already.
pub(super) async fn warn_of_namesakes(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &Change<Instance>,
    managed: &Managed,
) -> Result<()> {
    let (None, Some(name)) = (&change.prior, change.planned.name.known()) else { return Ok(()) };
    let Some(client) = client else { return Ok(()) };
    let instances = client.instances().list().await.map_err(|error| {
        failure::report(format!("Unable to look for instances named \"{name}\""), &error)
    })?;
    let namesakes: Vec<Namesake> = instances
        .into_iter()
        .filter(|it| it.name == *name && !managed.includes(&it.id))
        .map(|it| Namesake { id: it.id, status: it.status.to_string(), created: it.created })
        .collect();
    if let Some(warning) = namesake::warning("database instance", name, &namesakes) {
        cx.warn(warning);
    }
    Ok(())
}

/// Whether the change makes another instance, which may have any size.
pub(super) fn replaces(change: &Change<Instance>) -> bool {
    let Some(prior) = &change.prior else { return false };
    let planned = &change.planned;
    let source = planned.replica_of != prior.replica_of && !planned.replica_of.is_null();
    let region = !change.config.region.is_null()
        && !prior.region.is_null()
        && planned.region != prior.region;
    source || region || changes_datastore(change, prior)
}

fn changes_datastore(change: &Change<Instance>, prior: &Instance) -> bool {
    let Attr::Known(wanted) = &change.config.datastore else {
        return change.config.datastore.is_unknown();
    };
    let (Attr::Known(planned), Attr::Known(has)) = (&change.planned.datastore, &prior.datastore)
    else {
        return false;
    };
    (!wanted.r#type.is_null() && planned.r#type != has.r#type)
        || (!wanted.version.is_null() && planned.version != has.version)
}

/// A volume never shrinks. Who asks for that is refused; but a volume that grew outside Terraform
/// stays as it is, because an error of the plan would forbid to destroy it too.
fn never_shrink(cx: &PlanContext<Client>, change: &mut Change<Instance>) -> Result<()> {
    let Some(prior) = &change.prior else { return Ok(()) };
    let (Some(has), Some(wants)) = (prior.volume_size.known(), change.planned.volume_size.known())
    else {
        return Ok(());
    };
    if wants >= has {
        return Ok(());
    }
    let name = prior.name.known().map_or("", String::as_str);
    if Applied::planning(cx).is_some_and(|applied| applied.volume_size <= *wants) {
        cx.warn(
            Diagnostic::warning("The volume has grown outside Terraform")
                .detail(format!(
                    "The volume of instance \"{name}\" has {has} GB and the configuration asks for {wants} GB. The service can only enlarge a volume, so it stays as it is. Write `volume_size = {has}` to say so."
                ))
                .attribute("volume_size"),
        );
        change.planned.volume_size = Attr::Known(*has);
        return Ok(());
    }
    Err(Diagnostic::error("A volume cannot become smaller")
        .detail(format!(
            "The volume of instance \"{name}\" has {has} GB and the configuration asks for {wants} GB. The service can only enlarge a volume. Write `volume_size = {has}` or more; nothing was changed. For a smaller volume create another instance and move the data."
        ))
        .attribute("volume_size")
        .into())
}

/// Finds out which flavor is meant. The same flavor in another spelling is no change.
async fn resolve_flavor(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<Instance>,
) -> Result<()> {
    let Attr::Known(wanted) = change.config.flavor.clone() else { return Ok(()) };
    if let Some(prior) = &change.prior
        && prior.flavor.known() == Some(&wanted)
    {
        change.planned.flavor_id = prior.flavor_id.clone();
        change.planned.flavor_ram = prior.flavor_ram;
        return Ok(());
    }
    let Some(client) = client else { return Ok(()) };
    let has = change.prior.as_ref().and_then(|prior| prior.flavor_id.known()).cloned();
    let (flavors, meant);
    let found = match client.flavors().list().await {
        Ok(list) => {
            flavors = list;
            meant = flavor::find(&flavors, &wanted, has.as_deref());
            meant.as_ref().ok_or_else(|| unknown_flavor(&wanted, &flavors))
        }
        Err(error) => {
            Err(failure::report(format!("Unable to look up flavor \"{wanted}\""), &error))
        }
    };
    let meant = match (found, &change.prior) {
        (Ok(meant), _) => meant,
        // The configuration is the one of the last apply: the instance was resized outside.
        (Err(refusal), Some(prior))
            if Applied::planning(cx).is_some_and(|applied| applied.flavor == wanted) =>
        {
            refusal.into_iter().for_each(|it| cx.warn(stays(&it)));
            change.planned.flavor = prior.flavor.clone();
            change.planned.flavor_id = prior.flavor_id.clone();
            change.planned.flavor_ram = prior.flavor_ram;
            return Ok(());
        }
        (Err(refusal), _) => return Err(refusal),
    };
    if let Some(doubt) = flavor::doubt(&wanted, meant) {
        cx.warn(Diagnostic::warning("Several flavors fit").detail(doubt).attribute("flavor"));
    }
    let found = meant.flavor;
    change.planned.flavor_id = Attr::Known(found.id.clone());
    change.planned.flavor_ram = Attr::Known(found.ram);
    if let Some(prior) = &change.prior
        && prior.flavor_id.known() == Some(&found.id)
    {
        change.planned.flavor = prior.flavor.clone();
        change.planned.flavor_id = prior.flavor_id.clone();
        change.planned.flavor_ram = prior.flavor_ram;
    }
    Ok(())
}

fn unknown_flavor(wanted: &str, flavors: &[Flavor]) -> Diagnostics {
    Diagnostic::error("Unknown flavor")
        .detail(format!(
            "No flavor has the ID, the name or the RAM \"{wanted}\". These exist (ID, name, RAM):\n\n{}",
            flavor::choices(flavors)
        ))
        .attribute("flavor")
        .into()
}

/// A refusal of what the last apply has made and somebody has changed since.
fn stays(refusal: &Diagnostic) -> Diagnostic {
    softened(refusal, "The instance was resized outside Terraform and keeps its flavor.")
}

/// A refusal of what is to be made again in place of a tainted object.
pub(super) fn not_again(refusal: &Diagnostic) -> Diagnostic {
    softened(
        refusal,
        "There is an instance of this name in the state. If it is to be replaced, correct this before you apply: the old instance is deleted first, and the new one cannot be made like this. If it is to be destroyed, nothing is wrong.",
    )
}

/// The same as a warning, with what it means.
fn softened(refusal: &Diagnostic, meaning: &str) -> Diagnostic {
    let detail = format!("{}\n\n{meaning}", refusal.detail_text());
    let warning = Diagnostic::warning(refusal.summary()).detail(detail);
    match refusal.path() {
        Some(path) => warning.at(path.clone()),
        None => warning,
    }
}

/// Whether an instance of the planned name is in the state, as far as this process has read it.
pub(super) fn is_known(change: &Change<Instance>, managed: &Managed) -> bool {
    change.config.name.known().is_some_and(|name| managed.has_name(name))
}

/// `MySQL` after `mysql` is no change, and above all no replacement.
fn keep_datastore_spelling(change: &mut Change<Instance>) {
    let Some(Attr::Known(prior)) = change.prior.as_ref().map(|prior| &prior.datastore) else {
        return;
    };
    let Attr::Known(planned) = &mut change.planned.datastore else { return };
    if let (Some(has), Some(wants)) = (prior.r#type.known(), planned.r#type.known())
        && has.eq_ignore_ascii_case(wants)
    {
        planned.r#type = prior.r#type.clone();
    }
}

/// A backup fills a new instance; later the attribute is only a memory of that, and of an instance
/// that was made without one it is empty.
async fn restore_only_at_creation(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<Instance>,
    replaces: bool,
) -> Result<()> {
    let planned = &mut change.planned.restore_from_backup_id;
    let wanted = &change.config.restore_from_backup_id;
    let new = match &change.prior {
        None => {
            if wanted.is_null() {
                *planned = Attr::Known(NOT_RESTORED.to_owned());
            }
            true
        }
        Some(prior) => {
            let has = &prior.restore_from_backup_id;
            // Terraform does not let a plan keep a null; a refresh puts a value in its place.
            if wanted.is_null() || !has.is_null() {
                *planned = has.clone();
            }
            if !wanted.is_null() && wanted != has && !replaces {
                cx.warn(
                    Diagnostic::warning("A backup is restored only at creation")
                        .detail("`restore_from_backup_id` has changed, and the instance exists already: it keeps its data. To restore another backup, declare another instance.")
                        .attribute("restore_from_backup_id"),
                );
            }
            replaces
        }
    };
    if let (true, Attr::Known(id), Some(client)) = (new, wanted, client) {
        check_backup(client, id, change.config.volume_size.known().copied()).await?;
    }
    Ok(())
}

/// Refuses a backup that the API would refuse in the middle of the apply.
async fn check_backup(client: &Client, id: &str, volume_size: Option<u64>) -> Result<()> {
    let backup = client.backups().get(id).await.map_err(|error| {
        failure::report_at(format!("Unable to read backup {id}"), &error, "restore_from_backup_id")
    })?;
    let Some(backup) = backup else {
        return Err(Diagnostic::error("Unknown backup")
            .detail(format!(
                "There is no backup with the ID {id} in this account and region. The data source rackspace_db_backups lists those that exist."
            ))
            .attribute("restore_from_backup_id")
            .into());
    };
    if backup.status == BackupStatus::Failed {
        return Err(Diagnostic::error("The backup has failed")
            .detail(format!(
                "Backup \"{}\" ({id}) has the status FAILED and cannot be restored. Choose another.",
                backup.name
            ))
            .attribute("restore_from_backup_id")
            .into());
    }
    match (backup.size, volume_size) {
        (Some(needs), Some(gives)) if needs > gb(gives) => Err(too_small(&backup, needs, gives)),
        _ => Ok(()),
    }
}

fn too_small(backup: &Backup, needs: f64, gives: u64) -> Diagnostics {
    Diagnostic::error("The volume is too small for the backup")
        .detail(format!(
            "Backup \"{}\" holds {needs} GB and the volume of the new instance has {gives} GB. Write `volume_size = {}` or more.",
            backup.name,
            needs.ceil()
        ))
        .attribute("volume_size")
        .into()
}

/// Whole gigabytes as the API's backup sizes count them; a volume has far fewer than 2^53 of them.
fn gb(size: u64) -> f64 {
    u32::try_from(size).map_or(f64::INFINITY, f64::from)
}
