//! `/instances`: list, get, delete, and PATCH (rename, detach a replica).
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Database instances". Creating one is in
//! `new_instance.rs`, actions are in `actions.rs`.

use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::call::Call;
use crate::cloud::Cloud;
use crate::objects::{Instance, TaskKind};
use crate::options::Options;
use crate::pages::{self, Limits, Page};
use crate::reply::{Answer, Reply, put};
use crate::schema::{self, Schema};
use crate::site::Site;
use crate::{configurations, names, replicas};

pub(crate) fn list(cloud: &mut Cloud, call: &Call<'_>) -> Answer {
    let options = cloud.options.clone();
    let page = Page::of(call, options.page_sizes.instances, Limits::Positive)?;
    let without_replicas = call
        .request
        .query("include_replicas")
        .is_some_and(|text| text.eq_ignore_ascii_case("false"));
    let site = cloud.site(&call.place);
    let rows = site
        .instances
        .values()
        .filter(|instance| !(without_replicas && instance.replica_of.is_some()))
        .map(|instance| (instance.id.as_str(), instance));
    let (rows, next) = page.cut(rows);
    let shown: Vec<&Instance> = rows.into_iter().filter(|instance| !instance.hidden).collect();
    let items: Vec<Value> =
        shown.iter().map(|instance| view(call, &options, site, instance, false)).collect();
    let body = pages::body(call, "instances", &items, next);
    let ids: Vec<String> = shown.iter().map(|instance| instance.id.clone()).collect();
    for id in ids {
        site.saw_instance(&id);
    }
    Ok(Reply::ok(&body))
}

pub(crate) fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    let body = view(call, &options, site, find(site, id)?, true);
    site.saw_instance(id);
    Ok(Reply::ok(&json!({ "instance": body })))
}

pub(crate) fn delete(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let lenient = cloud.options.legacy.writes_during_backup;
    let site = cloud.site(&call.place);
    let instance = find(site, id)?;
    let status = site.status(instance);
    if status == "BUILD" {
        return Err(Reply::busy(format!("Instance {id} is not ready. (Status is BUILD).")));
    }
    if !site.replicas(id).is_empty() {
        return Err(Reply::fault(403, "Detach replicas before deleting replica source."));
    }
    if status == "BACKUP" && !lenient {
        return Err(unavailable(id, "BACKUP"));
    }
    if !instance.is_deleting() {
        let task = cloud.task(TaskKind::Shutdown);
        if let Some(instance) = cloud.site(&call.place).instances.get_mut(id) {
            instance.task = Some(task);
        }
    }
    Ok(Reply::accepted())
}

pub(crate) fn patch(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let schema = Schema::object(
        &[],
        vec![
            ("name", Schema::name()),
            ("replica_of", Schema::text().nullable()),
            ("slave_of", Schema::text().nullable()),
            ("configuration", Schema::text().nullable()),
        ],
    );
    let change = schema::parse(&call.request.json()?, "instance", &schema)?;
    let stamp = cloud.stamp();
    let site = cloud.site(&call.place);
    if matches!(site.status(find(site, id)?).as_str(), "BUILD" | "ERROR" | "FAILED") {
        return Err(Reply::not_ready(id));
    }
    if change.get("replica_of").is_some() || change.get("slave_of").is_some() {
        replicas::detach(cloud, call, id)?;
    }
    if let Some(configuration) = change.get("configuration") {
        configurations::change(cloud, call, id, configuration.as_str())?;
    }
    if let Some(instance) = cloud.site(&call.place).instances.get_mut(id)
        && let Some(name) = names::text(&change, "name")
    {
        name.clone_into(&mut instance.name);
        instance.updated = stamp;
    }
    Ok(Reply::accepted())
}

/// The instance of this ID that is not hidden.
pub(crate) fn find<'a>(site: &'a Site, id: &str) -> Result<&'a Instance, Reply> {
    let instance = site.instances.get(id).filter(|instance| !instance.hidden);
    instance.ok_or_else(|| Reply::no_resource(id))
}

/// Refuses what needs a running database service.
pub(crate) fn running(site: &Site, id: &str) -> Result<(), Reply> {
    match site.status(find(site, id)?).as_str() {
        "ACTIVE" | "RESTART_REQUIRED" | "BACKUP" | "RESIZE" => Ok(()),
        _ => Err(Reply::not_ready(id)),
    }
}

