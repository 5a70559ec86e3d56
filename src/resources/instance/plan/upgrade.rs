//! `upgrade_of`: the instance that a new one upgrades.
//!
//! <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/methods/post-upgrade-version-accountid-instances-instanceid-action.rst>.

use clouddb::{Instance, InstanceStatus};
use tfplug::value::Attr;
use tfplug::{Diagnostic, Diagnostics};

use super::attributes;
use super::check::Check;
use super::datastore;
use super::looks::Look;
use super::refusal::{Argument, Refusal};
use super::replica::{LEAST_RAM, ram_of};
use crate::datastore::{Runs, shown};
use crate::resources::choices;

/// What cannot stand beside `upgrade_of`, and why.
const APART: [(&str, &str, &str); 3] = [
    (
        "replica_of",
        "An upgrade is no other replica",
        "`replica_of` and `upgrade_of` both say which instance this one follows. Keep one of them.",
    ),
    (
        "restore_from_backup_id",
        "An upgrade cannot be restored from a backup",
        "`upgrade_of` and `restore_from_backup_id` both say where the data comes from. Keep one of them.",
    ),
    (
        "configuration_id",
        "An upgrade has no configuration group yet",
        "The service attaches no group to an instance that waits for its upgrade to be verified. Write `configuration_id`, of a group for the new version, when you remove `upgrade_of`: one apply does both.",
    ),
];

/// What is wrong in itself.
pub(super) fn validate(config: &attributes::Instance, diagnostics: &mut Diagnostics) {
    if !config.upgrade_of.is_known() {
        return;
    }
    for (argument, summary, detail) in APART {
        let given = match argument {
            "replica_of" => &config.replica_of,
            "restore_from_backup_id" => &config.restore_from_backup_id,
            _ => &config.configuration_id,
        };
        if given.is_known() {
            diagnostics.push(Diagnostic::error(summary).detail(detail).attribute(argument));
        }
    }
    let names_version = match &config.datastore {
        Attr::Known(datastore) => !datastore.version.is_null(),
        Attr::Unknown => true,
        Attr::Null => false,
    };
    if !names_version {
        diagnostics.push(
            Diagnostic::error("An upgrade to no version")
                .detail("Say what to upgrade to: write `datastore` with `type` and `version`. `available_upgrades` of the old instance lists what the service offers.")
                .attribute("datastore"),
        );
    }
}

/// Refuses a source that cannot be upgraded, or not like this, and another source than that of an instance
/// that exists.
pub(super) async fn check(it: &Check<'_>) -> Vec<Refusal> {
    if !it.is_new() {
        return too_late(it).into_iter().collect();
    }
    let Some(id) = it.change.config.upgrade_of.known() else { return Vec::new() };
    let source = match it.looks.instance(&it.api, it.region(), id).await {
        Look::Unknown => return Vec::new(),
        Look::Absent => return vec![unknown(it, id).await],
        Look::Found(source) => source,
    };
    if let Some(refusal) = not_single(it, &source).await {
        return vec![refusal];
    }
    if let Some(refusal) = too_little_ram(it, &source).await {
        return vec![refusal];
    }
    let mut refusals: Vec<Refusal> = not_offered(it, &source).await.into_iter().collect();
    refusals.extend(other_size(it, &source));
    refusals
}

fn refused(said: Diagnostic) -> Refusal {
    Refusal::new(said.attribute("upgrade_of"), &[Argument::UpgradeOf])
}

/// To the API an upgrade is a replica, but not to whoever reads the configuration.
pub(super) fn named_otherwise(it: &Check<'_>) -> Option<Refusal> {
    let prior = it.change.prior.as_ref()?;
    let (follows, planned) = (prior.upgrade_of.known()?, &it.change.planned);
    if !planned.upgrade_of.is_null() || planned.replica_of.known() != Some(follows) {
        return None;
    }
    let said = Diagnostic::error("The instance is an upgrade").detail(format!(
        "The plan makes {} a replica of {follows}, and it is the upgrade of that. Write `upgrade_of = \"{follows}\"` in place of `replica_of`.",
        prior.shown()
    ));
    Some(Refusal::new(said.attribute("replica_of"), &[Argument::ReplicaOf, Argument::UpgradeOf]))
}

/// An instance is an upgrade from its beginning, or none. A replica that waits to be verified is one.
fn too_late(it: &Check<'_>) -> Option<Refusal> {
    let (prior, wants) = (it.change.prior.as_ref()?, &it.change.planned.upgrade_of);
    if wants.is_null() || *wants == prior.upgrade_of {
        return None;
    }
    let verifying = InstanceStatus::VerifyUpgrade.as_str();
    let is_one = prior.status.known().map(String::as_str) == Some(verifying);
    if is_one && wants.is_known() && *wants == prior.replica_of {
        return None;
    }
    let shown = prior.shown();
    let what = match prior.upgrade_of.known() {
        Some(follows) => format!("The plan gives {shown} another source than {follows}."),
        None => format!(
            "The plan makes {shown} the upgrade of another instance, and it has data of its own."
        ),
    };
    Some(refused(Diagnostic::error("An instance that exists becomes no upgrade").detail(format!(
        "{what} To upgrade an instance, declare another one with `upgrade_of`, and leave {shown} as it is."
    ))))
}

async fn unknown(it: &Check<'_>, id: &str) -> Refusal {
    let mut instances = it.api.instances().list().await.unwrap_or_default().items;
    instances.retain(|it| it.replica_of.is_none() && it.replicas.is_empty());
    instances.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let those = if instances.is_empty() {
        "There is none that could be upgraded.".to_owned()
    } else {
        let line = |it: &Instance| format!("{} \"{}\"", it.id, it.name);
        let lines = choices::lines(instances.iter().map(line));
        format!("These have no replicas and are none (ID, name):\n\n{lines}")
    };
    refused(Diagnostic::error("Unknown instance to upgrade").detail(format!(
        "There is no instance with the ID {id} in this account and region. {those}"
    )))
}

