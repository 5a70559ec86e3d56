//! The section `## Schema` of a page.
//!
//! Attributes are grouped by who gives them and sorted by name. What is inside an attribute has a
//! section of its own, which the attribute's line links to by an anchor.

use std::fmt::Write as _;

use tfplug::schema::{Attribute, Kind, Nesting, Schema, TIMEOUTS, Timeouts};
use tfplug::value::Value;

/// Explains write-only attributes to the reader.
const WRITE_ONLY: &str = "[Write-only](https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only)";

/// Who gives the value of an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

const GROUPS: [(Group, &str); 3] =
    [(Group::Required, "Required"), (Group::Optional, "Optional"), (Group::ReadOnly, "Read-Only")];

/// One attribute or block, ready to be written.
struct Line {
    group: Group,
    name: String,
    text: String,
}

/// A nested section, written after the attributes of the level above.
struct Nested {
    anchor: String,
    path: String,
    lines: Vec<Line>,
}

/// The whole section, beginning with an empty line.
pub(super) fn section(schema: &Schema) -> String {
    let mut nested = Vec::new();
    let mut lines: Vec<_> = schema
        .attributes()
        .map(|(name, attribute)| line(&[name], attribute, group(attribute), &mut nested))
        .collect();
    if let Some(timeouts) = schema.timeouts_block() {
        lines.push(timeouts_line());
        nested.push(timeouts_section(timeouts));
    }

    let mut text = String::from("\n## Schema\n");
    write_groups(&mut text, lines, |heading| format!("### {heading}"));
    for Nested { anchor, path, lines } in nested {
        let _ = write!(text, "\n<a id=\"{anchor}\"></a>\n### Nested Schema for `{path}`\n");
        write_groups(&mut text, lines, |heading| format!("{heading}:"));
    }
    text
}

fn write_groups(text: &mut String, mut lines: Vec<Line>, heading: impl Fn(&str) -> String) {
    lines.sort_by(|one, other| one.name.cmp(&other.name));
    for (group, name) in GROUPS {
        let mut members = lines.iter().filter(|line| line.group == group).peekable();
        if members.peek().is_some() {
            let _ = write!(text, "\n{}\n\n", heading(name));
        }
        for member in members {
            let _ = writeln!(text, "- `{}` {}", member.name, member.text);
        }
    }
}

fn group(attribute: &Attribute) -> Group {
    match (attribute.is_required(), attribute.is_optional()) {
        (true, _) => Group::Required,
        (_, true) => Group::Optional,
        _ => Group::ReadOnly,
    }
}

fn line(path: &[&str], attribute: &Attribute, group: Group, nested: &mut Vec<Nested>) -> Line {
    let mut text = format!("({}) {}", kind_and_flags(attribute), description(attribute));
    if attribute.nested().next().is_some() {
        let anchor = format!("nestedatt--{}", path.join("--"));
        let _ = write!(text, " (see [below for nested schema](#{anchor}))");
        let place = nested.len();
        let lines = attribute.nested().map(|(name, inner)| {
            // Nobody can give a part of what only the provider gives.
            let own = if group == Group::ReadOnly { group } else { self::group(inner) };
            line(&[path, &[name]].concat(), inner, own, nested)
        });
        let lines = lines.collect();
        nested.insert(place, Nested { anchor, path: path.join("."), lines });
    }
    Line { group, name: path.last().copied().unwrap_or_default().to_owned(), text }
}

fn kind_and_flags(attribute: &Attribute) -> String {
    let mut words = vec![kind(attribute.kind())];
    for (holds, word) in [
        (attribute.is_sensitive(), "Sensitive"),
        (attribute.is_write_only(), WRITE_ONLY),
        (attribute.deprecation().is_some(), "Deprecated"),
    ] {
        if holds {
            words.push(word.to_owned());
        }
    }
    words.join(", ")
}

fn kind(kind: &Kind) -> String {
    let of =
        |shape: &str, element: &Attribute| format!("{shape} of {}", self::kind(element.kind()));
    match kind {
        Kind::Bool => "Boolean".to_owned(),
        Kind::Number { .. } => "Number".to_owned(),
        Kind::String => "String".to_owned(),
        Kind::Dynamic => "Dynamic".to_owned(),
        Kind::List(element) => of("List", element),
        Kind::Set(element) => of("Set", element),
        Kind::Map(element) => of("Map", element),
        Kind::Nested(Nesting::Single, _) => "Attributes".to_owned(),
        Kind::Nested(Nesting::List, _) => "Attributes List".to_owned(),
        Kind::Nested(Nesting::Set, _) => "Attributes Set".to_owned(),
        Kind::Nested(Nesting::Map, _) => "Attributes Map".to_owned(),
    }
}

