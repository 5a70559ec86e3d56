//! What a person does who reads what Terraform says.

use std::collections::BTreeMap;

use super::census::{
    Census, census, instance_of, key, origin_of, place_of, regroup, root_of, take_away,
};
use super::configuration::HOME;
use super::ha_groups;
use super::label::{Kind, Label};
use super::naming::is_named;
use super::oracle::ids;
use super::step::Command;
use super::walker::Walker;
use super::wish::Attached;
use crate::Result;
use crate::commands::{CommandResult, StateObject};
use crate::oracle::Naming;

impl Walker {
    /// What a person does after a failure: look at a plan, and import or delete what is named and in no
    /// state.
    pub(super) async fn recover(&mut self, failed: &CommandResult) -> Result {
        self.command(Command::Plan).await?;
        let objects = self.objects()?;
        // A failed creation that is protected has to be called sound before it can go.
        let protected = |it: &&StateObject| {
            it.tainted && it.attributes.get("deletion_protection") == Some(&true.into())
        };
        for object in objects.iter().filter(protected) {
            self.terraform.untaint(&object.address).await?;
        }
        self.forget_doubles(&objects).await?;
        self.keep_last_copies(failed, &objects);
        self.take_groups_back(failed)?;
        let now = census(&self.cloud);
        let mut left: Vec<String> =
            self.oracle.leftovers(&objects).into_iter().map(|(id, _)| id).collect();
        // What others have made in an instance is in the way if an error says so.
        let in_the_way = now.iter().filter(|(id, thing)| {
            let told = failed.told.errors.iter().chain(&failed.told.warnings);
            let named = { told }.any(|text| is_named(text, id, thing, Naming::Id));
            place_of(id, thing).is_some() && self.oracle.is_foreign(id) && named
        });
        left.extend(in_the_way.map(|(id, _)| id.clone()));
        for id in left {
            let adopted = match self.wanting(&id, &now)? {
                None => false,
                Some(label) => self.import(label, &id).await?,
            };
            if !adopted && self.oracle.is_foreign(&id) {
                self.give_way(&id)?;
            }
            let ours = !adopted && !self.oracle.is_foreign(&id);
            let Some(thing) = now.get(&id).filter(|_| ours) else { continue };
            if thing.kind == Kind::Root {
                self.oracle.give_away(&id, thing);
                self.log.push(format!("  left as it is: {id}"));
            } else {
                take_away(&self.cloud, &id, thing);
                self.oracle.changed(&now, &census(&self.cloud));
                self.log.push(format!("  deleted by hand: {id}"));
            }
        }
        Ok(())
    }

    /// A user that was to get the key of somebody else keeps its own.
    fn give_way(&mut self, taken: &str) -> Result {
        let state = ids(&self.objects()?);
        for label in Label::ALL.into_iter().filter(|it| it.kind == Kind::User) {
            let (Some(id), Some(instance)) = (state.get(&label.address()), instance_of(taken))
            else {
                continue;
            };
            let wanted = self.wanted(label, &state);
            let own = id.strip_prefix(instance).and_then(|key| key.strip_prefix('/'));
            let own = own.and_then(|key| key.split_once('@'));
            if let (Some((name, host)), true) = (own, wanted.as_deref() == Some(taken)) {
                let (name, host) = (name.to_owned(), host.to_owned());
                self.configuration.keep_key(label, &name, &host);
            }
        }
        Ok(())
    }

    /// One object under two addresses belongs to the one that is configured to have its key.
    async fn forget_doubles(&mut self, objects: &[StateObject]) -> Result {
        let state = ids(objects);
        let has = |object: &StateObject| {
            let label = Label::ALL.into_iter().find(|it| it.address() == object.address);
            label.is_some_and(|label| match label.kind {
                Kind::Database | Kind::User | Kind::Root => {
                    self.wanted(label, &state) == key(object)
                }
                _ => self.configuration.wishes.contains_key(&label),
            })
        };
        let doubles = objects.iter().filter(|object| {
            let same = |it: &&StateObject| key(it) == key(object);
            !has(object) && objects.iter().filter(same).any(has)
        });
        let doubles: Vec<&str> = doubles.map(|it| it.address.as_str()).collect();
        for address in doubles {
            self.terraform.forget(address).await?;
            self.log.push(format!("  forgotten: {address}"));
        }
        Ok(())
    }

    /// The ID that a database, a user or a root user is configured to have.
    fn wanted(&self, label: Label, state: &BTreeMap<String, String>) -> Option<String> {
        let of = self.configuration.wishes.get(&label)?.of?;
        let instance = ha_groups::home(label.kind, of, state)?;
        if label.kind == Kind::Root {
            return Some(root_of(instance));
        }
        let name = self.configuration.name(label)?;
        Some(match label.kind {
            Kind::User => format!("{instance}/{name}@{}", self.configuration.host(label)?),
            _ => format!("{instance}/{name}"),
        })
    }

    /// A backup that holds the last of its data and can be made no second time keeps its name.
    fn keep_last_copies(&mut self, failed: &CommandResult, objects: &[StateObject]) {
        let kinds = [Kind::Backup, Kind::Copy];
        for label in Label::ALL.into_iter().filter(|it| kinds.contains(&it.kind)) {
            let held = objects.iter().find(|it| it.address == label.address());
            let Some((id, name)) = held.and_then(|it| it.text("id").zip(it.text("name"))) else {
                continue;
            };
            if failed.told.errors.iter().any(|text| text.contains(id) && text.contains("last copy"))
            {
                self.configuration.keep_key(label, name, "");
                self.keep_region(label, held);
            }
        }
    }

