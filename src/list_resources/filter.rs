//! Arguments that all lists have: where to look, and for which names.

use clouddb::Client;
use tfplug::schema::{Attribute, Schema, Validator, string};
use tfplug::value::{Attr, Value};
use tfplug::{Context, Diagnostic, Diagnostics, Result};

use crate::place::{self, Location};
use crate::rules;

/// Which region it is for what stands in instances.
pub(super) const OF_INSTANCE: &str =
    "Left out, that of the instance which is named, or else that of the provider.";

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
    let region = format!("Region to look in, such as `DFW`, in any case. {default}");
    let name = format!("Only {kind} with exactly this name. Not together with `name_prefix`.");
    let prefix = format!("Only {kind} whose name begins with this. Not together with `name`.");
    schema
        .attribute("region", text().describe(region))
        .attribute("name", text().describe(name))
        .attribute("name_prefix", text().describe(prefix))
}

/// An argument that is not empty.
pub(super) fn text() -> Attribute {
    string().optional().validator(Validator::length(1..=255))
}

/// Refuses two filters of which one says all.
pub(super) fn validate(
    name: &Attr<String>,
    name_prefix: &Attr<String>,
    diagnostics: &mut Diagnostics,
) {
    if name.known().is_some() && name_prefix.known().is_some() {
        diagnostics.push(
            Diagnostic::error("Two filters for one name")
                .detail(
                    "`name` asks for one name, and `name_prefix` for several. Give one of the two.",
                )
                .attribute("name_prefix"),
        );
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

/// The instance to look into.
pub(super) fn instance_id(kind: &str) -> Attribute {
    string().optional().validator(rules::id_of("an instance")).describe(format!(
        "ID of the instance whose {kind} are listed, which may be a replica. Left out, all instances of the region are looked into, except for replicas.",
    ))
}

/// Whether something of that name can be managed at all; what cannot is told.
pub(super) fn is_manageable(
    cx: &Context<Client>,
    kind: &str,
    name: &str,
    instance_id: &str,
    rule: &Validator,
) -> bool {
    let Err(why) = rule.test(&Value::from(name)) else { return true };
    cx.warn(
        Diagnostic::warning(format!("The {kind} \"{name}\" of instance {instance_id} is left out"))
            .detail(format!("It cannot be managed here. {why}")),
    );
    false
}
