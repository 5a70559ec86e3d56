//! What a plan refuses, and when that is only a warning.
//!
//! Terraform makes an ordinary plan before it destroys anything, so an error about what the last apply
//! had already would forbid to destroy it.

use clouddb::Client;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use super::attributes::{Instance, moves, replaces};
use crate::failure;
use crate::resources::instance::applied::Applied;

/// An argument of which it is remembered what the last apply had.
#[derive(Clone, Copy)]
pub(super) enum Argument {
    Flavor,
    VolumeSize,
    Datastore,
    ConfigurationId,
    ReplicaOf,
    UpgradeOf,
}

/// What is refused.
pub(super) struct Refusal {
    said: Diagnostic,
    /// The arguments of which one would have to be another.
    rests_on: &'static [Argument],
    /// What it means if all of them are as the last apply had them.
    as_applied: &'static str,
}

impl Refusal {
    pub(super) fn new(said: Diagnostic, rests_on: &'static [Argument]) -> Self {
        let as_applied = "The configuration is as it was applied last, so something was changed outside Terraform. If the instance is to be destroyed, nothing is wrong. If not, correct this before you apply.";
        Self { said, rests_on, as_applied }
    }

    /// What it means if the configuration is as the last apply had it.
    pub(super) fn meaning(self, meaning: &'static str) -> Self {
        Self { as_applied: meaning, ..self }
    }
}

/// All refusals as errors, but those of what the last apply had already as warnings.
pub(super) fn judge(
    cx: &PlanContext<Client>,
    change: &Change<Instance>,
    refusals: Vec<Refusal>,
) -> Result<()> {
    let applied = Applied::planning(cx).filter(|it| !replaced_by_user(it, change));
    let applied = applied.filter(|_| change.prior.is_some());
    let mut errors = Diagnostics::new();
    for Refusal { said, rests_on, as_applied } in refusals {
        let has = |applied: &Applied| rests_on.iter().all(|it| it.is_as(applied, &change.config));
        if applied.as_ref().is_some_and(has) {
            cx.warn(failure::softened(&said, as_applied));
        } else {
            errors.push(said);
        }
    }
    errors.into_result()
}

/// Whether another instance is made because of what the user has changed; the region of one never
/// changes outside.
pub(super) fn replaced_by_user(applied: &Applied, change: &Change<Instance>) -> bool {
    let makers = [Argument::Datastore, Argument::ReplicaOf];
    moves(change) || replaces(change) && !makers.iter().all(|it| it.is_as(applied, &change.config))
}

/// A refusal of what is to be made again in place of a tainted object.
pub(crate) fn not_again(refusal: &Diagnostic) -> Diagnostic {
    failure::softened(
        refusal,
        "There is an instance of this name in the state. If it is to be replaced, correct this before you apply: the old instance is deleted first, and the new one cannot be made like this. If it is to be destroyed, nothing is wrong.",
    )
}

impl Argument {
    /// Whether the configuration has it as the last apply had it.
    pub(super) fn is_as(self, applied: &Applied, config: &Instance) -> bool {
        match self {
            Self::Flavor => config.flavor.known() == Some(&applied.flavor),
            Self::VolumeSize => config.volume_size.known() == Some(&applied.volume_size),
            Self::ConfigurationId => {
                config.configuration_id.known() == applied.configuration_id.as_ref()
            }
            Self::UpgradeOf => config.upgrade_of.known() == applied.upgrade_of.as_ref(),
            Self::ReplicaOf => config.replica_of.known() == applied.replica_of.as_ref(),
            Self::Datastore => {
                let same = |wanted: Option<&str>, has: Option<&String>| {
                    wanted.is_none_or(|it| has.is_some_and(|has| has.eq_ignore_ascii_case(it)))
                };
                let has = applied.datastore.as_ref();
                same(config.datastore_type(), has.and_then(|it| it.r#type.as_ref()))
                    && same(config.datastore_version(), has.and_then(|it| it.version.as_ref()))
            }
        }
    }
}
