//! Where a value lies inside a resource: the address that diagnostics and replacements name.

use std::fmt;

/// One step of a [`Path`].
///
/// These are the selectors of `AttributePath` in the
/// [plugin protocol](https://github.com/hashicorp/terraform/tree/main/docs/plugin-protocol).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into an object, by the name of the attribute or block.
    Attribute(String),
    /// Into a list or tuple, counted from zero.
    Index(i64),
    /// Into a map, by key.
    Key(String),
}

/// The way from a resource, data source or provider block to one value in it.
///
/// The empty path is the whole block. It displays as Terraform writes addresses: `rules[0].port`,
/// `tags["owner"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

impl Path {
    /// The whole block.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// This path, one attribute deeper.
    #[must_use]
    pub fn attribute(self, name: impl Into<String>) -> Self {
        self.step(Step::Attribute(name.into()))
    }

    /// This path, one list element deeper.
    #[must_use]
    pub fn index(self, index: i64) -> Self {
        self.step(Step::Index(index))
    }

    /// This path, one map element deeper.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// This path, one step deeper.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// Appends a step.
    pub fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// Takes the last step away, if there is one.
    pub fn pop(&mut self) -> Option<Step> {
        self.0.pop()
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the whole block.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts a step in front. Errors are born deep inside and learn their path on the way out.
    pub(crate) fn under(mut self, step: Step) -> Self {
        self.0.insert(0, step);
        self
    }
}

impl From<&str> for Path {
    /// The attribute of that name at the top of the block.
    fn from(name: &str) -> Self {
        Self::root().attribute(name)
    }
}

impl From<String> for Path {
    /// The attribute of that name at the top of the block.
    fn from(name: String) -> Self {
        Self::root().attribute(name)
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    write!(f, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
            }
        }
        Ok(())
    }
}
