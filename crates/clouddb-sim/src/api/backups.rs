//! `/backups`: create (full and incremental), list, get, delete, copy to another region, and what a
//! restore takes from one.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Backups".

use std::sync::Arc;

use serde_json::{Value, json};

use crate::api::catalog::files_account;
use crate::api::instances::availability;
use crate::api::{datastores, ha, quotas};
use crate::message::call::Call;
use crate::message::fields;
use crate::message::pages::{self, LimitRule, Page};
use crate::message::path::without_format;
use crate::message::reply::{Answer, Reply};
use crate::message::schema::Schema;
use crate::message::validation;
use crate::options::{Options, REGIONS};
use crate::state::backups::Backup;
use crate::state::cloud::Cloud;
use crate::state::datastores::Datastore;
use crate::state::guest::Guest;
use crate::state::instances::Restored;
use crate::state::place::Place;
use crate::state::region::Region;
use crate::state::tasks::{Occasion, Phase, Remaining};

pub(crate) fn route(cloud: &mut Cloud, call: &Call<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (call.method(), path) {
        ("GET", ["backups"]) => list(cloud, call),
        ("POST", ["backups"]) => create(cloud, call),
        ("GET", ["backups", id]) => get(cloud, call, without_format(id)),
        ("DELETE", ["backups", id]) => delete(cloud, call, without_format(id)),
        ("POST", ["backups", id, "action"]) => copy(cloud, call, id),
        ("GET", ["instances", id, "backups"]) => of_instance(cloud, call, id),
        ("GET", ["ha", id, "backups"]) => of_group(cloud, call, id),
        _ => return None,
    })
}

const MAX_NAME_LENGTH: usize = 64;

/// What is backed up.
enum Source {
    Instance(String),
    HaGroup(String),
}

impl Source {
    /// What a body names. The instance is null where the source says it all, and says the same otherwise.
    fn of(body: &Value) -> Result<Self, Reply> {
        let source = body.get("source");
        let (kind, id) = (
            source.and_then(|source| fields::text(source, "type")),
            source.and_then(|source| fields::text(source, "id")),
        );
        match (fields::text(body, "instance"), kind, id) {
            (None, Some("ha"), Some(id)) => Ok(Self::HaGroup(id.to_owned())),
            (Some(id), None, _) | (None, Some(_), Some(id)) => Ok(Self::Instance(id.to_owned())),
            (Some(one), Some("instance"), Some(other)) if one == other => {
                Ok(Self::Instance(one.to_owned()))
            }
            _ => {
                Err(Reply::bad_request("The instance and the source of a backup are not the same."))
            }
        }
    }

    /// Refuses a source that cannot be backed up now.
    fn check(&self, region: &Region) -> Result<(), Reply> {
        match self {
            Self::Instance(id) => availability::available(region, id),
            Self::HaGroup(id) => ha::availability::available(region, id).map(drop),
        }
    }

    /// A backup of it as it is now.
    fn take(
        &self,
        cloud: &mut Cloud,
        place: &Place,
        name: &str,
        parent: Option<&str>,
    ) -> Result<Backup, Reply> {
        let (taken, id) = match self {
            Self::Instance(id) => (cloud.backup_of(place, id, name, parent), id),
            Self::HaGroup(id) => (cloud.backup_of_group(place, id, name, parent), id),
        };
        taken.ok_or_else(|| Reply::no_resource(id))
    }
}

fn shape(has_source: bool) -> Schema {
    let instance = Schema::uuid();
    let source = vec![("type", Schema::OneOf(&["instance", "ha"])), ("id", Schema::uuid())];
    Schema::object(
        &["name", "instance"],
        vec![
            ("name", Schema::name_of(MAX_NAME_LENGTH)),
            ("instance", if has_source { instance.nullable() } else { instance }),
            ("source", Schema::object(&["type", "id"], source)),
            ("description", Schema::name()),
            ("parent_id", Schema::uuid().nullable()),
            ("copy_to", Schema::list(Schema::name())),
            // python-troveclient sends it with every backup.
            ("incremental", Schema::AnyOf(vec![Schema::Integer { minimum: 0 }, Schema::Boolean])),
        ],
    )
}

fn create(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let body = call.request.json()?;
    let has_source = body.pointer("/backup/source").is_some();
    let body = validation::parse(&body, "backup", &shape(has_source))?;
    let source = Source::of(&body)?;
    let options = cloud.options.clone();
    let region = cloud.region(&call.place);
    source.check(region)?;
    let parent = fields::text(&body, "parent_id");
    if let Some(parent) = parent {
        check_parent(find(region, parent)?)?;
    }
    quotas::check_backups(region, &options)?;
    let copy_to = copy_to(cloud, call, &body, parent)?;
    let name = fields::text(&body, "name").unwrap_or_default();
    let mut backup = source.take(cloud, &call.place, name, parent)?;
    backup.description = fields::text(&body, "description").map(str::to_owned);
    backup.copy_to = copy_to;
    backup.remaining = Some(Remaining::of(Phase::Backup, &options.clock));
    backup.end = cloud.ending(Occasion::Backup);
    "NEW".clone_into(&mut backup.status);
    let view = view(&backup, &call.place.account, Shape { fresh: true, ..Shape::of(&options) });
    cloud.region(&call.place).backups.insert(backup.id.clone(), backup);
    Ok(Reply::json(202, &json!({ "backup": view })))
}

