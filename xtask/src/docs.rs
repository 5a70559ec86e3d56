//! `cargo xtask docs`: the pages that the Terraform Registry shows.
//!
//! A page is made of the schema or the signature, which the provider also answers with, and of the files under
//! `examples/`, which the tests apply. Nobody edits a page by hand. The layout is that of
//! <https://developer.hashicorp.com/terraform/registry/providers/docs>; two pages, which the Registry
//! does not show, are made of other things: that of the validation rules of the catalogue, and that of
//! the operations of the API of the table in `coverage`. The command that imports an object is made of
//! its `import` block.

mod coverage;
mod examples;
mod kind;
mod page;
mod rules;
mod schema;
mod signature;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use terraform_provider_rackspace::Rackspace;
use testkit::{Result, catalogue, project};
use tfplug::Provider;

use examples::Examples;
use kind::KINDS;

/// The folders in which every page is generated.
fn folders() -> impl Iterator<Item = PathBuf> {
    let folders = KINDS.iter().map(|kind| kind.folder).chain(["resources", "functions"]);
    folders.map(|folder| Path::new("docs").join(folder))
}

/// Writes the pages, or with `check` says which of them are not what would be written.
pub(crate) fn run(check: bool) -> Result {
    let root = project::root();
    let stale = stale(&root, &pages(&root)?)?;
    if stale.is_empty() {
        println!("The pages under docs/ are fresh.");
        return Ok(());
    }
    if check {
        let names: Vec<_> = stale.keys().map(|path| path.display().to_string()).collect();
        return Err(format!("run `cargo xtask docs`: {} changed", names.join(", ")).into());
    }
    for (path, content) in stale {
        let file = root.join(&path);
        if let Some(content) = content {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&file, content)?;
            println!("Wrote {}", path.display());
        } else {
            std::fs::remove_file(&file)?;
            println!("Removed {}", path.display());
        }
    }
    Ok(())
}

/// Every page with its path below the root.
fn pages(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let examples = Examples::below(root.join("examples"));
    let mut pages = BTreeMap::new();
    let provider = page::provider(&Rackspace.schema(), &examples)?;
    pages.insert(PathBuf::from("docs/index.md"), provider);
    let rules = rules::page(&catalogue::entries());
    pages.insert(PathBuf::from("docs/validation-rules.md"), rules);
    pages.insert(PathBuf::from("docs/api-coverage.md"), coverage::page());
    for resource in Rackspace.resources() {
        let name = resource.name();
        let page =
            page::resource(name, &resource.schema(), &resource.identity_schema(), &examples)?;
        pages.insert(page_path("resources", name)?, page);
        let command = format!("{}\n", examples.import_command(name)?);
        pages.insert(Path::new("examples/resources").join(name).join("import.sh"), command);
    }
    for kind in &KINDS {
        for (name, schema) in (kind.offered)() {
            let page = page::of_kind(kind, name, &schema, &examples)?;
            pages.insert(page_path(kind.folder, name)?, page);
        }
    }
    for function in Rackspace.functions() {
        let name = function.name();
        let page = page::function(name, &function.signature(), &examples)?;
        pages.insert(Path::new("docs/functions").join(name).with_extension("md"), page);
    }
    Ok(pages)
}

fn page_path(folder: &str, name: &str) -> Result<PathBuf> {
    let short = name
        .strip_prefix("rackspace_")
        .ok_or_else(|| format!("{name} does not begin with rackspace_"))?;
    Ok(PathBuf::from("docs").join(folder).join(short).with_extension("md"))
}

/// What differs from the wanted pages: the new content, or `None` for a page of nothing.
fn stale(
    root: &Path,
    pages: &BTreeMap<PathBuf, String>,
) -> Result<BTreeMap<PathBuf, Option<String>>> {
    let mut stale = BTreeMap::new();
    for (path, content) in pages {
        let found = std::fs::read_to_string(root.join(path)).ok();
        if found.as_ref() != Some(content) {
            stale.insert(path.clone(), Some(content.clone()));
        }
    }
    for folder in folders() {
        let Ok(entries) = std::fs::read_dir(root.join(&folder)) else { continue };
        for entry in entries {
            let path = folder.join(entry?.file_name());
            if !pages.contains_key(&path) {
                stale.insert(path, None);
            }
        }
    }
    Ok(stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_pages_are_fresh() {
        let root = project::root();

        let stale = stale(&root, &pages(&root).unwrap()).unwrap();

        let names: Vec<_> = stale.keys().collect();
        assert!(names.is_empty(), "run `cargo xtask docs`: {names:?}");
    }

    #[test]
    fn a_changed_a_missing_and_a_superfluous_page_are_stale() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("docs/resources");
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["same.md", "changed.md", "superfluous.md"] {
            std::fs::write(folder.join(name), "old").unwrap();
        }
        let page = |name: &str| PathBuf::from("docs/resources").join(name);
        let wanted = BTreeMap::from([
            (page("same.md"), "old".to_owned()),
            (page("changed.md"), "new".to_owned()),
            (page("missing.md"), "new".to_owned()),
        ]);

        let stale = stale(root.path(), &wanted).unwrap();

        let new = Some("new".to_owned());
        let expected = BTreeMap::from([
            (page("changed.md"), new.clone()),
            (page("missing.md"), new),
            (page("superfluous.md"), None),
        ]);
        assert_eq!(stale, expected);
    }
}
