//! `rackspace_db_user` and the data source of users.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{
    Attribute, computed, computed_list, optional, required, sensitive, timeout, value, write_only,
};
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::{SEARCHED, of_instance, region, region_asked};
use super::validators::no_instance;

/// What MySQL's users may have, with characters that look different wherever they are escaped or
/// encoded.
const PASSWORD: &str = "P9 stored+%<&>=?0123456789";
const OTHER_PASSWORD: &str = "Q2 stored+%<&>=?again 0123456789";
const WRITE_ONLY: &str = "W3 never+%<&>=?kept 0123456789";
const OTHER_WRITE_ONLY: &str = "V4 never+%<&>=?at all 0123456789";

pub(super) fn entries() -> Vec<Entry> {
    vec![resource(), list_data_source()]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_user", file!(), Object { create, remove, served })
        .attributes([
            required("instance_id", "WEB_ID")
                .replaces("TWIN_ID_1")
                .id_of("an instance", "web")
                .refuses(no_instance().given("password", PASSWORD)),
            region(("instance_id", "ABROAD_ID")),
            name(),
            optional("host", "10.0.0.1").shows("%").in_place("10.0.0.%").refuses_mocks().validator(
                "`%`, an IPv4 address, or one that begins or ends with `%`",
                [(
                    "`%`, an address, or one that begins or ends with `%`",
                    "web01",
                    "\"web01\" is not a host. Give \"%\" for every host, an IPv4 address such as \"10.0.0.1\", or a pattern such as \"10.0.0.%\" or \"10.%\".",
                )],
            ),
        ])
        .attributes(passwords())
        .attributes([
            optional("databases", json!(["shop"]))
                .shows(json!([]))
                .in_place(json!(["shop", "stock"]))
                .validator(
                    "a MySQL database name of 2 to 64 characters",
                    [(
                        "names of databases",
                        json!(["mysql"]),
                        "\"mysql\" is reserved for the database server. Choose another name.",
                    )],
                )
                .refuses(no_database()),
            optional("skip_destroy", true).shows(false).ignored(true).refuses(left_behind()),
            computed("id"),
            timeout("create", "10m", "ten"),
            timeout("read", "2m", "1 minute"),
            timeout("update", "10m", "ten"),
            timeout("delete", "10m", "ten"),
        ])
        .refuses(Refusal::of_import("`INSTANCE_ID/NAME@HOST`", "app").says(
            "Invalid import ID",
            "\"app\" is not the ID of a user. Give INSTANCE_ID/NAME@HOST, for example 61f12fef-edb1-4561-8122-e7c00ef26a82/app@%.",
        ))
        .refuses(Refusal::of_import("of a user that exists", "WEB_ID/nobody@%").says(
            "Unable to import user \"nobody@%\" of instance WEB_ID",
            format!("Instance WEB_ID has no user \"nobody@%\", or there is no such instance {SEARCHED}. The data source rackspace_db_users lists those that exist, with their hosts."),
        ))
        .seeds(seed)
}

fn no_database() -> Refusal {
    Refusal::warned_at_plan("databases that exist or are made")
        .given("databases", json!(["shpo"]))
        .given("password", PASSWORD)
        .alone()
        .says(
            "Grant on a database that there is not",
            "Instance WEB_ID has no database \"shpo\", and this run is not known to make it. It has: shop, stock. The API accepts the grant, and it takes effect when there is such a database. Correct the name if it is misspelt; where the same configuration makes the database, write `rackspace_db_database.NAME.name`, so that it is made first.",
        )
}

/// A user needs a password beside its name.
fn name() -> Attribute {
    required("name", value("LABEL").beside("password", PASSWORD)).in_place("renamed").validator(
        "a MySQL user name of 1 to 16 characters without a period",
        [
            (
                "no period",
                "john.doe",
                "A user name with a period is refused: the API cuts such a name at the period and may change or delete another user. Choose a name without a period.",
            ),
            (
                "at most 16 characters",
                "abcdefghijklmnopq",
                "The user name has 17 characters; at most 16 are allowed.",
            ),
            ("a letter or digit", "--", "The user name needs at least one letter or digit."),
            (
                "ASCII only",
                "zo\u{eb}",
                "The service takes only the letters, digits and signs of ASCII in a user name: no accents, tabs or line breaks.",
            ),
            (
                "not reserved",
                "root",
                "\"root\" is reserved for the service. Choose another name.",
            ),
            (
                "no quotes, `;`, `,`, `/` or `\\`",
                "a;b",
                "The character ; is not allowed in a user name.",
            ),
            (
                "no space at its ends",
                " app",
                "A user name must not begin or end with a space.",
            ),
        ],
    )
    .refuses(taken())
}

