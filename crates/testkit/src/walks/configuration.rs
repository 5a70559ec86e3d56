//! The configuration of a walk, and what becomes of it when it is edited.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::label::{Kind, Label};
use super::step::Edit;
use crate::scenario::Block;

/// Long enough for any step on a busy machine.
const TIMEOUT: &str = "8s";

/// A source has at most this many replicas.
const MAX_REPLICAS: usize = 2;

/// What stands in a block. Not every kind has each of these.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    name: u8,
    /// The instance that it is in or a replica of, or the backup that it is restored from.
    pub(super) of: Option<Label>,
    /// Whether its data come from another instance.
    copy: bool,
    flavor: u8,
    pub(super) volume: u64,
    grants: u8,
    password: u8,
}

/// A configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct Configuration {
    pub(super) wishes: BTreeMap<Label, Wish>,
}

impl Configuration {
    pub(super) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Add(label, of) => self.add(label, of),
            Edit::Remove(label) => self.remove(label),
            Edit::Rename(label, name) => self.change(label, |wish| wish.name = name % 3),
            Edit::Relabel(from, to) => self.relabel(from, to),
            Edit::Swap(one, other) => self.swap(one, other),
            Edit::Flavor(label, flavor) => self.change(label, |wish| wish.flavor = flavor),
            Edit::Volume(label, volume) => {
                self.change(label, |wish| wish.volume = wish.volume.max(volume.into()));
            }
            Edit::Grants(label, grants) => self.change(label, |wish| wish.grants = grants),
            Edit::Password(label, password) => self.change(label, |wish| wish.password = password),
            Edit::Detach(label) => {
                let replica = self.wishes.get(&label).is_some_and(|it| it.is_replica(label));
                self.change(label, |wish| wish.of = wish.of.filter(|_| !replica));
            }
        }
    }

    fn add(&mut self, label: Label, of: Option<Label>) {
        let copy = label.kind == Kind::Instance && of.is_some();
        let place = of.and_then(|of| self.wishes.get(&of).map(|wish| (of.kind, wish.copy)));
        let possible = match (label.kind, of, place) {
            (Kind::Instance, None, _) | (Kind::Instance, _, Some((Kind::Backup, _))) => true,
            (Kind::Instance, Some(of), Some((Kind::Instance, false))) => {
                self.wishes.values().filter(|it| it.copy && it.of == Some(of)).count()
                    < MAX_REPLICAS
            }
            (Kind::Instance, ..) => false,
            (_, _, place) => place == Some((Kind::Instance, false)),
        };
        if !possible || self.wishes.contains_key(&label) {
            return;
        }
        let number = Label::ALL.iter().filter(|it| it.kind == label.kind && **it < label).count();
        let number = u8::try_from(number).unwrap_or_default();
        let wish = |name| Wish { name, of, copy, flavor: 2, volume: 2, grants: 7, password: 1 };
        let free = (0..3).map(|it| wish((number + it) % 3)).find(|it| !self.clashes(label, it));
        self.wishes.extend(free.map(|wish| (label, wish)));
    }

    /// What refers to a block cannot stay without it; only a restored instance can.
    fn remove(&mut self, label: Label) {
        if self.wishes.remove(&label).is_none() {
            return;
        }
        let of = |wish: &Wish| wish.of == Some(label);
        if label.kind == Kind::Backup {
            self.wishes.values_mut().filter(|wish| of(wish)).for_each(|wish| wish.of = None);
        }
        let orphans: Vec<Label> =
            self.wishes.iter().filter(|(_, wish)| of(wish)).map(|(label, _)| *label).collect();
        for orphan in orphans {
            self.remove(orphan);
        }
    }

    fn relabel(&mut self, from: Label, to: Label) {
        if from.kind != to.kind || self.wishes.contains_key(&to) {
            return;
        }
        let Some(wish) = self.wishes.remove(&from) else { return };
        self.wishes.insert(to, wish);
        for wish in self.wishes.values_mut().filter(|wish| wish.of == Some(from)) {
            wish.of = Some(to);
        }
    }

    /// Keyed things change their places with their names; instances and backups keep theirs.
    fn swap(&mut self, one: Label, other: Label) {
        let found = (self.wishes.get(&one).copied(), self.wishes.get(&other).copied());
        let (Some(first), Some(second)) = found else { return };
        if one.kind != other.kind {
            return;
        }
        let keyed = matches!(one.kind, Kind::Database | Kind::User);
        let named = |wish: Wish, like: Wish| Wish {
            name: like.name,
            of: if keyed { like.of } else { wish.of },
            ..wish
        };
        self.wishes.insert(one, named(first, second));
        self.wishes.insert(other, named(second, first));
    }

    fn change(&mut self, label: Label, change: impl FnOnce(&mut Wish)) {
        let Some(mut wish) = self.wishes.get(&label).copied() else { return };
        change(&mut wish);
        if !self.clashes(label, &wish) {
            self.wishes.insert(label, wish);
        }
    }

    /// Whether another block has the key that this one is to have.
    fn clashes(&self, label: Label, wish: &Wish) -> bool {
        matches!(label.kind, Kind::Database | Kind::User)
            && self.wishes.iter().any(|(other, it)| {
                *other != label
                    && other.kind == label.kind
                    && (it.of, it.name) == (wish.of, wish.name)
            })
    }

    /// The name that is configured under a label.
    pub(super) fn name(&self, label: Label) -> Option<&'static str> {
        self.wishes.get(&label).map(|wish| label.kind.name(wish.name))
    }

    /// A thing keeps the name that it has.
    pub(super) fn keep_name(&mut self, label: Label, name: &str) {
        let number = label.kind.names().iter().position(|it| *it == name);
        if let (Some(wish), Some(number)) = (self.wishes.get_mut(&label), number) {
            wish.name = u8::try_from(number).unwrap_or_default();
        }
    }

    /// The password that is configured under a label.
    pub(super) fn password(&self, label: Label) -> Option<String> {
        self.wishes.get(&label).map(|wish| format!("secret-number-{}", wish.password))
    }

    /// The blocks, each after those it refers to.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let late = |label: &Label| {
            label.kind == Kind::Instance && self.wishes.get(label).is_some_and(|it| it.of.is_some())
        };
        let (last, first): (Vec<Label>, Vec<Label>) = self.wishes.keys().partition(|it| late(it));
        first.into_iter().chain(last).filter_map(|label| self.block(label)).collect()
    }

    fn block(&self, label: Label) -> Option<Block> {
        let wish = self.wishes.get(&label)?;
        let (kind, name) = (label.kind, label.kind.name(wish.name));
        let of = wish.of.map(|of| format!("${{{}.id}}", of.address()));
        let operations: &[&str] = match kind {
            Kind::Instance | Kind::User => &["create", "update", "delete"],
            Kind::Database | Kind::Backup => &["create", "delete"],
        };
        let timeouts: Json =
            operations.iter().map(|it| ((*it).to_owned(), json!(TIMEOUT))).collect();
        let mut body = json!({ "name": name, "timeouts": timeouts });
        let mut set = |attribute: &str, value: Json| {
            if let Some(body) = body.as_object_mut() {
                body.insert(attribute.into(), value);
            }
        };
        match kind {
            Kind::Instance => {
                set("flavor", json!((2 + wish.flavor % 3).to_string()));
                set("volume_size", json!(wish.volume));
                if let (Some(of), Some(label)) = (of, wish.of) {
                    let attribute = match label.kind {
                        Kind::Backup => "restore_from_backup_id",
                        _ => "replica_of",
                    };
                    set(attribute, json!(of));
                }
            }
            Kind::Database | Kind::Backup => set("instance_id", json!(of)),
            Kind::User => {
                set("instance_id", json!(of));
                set("password", json!(self.password(label)));
                set("databases", self.granted(wish));
            }
        }
        Some(Block { is_data: false, kind: kind.resource(), name: label.letter(), body })
    }

    /// References to the databases that a user may use.
    fn granted(&self, user: &Wish) -> Json {
        let may = |label: &Label, wish: &Wish| {
            label.kind == Kind::Database && wish.of == user.of && user.grants >> wish.name & 1 == 1
        };
        let databases = self.wishes.iter().filter(|(label, wish)| may(label, wish));
        databases.map(|(label, _)| json!(format!("${{{}.name}}", label.address()))).collect()
    }
}

impl Wish {
    fn is_replica(&self, label: Label) -> bool {
        label.kind == Kind::Instance && self.of.is_some_and(|of| of.kind == Kind::Instance)
    }
}
