//! What the schema of an ephemeral resource cannot have: everything that is about a state or a plan.

use super::attribute::Attribute;
use super::block::Schema;

impl Schema {
    /// The laws of [`check`](Self::check), and those of an
    /// [`EphemeralResource`](crate::EphemeralResource).
    ///
    /// Terraform refuses write-only attributes there, and an object that does not repeat what is
    /// configured. So a configured attribute is repeated whole and has nothing computed inside.
    pub fn check_ephemeral(&self) -> std::result::Result<(), Vec<String>> {
        let mut faults = self.check().err().unwrap_or_default();
        if self.version != 0 {
            faults.push("no state has the version of an ephemeral resource".to_owned());
        }
        if self.timeouts.is_some() {
            faults.push("an ephemeral resource has no timeouts()".to_owned());
        }
        for (name, attribute) in self.attributes() {
            attribute_faults(name, attribute, false, &mut faults);
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

fn attribute_faults(path: &str, it: &Attribute, in_configured: bool, faults: &mut Vec<String>) {
    let flags = [
        (it.write_only, "write_only()"),
        (it.use_state_for_unknown, "use_state_for_unknown()"),
        (it.requires_replace, "requires_replace()"),
        (it.default.is_some(), "default()"),
    ];
    for (_, flag) in flags.iter().filter(|(set, _)| *set) {
        faults.push(format!("{path}: {flag} is not for an ephemeral resource"));
    }
    if in_configured && it.computed {
        faults.push(format!("{path}: nothing inside a configured attribute can be computed()"));
    }
    let in_configured = in_configured || it.required || it.optional;
    for (name, inner) in it.nested() {
        attribute_faults(&format!("{path}.{name}"), inner, in_configured, faults);
    }
}
