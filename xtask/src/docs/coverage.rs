//! The page `docs/api-coverage.md`: every operation of the API, what reaches it, and what proves that.
//!
//! The table is data, one file for each part of the API, and is written by hand: no code says what the
//! API has and the provider has not, nor why. What can be looked up is looked up by the tests of `laws`:
//! a row that names a method, a block, an argument or a test that there is not fails them, and so does a
//! method of the client that sends something and has no row. So the page cannot promise what is not
//! there, and who adds an operation cannot forget its row.

mod backups;
mod contents;
mod groups;
mod instances;
#[cfg(test)]
mod laws;
mod offers;
mod operation;

use std::fmt::Write as _;

use operation::{Operation, Part, Way};

/// All parts of the API, in the order of its documents.
const PARTS: [Part; 8] = [
    Part { title: "Versions of the API", operations: instances::VERSIONS },
    Part { title: "Instances", operations: instances::INSTANCES },
    Part { title: "Databases and users", operations: contents::CONTENTS },
    Part { title: "Flavors and datastores", operations: offers::OFFERS },
    Part { title: "Configuration groups", operations: groups::CONFIGURATIONS },
    Part { title: "Backups, restores and replicas", operations: backups::BACKUPS },
    Part { title: "HA groups", operations: groups::HA_GROUPS },
    Part { title: "Schedules", operations: backups::SCHEDULES },
];

const COLUMNS: &str =
    "| # | Operation | Call | Client | HCL | Test |\n| --- | --- | --- | --- | --- | --- |\n";

/// The whole page.
pub(super) fn page() -> String {
    let mut text = head(&count(&PARTS));
    for part in &PARTS {
        let _ = write!(text, "\n## {}\n\n{COLUMNS}", part.title);
        text.extend(part.operations.iter().map(row));
    }
    let _ = write!(
        text,
        "\n## Beside these\n\n\
         Rackspace does not have this call, so it has no number.\n\
         OpenStack's Trove has it, and the plan asks for it where it wants to know what the account may have.\n\n\
         {COLUMNS}"
    );
    text.extend(offers::OF_TROVE.iter().map(row));
    text
}

fn head(count: &str) -> String {
    format!(
        "\
# API coverage

Every operation of the [Cloud Databases API](https://github.com/rackerlabs/docs-cloud-databases/tree/master/api-docs/api-reference), what sends it, and what proves that.
This page is generated from `xtask/src/docs/coverage`, where each operation has a row; `cargo xtask docs` writes it, and tests compare the rows with the code.

{count}

* **#** is a number that only this page gives.
* **Call** is below the address of the account, but for the first two; \"with\" names what the body holds, where several operations have one path.
* **Client** names the methods of `clouddb::Client` that send it.
* **HCL** names the blocks that reach it, with the arguments that matter, or says why there is none.
* **Test** is one that proves it.
  Those below `tests/acceptance` drive the provider, `cargo test --test acceptance NAME`; those below `crates/clouddb/tests/client` drive the client alone, `cargo test -p clouddb --test client NAME`.
"
    )
}

/// How much of it is reached.
fn count(parts: &[Part]) -> String {
    let all: Vec<&Operation> = parts.iter().flat_map(|it| it.operations).collect();
    let of = |fits: fn(&Way) -> bool| all.iter().filter(|it| fits(&it.way)).count();
    format!(
        "**{} of {} operations are reachable from HCL, {} more from the client.**",
        of(|way| matches!(way, Way::Hcl { .. })),
        all.len(),
        of(|way| matches!(way, Way::Client { .. }))
    )
}

fn row(it: &Operation) -> String {
    let number = it.number.map_or_else(|| "–".to_owned(), |number| number.to_string());
    let calls: Vec<String> = it.call.split(", ").map(call).collect();
    let none = || "–".to_owned();
    let (methods, hcl, test) = match &it.way {
        Way::Hcl { methods, blocks, test } => {
            let blocks: Vec<String> = blocks.iter().map(operation::Block::shown).collect();
            (shown(methods), blocks.join(", "), test.shown())
        }
        Way::Client { methods, why, test } => (shown(methods), (*why).to_owned(), test.shown()),
        Way::Absent(why) => (none(), (*why).to_owned(), none()),
    };
    format!("| {number} | {} | {} | {methods} | {hcl} | {test} |\n", it.name, calls.join(", "))
}

/// `POST /things with turn` in the letters of code.
fn call(text: &str) -> String {
    match text.split_once(" with ") {
        Some((call, body)) => format!("`{call}` with `{body}`"),
        None => format!("`{text}`"),
    }
}

/// `instances.get` as `instances().get`.
fn shown(methods: &[&str]) -> String {
    let shown = methods.iter().map(|it| match it.split_once('.') {
        Some((collection, method)) => format!("`{collection}().{method}`"),
        None => format!("`{it}`"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::operation::{absent, acceptance, client, client_only, data_source, hcl, operation};
    use super::*;

    const ROWS: &[Operation] = &[
        operation(
            1,
            "List things",
            "GET /things",
            hcl(
                &["things.list", "things.pages"],
                &[data_source("rackspace_db_things").by(&["a", "b"]).for_what("in its plan")],
                acceptance("a::b::works"),
            ),
        ),
        operation(
            2,
            "Turn a thing",
            "POST /things/{id} with turn",
            client_only(&["turn"], "It is to come.", client("c::turns")),
        ),
        operation(
            3,
            "Burn things",
            "DELETE /things/{id}, DELETE /things",
            absent("It is to come."),
        ),
    ];

    #[test]
    fn a_row_has_what_reaches_the_operation_or_the_reason() {
        let rows: String = ROWS.iter().map(row).collect();

        let expected = "\
| 1 | List things | `GET /things` | `things().list`, `things().pages` | data source [`rackspace_db_things`](data-sources/db_things.md) (`a`, `b`) in its plan | [`a::b::works`](../tests/acceptance/a/b.rs) |
| 2 | Turn a thing | `POST /things/{id}` with `turn` | `turn` | It is to come. | [`c::turns`](../crates/clouddb/tests/client/c.rs) |
| 3 | Burn things | `DELETE /things/{id}`, `DELETE /things` | – | It is to come. | – |
";
        assert_eq!(rows, expected);
    }

    #[test]
    fn what_is_reached_is_counted() {
        let parts = [Part { title: "", operations: ROWS }, Part { title: "", operations: ROWS }];

        let count = count(&parts);

        let expected = "**2 of 6 operations are reachable from HCL, 2 more from the client.**";
        assert_eq!(count, expected);
    }
}
