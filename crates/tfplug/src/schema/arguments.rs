//! What the schema of a list resource or of an action cannot have: whatever the configuration does not
//! give.

use super::attribute::Attribute;
use super::block::Schema;

impl Schema {
    /// The laws of [`check`](Self::check), and those of what stands in the block `config` of a
    /// [`ListResource`](crate::ListResource) or an [`Action`](crate::Action), which nothing answers.
    pub fn check_arguments(&self) -> std::result::Result<(), Vec<String>> {
        let mut faults = self.check().err().unwrap_or_default();
        if self.version != 0 {
            faults.push("no state has the version of arguments".to_owned());
        }
        if self.timeouts.is_some() {
            faults.push("arguments have no timeouts()".to_owned());
        }
        for (name, attribute) in self.attributes() {
            attribute_faults(name, attribute, &mut faults);
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

fn attribute_faults(path: &str, it: &Attribute, faults: &mut Vec<String>) {
    let flags = [
        (it.computed, "computed() or default()"),
        (it.sensitive, "sensitive()"),
        (it.write_only, "write_only()"),
        (it.requires_replace, "requires_replace()"),
    ];
    for (_, flag) in flags.iter().filter(|(set, _)| *set) {
        faults.push(format!("{path}: {flag} is not for arguments"));
    }
    for (name, inner) in it.nested() {
        attribute_faults(&format!("{path}.{name}"), inner, faults);
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::{Schema, Timeouts, object, string};

    #[test]
    fn arguments_have_only_what_a_configuration_gives() {
        let good = Schema::new("Asked for.").attribute("name", string().optional());
        assert_eq!(good.check_arguments(), Ok(()));

        let answered = good
            .attribute("id", string().computed())
            .attribute("kind", string().optional().default("a"))
            .attribute("key", string().optional().sensitive())
            .attribute(
                "inner",
                object().attribute("a", string().optional().write_only()).optional(),
            )
            .version(1)
            .timeouts(Timeouts::new().read(std::time::Duration::from_mins(1)));

        let faults = answered.check_arguments().unwrap_err().join("\n");
        for fault in [
            "id: computed() or default() is not for arguments",
            "kind: computed() or default() is not for arguments",
            "key: sensitive() is not for arguments",
            "inner.a: write_only() is not for arguments",
            "no state has the version of arguments",
            "arguments have no timeouts()",
        ] {
            assert!(faults.contains(fault), "{fault} is missing in:\n{faults}");
        }
    }
}