/// The copy is a backup of its own in the other region, whose ID is not told.
fn copy(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let shape = Schema::object(
        &["target_backup_region"],
        vec![
            ("target_backup_region", Schema::name()),
            ("name", Schema::name_of(MAX_NAME_LENGTH)),
            ("description", Schema::name()),
        ],
    );
    let body = validation::parse(&call.request.json()?, "copy-backup", &shape)?;
    let original = find(cloud.region(&call.place), id)?.clone();
    check_parent(&original)?;
    let region = fields::text(&body, "target_backup_region").unwrap_or_default();
    let region = copy_region(&call.place, region)?;
    let there = Place { region, account: call.place.account.clone() };
    let options = cloud.options.clone();
    quotas::check_backups(cloud.region(&there), &options)?;
    let copy = Backup {
        name: fields::text(&body, "name").unwrap_or(&original.name).to_owned(),
        description: fields::text(&body, "description").map(str::to_owned),
        end: cloud.ending(Occasion::Backup),
        ..cloud.copy_of_backup(&original)
    };
    cloud.region(&there).backups.insert(copy.id.clone(), copy);
    Ok(Reply::accepted())
}

/// A region that a backup can be copied to from there. London is a cloud of its own.
pub(crate) fn copy_region(here: &Place, region: &str) -> Result<String, Reply> {
    let region = region.to_uppercase();
    let is_apart = region == "LON" || here.region == "LON";
    if region == here.region || is_apart || !REGIONS.contains(&region.as_str()) {
        return Err(Reply::bad_request(format!("{region} is not a region to copy a backup to.")));
    }
    Ok(region)
}

/// The regions that a new backup is copied to, each once. What an incremental one builds on has to be
/// there.
fn copy_to(
    cloud: &mut Cloud,
    call: &Call<'_>,
    body: &Value,
    parent: Option<&str>,
) -> Result<Vec<String>, Reply> {
    let asked = body.get("copy_to").and_then(Value::as_array);
    let asked = asked.into_iter().flatten().filter_map(Value::as_str);
    let mut regions = Vec::new();
    for region in asked {
        let region = copy_region(&call.place, region)?;
        let there = Place { region: region.clone(), account: call.place.account.clone() };
        if let Some(parent) = parent
            && !cloud.region(&there).copy_of(parent).is_some_and(Backup::is_completed)
        {
            return Err(Reply::bad_request(format!(
                "Parent backup {parent} is missing in region {region}."
            )));
        }
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    Ok(regions)
}

fn check_parent(parent: &Backup) -> Result<(), Reply> {
    if parent.is_completed() {
        return Ok(());
    }
    Err(Reply::bad_request(format!("Backup {} is not completed.", parent.id)))
}

/// Newest first; the marker is the number of items to skip, and a full page has a link whether or not
/// anything follows it.
fn list(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let kind = call.request.query("datastore");
    if let Some(kind) = &kind {
        datastores::choose(Some(&json!({ "type": kind })))?;
    }
    page(cloud, call, |backup| {
        kind.as_ref().is_none_or(|kind| datastores::is_kind(kind, &backup.datastore.kind))
    })
}

fn of_instance(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let region = cloud.region(&call.place);
    // The server asks the machine of the instance, which has to be there.
    match region.status(availability::find(region, id)?).as_str() {
        "BUILD" | "ERROR" | "SHUTDOWN" => Err(Reply::not_ready(id)),
        _ => page(cloud, call, |backup| backup.source() == id),
    }
}

fn of_group(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    ha::availability::find(cloud.region(&call.place), id)?;
    page(cloud, call, |backup| backup.source() == id)
}

fn page(cloud: &mut Cloud, call: &Call<'_>, wanted: impl Fn(&Backup) -> bool) -> Answer {
    let page = Page::of(call, cloud.options.page_sizes.backups, LimitRule::Uncapped)?;
    let skip: usize = match &page.marker {
        Some(marker) => marker.parse().map_err(|_| Reply::internal_error())?,
        None => 0,
    };
    let shape = Shape::of(&cloud.options);
    let region = cloud.region(&call.place);
    let mut rows: Vec<&Backup> = region.backups.values().filter(|backup| wanted(backup)).collect();
    rows.sort_by_key(|backup| std::cmp::Reverse((backup.updated.clone(), backup.order)));
    let rows: Vec<&Backup> = rows.into_iter().skip(skip).take(page.limit).collect();
    let next = (rows.len() == page.limit).then(|| (skip + page.limit).to_string());
    let items: Vec<Value> =
        rows.iter().map(|backup| view(backup, &call.place.account, shape)).collect();
    let body = pages::body(call, "backups", &items, next.as_deref());
    let ids: Vec<String> = rows.iter().map(|backup| backup.id.clone()).collect();
    for id in ids {
        region.poll_backup(&id);
    }
    Ok(Reply::ok(&body))
}

fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let shape = Shape::of(&cloud.options);
    let region = cloud.region(&call.place);
    let body = view(find(region, id)?, &call.place.account, shape);
    region.poll_backup(id);
    Ok(Reply::ok(&json!({ "backup": body })))
}

