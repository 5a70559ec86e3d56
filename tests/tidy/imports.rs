//! Which file of a crate names which other one, read from its paths.
//!
//! Counted is what begins with `crate::`, `super::` or `self::`, and what begins with the name of a
//! child: in `use`, in code, in macros, and in the texts of attributes such as serde's. What stands
//! under `#[cfg(test)]` is not counted: tests may look at everything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;

/// A module by the names that lead to it; the root has none.
pub(crate) type Module = Vec<String>;

/// The modules of a crate that are files, and what each names.
pub(crate) struct Imports {
    /// Where each module stands.
    files: BTreeMap<Module, PathBuf>,
    /// The absolute paths that each module names, as they stand there.
    paths: BTreeMap<Module, BTreeSet<Vec<String>>>,
}

impl Imports {
    /// Reads a crate from the file of its root, which the closure gives the text of each file.
    pub(crate) fn read(root: &Path, text: &impl Fn(&Path) -> Option<String>) -> Self {
        let mut imports = Self { files: BTreeMap::new(), paths: BTreeMap::new() };
        imports.take_in(Vec::new(), root, text);
        imports
    }

    fn take_in(&mut self, module: Module, path: &Path, text: &impl Fn(&Path) -> Option<String>) {
        let Some(source) = text(path) else { return };
        let file = syn::parse_file(&source).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
        let mut reader = Reader::default();
        reader.visit_file(&file);
        // The files of a root stand beside it, those of another module in a folder of its name.
        let folder = match module.last() {
            None => path.with_file_name(""),
            Some(name) => path.with_file_name(name),
        };
        let children: Vec<&String> = reader.children.iter().collect();
        let named = reader.paths.iter().filter_map(|path| absolute(&module, &children, path));
        let named = named.collect();
        for child in &reader.children {
            let inner = [module.as_slice(), std::slice::from_ref(child)].concat();
            self.take_in(inner, &folder.join(format!("{child}.rs")), text);
        }
        self.files.insert(module.clone(), path.to_path_buf());
        self.paths.insert(module, named);
    }

    /// Each file with the absolute paths that it names.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&Path, &Module, &BTreeSet<Vec<String>>)> {
        self.paths.iter().map(|(module, paths)| (self.files[module].as_path(), module, paths))
    }

    /// Which files each file names, by module.
    pub(crate) fn graph(&self) -> BTreeMap<&Module, BTreeSet<&Module>> {
        let mut graph = BTreeMap::new();
        for (module, paths) in &self.paths {
            let named = paths.iter().filter_map(|path| self.module_of(path));
            graph.insert(module, named.filter(|it| *it != module).collect());
        }
        graph
    }

    /// Where a module stands.
    pub(crate) fn file(&self, module: &Module) -> &Path {
        &self.files[module]
    }

    /// The deepest module on a path.
    fn module_of(&self, path: &[String]) -> Option<&Module> {
        let prefixes = (0..=path.len()).rev().map(|length| path[..length].to_vec());
        prefixes.filter_map(|it| self.files.get_key_value(&it)).map(|(module, _)| module).next()
    }
}

/// The path from the root of the crate; `None` for what is of another crate.
fn absolute(module: &[String], children: &[&String], path: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some([module, rest].concat()),
        "super" => {
            let (_, parent) = module.split_last()?;
            let up = [&["self".to_owned()], rest].concat();
            let next = rest.first().is_some_and(|it| it == "super");
            absolute(parent, &[], if next { rest } else { &up })
        }
        child if children.iter().any(|it| *it == child) => Some([module, path].concat()),
        _ => None,
    }
}

/// Reads the paths of one file.
#[derive(Default)]
struct Reader {
    children: Vec<String>,
    paths: Vec<Vec<String>>,
    /// How many modules within the file lead here.
    depth: usize,
}

impl Reader {
    /// Takes note of a path as it would stand outside the modules within the file.
    fn note(&mut self, path: &[String]) {
        let supers = path.iter().take_while(|it| *it == "super").count();
        let here = ["self".to_owned()];
        let outside = match path.first().map(String::as_str) {
            Some("super") if supers > self.depth => path[self.depth..].to_vec(),
            Some("super") => [&here, &path[supers..]].concat(),
            Some("crate") => path.to_vec(),
            _ if self.depth == 0 => path.to_vec(),
            _ => return,
        };
        self.paths.push(outside);
    }

    fn note_use(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            syn::UseTree::Path(it) => self.note_use(&with(&it.ident), &it.tree),
            syn::UseTree::Name(it) if it.ident == "self" => self.note(before),
            syn::UseTree::Name(it) => self.note(&with(&it.ident)),
            syn::UseTree::Rename(it) => self.note(&with(&it.ident)),
            syn::UseTree::Glob(_) => self.note(before),
            syn::UseTree::Group(it) => it.items.iter().for_each(|it| self.note_use(before, it)),
        }
    }

    /// Paths among the tokens of a macro, and texts that are paths.
    fn note_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => {
                    path.push(ident.to_string());
                }
                TokenTree::Ident(ident) => {
                    self.end(&mut path);
                    path.push(ident.to_string());
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => {
                    self.end(&mut path);
                    self.note_tokens(group.stream());
                }
                TokenTree::Literal(literal) => {
                    self.end(&mut path);
                    let text = literal.to_string();
                    if let Some(rest) = text.strip_prefix("\"crate::") {
                        let rest = rest.trim_end_matches('"').split("::").map(str::to_owned);
                        self.paths.push(["crate".to_owned()].into_iter().chain(rest).collect());
                    }
                }
                TokenTree::Punct(_) => self.end(&mut path),
            }
            colons = 0;
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.note(&path);
        }
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|it| {
        it.path().is_ident("cfg")
            && it.meta.require_list().is_ok_and(|it| it.tokens.to_string().contains("test"))
    })
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(it) => &it.attrs,
            syn::Item::Use(it) => &it.attrs,
            syn::Item::Fn(it) => &it.attrs,
            syn::Item::Impl(it) => &it.attrs,
            _ => &Vec::new(),
        };
        if !is_for_tests(attributes) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.content.is_none() {
            self.children.push(module.ident.to_string());
        }
        self.depth += 1;
        syn::visit::visit_item_mod(self, module);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.note_use(&[], &item.tree);
    }

    /// `pub(in path)` says who may use it, and uses nobody.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|it| it.ident.to_string()).collect();
        if names.len() > 1 {
            self.note(&names);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, it: &'ast syn::Macro) {
        self.note_tokens(it.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        // The text of a doc comment is for people.
        if let syn::Meta::List(list) = &attribute.meta {
            self.note_tokens(list.tokens.clone());
        }
    }
}
