//! A guide as a sequence of steps: the files it shows, the commands, and what they print.

use std::path::{Path, PathBuf};

/// What the name of a file ends with that `terraform query` reads.
const QUERY: &str = ".tfquery.hcl";
/// The same of `terraform test`.
const TEST: &str = ".tftest.hcl";

/// One fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// What stands behind the fence: `terraform`, `shell`, `text`.
    pub(crate) language: String,
    /// The `NAME.tf`, `NAME.tfquery.hcl` or `NAME.tftest.hcl` of the line before the fence, as in "As
    /// `main.tf`:".
    pub(crate) file: Option<String>,
    pub(crate) text: String,
}

/// A section with its heading.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) heading: String,
    /// The anchor in "Begin with [the data sources](#without-a-query-look-around)": the section whose configuration
    /// this one goes on from, if that is not the one before.
    pub(crate) begins_with: Option<String>,
    pub(crate) blocks: Vec<Block>,
}

/// A page of `docs/guides`.
pub(crate) struct Guide {
    pub(crate) name: String,
    pub(crate) sections: Vec<Section>,
}

impl Guide {
    pub(crate) fn all() -> Vec<Self> {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::at(path)).collect()
    }

    pub(crate) fn named(name: &str) -> Self {
        Self::at(&Self::path(name))
    }

    /// Where a page is.
    pub(crate) fn path(name: &str) -> PathBuf {
        folder().join(name).with_extension("md")
    }

    fn at(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Self { name, sections: sections(&text) }
    }

    /// The anchor by which other sections link to this one.
    pub(crate) fn anchor(heading: &str) -> String {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    }

    /// The blocks of the section with that heading.
    pub(crate) fn section(&self, heading: &str) -> &[Block] {
        let found = self.sections.iter().find(|it| it.heading == heading);
        &found.unwrap_or_else(|| panic!("{} has no section {heading:?}", self.name)).blocks
    }
}

impl Block {
    /// Whether `terraform query` reads it, and no other command.
    pub(crate) fn is_query(&self) -> bool {
        self.file.as_ref().is_some_and(|it| it.ends_with(QUERY))
    }

    /// Whether there are actions in it, which not every tool knows.
    pub(crate) fn has_actions(&self) -> bool {
        let is_about = |line: &str| {
            line.starts_with("action ") || line.trim_start().starts_with("action_trigger ")
        };
        self.text.lines().any(is_about)
    }

    /// The files that the commands of this block remove.
    pub(crate) fn removed(&self) -> impl Iterator<Item = &str> {
        let commands = self.text.lines().filter_map(|line| line.strip_prefix("rm "));
        commands.filter(|_| self.language == "shell").flat_map(str::split_whitespace)
    }

    /// The blocks of HCL in it, each for itself.
    pub(crate) fn pieces(&self) -> Vec<Self> {
        let ends = self.text.split_inclusive("\n}\n");
        ends.map(|text| Self { text: text.to_owned(), ..self.clone() }).collect()
    }

    /// What a configuration declares here: `resource "a" "b"`, `import a.b`, `local x`.
    pub(crate) fn declared(&self) -> Vec<String> {
        let mut declared = Vec::new();
        let mut outer = "";
        for line in self.text.lines() {
            if !line.starts_with([' ', '}', '#']) && line.contains('{') {
                outer = line.split(" {").next().unwrap_or_default();
                if outer != "import" && outer != "locals" {
                    declared.push(outer.to_owned());
                }
            }
            let inner = line.strip_prefix("  ").filter(|it| !it.starts_with([' ', '#', '}']));
            let Some((name, value)) = inner.and_then(|it| it.split_once('=')) else { continue };
            match (outer, name.trim()) {
                ("import", "to") => declared.push(format!("import {}", value.trim())),
                ("locals", name) => declared.push(format!("local {name}")),
                _ => {}
            }
        }
        declared
    }
}

fn has_ending_tf(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == "tf")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides")
}

fn sections(page: &str) -> Vec<Section> {
    let section = |heading: &str| Section {
        heading: heading.to_owned(),
        begins_with: None,
        blocks: Vec::new(),
    };
    let mut sections = vec![section("")];
    let mut before = "";
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(section(heading));
        }
        if let Some((_, link)) = line.split_once("Begin with [") {
            let anchor = link.split_once("](#").and_then(|(_, it)| it.split_once(')'));
            sections.last_mut().unwrap().begins_with = anchor.map(|(it, _)| it.to_owned());
        }
        if let Some(language) = line.strip_prefix("```") {
            let mut text = String::new();
            for line in lines.by_ref().take_while(|line| *line != "```") {
                text.extend([line, "\n"]);
            }
            let file = before
                .split('`')
                .rfind(|word| word.ends_with(QUERY) || word.ends_with(TEST) || has_ending_tf(word))
                .map(str::to_owned);
            let block = Block { language: language.to_owned(), file, text };
            sections.last_mut().unwrap().blocks.push(block);
            before = "";
        } else if !line.trim().is_empty() {
            before = line;
        }
    }
    sections
}

#[test]
fn a_page_is_taken_apart() {
    let page = "---\nx\n---\n# Title\n\nIntro.\n\n## First\n\nAs `a.tf`:\n\n```terraform\nlocals {\n  x = 1\n}\n```\n\n```shell\nls\n```\n\nAs `a.tfquery.hcl`:\n\n```terraform\n```\n\n## Second one\n\nBegin with [it](#first).\n\n```text\nout\n```\n";

    let sections = sections(page);

    let shown: Vec<_> = sections
        .iter()
        .flat_map(|it| it.blocks.iter().map(|block| (it.heading.as_str(), block)))
        .map(|(heading, block)| {
            (heading, block.language.as_str(), block.file.as_deref(), block.text.as_str())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("First", "terraform", Some("a.tf"), "locals {\n  x = 1\n}\n"),
            ("First", "shell", None, "ls\n"),
            ("First", "terraform", Some("a.tfquery.hcl"), ""),
            ("Second one", "text", None, "out\n"),
        ]
    );
    let begins: Vec<_> = sections.iter().map(|it| it.begins_with.as_deref()).collect();
    assert_eq!(begins, [None, None, Some("first")]);
    assert_eq!(Guide::anchor("Way one: a new-ish page"), "way-one-a-new-ish-page");
}

#[test]
fn what_a_block_declares_is_found() {
    let text = "resource \"a\" \"b\" {\n  x = {\n    y = 1\n  }\n}\n\nimport {\n  to = a.b\n  id = \"1\"\n}\n\nlocals {\n  x = 1\n\n  # Why.\n  y = [\n    2\n  ]\n}\n\noutput \"o\" {\n  value = 1\n}\n";
    let block = Block { language: String::new(), file: None, text: text.to_owned() };

    assert_eq!(
        block.declared(),
        ["resource \"a\" \"b\"", "import a.b", "local x", "local y", "output \"o\""]
    );
    let pieces: Vec<_> = block.pieces().iter().map(Block::declared).collect();
    let [resource, import, locals, output] = pieces.as_slice() else { panic!("{pieces:?}") };
    assert_eq!((resource.len(), import.len(), locals.len(), output.len()), (1, 1, 2, 1));
}