fn find<'a>(region: &'a Region, id: &str) -> Result<&'a Backup, Reply> {
    region.backups.get(id).ok_or_else(|| Reply::no_resource(id))
}

/// Takes the backups made from this one along, children first: one that runs stops the call half way.
fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let region = cloud.region(&call.place);
    find(region, id)?;
    let mut family = vec![id.to_owned()];
    let mut at = 0;
    while let Some(parent) = family.get(at).cloned() {
        let children = region.backups.values().filter(|b| b.parent.as_deref() == Some(&parent));
        family.extend(children.map(|backup| backup.id.clone()));
        at += 1;
    }
    for id in family.iter().rev() {
        let region = cloud.region(&call.place);
        if find(region, id)?.is_running() {
            return Err(Reply::busy(format!(
                "Backup {id} cannot be deleted because it is running."
            )));
        }
        let remaining = Remaining::of(Phase::Shutdown, &cloud.options.clock);
        let end = cloud.ending(Occasion::BackupDelete);
        if let Some(backup) = cloud.region(&call.place).backups.get_mut(id) {
            backup.leaving = true;
            backup.remaining = Some(remaining);
            backup.end = end;
        }
    }
    Ok(Reply::accepted())
}

/// How a backup is shown.
#[derive(Clone, Copy)]
struct Shape {
    /// In the reply to its creation.
    fresh: bool,
    /// With the fields of Trove alone.
    plain: bool,
}

impl Shape {
    fn of(options: &Options) -> Self {
        Self { fresh: false, plain: options.legacy.plain_backups }
    }
}

fn view(backup: &Backup, account: &str, shape: Shape) -> Value {
    let done = backup.is_completed();
    let location = format!(
        "https://snet-storage101.dfw1.clouddrive.com/v1/{}/z_CLOUDDB_BACKUPS/{}.xbstream.gz",
        files_account(account),
        backup.id
    );
    let instance = backup.group.is_none().then_some(&backup.instance);
    let mut view = json!({
        "id": backup.id,
        "name": backup.name,
        "description": backup.description,
        "instance_id": instance,
        "parent_id": backup.parent,
        "status": backup.reported(),
        "size": done.then_some(backup.size),
        "locationRef": done.then_some(location),
        "created": backup.created,
        "updated": backup.updated,
        "datastore": {
            "type": backup.datastore.kind,
            "version": backup.datastore.version,
            "version_id": backup.datastore.version_id,
        },
    });
    if let (Value::Object(view), Value::Object(added)) = (&mut view, added(backup, shape)) {
        view.extend(added);
    }
    view
}

/// What Rackspace tells since 2015.
fn added(backup: &Backup, shape: Shape) -> Value {
    if shape.plain {
        return json!({});
    }
    let kind = if backup.parent.is_some() { "InnoBackupExIncremental" } else { "InnoBackupEx" };
    let source = match &backup.group {
        Some(group) => json!({ "type": "ha", "id": group }),
        None => json!({ "type": "instance", "id": backup.instance }),
    };
    let automated = u8::from(backup.is_automated);
    json!({
        // A word of the language in the reply to the creation, and a number from then on.
        "is_automated": if shape.fresh { json!(backup.is_automated) } else { json!(automated) },
        "flavor_ram": backup.flavor_ram,
        "volume_size": backup.volume,
        "source": source,
        "type": kind,
    })
}

/// Checks a restore and puts what the backup has into the guest; returns the GB that it takes, and what a
/// server begins with then.
///
/// Of what the request names as well, the restored one wins.
pub(crate) fn restore(
    region: &Region,
    id: &str,
    volume: u64,
    datastore: &Datastore,
    guest: &mut Guest,
) -> Result<(f64, Option<Restored>), Reply> {
    let backup = find(region, id)?;
    if !backup.is_completed() {
        let state = backup.reported();
        return Err(Reply::fault(
            409,
            format!(
                "Unable to create instance because backup {id} is not completed. Actual state: \
                 {state}."
            ),
        ));
    }
    #[expect(clippy::cast_precision_loss, reason = "a volume is far below 2^52 GB")]
    let available = volume as f64;
    if backup.size > available {
        return Err(Reply::fault(
            403,
            format!(
                "Backup is too large for given flavor or volume. Backup size: {} GBs. Available \
                 size: {volume} GBs.",
                backup.size
            ),
        ));
    }
    if backup.datastore.kind != datastore.kind {
        return Err(Reply::bad_request(format!(
            "The datastore from which the backup was taken, {}, does not match the destination \
             datastore of {}.",
            backup.datastore.kind, datastore.kind
        )));
    }
    let restored = backup
        .saved
        .as_ref()
        .map(|saved| Restored { saved: Arc::clone(saved), added: guest.without(&backup.guest) });
    guest.databases.extend(backup.guest.databases.clone());
    guest.users.extend(backup.guest.users.clone());
    Ok((backup.size, restored))
}
