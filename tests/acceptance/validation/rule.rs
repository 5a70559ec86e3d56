//! One rule as data, and the configuration that breaks it.

/// When a rule is checked first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// By `terraform validate`, without the API.
    Validate,
    /// By `terraform plan`, with the API or the state.
    Plan,
    /// By `terraform plan`, and the plan goes on.
    Warning,
}

/// What must be there before the rule can be broken.
#[derive(Clone, Copy)]
pub(super) enum Setup {
    /// Nothing: many such entries share one configuration.
    Beside,
    /// A configuration of its own, because the error ends the run.
    Alone,
    /// Environment variables; one that is set to nothing is unset.
    In(&'static [(&'static str, &'static str)]),
    /// An object that was applied with these arguments.
    After(Arguments),
    /// An object that was applied with these arguments, and whose block is gone.
    Gone(Arguments),
}

/// Names of arguments and their values in HCL; a value of nothing leaves the argument out.
pub(super) type Arguments = &'static [(&'static str, &'static str)];

/// The kind of block that an entry is about.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// `resource`, `data` or `provider`.
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    /// What a valid block needs. `LABEL` is replaced by the block's label.
    pub(super) valid: Arguments,
}

impl Frame {
    /// The rule that `attribute` obeys, told in a few `words`, and `given` that breaks it.
    pub(super) fn rule(
        self,
        attribute: &'static str,
        words: &'static str,
        given: &[(&'static str, &'static str)],
    ) -> Rule {
        Rule {
            frame: self,
            attribute,
            words,
            given: given.to_vec(),
            when: When::Validate,
            setup: Setup::Beside,
            import_id: None,
            points_at: Some(attribute),
            summary: String::new(),
            detail: String::new(),
        }
    }

    /// A valid block with these arguments in place of its own.
    pub(super) fn hcl(self, label: &str, given: &[(&str, &str)]) -> String {
        let given: Vec<(&str, String)> =
            given.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.block(label, &given)
    }

    pub(super) fn block(self, label: &str, given: &[(&str, String)]) -> String {
        let own = self.valid.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let own = own.filter(|(name, _)| !given.iter().any(|(other, _)| other == name));
        let mut text = match self.kind {
            "provider" => format!("provider \"{}\" {{\n", self.name),
            kind => format!("{kind} \"{}\" \"{label}\" {{\n", self.name),
        };
        for (name, value) in own.chain(given.iter().cloned()).filter(|(_, it)| !it.is_empty()) {
            let equals = if name == "timeouts" { "" } else { "= " };
            text.extend(["  ", name, " ", equals, &value.replace("LABEL", label), "\n"]);
        }
        text + "}\n"
    }

    pub(super) fn address(self, label: &str) -> String {
        match self.kind {
            "provider" => format!("provider[\"registry.terraform.io/rackspace/{}\"]", self.name),
            "data" => format!("data.{}.{label}", self.name),
            _ => format!("{}.{label}", self.name),
        }
    }
}

/// One rule: what it says, what breaks it, and what is said then.
pub(super) struct Rule {
    pub(super) frame: Frame,
    /// The attribute, with a period before an inner one.
    pub(super) attribute: &'static str,
    pub(super) words: &'static str,
    pub(super) given: Vec<(&'static str, &'static str)>,
    pub(super) when: When,
    pub(super) setup: Setup,
    /// The ID of an `import` block beside the block.
    import_id: Option<&'static str>,
    /// The attribute on whose line Terraform points; the block's first line if there is none.
    points_at: Option<&'static str>,
    pub(super) summary: String,
    pub(super) detail: String,
}

impl Rule {
    /// What Terraform prints when the rule is broken.
    pub(super) fn says(self, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { summary: summary.into(), detail: detail.into(), ..self }
    }

    pub(super) fn at_plan(self) -> Self {
        Self { when: When::Plan, ..self }
    }

    pub(super) fn warns(self) -> Self {
        Self { when: When::Warning, ..self }
    }

    pub(super) fn importing(self, id: &'static str) -> Self {
        Self { import_id: Some(id), ..self }
    }

    pub(super) fn with(self, setup: Setup) -> Self {
        Self { setup, ..self }
    }

    /// It is about several attributes, so Terraform points at the block.
    pub(super) fn at_the_block(self) -> Self {
        Self { points_at: None, ..self }
    }

    pub(super) fn hcl(&self, label: &str) -> String {
        if matches!(self.setup, Setup::Gone(_)) {
            return String::new();
        }
        let block = self.frame.hcl(label, &self.given);
        let Some(id) = self.import_id else { return block };
        format!("{block}import {{\n  to = {}\n  id = \"{id}\"\n}}\n", self.frame.address(label))
    }

    /// Whether what breaks the rule can be a value that is not known while planning.
    pub(super) fn can_come_late(&self) -> bool {
        let fails = self.when != When::Warning && self.import_id.is_none();
        fails && self.given.iter().any(|(_, value)| !value.is_empty())
    }

    /// The same, with every value known only after another resource was made.
    pub(super) fn late_hcl(&self, label: &str) -> String {
        let given = self.given.iter().enumerate();
        let late: Vec<(&str, String)> =
            given.map(|(place, (name, value))| (*name, late(label, place, name, value))).collect();
        let inputs = self.given.iter().map(|(name, value)| plain(name, value));
        let inputs: Vec<&str> = inputs.map(|it| if it.is_empty() { "null" } else { it }).collect();
        format!(
            "resource \"terraform_data\" \"{label}\" {{\n  input = [{}]\n}}\n{}",
            inputs.join(", "),
            self.frame.block(label, &late)
        )
    }

    /// What must be printed when the rule is broken in the block of that label.
    pub(super) fn printed(&self, label: &str) -> Expected {
        let severity = if self.when == When::Warning { "Warning" } else { "Error" };
        let address = self.frame.address(label);
        let place = match (self.setup, self.import_id, self.points_at) {
            (Setup::Gone(_), _, _) | (_, Some(_), None) => Place::Nowhere,
            (_, _, Some(attribute)) => {
                let outer = attribute.split('.').next().unwrap_or_default();
                Place::At(address, outer.to_owned())
            }
            (_, _, None) => Place::At(address, self.frame.kind.to_owned()),
        };
        Expected { severity, summary: self.summary.clone(), place, detail: self.detail.clone() }
    }
}

/// The expression of a value that is known late.
fn late(label: &str, place: usize, name: &str, value: &str) -> String {
    let output = format!("terraform_data.{label}.output[{place}]");
    match name {
        _ if value.is_empty() => String::new(),
        "timeouts" => value.replacen(plain(name, value), &output, 1),
        _ => output,
    }
}

/// The value itself: a block of timeouts holds one, `{ create = "soon" }`.
fn plain<'a>(name: &str, value: &'a str) -> &'a str {
    match value.split_once("= ") {
        Some((_, inner)) if name == "timeouts" => inner.trim_end_matches('}').trim_end(),
        _ => value,
    }
}

/// Where Terraform says that the mistake is.
pub(super) enum Place {
    /// The address of the block, and what its line begins with.
    At(String, String),
    /// Not in a block: the ID of an import, or an object whose block is gone.
    Nowhere,
}

/// A message in its parts.
pub(super) struct Expected {
    pub(super) severity: &'static str,
    pub(super) summary: String,
    pub(super) place: Place,
    pub(super) detail: String,
}

impl Expected {
    pub(super) fn map(self, change: impl Fn(String) -> String) -> Self {
        Self { summary: change(self.summary), detail: change(self.detail), ..self }
    }
}
