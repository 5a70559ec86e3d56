//! Copies of backups in other regions, which outlive what they were made of.

use clouddb_sim::{BackupSnapshot, Simulator};
use serde_json::{Value as Json, json};

use super::census::{Thing, census, key};
use super::configuration::HOME;
use super::label::{Kind, Label};
use super::walker::Walker;
use crate::Result;
use crate::commands::StateObject;
use crate::scenario::Block;

/// Where copies are, by number.
const REGIONS: [&str; 2] = ["ORD", "IAD"];

/// The region of a copy.
pub(super) fn region(number: u8) -> &'static str {
    let [first, second] = REGIONS;
    if number == 0 { first } else { second }
}

/// A copy that exists.
pub(super) fn thing(it: &BackupSnapshot) -> Thing {
    let facts = json!({
        "name": it.name, "region": it.region, "instance_id": it.instance_id,
        "backup_id": it.copy_of,
    });
    Thing::new(Kind::Copy, &it.name, facts)
}

/// Whether the server has what the block says.
pub(super) fn is_as_configured(cloud: &Simulator, block: &Block, id: &str) -> bool {
    let said = |argument: &str| block.body.get(argument).and_then(Json::as_str);
    let is = |it: &BackupSnapshot| {
        it.id == id && said("name") == Some(&it.name) && said("region") == Some(&it.region)
    };
    cloud.backups().iter().any(is)
}

impl Walker {
    /// What a person does about copies whose backup is not configured any more. One that exists has its ID
    /// from then on, and another cannot be made.
    pub(super) fn keep_copies(&mut self) -> Result {
        let there = census(&self.cloud);
        let objects = self.terraform.objects()?;
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
        let lives = held.and_then(|it| it.text("region"));
        let number = REGIONS.iter().position(|it| Some(*it) == lives);
        let wish = self.configuration.wishes.get_mut(&label).filter(|_| label.kind == Kind::Copy);
        if let (Some(wish), Some(number)) = (wish, number) {
            wish.region = u8::from(number > 0);
        }
    }

    /// No copy is made in the region of its backup.
    fn keep_copies_apart(&mut self) -> Result {
        let objects = self.terraform.objects()?;
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
            if let Some(wish) = self.configuration.wishes.get_mut(&label) {
                if region(wish.region) == from {
                    wish.region = 1 - wish.region.min(1);
                }
            }
        }
        Ok(())
    }
}
