//! `rackspace_db_database` and the data source of databases.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{computed, optional, required, timeout, value};
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::{SEARCHED, of_instance, region, region_asked};
use super::validators::no_instance;

pub(super) fn entries() -> Vec<Entry> {
    vec![resource(), list_data_source()]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_database", file!(), Object { create, remove, served })
        .attributes([
            required("instance_id", "WEB_ID")
                .replaces("TWIN_ID_1")
                .id_of("an instance", "web")
                .refuses(no_instance()),
            region(("instance_id", "ABROAD_ID")),
            required("name", "LABEL").replaces("a #b").name_of_database().refuses(taken()),
            optional("character_set", "latin1")
                .or(value("latin1").beside("collate", "latin1_bin"))
                .shows("utf8")
                .replaces(value("latin1").beside("collate", "latin1_bin"))
                .not_imported()
                .validator(
                    "a character set of MySQL or MariaDB",
                    [(
                        "a name that a server has",
                        "klingon",
                        "No server on offer has it. `SHOW CHARACTER SET` lists those of a server.",
                    )],
                )
                .refuses(dropped_first()),
            optional("collate", "latin1_bin")
                .or(value("latin1_bin").beside("character_set", "latin1"))
                .shows("utf8_general_ci")
                .replaces("utf8_bin")
                .not_imported()
                .validator(
                    "a collation of MySQL or MariaDB",
                    [(
                        "a name that a server has",
                        "utf8_genral_ci",
                        "No server on offer has it. Did you mean \"utf8_general_ci\"? `SHOW COLLATION` lists those of a server.",
                    )],
                )
                .refuses(of_another_character_set()),
            optional("deletion_protection", false).shows(false).ignored(true).refuses(protected()),
            optional("skip_destroy", true).shows(false).ignored(true).refuses(left_behind()),
            computed("id"),
            timeout("create", "10m", "30"),
            timeout("read", "2m", "1 minute"),
            timeout("delete", "10m", "30"),
        ])
        .refuses(Refusal::of_import("`INSTANCE_ID/NAME`", "shop").says(
            "Invalid import ID",
            "\"shop\" is not the ID of a database. Give INSTANCE_ID/NAME.",
        ))
        .refuses(Refusal::of_import("of a database that exists", "WEB_ID/nothing").says(
            "Unable to import database \"nothing\" of instance WEB_ID",
            format!("Instance WEB_ID has no database \"nothing\", or there is no such instance {SEARCHED}. The data source rackspace_db_databases lists those that exist."),
        ))
        .seeds(seed)
}

fn taken() -> Refusal {
    Refusal::warned_at_plan("not that of another database of the instance")
        .given("name", "shop")
        .alone()
        .says(
            "Database WEB_ID/shop exists already",
            "This plan makes one, by a creation or by another name, which the API refuses while it is there, and nothing is taken over without a word. \
             If an earlier run ended in the middle of creating it, or Terraform is to manage it from now on, import it before the apply:\n\n\
             terraform import ADDRESS 'WEB_ID/shop'\n\n\
             Otherwise give the new one another name, or drop the old one first. If this run drops it under another address, nothing is wrong.",
        )
}

fn of_another_character_set() -> Refusal {
    Refusal::at_validate("one of `character_set`")
        .given("character_set", "utf8")
        .given("collate", "latin1_bin")
        .says(
            "Collation of another character set",
            "The collation \"latin1_bin\" belongs to the character set \"latin1\", and `character_set` is \"utf8\". Make them agree, or leave one out.",
        )
}

fn dropped_first() -> Refusal {
    Refusal::warned_at_plan("without `create_before_destroy` when it changes")
        .given("character_set", "latin1")
        .after("character_set", "utf8")
        .on_block()
        .says(
            "Database is dropped before it is made anew",
            "What it holds goes with it. Two of one name cannot exist, so `create_before_destroy` cannot work for this change: if the `lifecycle` block of the resource, or of what refers to it, says so, remove that first, or the apply ends in an error and changes nothing.",
        )
}

fn protected() -> Refusal {
    Refusal::at_plan("`false` before a deletion")
        .once_gone("deletion_protection", true)
        .says(
            "Database is protected from deletion",
            "The plan would delete or replace database \"it\" of instance WEB_ID, and `deletion_protection` is true in the state. Nothing was changed.\n\n\
             To keep it, undo the change that leads to this. If it is really to go, set `deletion_protection = false`, apply that, and plan again.",
        )
}

fn left_behind() -> Refusal {
    Refusal::warned_at_plan("the database stays").once_gone("skip_destroy", true).says(
        "Database stays on its instance",
        "The plan destroys the resource of database \"it\" of instance WEB_ID, and `skip_destroy` is true in the state: nothing is dropped, and Terraform forgets it. It goes with the instance, or can be imported again.",
    )
}

fn list_data_source() -> Entry {
    Entry::data_source("rackspace_db_databases", file!()).attributes([
        required("instance_id", "WEB_ID").id_of("an instance", "web"),
        region_asked([]),
        computed("names").shows(json!(["shop", "stock"])),
    ])
}

/// Two databases of the instance `web`.
fn seed(cloud: &Simulator, names: &mut Names) {
    for name in ["shop", "stock"] {
        cloud.add_database(names.id("WEB_ID"), name);
    }
}

fn create(cloud: &Simulator, names: &Names, label: &str) -> String {
    let web = names.id("WEB_ID");
    cloud.add_database(web, label);
    format!("{web}/{label}")
}

fn remove(cloud: &Simulator, state: &Json) {
    let text = |name: &str| state[name].as_str().unwrap_or_default();
    cloud.remove_database(text("instance_id"), text("name"));
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    let instance = &state["instance_id"];
    let databases = cloud.databases(instance.as_str().unwrap_or_default());
    let found = databases.into_iter().find(|it| state["name"] == it.name.as_str());
    found.map_or(Json::Null, |it| {
        json!({
            "instance_id": instance,
            "region": of_instance(cloud, instance.as_str().unwrap_or_default()), "name": it.name,
            "character_set": it.character_set, "collate": it.collate,
        })
    })
}
