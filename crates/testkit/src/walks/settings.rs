//! What the configuration groups of a walk set, and who restarts their instances.

use serde_json::{Map, Value as Json};

/// What others set a parameter to.
pub(super) const THEIRS: u64 = 999;

/// A parameter, and the texts that a block can have for it.
type Setting = (&'static str, [&'static str; 3]);

/// Takes effect at once.
const MAX_CONNECTIONS: Setting = ("max_connections", ["100", "200", "300"]);
/// Takes effect at a restart only. The last text is another spelling of the one before.
const INNODB_OPEN_FILES: Setting = ("innodb_open_files", ["300", "400", "0400"]);
/// A switch, and so is this one.
const LOCAL_INFILE: Setting = ("local_infile", ["0", "1", "ON"]);

/// What a group sets: for each parameter nothing, or one of its texts, counted from one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Settings {
    pub(super) max_connections: u8,
    pub(super) innodb_open_files: u8,
    pub(super) local_infile: u8,
}

impl Settings {
    /// The argument `values`.
    pub(super) fn values(self) -> Map<String, Json> {
        let all = [
            (MAX_CONNECTIONS, self.max_connections),
            (INNODB_OPEN_FILES, self.innodb_open_files),
            (LOCAL_INFILE, self.local_infile),
        ];
        let text = |((name, texts), number): (Setting, u8)| {
            let text = texts.get(usize::from(number).checked_sub(1)?)?;
            Some((name.to_owned(), Json::from(*text)))
        };
        all.into_iter().filter_map(text).collect()
    }
}

/// The argument `restart`, by number; the first is left out.
pub(super) fn restart(number: u8) -> Option<&'static str> {
    [None, Some("parallel"), Some("manual")].get(usize::from(number)).copied().flatten()
}

/// Whether two maps set the same, however they spell it.
pub(super) fn mean_the_same(one: &Map<String, Json>, other: &Map<String, Json>) -> bool {
    let number = |value: &Json| match value {
        Json::String(text) => match text.as_str() {
            "ON" => Some(1),
            text => text.parse::<u64>().ok(),
        },
        value => value.as_u64(),
    };
    let same = |(name, value): (&String, &Json)| {
        other.get(name).is_some_and(|it| number(it).is_some() && number(it) == number(value))
    };
    one.len() == other.len() && one.iter().all(same)
}
