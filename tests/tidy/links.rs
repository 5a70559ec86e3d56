//! The law that links between pages lead somewhere, and that no guide is forgotten.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::obeyed;
use crate::tree;

const GUIDES: &str = "docs/guides";
/// Where all guides are listed, and what stands before the name of a guide there.
const LISTS: [(&str, &str); 2] =
    [("README.md", "docs/guides/"), ("xtask/src/docs/notes/provider.md", "guides/")];

#[test]
fn every_link_between_pages_leads_somewhere() {
    let pages: Vec<(PathBuf, String)> = pages();
    let anchors = |path: &Path| {
        let page = pages.iter().find(|(it, _)| it == path);
        page.map(|(_, text)| anchors(text))
    };
    let mut offences = Vec::new();
    for (path, text) in &pages {
        for link in links(text) {
            let (to, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if to.is_empty() { path.clone() } else { beside(path, to) };
            let exists = tree::root().join(&target).exists();
            let leads = anchor.is_empty() || anchors(&target).is_some_and(|it| it.contains(anchor));
            if !exists || !leads {
                offences.push(format!("{}: the link to {link} leads nowhere", path.display()));
            }
        }
    }
    obeyed(&offences);
}

#[test]
fn every_guide_is_listed() {
    let guides = tree::files().into_iter().filter(|it| it.parent() == Some(Path::new(GUIDES)));
    let names: Vec<String> =
        guides.map(|it| it.file_name().unwrap().to_string_lossy().into_owned()).collect();
    let mut offences = Vec::new();
    for (list, before) in LISTS {
        let text = tree::read(Path::new(list)).unwrap();
        let missing = names.iter().filter(|name| !text.contains(&format!("]({before}{name})")));
        offences.extend(missing.map(|name| format!("{list} does not list {GUIDES}/{name}")));
    }
    assert!(!names.is_empty());
    obeyed(&offences);
}

#[test]
fn links_and_anchors_are_found() {
    let text = "# One `two`, three\n\n[a](b.md#c) and [d](https://example.com) ![e](f.svg)\n\n\
        ```\n[no](no.md)\n# no\n```\n\n## One `two`, three\n";

    assert_eq!(links(text), ["b.md#c", "f.svg"]);
    let found: Vec<String> = anchors(text).into_iter().collect();
    assert_eq!(found, ["one-two-three", "one-two-three-1"]);
    assert_eq!(beside(Path::new("docs/guides/a.md"), "../index.md"), Path::new("docs/index.md"));
}

/// The pages that people read. The notes are parts of generated pages, which are there too.
fn pages() -> Vec<(PathBuf, String)> {
    tree::files()
        .into_iter()
        .filter(|it| it.extension().is_some_and(|it| it == "md") && !it.starts_with("xtask/src"))
        .map(|it| (it.clone(), tree::read(&it).unwrap()))
        .collect()
}

/// The lines that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    })
}

/// What the links of a page lead to, unless that is another site.
fn links(text: &str) -> Vec<&str> {
    prose(text)
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.contains("://") && !link.contains(' '))
        .collect()
}

/// The anchors of a page: of its headings, as GitHub makes them, and those that it names itself.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in prose(text).filter(|line| line.starts_with('#')) {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
        let anchor: String = kept.map(|it| if it == ' ' { '-' } else { it }).collect();
        let again = (1..).map(|number| format!("{anchor}-{number}"));
        let free = std::iter::once(anchor.clone()).chain(again).find(|it| !found.contains(it));
        found.extend(free);
    }
    let named = prose(text).flat_map(|line| line.split("<a id=\"").skip(1));
    found.extend(named.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    found
}

/// A path that a page names, from the root.
fn beside(page: &Path, to: &str) -> PathBuf {
    let mut path = page.parent().unwrap().to_path_buf();
    for part in to.split('/') {
        match part {
            ".." => drop(path.pop()),
            "." | "" => {}
            part => path.push(part),
        }
    }
    path
}
