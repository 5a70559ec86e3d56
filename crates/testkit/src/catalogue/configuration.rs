//! `rackspace_db_configuration` and the data sources of configuration groups and their parameters.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{Attribute, computed, computed_list, optional, required, timeout, value};
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::{SEARCHED, region, region_asked};
use super::validators::{NOBODY, none_on_offer};

pub(super) fn entries() -> Vec<Entry> {
    vec![resource(), data_source(), list_data_source(), parameters(), default_configuration()]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_configuration", file!(), Object { create, remove, served })
        .attributes([
            required("name", "LABEL").in_place("renamed").line("name").refuses(namesake()),
            region(("name", "abroad")),
            optional("description", "For the shop").in_place("For all").line("description"),
            values(),
            computed("id"),
            computed("restart_required").shows(json!([])),
            computed("instance_count").shows(0),
            computed("created"),
            computed("updated"),
            timeout("create", "10m", "soon"),
            timeout("read", "2m", "1 minute"),
            timeout("update", "10m", "1x"),
            timeout("delete", "10m", "-1m"),
        ])
        .attributes(datastore())
        .refuses(Refusal::of_import("the ID of a configuration group", "tuned").says(
            "Unable to import configuration group tuned",
            format!("There is no configuration group with the ID \"tuned\" {SEARCHED}. The data source rackspace_db_configurations lists those that exist in a region."),
        ))
}

fn values() -> Attribute {
    let set = |name: &str, value: &str| json!({ name: value });
    let broken =
        |rule, name, value| Refusal::at_plan(rule).given("values", set(name, value)).alone();
    required("values", set("connect_timeout", "17"))
        .in_place(set("connect_timeout", "20"))
        .refuses(broken("parameters that there are", "max_conections", "200").says(
            "Unknown parameter",
            "A configuration group for mysql 8.0 cannot set \"max_conections\". Did you mean \"max_connections\"? The data source rackspace_db_parameters lists what it can set.",
        ))
        .refuses(broken("values of the right type", "connect_timeout", "long").says(
            "Invalid value of a parameter",
            "`connect_timeout` of mysql 8.0: \"long\" is not a whole number from 2 to 31536000.",
        ))
        .refuses(broken("values in range", "connect_timeout", "1").says(
            "Invalid value of a parameter",
            "`connect_timeout` of mysql 8.0: \"1\" is not a whole number from 2 to 31536000.",
        ))
}

fn datastore() -> [Attribute; 3] {
    let version = Refusal::at_plan("a version on offer")
        .given("datastore.type", "mysql")
        .given("datastore.version", "5.6");
    [
        optional("datastore", json!({ "type": "mysql", "version": null }))
            .shows(json!({ "type": "mysql", "version": "8.0" })),
        optional("datastore.type", "MySQL").shows("mysql").replaces("percona").refuses(
            Refusal::at_plan("one on offer").given("datastore.type", "oracle").says(
                "Unknown datastore",
                "There is no datastore with the name or the ID \"oracle\" in this region. These exist, with their versions:\n\n\
                 \"mysql\": \"5.7\", \"8.0\" (the default)\n\
                 \"mariadb\": \"10.4\" (the default), \"10.4enc\"\n\
                 \"percona\": \"5.7\" (the default), \"8.0\"",
            ),
        ),
        optional("datastore.version", value("8.0").beside("datastore.type", "mysql"))
            .shows("8.0")
            .replaces(value("5.7").beside("datastore.type", "mysql"))
            .refuses(version.says(
                "Unknown datastore version",
                "A configuration group for mysql cannot have the version \"5.6\". These exist, with their versions:\n\n\
                 \"mysql\": \"5.7\", \"8.0\" (the default)\n\
                 \"mariadb\": \"10.4\" (the default), \"10.4enc\"\n\
                 \"percona\": \"5.7\" (the default), \"8.0\"",
            ))
            .refuses(
                Refusal::at_validate("not without `type`").given("datastore.version", "8.0").says(
                    "A datastore version without its type",
                    "Version \"8.0\" may be one of MySQL, MariaDB or Percona. Set `type` as well.",
                ),
            ),
    ]
}

