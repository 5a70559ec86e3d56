//! The files of the repository, and the laws about where things are.

use std::fs;
use std::path::{Path, PathBuf};

use crate::obeyed;

/// Not part of the repository: what tools leave behind.
const LEFT_OUT: [&str; 3] = [".git", ".terraform", "target"];
/// The files of a release, at the root only.
const RELEASE: &str = "dist";

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] =
    ["utils", "util", "common", "helpers", "helper", "misc", "manager", "shared"];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file, relative to the root, sorted.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // In a linked work tree `.git` is a file.
            if LEFT_OUT.contains(&name.as_str()) || path == root().join(RELEASE) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root()).unwrap().to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// A file of the repository as text; `None` for one that is not text.
pub(crate) fn read(path: &Path) -> Option<String> {
    String::from_utf8(fs::read(root().join(path)).unwrap()).ok()
}

#[test]
fn every_file_is_where_and_what_its_name_says() {
    obeyed(&misnamed(&files()));
}

#[test]
fn misnamed_files_are_found() {
    let paths = [
        "src/resources/mod.rs",
        "crates/clouddb/src/utils.rs",
        "src/helpers/parse.rs",
        "crates/tfplug/build.rs",
        "release.sh",
        "Makefile",
    ];
    for path in paths {
        assert_eq!(misnamed(&[PathBuf::from(path)]).len(), 1, "{path}");
    }
    assert!(misnamed(&["examples/resources/x/import.sh".into(), "src/user.rs".into()]).is_empty());
}

fn misnamed(files: &[PathBuf]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        let shown = file.display();
        let name = file.file_name().unwrap().to_string_lossy();
        let is_code = file.extension().is_some_and(|it| it == "rs");
        let empty = file
            .with_extension("")
            .components()
            .any(|part| EMPTY_NAMES.iter().any(|name| part.as_os_str() == *name));
        if is_code && empty {
            offences.push(format!("{shown}: a module is named after what it is about"));
        }
        if name == "mod.rs" {
            offences.push(format!("{shown}: a module `foo` is `foo.rs` beside `foo/`"));
        }
        if name == "build.rs" {
            offences
                .push(format!("{shown}: nothing is generated while building, see docs/adr/0006"));
        }
        let is_script = name.ends_with(".sh") && !file.starts_with("examples");
        if is_script || name == "Makefile" || name == "justfile" {
            offences.push(format!("{shown}: automation is Rust, under xtask/"));
        }
    }
    offences
}
