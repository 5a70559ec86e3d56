//! What a person does about copies, which outlive the backups that they were made of.

use super::census::{census, key};
use super::configuration::HOME;
use super::copies;
use super::label::{Kind, Label};
use super::walker::Walker;
use crate::Result;
use crate::commands::StateObject;

impl Walker {
    /// What a person does about copies whose backup is not configured any more. One that exists has its ID
    /// from then on, and another cannot be made.
    pub(super) fn keep_copies(&mut self) -> Result {
        let there = census(&self.cloud);
        let objects = self.objects()?;
        self.configuration.originals.clear();
        let alone = |(label, of): (Label, Option<Label>)| {
            (label.kind == Kind::Copy && of.is_none()).then_some(label)
        };
        let wishes = self.configuration.wishes.iter().map(|(label, wish)| (*label, wish.of));
        for label in wishes.filter_map(alone).collect::<Vec<_>>() {
            let object = objects.iter().find(|it| it.address == label.address());
            let is_there = |id: String| there.contains_key(&id);
            let Some(copy) = object.filter(|it| !it.tainted && key(it).is_some_and(is_there))
            else {
                self.configuration.remove(label);
                continue;
            };
            if let Some(original) = copy.text("backup_id") {
                self.configuration.originals.insert(label, original.to_owned());
            }
        }
        self.keep_copies_apart()
    }

    /// A copy that can be made no second time stays in its region.
    pub(super) fn keep_region(&mut self, label: Label, held: Option<&StateObject>) {
        let wish = self.configuration.wishes.get_mut(&label).filter(|_| label.kind == Kind::Copy);
        if let Some(wish) = wish {
            wish.region = copies::number(held.and_then(|it| it.text("region")));
        }
    }

    /// No copy is made in the region of its backup.
    fn keep_copies_apart(&mut self) -> Result {
        let objects = self.objects()?;
        let labels = Label::ALL.into_iter().filter(|it| it.kind == Kind::Copy);
        for label in labels {
            let Some(of) = self.configuration.wishes.get(&label).and_then(|wish| wish.of) else {
                continue;
            };
            let place = self.configuration.wishes.get(&of).and_then(|wish| wish.of);
            let lives = |label: Label| {
                let object = objects.iter().find(|it| it.address == label.address());
                object.and_then(|it| it.text("region").map(str::to_owned))
            };
            let configured = self.configuration.region(of).map(str::to_owned);
            let is_at = |region: Option<String>| region.unwrap_or_else(|| HOME.to_owned());
            let from = is_at(configured.or_else(|| lives(place.unwrap_or(of))));
            if let Some(wish) = self.configuration.wishes.get_mut(&label)
                && copies::region(wish.region) == from
            {
                wish.region = 1 - wish.region.min(1);
            }
        }
        Ok(())
    }
}