fn taken() -> Refusal {
    Refusal::warned_at_plan("not that of another user of the instance, host and all")
        .given("name", "app")
        .given("password", PASSWORD)
        .alone()
        .says(
            "User WEB_ID/app@% exists already",
            "This plan makes one, by a creation or by another name, which the API refuses while it is there, and nothing is taken over without a word. \
             If an earlier run ended in the middle of creating it, or Terraform is to manage it from now on, import it before the apply:\n\n\
             terraform import ADDRESS 'WEB_ID/app@%'\n\n\
             Otherwise give the new one another name, or drop the old one first. If this run drops it under another address, nothing is wrong.",
        )
}

fn passwords() -> [Attribute; 3] {
    let instead = |json: Json| value(json).beside("password", Json::Null);
    [
        sensitive("password", PASSWORD).in_place(OTHER_PASSWORD).password_of_user().refuses(
            Refusal::at_plan("one of the two for a new user")
                .given("password", Json::Null)
                .on_block()
                .says(
                    "A new user needs a password",
                    "Set `password`, or `password_wo` with `password_wo_version` to keep it out of the state.",
                ),
        ),
        write_only("password_wo", instead(WRITE_ONLY.into()).beside("password_wo_version", 1))
            .in_place(instead(OTHER_WRITE_ONLY.into()))
            .password_of_user()
            .refuses(
                Refusal::at_validate("not with `password`")
                    .given("password_wo", "battery-1")
                    .says(
                        "Two passwords for one user",
                        "Both `password` and `password_wo` are set. Keep one: `password_wo` stays out of the state and needs Terraform 1.11 or later.",
                    ),
            ),
        optional("password_wo_version", instead(1.into()).beside("password_wo", WRITE_ONLY))
            .in_place(instead(1.into()).beside("password_wo", OTHER_WRITE_ONLY).not_served())
            .not_imported()
            .validator("a whole number", [("whole", 1.5, "")])
            .refuses(
                Refusal::at_validate("not without `password_wo`")
                    .given("password_wo_version", 1)
                    .says(
                        "A password version without its password",
                        "`password_wo_version` says when to send `password_wo`, which is not set. Set `password_wo`, or remove the version.",
                    ),
            ),
    ]
}

fn left_behind() -> Refusal {
    Refusal::warned_at_plan("the user stays").once_gone("skip_destroy", true).says(
        "User stays on its instance",
        "The plan destroys the resource of user \"it@%\" of instance WEB_ID, and `skip_destroy` is true in the state: nothing is dropped, and Terraform forgets it. It goes with the instance, or can be imported again.",
    )
}

fn list_data_source() -> Entry {
    Entry::data_source("rackspace_db_users", file!())
        .attributes([
            required("instance_id", "WEB_ID").id_of("an instance", "web"),
            region_asked([]),
        ])
        .attributes(computed_list(
            "users",
            vec![
                computed("name").shows("app"),
                computed("host").shows("%"),
                computed("databases").shows(json!(["shop"])),
            ],
        ))
}

/// A user of the instance `web`.
fn seed(cloud: &Simulator, names: &mut Names) {
    cloud.add_user(names.id("WEB_ID"), "app", "%", "not-ours-1", &["shop"]);
}

fn create(cloud: &Simulator, names: &Names, label: &str) -> String {
    let web = names.id("WEB_ID");
    cloud.add_user(web, label, "%", PASSWORD, &[]);
    format!("{web}/{label}@%")
}

fn remove(cloud: &Simulator, state: &Json) {
    let text = |name: &str| state[name].as_str().unwrap_or_default();
    cloud.remove_user(text("instance_id"), text("name"), text("host"));
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    let instance = &state["instance_id"];
    let users = cloud.users(instance.as_str().unwrap_or_default());
    let is_it = |name: &str, host: &str| state["name"] == name && state["host"] == host;
    users.into_iter().find(|it| is_it(&it.name, &it.host)).map_or(Json::Null, |it| {
        json!({
            "instance_id": instance,
            "region": of_instance(cloud, instance.as_str().unwrap_or_default()), "name": it.name, "host": it.host, "databases": it.databases,
            "password": it.password, "password_wo": it.password,
        })
    })
}
