//! What a person expects who protects something from deletion.

use super::census::census;
use super::label::{Kind, Label};
use super::step::Command;
use super::walker::Walker;
use crate::Result;
use crate::commands::StateObject;
use crate::oracle::Outcome;

impl Walker {
    /// Whether something that exists and is protected would go by this configuration.
    pub(super) fn endangers_protected(&self) -> Result<bool> {
        let there = census(&self.cloud);
        let objects = self.objects()?;
        let stays =
            |address: &str| objects.iter().any(|it| it.address == address && self.stays(it));
        let endangered = objects.iter().any(|object| {
            let is_there = object.text("id").is_some_and(|id| there.contains_key(id));
            let protected = object.attributes.get("deletion_protection") == Some(&true.into());
            let goes = !self.stays(object) || self.place(object).is_some_and(|it| !stays(&it));
            protected && is_there && !object.tainted && goes
        });
        Ok(endangered)
    }

    /// Whether an object stays by itself, whatever becomes of its instance.
    fn stays(&self, object: &StateObject) -> bool {
        let label = Label::ALL.into_iter().find(|it| it.address() == object.address);
        let Some(label) = label.filter(|it| self.configuration.wishes.contains_key(it)) else {
            return false;
        };
        match label.kind {
            Kind::Instance | Kind::HaGroup => {
                let region = self.configuration.region(label);
                let is_named = self.configuration.name(label) == object.text("name");
                (region.is_none() || region == object.text("region"))
                    && (label.kind == Kind::Instance || is_named)
            }
            _ => self.configuration.name(label) == object.text("name"),
        }
    }

    /// The address of the instance that an object is to be in.
    fn place(&self, object: &StateObject) -> Option<String> {
        let label = Label::ALL.into_iter().find(|it| it.address() == object.address)?;
        let of = self.configuration.wishes.get(&label)?.of?;
        (label.kind == Kind::Database).then(|| of.address())
    }

    /// A plan refuses what a protected object would not survive, and touches nothing. So a person takes
    /// the change back.
    pub(super) async fn expect_refusal(&mut self) -> Result {
        let troubles = std::mem::take(&mut self.troubles);
        let result = self.command(Command::Plan).await?;
        self.troubles = troubles;
        if result.succeeded() || !self.cloud.writes().is_empty() {
            self.oracle.find(Outcome::Damaged, "a plan lets something go that is protected");
        }
        Ok(())
    }
}
