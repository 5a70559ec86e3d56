//! The same blocks with values that Terraform knows only when another resource was made.

use testkit::catalogue::arguments::{Arguments, expression};
use testkit::catalogue::entry::Entry;
use testkit::catalogue::refusal::{Checked, Refusal};

/// Whether what breaks the rule can be a value that is not known while planning.
pub(super) fn can_come_late(refusal: &Refusal) -> bool {
    let fails = refusal.checked != Checked::PlanWarning && refusal.import_id.is_none();
    fails && refusal.given.iter().any(|(_, value)| !value.is_null())
}

/// The block that breaks the rule, with every value known late.
pub(super) fn hcl(entry: &Entry, refusal: &Refusal, label: &str) -> String {
    block(entry, label, &refusal.given, |_| true)
}

/// A block with these arguments, of which those that `is_late` names are known late.
pub(super) fn block(
    entry: &Entry,
    label: &str,
    given: &Arguments,
    is_late: impl Fn(&str) -> bool,
) -> String {
    let all = entry.required().and(given);
    let inputs: Vec<String> = all.iter().map(|(_, value)| expression(value)).collect();
    let names: Vec<&str> = all.iter().map(|(name, _)| name).collect();
    let lines = all.hcl(|place, value| {
        let name = names.get(place).copied().unwrap_or_default();
        if given.get(name).is_some() && is_late(name) {
            format!("terraform_data.{label}.output[{place}]")
        } else {
            expression(value)
        }
    });
    format!(
        "resource \"terraform_data\" \"{label}\" {{\n  input = [{}]\n}}\n{}",
        inputs.join(", ").replace("LABEL", label),
        entry.block_of(label, &lines)
    )
}
