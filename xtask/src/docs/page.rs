//! One page: front matter, description, examples, schema or signature, import.

use std::fmt::Write as _;

use tfplug::schema::Schema;
use tfplug::{IdentitySchema, Signature};

use super::examples::Examples;
use super::kind::Kind;
use super::{schema, signature};
use testkit::Result;

/// What a page of the provider says beside its schema.
const AUTHENTICATION: &str = include_str!("notes/provider.md");

pub(super) fn provider(schema: &Schema, examples: &Examples) -> Result<String> {
    let mut page = head("rackspace Provider", "Rackspace Provider", schema);
    example_usage(&mut page, &[examples.provider()?]);
    let _ = write!(page, "\n{}", AUTHENTICATION.trim_end());
    page.push('\n');
    page.push_str(&schema::section(schema));
    Ok(page)
}

pub(super) fn resource(
    name: &str,
    schema: &Schema,
    identity: &IdentitySchema,
    examples: &Examples,
) -> Result<String> {
    let title = format!("{name} Resource - rackspace");
    let mut page = head(&title, &format!("{name} (Resource)"), schema);
    example_usage(&mut page, &examples.resource(name)?);
    page.push_str(&schema::section(schema));
    let _ = write!(
        page,
        "\n## Import\n\n\
         With an [`import` block](https://developer.hashicorp.com/terraform/language/import) that \
         names the identity, Terraform or OpenTofu 1.12 or newer:\n\n\
         ```terraform\n{}\n```\n\n\
         ### Identity Schema\n{}\n\
         With an `import` block that names the ID, Terraform 1.5 or newer:\n\n\
         ```terraform\n{}\n```\n\n\
         With the [`terraform import` command](https://developer.hashicorp.com/terraform/cli/commands/import):\n\n\
         ```shell\n{}\n```\n",
        examples.import_by_identity(name)?,
        identity_schema(identity),
        examples.import_block(name)?,
        examples.import_command(name)?,
    );
    Ok(page)
}

/// The attributes of an identity, those first that an import has to give.
fn identity_schema(identity: &IdentitySchema) -> String {
    let mut section = String::new();
    for (title, required) in [("Required", true), ("Optional", false)] {
        let _ = write!(section, "\n#### {title}\n\n");
        for it in identity.attributes().iter().filter(|it| it.is_required() == required) {
            let _ = writeln!(section, "- `{}` (String) {}", it.name(), it.description());
        }
    }
    section
}

/// The page of a type of which its schema and one example say everything.
pub(super) fn of_kind(
    kind: &Kind,
    name: &str,
    schema: &Schema,
    examples: &Examples,
) -> Result<String> {
    let title = kind.title;
    let mut page =
        head(&format!("{name} {title} - rackspace"), &format!("{name} ({title})"), schema);
    example_usage(&mut page, &[examples.of_kind(kind, name)?]);
    page.push_str(&schema::section(schema));
    Ok(page)
}

pub(super) fn function(name: &str, signature: &Signature, examples: &Examples) -> Result<String> {
    let mut page = front_matter(&format!("{name} function - rackspace"), signature.summary());
    let _ = write!(page, "# function: {name}\n\n{}\n", signature.description().trim());
    example_usage(&mut page, &[examples.function(name)?]);
    page.push_str(&signature::sections(signature));
    Ok(page)
}

/// Front matter, title and description. The Registry's search shows the first paragraph.
fn head(page_title: &str, title: &str, schema: &Schema) -> String {
    let description = schema.description().trim();
    let summary = description.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let deprecated = schema
        .deprecation()
        .map(|instead| format!("~> **Deprecated.** {instead}\n\n"))
        .unwrap_or_default();
    let front_matter = front_matter(page_title, &summary);
    format!("{front_matter}# {title}\n\n{deprecated}{description}\n")
}

fn front_matter(page_title: &str, summary: &str) -> String {
    format!(
        "---\npage_title: \"{page_title}\"\nsubcategory: \"\"\ndescription: |-\n  {summary}\n---\n\n"
    )
}

fn example_usage(page: &mut String, examples: &[String]) {
    page.push_str("\n## Example Usage\n");
    for example in examples {
        let _ = write!(page, "\n```terraform\n{example}\n```\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_matter_has_the_first_paragraph_only() {
        let schema = Schema::new("Manages a thing.\n\nMore about it.").deprecated("Use another.");

        let page = head("x_thing Resource - x", "x_thing (Resource)", &schema);

        let expected = "---\npage_title: \"x_thing Resource - x\"\nsubcategory: \"\"\n\
            description: |-\n  Manages a thing.\n---\n\n# x_thing (Resource)\n\n\
            ~> **Deprecated.** Use another.\n\nManages a thing.\n\nMore about it.\n";
        assert_eq!(page, expected);
    }
}
