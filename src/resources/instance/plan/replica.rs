//! `replica_of`: the instance whose data a replica has.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Replication".

use clouddb::{Client, Instance, InstanceStatus};
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::{self, replaces};
use super::check::Check;
use super::datastore;
use super::looks::Look;
use super::refusal::{Argument, Refusal};
use super::verification;
use crate::datastore::shown;
use crate::resources::choices;

/// A source has at most this many, says Rackspace.
const MOST_REPLICAS: usize = 2;
/// RAM in MB that Rackspace asks of a source and of a replica.
pub(super) const LEAST_RAM: u64 = 1024;

const ON_SOURCE: &[Argument] = &[Argument::ReplicaOf];

/// Refuses a source that there is not, one that can have no replica or no other one, and a replica that
/// is unlike it.
pub(super) async fn check(it: &Check<'_>) -> Vec<Refusal> {
    let wanted = it.change.config.replica_of.known().filter(|_| it.is_new());
    let Some(id) = wanted else { return Vec::new() };
    let source = match it.looks.instance(&it.api, it.region(), id).await {
        Look::Unknown => return Vec::new(),
        Look::Absent => return vec![unknown(it, id).await],
        Look::Found(source) => source,
    };
    // An upgrade that waits is a replica until it is detached.
    let mut refusals = match being_upgraded(it, &source).await {
        Some(waits) => vec![waits],
        None => replica_itself(it, &source).into_iter().collect(),
    };
    refusals.extend(other_datastore(it, &source).await);
    // These are Rackspace's own rules, and Rackspace tells no limits.
    if matches!(it.limits().await, Look::Absent) {
        refusals.extend(too_many(it, &source).await);
        refusals.extend(too_little_ram(it, &source).await);
    }
    refusals
}

/// Says what it means that a replica does not follow its source any more.
pub(super) fn warn_of_broken(cx: &PlanContext<Client>, change: &Change<attributes::Instance>) {
    let Some(prior) = change.prior.as_ref().filter(|_| !replaces(change)) else { return };
    if prior.status.known().map(String::as_str) != Some(InstanceStatus::ReplicationError.as_str()) {
        return;
    }
    let said = Diagnostic::warning("Replication has stopped").detail(format!(
        "The status of {} is REPLICATION_ERROR: it does not follow its source any more, and what it answers may be old. The source is not affected. `terraform apply -replace=ADDRESS` puts a new replica in its place; Rackspace support can tell the cause.",
        prior.shown()
    ));
    cx.warn(said.attribute("replica_of"));
}

async fn unknown(it: &Check<'_>, id: &str) -> Refusal {
    let said = Diagnostic::error("Unknown source of the replica").detail(format!(
        "There is no instance with the ID {id} in this account and region. {}",
        sources(it.api.instances().list().await.unwrap_or_default().items)
    ));
    Refusal::new(said.attribute("replica_of"), ON_SOURCE)
}

/// What the plan of the source makes of it in this run counts more than what it is.
fn replica_itself(it: &Check<'_>, source: &Instance) -> Option<Refusal> {
    let first = source.replica_of.as_ref()?;
    if it.looks.intended(&source.id).is_some_and(|it| !it.is_replica) {
        return None;
    }
    let said = Diagnostic::error("A replica of a replica").detail(format!(
        "Instance \"{}\" ({}) is a replica itself, and the service makes no replica of one. Its source is {first}: write `replica_of = \"{first}\"`.",
        source.name, source.id
    ));
    Some(Refusal::new(said.attribute("replica_of"), ON_SOURCE))
}

async fn being_upgraded(it: &Check<'_>, source: &Instance) -> Option<Refusal> {
    let upgrade = verification::upgrade_that_stays(it, source).await?;
    let upgrade = verification::named(&upgrade, &source.id);
    let said = Diagnostic::error("The source is being upgraded").detail(format!(
        "Instance \"{}\" ({}) has the status VERIFY_UPGRADE, and the service makes no replica of it until {upgrade} is detached or destroyed. To detach {upgrade}, remove `upgrade_of` from its block, which may be in the apply that makes the replica.",
        source.name, source.id
    ));
    Some(Refusal::new(said.attribute("replica_of"), ON_SOURCE))
}

