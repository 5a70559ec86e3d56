//! The table in README.md that says how everything pyrax could do is written in HCL.

use std::path::Path;

use crate::obeyed;
use crate::registry::{Noun, registered};
use crate::tree;

/// Every operation of pyrax's module `cloud_databases`:
/// <https://github.com/pycontribs/pyrax/blob/master/docs/cloud_databases.md>.
const OPERATIONS: [&str; 25] = [
    "pyrax.cloud_databases",
    "cdb.list()",
    "cdb.get(",
    "cdb.list_flavors()",
    "cdb.create(",
    "inst.hostname",
    "inst.resize(\"2GB Instance\")",
    "inst.resize(2048)",
    "inst.resize(3)",
    "inst.resize_volume(",
    "InvalidVolumeResize",
    "inst.create_database(",
    "inst.create_user(",
    "inst.list_databases()",
    "inst.list_users()",
    "inst.get_database(",
    "inst.get_user(",
    "inst.create_backup(",
    "utils.wait_for_build(",
    "cdb.list_backups()",
    "inst.list_backups()",
    "cdb.delete_backup(",
    "cdb.restore_backup(",
    "db.delete()",
    "user.delete()",
];

#[test]
fn the_table_has_a_row_for_every_operation_and_every_name() {
    let readme = tree::read(Path::new("README.md")).unwrap();
    let mut offences = without_row(&readme);
    for (noun, name) in registered() {
        let written = match noun {
            Noun::Resource | Noun::DataSource | Noun::EphemeralResource => format!("\"{name}\""),
            Noun::ListResource => format!("list \"{name}\""),
            Noun::Action => format!("action \"{name}\""),
            Noun::Function => format!("provider::rackspace::{name}("),
        };
        if !readme.contains(&written) {
            offences.push(format!("README.md never names {written}"));
        }
    }
    obeyed(&offences);
}

#[test]
fn a_missing_row_and_an_empty_answer_are_found() {
    assert_eq!(without_row("").len(), OPERATIONS.len());
    assert_eq!(without_row("| `cdb.list()` | data |").len(), OPERATIONS.len() - 1);
    assert_eq!(without_row("| `cdb.list()` | |").len(), OPERATIONS.len());
}

fn without_row(readme: &str) -> Vec<String> {
    let rows: Vec<(&str, &str)> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|')?.split_once(" |"))
        .filter(|(_, answer)| !answer.trim().is_empty())
        .collect();
    OPERATIONS
        .iter()
        .filter(|operation| !rows.iter().any(|(row, _)| row.contains(**operation)))
        .map(|operation| format!("README.md has no row for `{operation}`"))
        .collect()
}
