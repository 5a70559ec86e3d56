//! The data sources of flavors.

use serde_json::Value as Json;

use super::attribute::{Attribute, computed, computed_list, optional, value};
use super::entry::Entry;
use super::refusal::Refusal;
use super::region::region_asked;
use super::validators::{FLAVORS, none_on_offer};

pub(super) fn entries() -> Vec<Entry> {
    vec![list_data_source(), data_source()]
}

fn ram(attribute: Attribute, least: i64, fraction: f64) -> Attribute {
    let must_be = format!("at least {least}");
    let rule = if least == 0 { "at least 0" } else { "at least 1" };
    attribute
        .validator(&must_be, [(rule, least - 1, "")])
        .validator("a whole number", [("whole", fraction, "")])
}

fn list_data_source() -> Entry {
    Entry::data_source("rackspace_db_flavors", file!())
        .attributes([
            ram(optional("min_ram", 1024), 0, 0.5)
                .or(value(1024).beside("max_ram", 2048))
                .refuses(
                    Refusal::at_validate("not above `max_ram`")
                        .given("min_ram", 2048)
                        .given("max_ram", 1024)
                        .says(
                            "An empty range of RAM",
                            "`min_ram` is 2048 and `max_ram` is 1024, so no flavor can fit. Swap or remove one.",
                        ),
                ),
            ram(optional("max_ram", 2048), 0, 0.5).or(value(2048).beside("min_ram", 1024)),
            optional("name_contains", "gb"),
            optional("datastore_type", "mysql").not_empty(255).refuses(
                Refusal::at_plan("one that the region has").given("datastore_type", "mongodb").says(
                    "No such version of a datastore",
                    none_on_offer("mongodb"),
                ),
            ),
            optional("datastore_version", value("8.0").beside("datastore_type", "mysql"))
                .shows(Json::Null)
                .not_empty(255)
                .refuses(
                    Refusal::at_validate("not without `datastore_type`")
                        .given("datastore_version", "8.0")
                        .says(
                            "A datastore version without its type",
                            "Version \"8.0\" may be one of MySQL, MariaDB or Percona. Set `datastore_type` as well.",
                        ),
                ),
            region_asked([]),
        ])
        .attributes(computed_list(
            "flavors",
            vec![
                computed("id").shows("2"),
                computed("name").shows("1GB Instance"),
                computed("ram").shows(1024),
            ],
        ))
}

fn data_source() -> Entry {
    let one_way = |given: usize| {
        Refusal::at_validate("one of `id`, `name`, `ram` and `min_ram`").on_block().says(
            "Exactly one way to find a flavor",
            format!("{given} of `id`, `name`, `ram` and `min_ram` are set. Set exactly one."),
        )
    };
    Entry::data_source("rackspace_db_flavor", file!()).asked("id", "2").attributes([
        optional("id", "2")
            .not_empty(255)
            .refuses(one_way(0))
            .refuses(one_way(2).given("id", "2").given("ram", 1024)),
        region_asked([("id", "2")]),
        optional("name", "1GB Instance").shows("1GB Instance").not_empty(255),
        ram(optional("ram", 1024), 1, 1.5).refuses_mocks().shows(1024).refuses(
            Refusal::at_plan("a flavor that exists")
                .given("ram", 1000)
                .on_block()
                .says("No such flavor", format!("No flavor fits. {FLAVORS}")),
        ),
        ram(optional("min_ram", 1024), 0, 1.5).or(value(Json::Null).beside("ram", 1024)),
    ])
}
