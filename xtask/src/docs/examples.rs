//! The files under `examples/`, in the layout that the Registry's own generator reads:
//! `provider/`, `resources/<type>/`, `functions/<name>/`, and `data-sources/<type>/` and its like, one
//! folder for each [`Kind`].

use std::path::PathBuf;

use testkit::Result;

use super::kind::Kind;

/// The folder `examples/`.
pub(super) struct Examples(PathBuf);

impl Examples {
    pub(super) fn below(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The example of the provider block.
    pub(super) fn provider(&self) -> Result<String> {
        self.text("provider/provider.tf")
    }

    /// The examples of a resource: `resource.tf` first, then each `resource_*.tf`.
    pub(super) fn resource(&self, name: &str) -> Result<Vec<String>> {
        let mut more = Vec::new();
        let folder = self.0.join("resources").join(name);
        for entry in std::fs::read_dir(&folder)
            .map_err(|error| format!("{name} has no folder {}: {error}", folder.display()))?
        {
            let file = entry?.path();
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            if stem.starts_with("resource_") && file.extension().is_some_and(|it| it == "tf") {
                more.push(format!("{stem}.tf"));
            }
        }
        more.sort();
        more.insert(0, "resource.tf".to_owned());
        more.iter().map(|file| self.text(&format!("resources/{name}/{file}"))).collect()
    }

    /// The `import` block of a resource that names an identity.
    pub(super) fn import_by_identity(&self, name: &str) -> Result<String> {
        self.text(&format!("resources/{name}/import-by-identity.tf"))
    }

    /// The `import` block of a resource that names an ID.
    pub(super) fn import_block(&self, name: &str) -> Result<String> {
        self.text(&format!("resources/{name}/import-by-string-id.tf"))
    }

    /// The `terraform import` command of a resource: what its `import` block says, with the same
    /// comments.
    pub(super) fn import_command(&self, name: &str) -> Result<String> {
        let block = self.import_block(name)?;
        command_of(&block).ok_or_else(|| {
            format!("examples/resources/{name}/import-by-string-id.tf has no `to` or no `id`")
                .into()
        })
    }

    /// The example of a type of which there is one.
    pub(super) fn of_kind(&self, kind: &Kind, name: &str) -> Result<String> {
        self.text(&format!("{}/{name}/{}", kind.folder, kind.example))
    }

    /// The example of a function.
    pub(super) fn function(&self, name: &str) -> Result<String> {
        self.text(&format!("functions/{name}/function.tf"))
    }

    fn text(&self, path: &str) -> Result<String> {
        let text = std::fs::read_to_string(self.0.join(path))
            .map_err(|error| format!("examples/{path}: {error}"))?;
        Ok(text.trim_end().to_owned())
    }
}

fn command_of(block: &str) -> Option<String> {
    let value = |name: &str| {
        let of = |line: &str| {
            Some(line.trim().strip_prefix(name)?.trim().strip_prefix('=')?.trim().to_owned())
        };
        block.lines().find_map(of)
    };
    let (address, id) = (value("to")?, value("id")?);
    let id = id.trim_matches('"');
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    let id = if id.chars().all(is_plain) { id.to_owned() } else { format!("'{id}'") };
    let comments = block.lines().filter(|line| line.starts_with('#'));
    let command = format!("terraform import {address} {id}");
    Some(comments.chain([command.as_str()]).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::kind::KINDS;

    #[test]
    fn the_plain_example_comes_first_and_foreign_files_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let type_folder = folder.path().join("resources/x_a");
        std::fs::create_dir_all(&type_folder).unwrap();
        for name in ["resource_b.tf", "resource.tf", "resource_a.tf", "import.sh", "notes.md"] {
            std::fs::write(type_folder.join(name), format!("{name}\n\n")).unwrap();
        }

        let found = Examples::below(folder.path().to_owned()).resource("x_a").unwrap();

        assert_eq!(found, ["resource.tf", "resource_a.tf", "resource_b.tf"]);
    }

    #[test]
    fn the_command_says_what_the_block_says() {
        let block = "# The user as name@host.\nimport {\n  to = x_a.b\n  id = \"1/app@%\"\n}";

        let command = command_of(block).unwrap();

        assert_eq!(command, "# The user as name@host.\nterraform import x_a.b '1/app@%'");
        assert_eq!(command_of("import {\n  to = x_a.b\n}"), None);
        let plain = command_of("import {\n  to = x_a.b\n  id = \"1/a_b\"\n}").unwrap();
        assert_eq!(plain, "terraform import x_a.b 1/a_b");
    }

    #[test]
    fn a_missing_example_is_named() {
        let folder = tempfile::tempdir().unwrap();

        for kind in &KINDS {
            let error = Examples::below(folder.path().to_owned()).of_kind(kind, "x_a").unwrap_err();

            let missing = format!("examples/{}/x_a/{}", kind.folder, kind.example);
            assert!(error.to_string().starts_with(&missing), "{error}");
        }
    }
}
