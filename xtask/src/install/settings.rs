//! The configuration of the command line tools, which may hide what is installed: with a
//! `provider_installation` block they look only where that says
//! (<https://developer.hashicorp.com/terraform/cli/config/config-file#explicit-installation-method-configuration>).

use std::path::{Path, PathBuf};

use hcl::{Block, Body, Expression};
use testkit::provider;

/// Every file that Terraform or `OpenTofu` of this user reads its settings from.
pub(super) fn files(variable: impl Fn(&str) -> Option<PathBuf>) -> Vec<PathBuf> {
    let instead = variable("TF_CLI_CONFIG_FILE").filter(|it| !it.as_os_str().is_empty());
    if let Some(file) = instead {
        return vec![file];
    }
    let (folder, names) = if cfg!(windows) {
        (variable("APPDATA"), ["terraform.rc", "tofu.rc"])
    } else {
        (variable("HOME"), [".terraformrc", ".tofurc"])
    };
    let Some(folder) = folder else { return Vec::new() };
    let more = if cfg!(windows) { "terraform.d" } else { ".terraform.d" };
    let more = std::fs::read_dir(folder.join(more)).into_iter().flatten().flatten();
    let more = more.map(|it| it.path()).filter(|it| it.extension().is_some_and(|it| it == "tfrc"));
    let usual = names.into_iter().map(|name| folder.join(name));
    usual.chain(more).filter(|it| it.is_file()).collect()
}

/// What is wrong with a file for somebody who installs into that mirror.
pub(super) fn warning(file: &Path, mirror: &Path) -> Option<String> {
    let unread = |error: &dyn std::fmt::Display| {
        Some(format!(
            "{} could not be read ({error}). If it has a `provider_installation` block, that has to name {}.",
            file.display(),
            mirror.display()
        ))
    };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return unread(&error),
    };
    match hcl::parse(&text) {
        Ok(body) => hides(&body, mirror).then(|| {
            format!(
                "{} has a `provider_installation` block that does not name this folder, so that it is not searched. Add to the block:\n\n  filesystem_mirror {{\n    path    = {:?}\n    include = [\"{}\"]\n  }}",
                file.display(),
                mirror.to_string_lossy(),
                provider::SOURCE
            )
        }),
        Err(error) => unread(&error),
    }
}

/// Whether the settings make the tools look elsewhere only.
fn hides(settings: &Body, mirror: &Path) -> bool {
    let mut installations = blocks(settings, "provider_installation").peekable();
    installations.peek().is_some()
        && !installations
            .flat_map(|it| blocks(&it.body, "filesystem_mirror"))
            .any(|it| is_path(it, mirror) && takes(it))
}

fn blocks<'a>(body: &'a Body, name: &'a str) -> impl Iterator<Item = &'a Block> {
    body.blocks().filter(move |it| it.identifier() == name)
}

fn is_path(block: &Block, mirror: &Path) -> bool {
    matches!(value(block, "path"), Some(Expression::String(path)) if Path::new(path) == mirror)
}

/// Whether a method of installation is one for this provider.
fn takes(block: &Block) -> bool {
    let listed = |name| match value(block, name) {
        Some(Expression::Array(patterns)) => Some(patterns.iter().any(matches_provider)),
        _ => None,
    };
    listed("include").unwrap_or(true) && !listed("exclude").unwrap_or(false)
}

fn value<'a>(block: &'a Block, name: &str) -> Option<&'a Expression> {
    block.body.attributes().find(|it| it.key() == name).map(hcl::Attribute::expr)
}

/// A pattern is a source, any part of which may be an asterisk.
fn matches_provider(pattern: &Expression) -> bool {
    let Expression::String(pattern) = pattern else { return false };
    let [registry, _] = provider::REGISTRIES;
    let full = match pattern.split('/').count() {
        2 => format!("{registry}/{pattern}"),
        _ => pattern.clone(),
    };
    let source = format!("{registry}/{}", provider::SOURCE);
    full.split('/').count() == source.split('/').count()
        && full.split('/').zip(source.split('/')).all(|(has, wants)| has == "*" || has == wants)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIRROR: &str = "/ada/.terraform.d/plugins";

    fn hides(settings: &str) -> bool {
        super::hides(&hcl::parse(settings).unwrap(), Path::new(MIRROR))
    }

    fn with(method: &str) -> String {
        format!("provider_installation {{\n{method}\n  direct {{}}\n}}\n")
    }

    #[test]
    fn a_block_hides_what_it_does_not_name() {
        assert!(!hides("plugin_cache_dir = \"/tmp\"\n"));
        assert!(hides(&with("")));
        assert!(hides(&with("filesystem_mirror {\n path = \"/srv/terraform\"\n}")));
        assert!(!hides(&with(&format!("filesystem_mirror {{\n path = {MIRROR:?}\n}}"))));
    }

    #[test]
    fn a_method_takes_what_it_includes_and_does_not_exclude() {
        let method =
            |more: &str| with(&format!("filesystem_mirror {{\n path = {MIRROR:?}\n {more}\n}}"));
        for pattern in ["rackspace/rackspace", "rackspace/*", "registry.terraform.io/*/*"] {
            assert!(!hides(&method(&format!("include = [\"a/b\", {pattern:?}]"))), "{pattern}");
            assert!(hides(&method(&format!("exclude = [{pattern:?}]"))), "{pattern}");
        }
        assert!(hides(&method("include = [\"hashicorp/*\", \"example.com/rackspace/rackspace\"]")));
    }

    #[test]
    fn the_warning_says_what_to_write() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("terraform.rc");
        std::fs::write(&file, with("")).unwrap();

        let told = warning(&file, Path::new(MIRROR)).unwrap();

        for part in ["filesystem_mirror {", MIRROR, "terraform.rc"] {
            assert!(told.contains(part), "{told}");
        }
        std::fs::write(&file, "provider_installation {").unwrap();
        assert!(warning(&file, Path::new(MIRROR)).unwrap().contains("could not be read"));
    }

    #[test]
    fn a_named_file_takes_the_place_of_the_usual_ones() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".terraformrc"), "").unwrap();
        let variable = |named: Option<&str>| {
            let (named, home) = (named.map(PathBuf::from), home.path().to_owned());
            move |name: &str| match name {
                "TF_CLI_CONFIG_FILE" => named.clone(),
                "HOME" => Some(home.clone()),
                _ => None,
            }
        };

        assert_eq!(files(variable(Some("/etc/tf.rc"))), [PathBuf::from("/etc/tf.rc")]);
        #[cfg(unix)]
        assert_eq!(files(variable(None)), [home.path().join(".terraformrc")]);
    }
}
