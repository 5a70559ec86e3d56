//! The laws about what stands in a file.

use std::path::Path;

use crate::obeyed;
use crate::tree;

/// The longest that a hand-written source file may be.
const LONGEST: usize = 500;

/// What must not stand in any file. Split, so that this file does not offend.
const UNFINISHED: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// What must not stand in source code.
const FORBIDDEN_CODE: [&str; 5] = [
    concat!("dbg", "!("),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ig", "nore"),
    concat!("#[should", "_panic"),
];

/// Folders of one machine, which mean nothing on another.
const MACHINE_FOLDERS: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];

#[test]
fn every_text_obeys() {
    let mut offences = Vec::new();
    for file in tree::files() {
        if let Some(text) = tree::read(&file) {
            offences.extend(offences_in(&file, &text, tree::root()));
        }
    }
    obeyed(&offences);
}

#[test]
fn each_offence_is_found() {
    let checkout = Path::new("/somewhere/checkout");
    let find = |name: &str, text: &str| offences_in(Path::new(name), text, checkout);

    for word in UNFINISHED {
        assert_eq!(find("a.md", &format!("fine\n{word}: later")).len(), 1, "{word}");
    }
    for word in FORBIDDEN_CODE {
        assert_eq!(find("a.rs", word).len(), 1, "{word}");
        assert!(find("a.md", word).is_empty(), "{word} may be written about");
    }
    for folder in MACHINE_FOLDERS {
        assert_eq!(find("a.toml", &format!("path = \"{folder}me\"")).len(), 1, "{folder}");
    }
    assert_eq!(find("a.md", "see /somewhere/checkout/a").len(), 1);
    assert!(find("a.rs", concat!("DELETE /instances/{id}/ro", "ot/x")).is_empty());
    assert_eq!(find("a.rs", &"line\n".repeat(LONGEST + 1)).len(), 1);
    assert!(find("a.rs", &"line\n".repeat(LONGEST)).is_empty());
    assert!(find("wire/generated/a.rs", &"line\n".repeat(LONGEST + 1)).is_empty());
}

fn offences_in(file: &Path, text: &str, checkout: &Path) -> Vec<String> {
    let is_code = file.extension().is_some_and(|it| it == "rs");
    let is_generated = file.components().any(|part| part.as_os_str() == "generated");
    if is_generated || file.ends_with("Cargo.lock") || file.ends_with("LICENSE") {
        return Vec::new();
    }
    let mut offences = Vec::new();
    let length = text.lines().count();
    if is_code && length > LONGEST {
        offences.push(format!("{}: {length} lines, more than {LONGEST}", file.display()));
    }
    let checkout = checkout.to_string_lossy();
    for (index, line) in text.lines().enumerate() {
        let mut offend = |what: &str| {
            offences.push(format!("{}:{}: {what}", file.display(), index + 1));
        };
        for word in UNFINISHED {
            if has_word(line, word) {
                offend(&format!("{word} is left; finish it or write an issue"));
            }
        }
        for word in FORBIDDEN_CODE {
            if is_code && line.contains(word) {
                offend(&format!("{word} must not be committed"));
            }
        }
        if names_machine_folder(line) || line.contains(&*checkout) {
            offend("a path of one machine");
        }
    }
    offences
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|it| it.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// A URL and an API path go on where an absolute path begins.
fn names_machine_folder(line: &str) -> bool {
    MACHINE_FOLDERS.iter().any(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            let before = line.get(..at).and_then(|it| it.chars().next_back());
            !before.is_some_and(|it| it.is_alphanumeric() || "_.}>)~*-".contains(it))
        })
    })
}