/// What the plan makes of others in this run counts more than what is there. One of the same name may be
/// that in whose place the new one comes, and so may one that was read and that no plan keeps.
async fn not_single(it: &Check<'_>, source: &Instance) -> Option<Refusal> {
    let stays_replica = it.looks.intended(&source.id).is_none_or(|it| it.is_replica);
    if let Some(first) = source.replica_of.as_ref().filter(|_| stays_replica) {
        return Some(refused(Diagnostic::error("The instance to upgrade is a replica").detail(format!(
            "Instance \"{}\" ({}) is a replica of {first}, and the service upgrades single instances only. Detach it first, in an apply of its own, or upgrade its source once that has no replicas.",
            source.name, source.id
        ))));
    }
    if source.replicas.is_empty() {
        return None;
    }
    let instances = it.api.instances().list().await.ok()?;
    let named = |id: &str| instances.iter().find(|it| it.id == *id).map(|it| &it.name);
    let own_name = it.change.planned.name.known();
    let own_id = it.change.prior.as_ref().and_then(|prior| prior.known_id());
    let stays = |id: &&String| {
        let intended = it.looks.intended(id);
        let goes = it.outlook.destroys_instance(id)
            || it.outlook.has_read(id) && intended.is_none()
            || intended.is_some_and(|it| !it.is_replica);
        let is_own = own_id == Some(id.as_str()) || (own_name.is_some() && named(id) == own_name);
        !(goes || is_own)
    };
    let mut staying: Vec<&String> = source.replicas.iter().filter(stays).collect();
    staying.sort_by_key(|id| (named(id), *id));
    let first = staying.first()?;
    let line = |id: &&String| format!("{id} \"{}\"", named(id).map_or("", String::as_str));
    Some(refused(Diagnostic::error("The instance to upgrade has replicas").detail(format!(
        "Instance \"{}\" ({}) has these replicas, and the service upgrades single instances only:\n\n{}\n\nDetach or delete them first, in an apply of its own. If one of them is this upgrade already, import it:\n\n  terraform import ADDRESS '{first}'",
        source.name,
        source.id,
        choices::lines(staying.iter().map(line))
    ))))
}

/// What it can be upgraded to, if it tells.
async fn not_offered(it: &Check<'_>, source: &Instance) -> Option<Refusal> {
    let offered = source.available_upgrades.as_ref()?;
    let wants: Runs = datastore::runs(it).await?;
    if offered.iter().any(|offer| wants.agrees_with(offer)) {
        return None;
    }
    let has = source.datastore.as_ref().map(|it| shown(&it.kind, it.version.as_deref()));
    let lines = offered.iter().map(|it| shown(&it.kind, it.version.as_deref()));
    let those = if offered.is_empty() {
        "The service offers no upgrade of it.".to_owned()
    } else {
        format!("The service offers these upgrades of it:\n\n{}", choices::lines(lines))
    };
    let said = Diagnostic::error("The service does not offer this upgrade").detail(format!(
        "Instance \"{}\" ({}) runs {}, and the new one is to run {}. {those}",
        source.name,
        source.id,
        has.unwrap_or_else(|| "another datastore".to_owned()),
        wants.shown()
    ));
    Some(Refusal::new(said.attribute("datastore"), &[Argument::Datastore]))
}

async fn too_little_ram(it: &Check<'_>, source: &Instance) -> Option<Refusal> {
    let ram = ram_of(it, source).await.filter(|ram| *ram < LEAST_RAM)?;
    Some(refused(Diagnostic::error("The flavor of the instance to upgrade is too small").detail(format!(
        "An instance that is upgraded, and its upgrade, need at least {LEAST_RAM} MB of RAM, and \"{}\" ({}) has {ram} MB. Give it a larger flavor first.",
        source.name, source.id
    ))))
}

/// The action takes no size: the new one has that of its source.
fn other_size(it: &Check<'_>, source: &Instance) -> Vec<Refusal> {
    let intended = it.looks.intended(&source.id);
    let (flavor, volume) = match &intended {
        Some(intended) => (intended.flavor_id.as_ref(), intended.volume_size),
        None => (Some(&source.flavor.id), Some(source.volume.size)),
    };
    let of = format!("instance \"{}\" ({})", source.name, source.id);
    let later = "Another size is possible once `upgrade_of` is removed, in the same apply.";
    let mut refusals = Vec::new();
    let planned = &it.change.planned;
    if let (Some(has), Some(wants)) = (flavor, planned.flavor_id.known())
        && has != wants
    {
        let said = Diagnostic::error("An upgrade has the flavor of its source").detail(format!(
            "The service gives the upgrade the flavor of {of}, which is {has}. Write `flavor = \"{has}\"`. {later}"
        ));
        refusals.push(Refusal::new(said.attribute("flavor"), &[Argument::Flavor]));
    }
    if let (Some(has), Some(wants)) = (volume, planned.volume_size.known())
        && has != *wants
    {
        let said = Diagnostic::error("An upgrade has the volume of its source").detail(format!(
            "The service gives the upgrade a volume like that of {of}, which has {has} GB, and not {wants} GB. Write `volume_size = {has}`. {later}"
        ));
        refusals.push(Refusal::new(said.attribute("volume_size"), &[Argument::VolumeSize]));
    }
    refusals
}