/// Refuses changes of databases and users, which need a running service that no backup reads from.
pub(crate) fn writable(site: &Site, options: &Options, id: &str) -> Result<(), Reply> {
    running(site, id)?;
    if site.is_backed_up(id) && !options.legacy.writes_during_backup {
        return Err(unavailable(id, "BACKUP"));
    }
    replicas::refuse_writes(site, id)
}

/// Refuses actions and backups on an instance that is busy, broken or going away.
pub(crate) fn available(site: &Site, id: &str) -> Result<(), Reply> {
    let status = site.status(find(site, id)?);
    if site.is_backed_up(id) {
        return Err(unavailable(id, "BACKUP"));
    }
    match status.as_str() {
        "ACTIVE" | "RESTART_REQUIRED" | "BLOCKED" => Ok(()),
        "BUILD" | "NEW" | "ERROR" | "FAILED" => Err(Reply::not_ready(id)),
        // The server prints its task where it has one, number and description included.
        "RESIZE" => Err(unavailable(id, "(4 RESIZING Resizing the instance.)")),
        "REBOOT" => Err(unavailable(id, "(3 REBOOTING Rebooting the instance.)")),
        "SHUTDOWN" => Err(unavailable(id, "(2 DELETING Deleting the instance.)")),
        other => Err(unavailable(id, other)),
    }
}

fn unavailable(id: &str, status: &str) -> Reply {
    Reply::busy(format!(
        "Instance {id} is not currently available for an action to be performed (status was \
         {status})."
    ))
}

/// An instance as a list shows it, or with the details that only a single one has.
pub(crate) fn view(
    call: &Call<'_>,
    options: &Options,
    site: &Site,
    instance: &Instance,
    detail: bool,
) -> Value {
    let status = site.status(instance);
    let mut view = json!({
        "id": instance.id,
        "name": instance.name,
        "status": status,
        "links": call.links(&format!("instances/{}", instance.id)),
        "flavor": {
            "id": instance.flavor.to_string(),
            "links": call.links(&format!("flavors/{}", instance.flavor)),
        },
        "volume": { "size": instance.volume },
        "datastore": {
            "type": instance.datastore.kind,
            "version": instance.datastore.version,
        },
    });
    if options.legacy.addresses {
        put(&mut view, "ip", json!(["10.0.0.2"]));
    } else {
        put(&mut view, "hostname", hostname(&instance.id));
    }
    if let Some(source) = &instance.replica_of {
        let links = call.links(&format!("instances/{source}"));
        put(&mut view, "replica_of", json!({ "id": source, "links": links }));
    }
    let replicas: Vec<Value> = site
        .replicas(&instance.id)
        .into_iter()
        .map(|replica| {
            json!({
                "id": replica.id,
                "name": replica.name,
                "links": call.links(&format!("instances/{}", replica.id)),
            })
        })
        .collect();
    if !replicas.is_empty() {
        put(&mut view, "replicas", replicas);
    }
    if detail {
        add_details(&mut view, call, site, instance, &status);
    }
    view
}

fn add_details(view: &mut Value, call: &Call<'_>, site: &Site, instance: &Instance, status: &str) {
    put(view, "created", instance.created.as_str());
    put(view, "updated", instance.updated.as_str());
    // The guest is not asked while it is being built, moved or restarted.
    if !matches!(status, "BUILD" | "REBOOT" | "RESTART" | "RESIZE" | "FAILED") {
        put(view, "volume", json!({ "size": instance.volume, "used": instance.used }));
    }
    let configuration = instance.configuration.as_ref().and_then(|id| site.configurations.get(id));
    if let Some(configuration) = configuration {
        let body = json!({
            "id": configuration.id,
            "name": configuration.name,
            "links": call.links(&format!("configurations/{}", configuration.id)),
        });
        put(view, "configuration", body);
    }
}

/// The same for the whole life of an instance.
pub(crate) fn hostname(id: &str) -> String {
    let digest = Sha1::digest(id.as_bytes());
    let name = digest.iter().fold(String::new(), |name, byte| {
        let (high, low) = (u32::from(byte >> 4), u32::from(byte & 15));
        name + &[high, low].into_iter().filter_map(|d| char::from_digit(d, 16)).collect::<String>()
    });
    name + ".rackspaceclouddb.com"
}