fn namesake() -> Refusal {
    Refusal::warned_at_plan("not that of another group").given("name", "tuned").alone().says(
        "There is a configuration group named \"tuned\" already",
        "This plan creates a new one and leaves what is there alone:\n\n\
         TUNED_ID (created CREATED): terraform import ADDRESS 'TUNED_ID'\n\n\
         If an earlier run ended in the middle of creating it, do not apply: import it, or delete it first. If it belongs to somebody or something else, or Terraform manages it under another address, nothing is wrong.",
    )
}

impl Attribute {
    /// One line of a person.
    fn line(self, what: &str) -> Self {
        let long = "x".repeat(256);
        let too_long = format!("The {what} has 256 characters; at most 255 are allowed.");
        let bare = format!("The {what} needs at least one letter (a-z) or digit.");
        let lines = format!("The {what} must be on one line.");
        self.validator(
            "1 to 255 characters long, with at least one letter or digit",
            [
                ("a letter or digit", "--", &bare),
                ("at most 255 characters", long.as_str(), &too_long),
                ("on one line", "a\nb", &lines),
            ],
        )
    }
}

fn data_source() -> Entry {
    let nobody = |about: &str| {
        format!(
            "There is no configuration group {about} in this account and region. The data source rackspace_db_configurations lists those that exist."
        )
    };
    Entry::data_source("rackspace_db_configuration", file!())
        .asked("id", "TUNED_ID")
        .attributes([
            optional("id", "TUNED_ID")
                .or(value(Json::Null).beside("name", "tuned"))
                .not_empty(255)
                .refuses(
                    Refusal::at_validate("one of `id` and `name`")
                        .given("id", "TUNED_ID")
                        .given("name", "tuned")
                        .on_block()
                        .says(
                            "Exactly one way to find a configuration group",
                            "Set either `id`, or `name` if no other group has it.",
                        ),
                )
                .refuses(
                    Refusal::at_plan("a group that exists").given("id", NOBODY).on_block().says(
                        "No such configuration group",
                        nobody(&format!("with the ID \"{NOBODY}\"")),
                    ),
                ),
            optional("name", "tuned")
                .or(value(Json::Null).beside("id", "TUNED_ID"))
                .shows("tuned")
                .not_empty(255)
                .refuses(
                    Refusal::at_plan("the name of a group").given("name", "nothing").on_block().says(
                        "No such configuration group",
                        nobody("named \"nothing\""),
                    ),
                )
                .refuses(
                    Refusal::at_plan("a name of one group only").given("name", "double").says(
                        "Several configuration groups of one name",
                        "These groups are named \"double\": DOUBLE_ID_1, DOUBLE_ID_2. Set the `id` of the one that is meant.",
                    ),
                ),
            region_asked([("id", "TUNED_ID")]),
            computed("description").shows(Json::Null),
            computed("values").shows(json!({ "connect_timeout": "17" })),
            computed("restart_required").shows(json!([])),
            computed("instance_count").shows(0),
            computed("created"),
            computed("updated"),
        ])
        .attributes(told_datastore())
}

fn told_datastore() -> [Attribute; 3] {
    [
        computed("datastore"),
        computed("datastore.type").shows("mysql"),
        computed("datastore.version").shows("8.0"),
    ]
}

fn list_data_source() -> Entry {
    let mut each = vec![
        computed("id"),
        computed("name").shows("tuned"),
        computed("description").shows(Json::Null),
        computed("created"),
        computed("updated"),
    ];
    each.extend(told_datastore());
    Entry::data_source("rackspace_db_configurations", file!())
        .attributes([region_asked([])])
        .attributes(computed_list("configurations", each))
        .seeds(seed)
}

