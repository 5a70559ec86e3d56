//! The page `docs/validation-rules.md`: what a configuration must obey, from the catalogue, whose
//! refusals the tests provoke with the real Terraform.

use std::fmt::Write as _;

use testkit::catalogue::arguments::{Arguments, expression};
use testkit::catalogue::entry::{Block, Entry};
use testkit::catalogue::refusal::{Checked, Refusal, Setup};

/// How much is shown of an example, in characters.
const SHOWN: usize = 60;

const HEAD: &str = "\
# Validation rules

Every rule that a configuration must obey, with a value that breaks it and the message that Terraform prints then.
This page is generated from the catalogue of the tests, which break each rule with the real Terraform; `cargo xtask docs` writes it.

\"Refused by\" names the first command that refuses: `validate` needs neither the API nor the state, `plan` looks at both.
Whatever is not known then is checked during `apply`, before anything is sent for the object, with the same message.
The one exception is not about a value of an object: nothing can be read while the `provider` block itself is not known.

Wrong types and missing arguments are refused by Terraform itself, and are not listed.
`WEB_ID` and the like stand for the IDs of objects in the examples: the instance `web` has 10 GB, and its backup `nightly` holds 3 GB.
";

/// The whole page.
pub(super) fn page(entries: &[Entry]) -> String {
    let mut text = HEAD.to_owned();
    for entry in entries.iter().filter(|it| it.refusals().next().is_some()) {
        let title = match entry.block {
            Block::Provider => "The `provider` block".to_owned(),
            Block::Resource => format!("`{}`", entry.name),
            Block::Data => format!("Data source `{}`", entry.name),
        };
        let _ = write!(text, "\n## {title}\n");
        let mut about = "";
        for refusal in entry.refusals() {
            if refusal.about != about {
                about = &refusal.about;
                let subject =
                    if about.contains(' ') { about.to_owned() } else { format!("`{about}`") };
                let _ = write!(
                    text,
                    "\n### {subject}\n\n| Rule | Broken by | Refused by | Message |\n| --- | --- | --- | --- |\n"
                );
            }
            text.push_str(&row(entry, refusal));
        }
    }
    text
}

fn row(entry: &Entry, refusal: &Refusal) -> String {
    let refused = match refusal.checked {
        Checked::Validate => "`validate`",
        Checked::Plan => "`plan`",
        Checked::PlanWarning => "`plan`, as a warning",
    };
    let cell =
        |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    format!(
        "| {} | {} | {refused} | **{}**: {} |\n",
        cell(refusal.rule),
        cell(&broken_by(entry, refusal)),
        cell(&refusal.summary),
        cell(&refusal.detail)
    )
}

/// What breaks the rule, in a few words.
fn broken_by(entry: &Entry, refusal: &Refusal) -> String {
    let given = arguments(&refusal.given);
    match (&refusal.setup, refusal.import_id) {
        (Setup::Gone(before), _) => format!("a deletion after {}", arguments(before)),
        (Setup::After(before), _) => format!("{given} after {}", arguments(before)),
        (Setup::Environment(set), _) => {
            let set = set.iter().map(|(name, value)| match *value {
                "" => format!("no `{name}`"),
                value => format!("`{name}={value}`"),
            });
            let all: Vec<String> = set.chain((!given.is_empty()).then_some(given)).collect();
            all.join(", ")
        }
        (_, Some(id)) if given.is_empty() => format!("the import of `{id}`"),
        (_, Some(id)) => format!("{given} for the import of `{id}`"),
        _ if given.is_empty() && entry.block == Block::Data => "no argument".to_owned(),
        _ => given,
    }
}

fn arguments(given: &Arguments) -> String {
    let shown = given.iter().map(|(name, value)| {
        let shown = if value.is_null() { "null".to_owned() } else { expression(value) };
        let short: String = shown.chars().take(SHOWN).collect();
        let more = if short == shown { "" } else { "…" };
        format!("`{name} = {short}{more}`")
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;
    use testkit::catalogue::attribute::optional;

    use super::*;

    #[test]
    fn a_row_has_the_rule_what_breaks_it_who_refuses_and_the_message() {
        let entry = Entry::data_source("x_thing", "").attributes([optional("a", 1)
            .validator("at most 2", [("at most 2", 3, "")])
            .refuses(Refusal::at_plan("one").given("b", Json::Null).says("No | way", "Do\nit."))]);

        let page = page(&[entry]);

        let expected = "
## Data source `x_thing`

### `a`

| Rule | Broken by | Refused by | Message |
| --- | --- | --- | --- |
| at most 2 | `a = 3` | `validate` | **Invalid value for \"a\"**: \"a\" must be at most 2, but the value is 3. |
| one | `b = null` | `plan` | **No \\| way**: Do it. |
";
        assert!(page.ends_with(expected), "{page}");
    }

    #[test]
    fn no_two_rows_of_the_page_are_the_same() {
        let page = page(&testkit::catalogue::entries());
        for section in page.split("\n## ") {
            let mut rows: Vec<&str> = section.lines().filter(|it| it.starts_with("| ")).collect();
            rows.retain(|it| !it.starts_with("| Rule ") && !it.starts_with("| --- "));
            rows.sort_unstable();
            let all = rows.len();
            rows.dedup();
            assert_eq!(rows.len(), all, "{section}");
        }
    }
}