async fn other_datastore(it: &Check<'_>, source: &Instance) -> Option<Refusal> {
    let has = source.datastore.as_ref()?;
    it.change.config.datastore_type()?;
    let wants = datastore::runs(it).await.filter(|wants| !wants.agrees_with(has))?;
    let said = Diagnostic::error("A replica has the datastore of its source").detail(format!(
        "Instance \"{}\" ({}) runs {}, and the replica is to run {}. Leave `datastore` out, or write that of the source.",
        source.name,
        source.id,
        shown(&has.kind, has.version.as_deref()),
        wants.shown()
    ));
    Some(Refusal::new(said.attribute("datastore"), &[Argument::Datastore, Argument::ReplicaOf]))
}

/// Replicas that this run takes away or detaches do not count, nor does one of the same name, whose
/// place the new one may take.
async fn too_many(it: &Check<'_>, source: &Instance) -> Option<Refusal> {
    if source.replicas.len() < MOST_REPLICAS {
        return None;
    }
    let instances = it.api.instances().list().await.ok()?;
    let own_name = it.change.planned.name.known();
    let own_id = it.change.prior.as_ref().and_then(|prior| prior.known_id());
    let named = |id: &str| instances.iter().find(|it| it.id == *id).map(|it| &it.name);
    let stays = |id: &&String| {
        let detached = it.looks.intended(id).is_some_and(|it| !it.is_replica);
        let is_own = own_id == Some(id.as_str()) || (own_name.is_some() && named(id) == own_name);
        !(detached || is_own || it.outlook.destroys_instance(id))
    };
    let mut staying: Vec<&String> = source.replicas.iter().filter(stays).collect();
    staying.sort_by_key(|id| (named(id), *id));
    if staying.len() < MOST_REPLICAS {
        return None;
    }
    let lines = choices::lines(
        staying.iter().map(|id| format!("{id} \"{}\"", named(id).map_or("", String::as_str))),
    );
    let said = Diagnostic::error("The source has two replicas already").detail(format!(
        "An instance has at most {MOST_REPLICAS} replicas, and \"{}\" ({}) has these:\n\n{}\n\nDelete or detach one of them first, in an apply of its own.",
        source.name,
        source.id,
        lines
    ));
    Some(Refusal::new(said.attribute("replica_of"), ON_SOURCE))
}

async fn too_little_ram(it: &Check<'_>, source: &Instance) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if let Some(ram) = it.change.planned.flavor_ram.known().filter(|ram| **ram < LEAST_RAM) {
        let said = Diagnostic::error("The flavor is too small for a replica").detail(format!(
            "A replica needs at least {LEAST_RAM} MB of RAM, and this flavor has {ram} MB. Choose a larger `flavor`."
        ));
        let rests_on = &[Argument::Flavor, Argument::ReplicaOf];
        refusals.push(Refusal::new(said.attribute("flavor"), rests_on));
    }
    if let Some(ram) = ram_of(it, source).await.filter(|ram| *ram < LEAST_RAM) {
        let said = Diagnostic::error("The flavor of the source is too small").detail(format!(
            "An instance with replicas needs at least {LEAST_RAM} MB of RAM, and \"{}\" ({}) has {ram} MB. Give it a larger flavor first.",
            source.name, source.id
        ));
        refusals.push(Refusal::new(said.attribute("replica_of"), ON_SOURCE));
    }
    refusals
}

pub(super) async fn ram_of(it: &Check<'_>, source: &Instance) -> Option<u64> {
    if let Some(intended) = it.looks.intended(&source.id) {
        return intended.ram;
    }
    if source.flavor.ram.is_some() {
        return source.flavor.ram;
    }
    let flavors = it.api.flavors().list().await.ok()?;
    flavors.into_iter().find(|flavor| flavor.id == source.flavor.id).map(|flavor| flavor.ram)
}

/// The instances that can be a source, one a line, for an error.
fn sources(mut instances: Vec<Instance>) -> String {
    instances.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    instances.retain(|it| it.replica_of.is_none() && it.ha_id.is_none());
    if instances.is_empty() {
        return "There is none that could be the source.".to_owned();
    }
    let lines = choices::lines(instances.iter().map(|it| format!("{} \"{}\"", it.id, it.name)));
    format!("These are no replicas themselves (ID, name):\n\n{lines}")
}