fn parameters() -> Entry {
    let each = vec![
        computed("name").shows("max_connections"),
        computed("type").shows("integer"),
        computed("min").shows(1),
        computed("max").shows(100_000),
        computed("restart_required").shows(false),
    ];
    Entry::data_source("rackspace_db_parameters", file!())
        .attributes([
            required("datastore_type", "mysql").not_empty(255).refuses(
                Refusal::at_plan("one on offer")
                    .given("datastore_type", "oracle")
                    .says("No such version of a datastore", none_on_offer("oracle")),
            ),
            optional("datastore_version", "5.7").shows("8.0").not_empty(255).refuses(
                Refusal::at_plan("a version on offer")
                    .given("datastore_version", "5.6")
                    .says("No such version of a datastore", none_on_offer("mysql 5.6")),
            ),
            region_asked([]),
        ])
        .attributes(computed_list("parameters", each))
}

fn default_configuration() -> Entry {
    let both = Refusal::at_validate("one way to ask")
        .given("instance_id", "WEB_ID")
        .given("flavor", "2")
        .on_block()
        .says(
            "Exactly one way to ask for default settings",
            "Set either `instance_id`, or all of `datastore_type`, `datastore_version` and `flavor`.",
        );
    let all = [("datastore_type", "mysql"), ("datastore_version", "8.0"), ("flavor", "2")];
    let of_version = |name: &str, good: &str| {
        let others = all.into_iter().filter(|(it, _)| *it != name);
        optional(name, others.fold(value(good), |it, (name, good)| it.beside(name, good)))
            .not_empty(255)
    };
    let broken = |name: &'static str, bad: &'static str| {
        all.into_iter().fold(Refusal::at_plan("one on offer"), |it, (other, good)| {
            it.given(other, if other == name { bad } else { good })
        })
    };
    Entry::data_source("rackspace_db_default_configuration", file!())
        .asked("instance_id", "WEB_ID")
        .attributes([
            optional("instance_id", "WEB_ID").id_of("an instance", "web").refuses(both).refuses(
                Refusal::at_plan("an instance that exists").given("instance_id", NOBODY).says(
                    "No such instance",
                    format!("There is no instance with the ID \"{NOBODY}\" in this account and region. The data source rackspace_db_instances lists those that exist."),
                ),
            ),
            of_version("datastore_type", "mysql").refuses(
                broken("datastore_type", "oracle")
                    .says("No such version of a datastore", none_on_offer("oracle 8.0")),
            ),
            of_version("datastore_version", "8.0").refuses(
                broken("datastore_version", "5.6")
                    .says("No such version of a datastore", none_on_offer("mysql 5.6")),
            ),
            of_version("flavor", "2").refuses(broken("flavor", "huge").says(
                "Unknown flavor",
                "No flavor has the ID, the name or the RAM \"huge\". The data source rackspace_db_flavors lists those that exist.",
            )),
            region_asked([("instance_id", "WEB_ID")]),
            computed("values"),
        ])
}

/// Two groups of one name. The one that instances have, theirs seeds.
fn seed(cloud: &Simulator, names: &mut Names) {
    let mut ids = [(); 2].map(|()| cloud.add_configuration("double", false));
    ids.sort();
    let [first, second] = ids;
    names.add("DOUBLE_ID_1", first);
    names.add("DOUBLE_ID_2", second);
}

fn create(cloud: &Simulator, _: &Names, label: &str) -> String {
    cloud.add_configuration(label, false)
}

fn remove(cloud: &Simulator, state: &Json) {
    cloud.remove_configuration(state["id"].as_str().unwrap_or_default());
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    let found = cloud.configurations().into_iter().find(|it| state["id"] == it.id.as_str());
    found.map_or(Json::Null, |it| {
        let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let values = it.values.iter().map(|(name, value)| (name.clone(), text(value).into()));
        json!({
            "region": it.region, "name": it.name, "description": it.description,
            "values": Json::Object(values.collect()),
            "datastore": { "type": it.datastore, "version": it.datastore_version },
        })
    })
}
