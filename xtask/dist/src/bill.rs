//! The software bill of materials: what the program is made of, for tools, in `CycloneDX`.

use std::path::Path;

use testkit::{Result, process, project, provider};

use crate::tools;

/// Writes it beside the zips; returns the name of the file, or nothing without the tool.
pub(crate) fn write(folder: &Path) -> Result<Option<String>> {
    if !tools::has("cyclonedx") {
        println!(
            "No bill of materials: cargo-cyclonedx is missing (`cargo install --locked cargo-cyclonedx`, or --install-tools)."
        );
        return Ok(None);
    }
    let name = format!("{}_sbom", provider::PROGRAM);
    let mut bill = tools::cargo();
    bill.args(["cyclonedx", "--format", "json", "--override-filename", &name]);
    process::run(bill.args(["--manifest-path", "Cargo.toml"]))?;
    // It is written beside each manifest of the workspace.
    let name = format!("{name}.json");
    for manifest in manifests()? {
        let written = manifest.with_file_name(&name);
        if manifest == project::root().join("Cargo.toml") {
            // It names our own packages by their folders, which are nobody's business.
            let root = project::root().display().to_string();
            let text = std::fs::read_to_string(&written)?;
            std::fs::write(folder.join(&name), text.replace(&root, ""))?;
        }
        if written.exists() {
            std::fs::remove_file(&written)?;
        }
    }
    Ok(Some(name))
}

/// The manifests of this workspace.
fn manifests() -> Result<Vec<std::path::PathBuf>> {
    let mut list = std::process::Command::new("git");
    list.args(["ls-files", "Cargo.toml", "*/Cargo.toml"]).current_dir(project::root());
    let names = process::answer(&mut list)?;
    Ok(names.lines().map(|name| project::root().join(name)).collect())
}
