//! What a configuration must not do, and what Terraform then prints.

use serde_json::Value as Json;

use super::arguments::Arguments;

/// The command that refuses first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// `terraform validate`, without the API and the state.
    Validate,
    /// `terraform plan`, with the API or the state.
    Plan,
    /// `terraform plan` warns, and goes on.
    PlanWarning,
}

/// What must be there before the rule can be broken.
#[derive(Debug, Clone)]
pub enum Setup {
    /// Nothing: many such refusals share one configuration.
    Beside,
    /// A configuration of its own, because the error ends the run.
    Alone,
    /// Environment variables; one that is set to nothing is unset.
    Environment(Vec<(&'static str, &'static str)>),
    /// An object that was applied with these arguments.
    After(Arguments),
    /// An object that was applied with these arguments, and whose block is gone.
    Gone(Arguments),
}

/// Where Terraform says that the mistake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the line of the attribute.
    Attribute,
    /// On the first line of the block, because it is about several attributes.
    Block,
}

/// One way to break one rule: what is given, who refuses it, and in which words.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The attribute that the rule is about, with a period before an inner one; or another subject
    /// of one word or more, such as `import ID`.
    pub about: String,
    /// The rule in a few words.
    pub rule: &'static str,
    /// What breaks it, in a block that is valid otherwise.
    pub given: Arguments,
    /// The command that refuses first.
    pub checked: Checked,
    /// What must be there before.
    pub setup: Setup,
    /// The ID of an `import` block beside the block.
    pub import_id: Option<&'static str>,
    /// Where Terraform points.
    pub place: Place,
    /// The first line of the message.
    pub summary: String,
    /// The rest of the message.
    pub detail: String,
}

impl Refusal {
    fn new(checked: Checked, rule: &'static str) -> Self {
        Self {
            about: String::new(),
            rule,
            given: Arguments::default(),
            checked,
            setup: Setup::Beside,
            import_id: None,
            place: Place::Attribute,
            summary: String::new(),
            detail: String::new(),
        }
    }

    /// What breaks this rule is refused by `terraform validate`.
    pub fn at_validate(rule: &'static str) -> Self {
        Self::new(Checked::Validate, rule)
    }

    /// What breaks this rule is refused by `terraform plan`.
    pub fn at_plan(rule: &'static str) -> Self {
        Self::new(Checked::Plan, rule)
    }

    /// `terraform plan` warns of what breaks this rule.
    pub fn warned_at_plan(rule: &'static str) -> Self {
        Self::new(Checked::PlanWarning, rule)
    }

    /// The import of this ID is refused by `terraform plan`.
    pub fn of_import(rule: &'static str, id: &'static str) -> Self {
        Self { about: "import ID".into(), ..Self::at_plan(rule).importing(id).on_block() }
    }

    /// An argument that breaks the rule.
    #[must_use]
    pub fn given(self, name: &str, value: impl Into<Json>) -> Self {
        Self { given: self.given.with(name, value), ..self }
    }

    /// It needs a configuration of its own.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { setup: Setup::Alone, ..self }
    }

    /// It needs these environment variables.
    #[must_use]
    pub fn in_environment<const N: usize>(self, set: [(&'static str, &'static str); N]) -> Self {
        Self { setup: Setup::Environment(set.into()), ..self }
    }

    /// It needs an object that was applied with this argument.
    #[must_use]
    pub fn after(self, name: &str, value: impl Into<Json>) -> Self {
        Self { setup: Setup::After(Arguments::default().with(name, value)), ..self }
    }

    /// It needs an object that was applied with this argument, and whose block is gone.
    #[must_use]
    pub fn once_gone(self, name: &str, value: impl Into<Json>) -> Self {
        Self { setup: Setup::Gone(Arguments::default().with(name, value)), ..self }
    }

    /// The block is one to import by this ID.
    #[must_use]
    pub fn importing(self, id: &'static str) -> Self {
        Self { import_id: Some(id), ..self }
    }

    /// Terraform points at the block.
    #[must_use]
    pub fn on_block(self) -> Self {
        Self { place: Place::Block, ..self }
    }

    /// What Terraform prints.
    #[must_use]
    pub fn says(self, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { summary: summary.into(), detail: detail.into(), ..self }
    }
}