    /// The block without an object that something which exists is meant for.
    fn wanting(&self, id: &str, now: &Census) -> Result<Option<Label>> {
        let state = ids(&self.objects()?);
        let Some(thing) = now.get(id) else { return Ok(None) };
        let origin = origin_of(id, thing);
        let region = thing.facts.get("region").and_then(|it| it.as_str());
        let host = thing.facts.get("host").and_then(|it| it.as_str());
        // A failed plan has not written what it did not find any more.
        let is_held =
            |label: Label| state.get(&label.address()).is_some_and(|id| now.contains_key(id));
        let fits = |(label, of, upgrades): (Label, Option<Label>, bool)| {
            let place = of.and_then(|of| ha_groups::home(label.kind, of, &state));
            label.kind == thing.kind
                && !is_held(label)
                && (upgrades
                    || self.configuration.name(label).is_none_or(|name| name == thing.name))
                && host.is_none_or(|host| self.configuration.host(label) == Some(host))
                && match label.kind {
                    // The service has given an upgrade its name.
                    Kind::Instance if upgrades => {
                        origin.is_some() && place.map(String::as_str) == origin
                    }
                    Kind::Instance => origin.is_none(),
                    Kind::HaGroup | Kind::Group => true,
                    Kind::Copy => {
                        self.configuration.region(label) == region
                            && (of.is_none() || place.map(String::as_str) == origin)
                    }
                    _ => place.map(String::as_str) == origin,
                }
        };
        let wishes = self.configuration.wishes.iter();
        let mut wishes =
            wishes.map(|(label, wish)| (*label, wish.of, wish.upgrade && wish.of.is_some()));
        Ok(wishes.find(|it| fits(*it)).map(|(label, ..)| label))
    }

    async fn import(&mut self, label: Label, id: &str) -> Result<bool> {
        if self.before()?.state.contains_key(&label.address()) {
            self.terraform.forget(&label.address()).await?;
        }
        let blocks = self.configuration.blocks();
        let before = self.before()?;
        let adopted = Some((label, id.to_owned()));
        let result = self.judged(Command::Import(label), adopted, &blocks, &before).await?;
        Ok(result.succeeded())
    }

    /// A group that is to go cannot as long as an instance has it that Terraform does not manage. So a person
    /// takes it from that one, as the error says.
    fn take_groups_back(&mut self, failed: &CommandResult) -> Result {
        let before = census(&self.cloud);
        let state = ids(&self.objects()?);
        for instance in self.cloud.instances() {
            let managed = state.values().any(|id| *id == instance.id);
            let ours =
                instance.configuration_id.as_ref().is_some_and(|it| !self.oracle.is_foreign(it));
            let told = failed.told.errors.iter().any(|text| text.contains(&instance.id));
            if !managed && ours && told {
                regroup(&self.cloud, &instance.id, None);
                self.log.push(format!("  detached by hand: {}", instance.id));
            }
        }
        self.oracle.changed(&before, &census(&self.cloud));
        Ok(())
    }

    /// The groups are in the provider's own region, and an instance that lives elsewhere gets none.
    pub(super) fn keep_groups_at_home(&mut self) -> Result {
        for object in self.objects()? {
            let label = Label::ALL.into_iter().find(|it| it.address() == object.address);
            let Some(label) = label.filter(|it| self.configuration.region(*it).is_none()) else {
                continue;
            };
            if object.text("region").is_some_and(|region| region != HOME) {
                self.configuration.change(label, |wish| wish.group = Attached::None);
            }
        }
        Ok(())
    }

    /// A volume never shrinks: a person writes into the configuration what others have made of it.
    pub(super) fn keep_volumes(&mut self) -> Result {
        let state = ids(&self.objects()?);
        for (label, wish) in &mut self.configuration.wishes {
            let Some(id) = state.get(&label.address()) else { continue };
            let instance = self.cloud.instance(id).map(|it| it.volume);
            let has = instance.or(self.cloud.ha_group(id).map(|it| it.volume));
            wish.volume = wish.volume.max(has.unwrap_or_default());
        }
        Ok(())
    }

    /// The core makes one change after another, and users that exchange their names need the other's
    /// step in the middle of their own. So a person leaves them for later.
    pub(super) fn postpone_exchanges(&mut self) -> Result {
        let state = ids(&self.objects()?);
        let is = |label: Label| state.get(&label.address()).map(String::as_str);
        let users = || Label::ALL.into_iter().filter(|it| it.kind == Kind::User);
        for first in users() {
            let mut circle = vec![first];
            while let Some(last) = circle.last().copied() {
                let wanted = self.configuration.wishes.get(&last).and_then(|wish| {
                    let instance = ha_groups::home(Kind::User, wish.of?, &state)?;
                    let stays = is(last).and_then(instance_of) == Some(instance.as_str());
                    let name = self.configuration.name(last)?;
                    let host = self.configuration.host(last)?;
                    stays.then(|| format!("{instance}/{name}@{host}"))
                });
                let next = users().find(|it| wanted.is_some() && is(*it) == wanted.as_deref());
                match next {
                    Some(next) if next == first && circle.len() > 1 => break,
                    Some(next) if !circle.contains(&next) => circle.push(next),
                    _ => circle.clear(),
                }
            }
            for label in circle {
                let id = is(label).unwrap_or_default();
                let key = id.rsplit('/').next().and_then(|it| it.split_once('@'));
                let (name, host) = key.unwrap_or_default();
                self.configuration.keep_key(label, name, host);
            }
        }
        Ok(())
    }
}
