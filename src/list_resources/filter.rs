//! Arguments that all lists have: where to look, and for which names.

use clouddb::Client;
use serde::Deserialize;
use tfplug::schema::{Attribute, Schema, Validator, string};
use tfplug::value::Attr;
use tfplug::{Context, Diagnostic, Diagnostics, Result};

use crate::place::{self, Location};

/// The region that a list looks in.
pub(super) struct Region {
    pub(super) api: Client,
    pub(super) location: Location,
}

impl Region {
    /// The one that is asked for, or else that of the provider.
    pub(super) async fn asked(
        cx: &Context<Client>,
        doing: &str,
        region: Option<&str>,
    ) -> Result<Self> {
        let (api, _) = place::asked(cx, doing, region).await?;
        let location = Location::here(&api, doing).await?;
        Ok(Self { api, location })
    }
}

/// The arguments, after which those of the list come. `default` says which region it is where none is
/// asked for.
pub(super) fn arguments(schema: Schema, kind: &str, default: &str) -> Schema {
    let name = format!("Only {kind} with exactly this name. Not together with `name_prefix`.");
    let prefix = format!("Only {kind} whose name begins with this. Not together with `name`.");
    schema
        .attribute("region", region(default))
        .attribute("name", text().describe(name))
        .attribute("name_prefix", text().describe(prefix))
}

/// The region to look in, with what it is where none is asked for.
pub(super) fn region(default: &str) -> Attribute {
    text().describe(format!("Region to look in, such as `DFW`, in any case. {default}"))
}

/// An argument that is not empty.
pub(super) fn text() -> Attribute {
    string().optional().validator(Validator::length(1..=255))
}

/// The arguments that ask for names, while they are validated.
#[derive(Deserialize)]
pub(super) struct Names {
    name: Attr<String>,
    name_prefix: Attr<String>,
}

impl Names {
    /// Refuses two filters of which one says all.
    pub(super) fn validate(&self, diagnostics: &mut Diagnostics) {
        if self.name.known().is_some() && self.name_prefix.known().is_some() {
            diagnostics.push(
                Diagnostic::error("Two filters for one name")
                    .detail("`name` asks for one name, and `name_prefix` for several. Give one of the two.")
                    .attribute("name_prefix"),
            );
        }
    }
}

/// Whether a name is asked for.
pub(super) fn names(name: &str, exact: Option<&str>, prefix: Option<&str>) -> bool {
    exact.is_none_or(|exact| name == exact) && prefix.is_none_or(|prefix| name.starts_with(prefix))
}

/// Whether a word of the API is asked for, in any case.
pub(super) fn is_word(word: &str, asked: Option<&str>) -> bool {
    asked.is_none_or(|asked| word.eq_ignore_ascii_case(asked))
}
