//! What a person does about an instance and its upgrade, which wait to be verified.

use clouddb_sim::InstanceSnapshot;

use super::label::{Kind, Label};
use super::upgrades::{VERIFYING, is_old};
use super::walker::Walker;
use super::wish::{Attached, Wish};
use crate::Result;

impl Walker {
    /// What a person writes who knows that no instance changes its version, that an upgrade is as large as its
    /// source, and that both stay as they are until it is detached.
    pub(super) fn keep_upgrades(&mut self) -> Result {
        for label in Label::ALL.into_iter().filter(|it| it.kind == Kind::Instance) {
            let there = self.there(label)?;
            let made_of = self.made_of(label).is_some_and(|wish| wish.old);
            if let Some(wish) = self.configuration.wishes.get_mut(&label) {
                wish.old = match &there {
                    Some(it) => is_old(it) && !wish.upgrade,
                    None if wish.of.is_some() => made_of,
                    None => wish.old,
                };
            }
        }
        for label in Label::ALL {
            let wish = self.configuration.wishes.get(&label).copied();
            if let Some((wish, of)) = wish.filter(|it| it.upgrade).and_then(|it| Some((it, it.of?)))
            {
                self.keep_upgrade(label, wish, of)?;
            } else if label.kind == Kind::Instance {
                self.keep_source(label)?;
            }
        }
        Ok(())
    }

    /// The source of an upgrade that is to be detached or deleted changes, and gets replicas and backups,
    /// afterwards: the core plans one object after the other, as Terraform with `-parallelism=1`, and may plan
    /// the source and what is made of it first.
    fn keep_source(&mut self, label: Label) -> Result {
        if self.there(label)?.is_none_or(|it| it.status != VERIFYING) {
            return Ok(());
        }
        let objects = self.objects()?;
        let object = objects.iter().find(|it| it.address == label.address());
        let follows = object.and_then(|it| it.text("upgrade_of")).unwrap_or_default();
        for of in Label::ALL.into_iter().filter(|it| it.kind == Kind::Instance) {
            let Some(source) = self.there(of)?.filter(|it| it.id == follows) else { continue };
            self.freeze(of, &source);
            self.keep_backups(of, &source.id)?;
            for replica in Label::ALL.into_iter().filter(|it| it.kind == Kind::Instance) {
                let wish = self.configuration.wishes.get(&replica);
                if wish.is_some_and(|it| it.of == Some(of)) && self.there(replica)?.is_none() {
                    self.configuration.remove(replica);
                }
            }
        }
        Ok(())
    }

    /// What an instance is a replica of, or the instance whose backup it is restored from.
    fn made_of(&self, label: Label) -> Option<&Wish> {
        let mut origin = self.configuration.wishes.get(&label)?.of?;
        while origin.kind != Kind::Instance {
            origin = self.configuration.wishes.get(&origin)?.of?;
        }
        self.configuration.wishes.get(&origin)
    }

    fn keep_upgrade(&mut self, label: Label, wish: Wish, of: Label) -> Result {
        let source = self.there(of)?;
        let Some(upgrade) = self.there(label)? else {
            let offered = source.as_ref().is_none_or(is_old);
            let Some(size) = self.configuration.wishes.get(&of).copied().filter(|_| offered) else {
                self.configuration.remove(label);
                return Ok(());
            };
            let same = Wish { flavor: size.flavor, volume: size.volume, ..wish };
            self.configuration.wishes.insert(label, same);
            return Ok(());
        };
        let objects = self.objects()?;
        let object = objects.iter().find(|it| it.address == label.address());
        let follows = object.and_then(|it| it.text("upgrade_of"));
        let Some(source) = source.filter(|it| follows == Some(&it.id)) else {
            // It has no source any more, or was never an upgrade.
            self.configuration.change(label, |wish| wish.of = None);
            return Ok(());
        };
        if upgrade.status == VERIFYING {
            self.freeze(label, &upgrade);
            self.freeze(of, &source);
            self.keep_backups(of, &source.id)?;
        }
        Ok(())
    }

    /// An instance keeps its size.
    fn freeze(&mut self, label: Label, instance: &InstanceSnapshot) {
        if let Some(wish) = self.configuration.wishes.get_mut(&label) {
            let flavor = instance.flavor_id.parse().unwrap_or(2_u8);
            wish.flavor = flavor.saturating_sub(2);
            wish.volume = instance.volume;
            wish.group = Attached::None;
        }
    }

    /// No backup of such an instance is made.
    fn keep_backups(&mut self, of: Label, source: &str) -> Result {
        let objects = self.objects()?;
        for label in Label::ALL.into_iter().filter(|it| it.kind == Kind::Backup) {
            if self.configuration.wishes.get(&label).is_none_or(|wish| wish.of != Some(of)) {
                continue;
            }
            let object = objects.iter().find(|it| it.address == label.address() && !it.tainted);
            let there = |id: &str| self.cloud.backups().iter().any(|it| it.id == id);
            match object.filter(|it| it.text("id").is_some_and(there)) {
                Some(object) => {
                    let name = object.text("name").unwrap_or_default().to_owned();
                    self.configuration.keep_key(label, &name, "");
                }
                // One that nobody has heard of since the end of a command is looked for by its block.
                None if self.is_unheard(label, source) => {}
                None => self.configuration.remove(label),
            }
        }
        Ok(())
    }

    /// Whether a command has made such a backup of an instance.
    fn is_unheard(&self, label: Label, source: &str) -> bool {
        let name = self.configuration.name(label);
        let backups = self.cloud.backups().into_iter();
        let mut own = backups.filter(|it| !self.oracle.is_foreign(&it.id));
        own.any(|it| it.instance_id == source && Some(it.name.as_str()) == name)
    }

    /// The instance under a label, unless it is one that is made anew.
    fn there(&self, label: Label) -> Result<Option<InstanceSnapshot>> {
        let objects = self.objects()?;
        let object = objects.iter().find(|it| it.address == label.address() && !it.tainted);
        Ok(object.and_then(|it| it.text("id")).and_then(|id| self.cloud.instance(id)))
    }
}
