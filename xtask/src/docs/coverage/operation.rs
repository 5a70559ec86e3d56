//! What a row says of an operation.

/// Operations that belong together.
pub(super) struct Part {
    pub(super) title: &'static str,
    pub(super) operations: &'static [Operation],
}

/// One operation of the API.
pub(super) struct Operation {
    /// `None` for one that Rackspace does not have.
    pub(super) number: Option<usize>,
    /// What it does, in our own words.
    pub(super) name: &'static str,
    /// Method and path, and after `with` what tells it from others of the same path.
    pub(super) call: &'static str,
    pub(super) way: Way,
}

/// How it is reached. Each way is complete: what is reached has a proof, and what is not a reason.
pub(super) enum Way {
    Hcl { methods: &'static [&'static str], blocks: &'static [Block], test: Test },
    Client { methods: &'static [&'static str], why: &'static str, test: Test },
    Absent(&'static str),
}

impl Way {
    /// The methods of the client that send it, such as `instances.restart`.
    #[cfg(test)]
    pub(super) fn methods(&self) -> &'static [&'static str] {
        match self {
            Self::Hcl { methods, .. } | Self::Client { methods, .. } => methods,
            Self::Absent(_) => &[],
        }
    }
}

/// What a user writes, and which of its arguments lead to the operation.
pub(super) struct Block {
    pub(super) noun: Noun,
    pub(super) name: &'static str,
    pub(super) arguments: &'static [&'static str],
    /// What it is needed for there, where that is not plain.
    pub(super) note: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noun {
    Resource,
    DataSource,
    ListResource,
    Action,
}

impl Block {
    /// The same, where these arguments matter.
    pub(super) const fn by(self, arguments: &'static [&'static str]) -> Self {
        Self { arguments, ..self }
    }

    /// The same, with what the operation is needed for.
    pub(super) const fn for_what(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    /// With a link to its page.
    pub(super) fn shown(&self) -> String {
        let (noun, folder) = match self.noun {
            Noun::Resource => ("resource", "resources"),
            Noun::DataSource => ("data source", "data-sources"),
            Noun::ListResource => ("list resource", "list-resources"),
            Noun::Action => ("action", "actions"),
        };
        let (name, page) = (self.name, self.name.trim_start_matches("rackspace_"));
        let arguments: Vec<String> = self.arguments.iter().map(|it| format!("`{it}`")).collect();
        let given = match arguments.as_slice() {
            [] => String::new(),
            all => format!(" ({})", all.join(", ")),
        };
        let note = if self.note.is_empty() { String::new() } else { format!(" {}", self.note) };
        format!("{noun} [`{name}`]({folder}/{page}.md){given}{note}")
    }
}

/// A test that proves it: where such tests are, and its modules and its name.
pub(super) struct Test {
    pub(super) folder: &'static str,
    pub(super) path: &'static str,
}

impl Test {
    /// The file that it is in, from the root, and its name there.
    pub(super) fn place(&self) -> (String, &'static str) {
        let (modules, name) = self.path.rsplit_once("::").unwrap_or(("main", self.path));
        (format!("{}/{}.rs", self.folder, modules.replace("::", "/")), name)
    }

    /// With a link to its file.
    pub(super) fn shown(&self) -> String {
        format!("[`{}`](../{})", self.path, self.place().0)
    }
}

pub(super) const fn operation(
    number: usize,
    name: &'static str,
    call: &'static str,
    way: Way,
) -> Operation {
    Operation { number: Some(number), name, call, way }
}

/// One that a configuration reaches.
pub(super) const fn hcl(
    methods: &'static [&'static str],
    blocks: &'static [Block],
    test: Test,
) -> Way {
    Way::Hcl { methods, blocks, test }
}

/// One that nothing but the client reaches, and why that is so.
pub(super) const fn client_only(
    methods: &'static [&'static str],
    why: &'static str,
    test: Test,
) -> Way {
    Way::Client { methods, why, test }
}

/// One that nothing sends, and why that is so.
pub(super) const fn absent(why: &'static str) -> Way {
    Way::Absent(why)
}

const fn block(noun: Noun, name: &'static str) -> Block {
    Block { noun, name, arguments: &[], note: "" }
}

pub(super) const fn resource(name: &'static str) -> Block {
    block(Noun::Resource, name)
}

pub(super) const fn data_source(name: &'static str) -> Block {
    block(Noun::DataSource, name)
}

pub(super) const fn list_resource(name: &'static str) -> Block {
    block(Noun::ListResource, name)
}

pub(super) const fn action(name: &'static str) -> Block {
    block(Noun::Action, name)
}

/// A test of the provider, such as `instance::a_replica_is_detached_in_place`.
pub(super) const fn acceptance(path: &'static str) -> Test {
    Test { folder: "tests/acceptance", path }
}

/// A test of the client alone.
pub(super) const fn client(path: &'static str) -> Test {
    Test { folder: "crates/clouddb/tests/client", path }
}
