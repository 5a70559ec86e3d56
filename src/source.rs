//! What is backed up: an instance or a high-availability group, named by one of two arguments.

use clouddb::Source;
use tfplug::value::Attr;
use tfplug::{Diagnostic, Diagnostics};

use crate::ways::{Way, not_one_of};

/// For messages: `instance` or `HA group`.
pub(crate) fn noun(source: &Source) -> &'static str {
    match source {
        Source::Instance(_) => "instance",
        Source::HaGroup(_) => "HA group",
    }
}

/// The same at the beginning of a sentence.
pub(crate) fn capital(source: &Source) -> &'static str {
    match source {
        Source::Instance(_) => "Instance",
        Source::HaGroup(_) => "HA group",
    }
}

/// For messages: `instance ID` or `HA group ID`.
pub(crate) fn shown(source: &Source) -> String {
    format!("{} {}", noun(source), source.id())
}

/// The one of these two that is given, if that is exactly one.
pub(crate) fn only(instance_id: Option<&String>, group_id: Option<&String>) -> Option<Source> {
    match (instance_id, group_id) {
        (Some(id), None) => Some(Source::Instance(id.clone())),
        (None, Some(id)) => Some(Source::HaGroup(id.clone())),
        _ => None,
    }
}

/// The instance of that ID, as far as a plan knows it.
pub(crate) fn instance(id: &Attr<String>) -> Attr<Source> {
    id.clone().map(Source::Instance)
}

/// The arguments of a planned object of which exactly one says what is backed up.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'a> {
    pub(crate) instance_id: &'a Attr<String>,
    /// ID of a high-availability group.
    pub(crate) group_id: &'a Attr<String>,
    /// The name of the argument for that.
    pub(crate) group_argument: &'static str,
}

impl Arguments<'_> {
    /// What is backed up. It is not known as long as one of the two may still turn out to be null.
    pub(crate) fn source(&self) -> Attr<Source> {
        match (self.instance_id, self.group_id) {
            (Attr::Known(id), Attr::Null) => Attr::Known(Source::Instance(id.clone())),
            (Attr::Null, Attr::Known(id)) => Attr::Known(Source::HaGroup(id.clone())),
            (Attr::Null, Attr::Null) => Attr::Null,
            _ => Attr::Unknown,
        }
    }

    /// Refuses both, and none. `what` is made of it, such as `schedule`.
    pub(crate) fn validate(&self, what: &str, diagnostics: &mut Diagnostics) {
        let ways = [Way::from(self.instance_id), Way::from(self.group_id)];
        if let Some(given) = not_one_of(&ways) {
            diagnostics.push(not_one(what, self.group_argument, given > 0));
        }
    }
}

/// Both arguments say what is backed up, or none does.
pub(crate) fn not_one(what: &str, group: &str, are_both: bool) -> Diagnostic {
    let (wrong, attribute) = if are_both {
        ("both are given. Remove one of the two.".to_owned(), group)
    } else {
        (format!("none is given. Set `instance_id`, or `{group}` for a group."), "instance_id")
    };
    Diagnostic::error(format!("Exactly one of `instance_id` and `{group}`"))
        .detail(format!("A {what} is of an instance or of an HA group, and {wrong}"))
        .attribute(attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_known_once_both_arguments_are() {
        let known = |id: &str| Attr::Known(id.to_owned());
        let of = |instance_id: Attr<String>, group_id: Attr<String>| {
            Arguments { instance_id: &instance_id, group_id: &group_id, group_argument: "group" }
                .source()
        };

        assert_eq!(of(known("i"), Attr::Null), Attr::Known(Source::Instance("i".to_owned())));
        assert_eq!(of(Attr::Null, known("h")), Attr::Known(Source::HaGroup("h".to_owned())));
        assert_eq!(of(known("i"), Attr::Unknown), Attr::Unknown);
        assert_eq!(of(Attr::Unknown, Attr::Null), Attr::Unknown);
        assert_eq!(of(Attr::Null, Attr::Null), Attr::Null);
    }
}
