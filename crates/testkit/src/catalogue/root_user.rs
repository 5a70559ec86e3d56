//! `rackspace_db_root_user`.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{Attribute, Value, computed, optional, required, timeout, told_once, value};
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::{SEARCHED, of_instance, region_asked};
use super::validators::{NOBODY, no_instance};

/// Instances on which nobody has enabled root.
const ROOTLESS: [&str; 5] =
    ["ROOTLESS_ID_1", "ROOTLESS_ID_2", "ROOTLESS_ID_3", "ROOTLESS_ID_4", "ROOTLESS_ID_5"];

pub(super) fn entries() -> Vec<Entry> {
    vec![resource()]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_root_user", file!(), Object { create, remove, served })
        .attributes([
            required("instance_id", "WEB_ID")
                .replaces("TWIN_ID_1")
                .id_of("an instance", "web")
                .refuses(no_instance())
                .refuses(already()),
            region(),
            optional("rotate", on("SOURCE_ID", "2026-01"))
                .in_place(value("2026-02").not_served())
                .not_imported(),
            optional("on_destroy", on("ROOTLESS_ID_1", "leave"))
                .shows("lock")
                .refuses_mocks()
                .ignored("leave")
                .not_imported()
                .validator(
                    "one of `lock`, `leave`",
                    [("one of two words", "disable", "")],
                )
                .refuses(locked())
                .refuses(left()),
            computed("id"),
            computed("name").shows("root"),
            told_once("password"),
        ])
        .attributes([
            timeout("create", on("ROOTLESS_ID_2", "10m"), "ten"),
            timeout("read", on("ROOTLESS_ID_3", "2m"), "1 minute"),
            timeout("update", on("ROOTLESS_ID_4", "10m"), "ten"),
            timeout("delete", on("ROOTLESS_ID_5", "10m"), "ten"),
        ])
        .refuses(Refusal::of_import("the ID of the instance", "root").says(
            "Invalid import ID",
            "\"root\" is not the ID of an instance. A root user is imported by the ID of its instance, such as 61f12fef-edb1-4561-8122-e7c00ef26a82.",
        ))
        .refuses(Refusal::of_import("of an instance on which root was enabled", NOBODY).says(
            format!("Unable to import the root user of instance {NOBODY}"),
            format!("Root was never enabled on instance {NOBODY}, or there is no such instance {SEARCHED}. To enable root, write the resource without an import; `root_enabled` of the data source rackspace_db_instance tells whether it is."),
        ))
        .seeds(seed)
}

/// An instance has one root user, so each value has an instance of its own.
fn on(instance: &str, json: &str) -> Value {
    value(json).beside("instance_id", instance)
}

fn region() -> Attribute {
    Attribute { values: vec![on("TWIN_ID_1", "DFW"), on("TWIN_ID_2", "dfw")], ..region_asked([]) }
        .replaces(on("ABROAD_ID", "ORD"))
}

fn already() -> Refusal {
    Refusal::at_plan("one on which nobody else has enabled root")
        .given("instance_id", "ROOTED_ID")
        .alone()
        .says(
            "Root is enabled already",
            "Root was enabled on instance ROOTED_ID by somebody else, or by a run that ended in the middle. Its password may be in use, and enabling it again would end that, so nothing was sent. To manage it from now on, import it; it keeps its password, which Terraform does not know, until `rotate` changes:\n\n  \
             terraform import ADDRESS 'ROOTED_ID'\n\n\
             If it is in the state under this address and is to be replaced, plan without `-refresh=false`, and remove `create_before_destroy` from the `lifecycle` block of the resource, and of what refers to it.",
        )
}

fn locked() -> Refusal {
    Refusal::warned_at_plan("root gets a password that nobody sees").once_gone("on_destroy", "lock").on_block().says(
        "Root is locked and stays enabled",
        "The plan destroys the resource of the root user of instance WEB_ID, and the API cannot disable root. `on_destroy` is \"lock\" in the state: root gets a new password that nobody is told, and the one that it has ends. To leave that as it is, set `on_destroy = \"leave\"` and apply that first. Where the instance goes too, nothing of root is left.",
    )
}

fn left() -> Refusal {
    Refusal::warned_at_plan("root keeps its password").once_gone("on_destroy", "leave").on_block().says(
        "Root stays enabled with its password",
        "The plan destroys the resource of the root user of instance WEB_ID, and the API cannot disable root. `on_destroy` is \"leave\" in the state: nothing is sent, Terraform forgets root, and whoever knows its password can go on using it. To end that, set `on_destroy = \"lock\"` and apply that first. Where the instance goes too, nothing of root is left.",
    )
}

/// An instance on which somebody else has enabled root and some on which nobody has, where nothing else
/// is.
fn seed(cloud: &Simulator, names: &mut Names) {
    let rooted = cloud.add_instance_in("HKG", "rooted", "2", 10);
    cloud.enable_root(&rooted, "not-ours-1");
    names.add("ROOTED_ID", rooted);
    for name in ROOTLESS {
        names.add(name, cloud.add_instance_in("HKG", "rootless", "2", 10));
    }
}

fn create(cloud: &Simulator, names: &Names, _: &str) -> String {
    let web = names.id("WEB_ID");
    cloud.enable_root(web, "from-before-1");
    web.to_owned()
}

fn remove(cloud: &Simulator, state: &Json) {
    cloud.forget_root(state["instance_id"].as_str().unwrap_or_default());
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    let id = state["instance_id"].as_str().unwrap_or_default();
    let found = cloud.instance(id).filter(|it| it.root_enabled);
    found.map_or(Json::Null, |it| {
        json!({ "instance_id": id, "region": of_instance(cloud, id), "password": it.root_password })
    })
}