/// The description, completed by what the schema knows and the author did not repeat.
fn description(attribute: &Attribute) -> String {
    let mut text = attribute.description().trim().to_owned();
    let lower = text.to_lowercase();
    if let Some(default) = attribute.default_value()
        && !lower.contains("default")
    {
        let _ = write!(text, " Default: `{}`.", plain(default));
    }
    if attribute.has_requires_replace() && !lower.contains("replac") {
        text.push_str(" Changing it replaces the object.");
    }
    if let Some(instead) = attribute.deprecation() {
        let _ = write!(text, " **Deprecated.** {instead}");
    }
    text
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_json().to_string(),
    }
}

fn timeouts_line() -> Line {
    Line {
        group: Group::Optional,
        name: TIMEOUTS.to_owned(),
        text: format!("(Block) (see [below for nested schema](#nestedblock--{TIMEOUTS}))"),
    }
}

fn timeouts_section(timeouts: &Timeouts) -> Nested {
    let lines = timeouts.operations().map(|(operation, default)| Line {
        group: Group::Optional,
        name: operation.name().to_owned(),
        text: format!("(String) {}", Timeouts::describe(operation, default)),
    });
    Nested {
        anchor: format!("nestedblock--{TIMEOUTS}"),
        path: TIMEOUTS.to_owned(),
        lines: lines.collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tfplug::schema::{boolean, integer, list_of, object, set, string};

    use super::*;

    #[test]
    fn attributes_are_grouped_and_sorted() {
        let schema = Schema::new("A thing.")
            .attribute("size", integer().required().describe("Size in GB."))
            .attribute("id", string().computed().describe("ID of the thing."))
            .attribute(
                "name",
                string().required().requires_replace().describe("Name of the thing."),
            )
            .attribute("loud", boolean().optional().default(false).describe("Whether it is loud."))
            .attribute("tags", set(string()).optional().describe("Its tags."))
            .attribute(
                "secret_wo",
                string().optional().sensitive().write_only().describe("Never stored."),
            )
            .timeouts(Timeouts::new().create(Duration::from_secs(90)));

        let expected = "
## Schema

### Required

- `name` (String) Name of the thing. Changing it replaces the object.
- `size` (Number) Size in GB.

### Optional

- `loud` (Boolean) Whether it is loud. Default: `false`.
- `secret_wo` (String, Sensitive, [Write-only](https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only)) Never stored.
- `tags` (Set of String) Its tags.
- `timeouts` (Block) (see [below for nested schema](#nestedblock--timeouts))

### Read-Only

- `id` (String) ID of the thing.

<a id=\"nestedblock--timeouts\"></a>
### Nested Schema for `timeouts`

Optional:

- `create` (String) How long the creation may take, such as `30m` or `1h30m`. Default: `1m30s`.
";
        assert_eq!(section(&schema), expected);
    }

    #[test]
    fn nested_attributes_have_a_section_each_outer_ones_first() {
        let inner = list_of(object().attribute("b", string().optional().describe("Deep.")));
        let outer = object()
            .attribute("a", inner.optional().describe("Middle."))
            .attribute("c", string().optional().describe("Beside."));
        let schema = Schema::new("A thing.")
            .attribute("given", outer.clone().optional().describe("Given."))
            .attribute("found", outer.computed().describe("Found."));

        let expected = "
## Schema

### Optional

- `given` (Attributes) Given. (see [below for nested schema](#nestedatt--given))

### Read-Only

- `found` (Attributes) Found. (see [below for nested schema](#nestedatt--found))

<a id=\"nestedatt--given\"></a>
### Nested Schema for `given`

Optional:

- `a` (Attributes List) Middle. (see [below for nested schema](#nestedatt--given--a))
- `c` (String) Beside.

<a id=\"nestedatt--given--a\"></a>
### Nested Schema for `given.a`

Optional:

- `b` (String) Deep.

<a id=\"nestedatt--found\"></a>
### Nested Schema for `found`

Read-Only:

- `a` (Attributes List) Middle. (see [below for nested schema](#nestedatt--found--a))
- `c` (String) Beside.

<a id=\"nestedatt--found--a\"></a>
### Nested Schema for `found.a`

Read-Only:

- `b` (String) Deep.
";
        assert_eq!(section(&schema), expected);
    }

    #[test]
    fn a_default_that_the_author_explains_is_not_repeated() {
        let attribute = string().optional().default("%").describe("Host. Default `%`, any host.");

        assert_eq!(description(&attribute), "Host. Default `%`, any host.");
    }
}
