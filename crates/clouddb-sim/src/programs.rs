//! The database servers that the command line names.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A server for the instances with one version, or for those whose version has none of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    version: Option<String>,
    path: PathBuf,
}

/// The server of the most instances, if one is named, and those of versions.
pub(crate) type Programs = (Option<PathBuf>, BTreeMap<String, PathBuf>);

/// Reads `PATH` or `VERSION=PATH`. What has a slash before the sign is a path.
pub(crate) fn named(text: &str) -> Result<Named, String> {
    let (version, path) = match text.split_once('=') {
        Some((version, path)) if !version.contains('/') => (Some(version.to_owned()), path),
        _ => (None, text),
    };
    if path.is_empty() {
        return Err("a path is missing".into());
    }
    Ok(Named { version, path: path.into() })
}

/// All that are named. The error says which version has two.
pub(crate) fn all(named: &[Named]) -> Result<Programs, String> {
    let (mut usual, mut of_versions) = (None, BTreeMap::new());
    for Named { version, path } in named {
        let before = match version {
            Some(version) => of_versions.insert(version.clone(), path.clone()),
            None => usual.replace(path.clone()),
        };
        if before.is_some() {
            let what = version.as_ref().map_or_else(
                || "the versions that have none of their own".to_owned(),
                |version| format!("the version {version}"),
            );
            return Err(format!("--mariadbd names two servers for {what}"));
        }
    }
    Ok((usual, of_versions))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Result<Programs, String> {
        let named: Result<Vec<Named>, String> = texts.iter().map(|text| named(text)).collect();
        all(&named?)
    }

    #[test]
    fn a_server_is_named_for_a_version_or_for_the_rest() {
        let (usual, of_versions) =
            read(&["8.0=/opt/new/bin/mariadbd", "/a=b/mariadbd", "10.4enc=x=y"]).unwrap();

        assert_eq!(usual, Some("/a=b/mariadbd".into()));
        let expected = [("8.0", "/opt/new/bin/mariadbd"), ("10.4enc", "x=y")];
        let expected = expected.map(|(version, path)| (version.to_owned(), path.into()));
        assert_eq!(of_versions, expected.into());
        assert_eq!(read(&[]).unwrap(), (None, BTreeMap::new()));
    }

    #[test]
    fn two_servers_for_the_same_and_none_are_errors_that_say_so() {
        let two = read(&["8.0=/a", "5.7=/a", "8.0=/b"]).unwrap_err();
        assert_eq!(two, "--mariadbd names two servers for the version 8.0");
        let two = read(&["/a", "8.0=/a", "/a"]).unwrap_err();
        assert!(two.contains("that have none of their own"), "{two}");
        assert!(read(&["8.0="]).is_err() && read(&[""]).is_err());
    }
}
