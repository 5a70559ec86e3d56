//! What tools have learned after the oldest one that the tests run with, and which tool knows it.

use std::io::Write as _;
use std::sync::Once;

use semver::{Prerelease, Version as Number};

use crate::Result;
use crate::terraform::{Cli, Version};

/// The newest Terraform that the checks run tests with, beside the one of the machine.
pub const NEWEST: &str = "1.15.5";

/// Something that not every tool knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Resources have an identity, by which they are imported too.
    Identity,
    /// `terraform query`, and the list resources that it asks.
    Query,
    /// `plan -generate-config-out` lets the provider write the configuration.
    GeneratedConfiguration,
    /// `action` blocks, their triggers, and `-invoke`.
    Actions,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Identity, Self::Query, Self::GeneratedConfiguration, Self::Actions];

    /// The first Terraform and the first `OpenTofu` that know it, as minor versions of their first
    /// major one.
    const fn since(self) -> (u64, Option<u64>) {
        match self {
            Self::Identity => (12, Some(12)),
            Self::Query | Self::GeneratedConfiguration | Self::Actions => (14, None),
        }
    }

    /// Whether a tool of that version knows it. A version before its release does too.
    pub fn is_known_to(self, tool: &Version) -> Result<bool> {
        let mut number = Number::parse(&tool.number)?;
        number.pre = Prerelease::EMPTY;
        let (terraform, tofu) = self.since();
        let since = if tool.is_tofu() { tofu } else { Some(terraform) };
        Ok(since.is_some_and(|minor| number >= Number::new(1, minor, 0)))
    }

    /// Whether this tool knows it. The first time that one does not, one line says so, past the test
    /// runner, which shows nothing that a passing test prints.
    pub fn is_known_by(self, tool: &Cli) -> Result<bool> {
        static SAID: Once = Once::new();
        let version = tool.version()?;
        let known = self.is_known_to(&version)?;
        if !known {
            SAID.call_once(|| {
                // A person who has closed stderr does not want to be told.
                let _ = std::io::stderr().write_all(unproven(&version).as_bytes());
            });
        }
        Ok(known)
    }
}

/// What is said of the tests that pass because they have nothing to look at.
fn unproven(version: &Version) -> String {
    format!(
        "\n{} {} does not know what some of these tests are about, which pass without a proof; \
        `cargo xtask ci` runs them with Terraform {NEWEST}.\n",
        version.product, version.number
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(product: &str, number: &str, feature: Feature) -> bool {
        let (product, number) = (product.to_owned(), number.to_owned());
        feature.is_known_to(&Version { product, number, platform: String::new() }).unwrap()
    }

    #[test]
    fn a_feature_is_known_from_its_first_version_on() {
        assert!(!knows("Terraform", "1.11.4", Feature::Identity));
        assert!(knows("Terraform", "1.12.0", Feature::Identity));
        assert!(!knows("Terraform", "1.13.5", Feature::Query));
        assert!(knows("Terraform", "1.14.0-beta1", Feature::Query));
        assert!(knows("Terraform", "2.0.0", Feature::Actions));
    }

    #[test]
    fn opentofu_counts_for_itself() {
        assert!(!knows("OpenTofu", "1.11.2", Feature::Identity));
        assert!(knows("OpenTofu", "1.12.6", Feature::Identity));
        assert!(!knows("OpenTofu", "1.20.0", Feature::Query));
    }

    #[test]
    fn the_newest_terraform_knows_every_feature() {
        for feature in Feature::ALL {
            assert!(knows("Terraform", NEWEST, feature), "no run of the checks proves {feature:?}");
        }
    }

    #[test]
    fn one_line_says_that_something_was_not_proven() {
        let version = Version {
            product: "OpenTofu".into(),
            number: "1.12.6".into(),
            platform: String::new(),
        };

        let said = unproven(&version);

        assert!(said.contains("OpenTofu 1.12.6 does not know"), "{said}");
        assert!(said.contains(NEWEST) && said.trim().lines().count() == 1, "{said}");
    }
}
