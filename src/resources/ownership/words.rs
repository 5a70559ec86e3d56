//! What is said of an object that the state has under two addresses.

use tfplug::Diagnostic;

use super::Owned;

/// What stands in the way of a second address.
const ADVICE: &str = "Let Terraform forget one of the addresses: run `terraform state rm ADDRESS`, or write a `removed` block with `lifecycle { destroy = false }`; `terraform state list` shows them all.";

impl Owned<'_> {
    pub(super) fn twice(&self) -> Diagnostic {
        Diagnostic::warning(format!("{} has two addresses", self.kind)).detail(format!(
            "The state has {} under more than one address. It is one object all the same: what one address changes the other undoes. {ADVICE}",
            self.shown
        ))
    }

    pub(super) fn stays(&self) -> Diagnostic {
        Diagnostic::warning(format!("{} is only forgotten", self.kind)).detail(format!(
            "The plan destroys {} under one address, and another address of the state has it too and keeps it. So nothing is deleted, and Terraform forgets this address. To delete the object, remove both.",
            self.shown
        ))
    }

    pub(super) fn taken_away(&self) -> Diagnostic {
        Diagnostic::error(format!("{} is destroyed under another address", self.kind)).detail(
            format!(
                "The plan keeps {} under this address and destroys it under another one, and it is one object. Nothing was changed. {ADVICE}",
                self.shown
            ),
        )
    }

    pub(super) fn replaced(&self) -> Diagnostic {
        Diagnostic::error(format!("{} has two addresses", self.kind)).detail(format!(
            "The plan replaces {} under one address, and another address of the state has it too and would lose it. Nothing was changed. {ADVICE}",
            self.shown
        ))
    }
}
