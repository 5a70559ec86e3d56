//! The configuration of a walk, and what becomes of it when it is edited.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::label::{Kind, Label};
use super::settings::Settings;
use super::wish::{Attached, Wish};
use crate::scenario::Block;

/// Long enough for any step on a busy machine.
const TIMEOUT: &str = "8s";

/// The region of the provider.
pub(super) const HOME: &str = "DFW";

/// A source has at most this many replicas.
const MAX_REPLICAS: usize = 2;

/// A configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct Configuration {
    pub(super) wishes: BTreeMap<Label, Wish>,
    /// The IDs of the configuration groups of others, which can be attached.
    pub(super) groups: Vec<String>,
}

impl Configuration {
    pub(super) fn add(&mut self, label: Label, of: Option<Label>) {
        let copy = label.kind == Kind::Instance && of.is_some();
        let place = of.and_then(|of| self.wishes.get(&of).map(|wish| (of.kind, wish.copy)));
        let possible = match (label.kind, of, place) {
            (Kind::Instance | Kind::Group, None, _)
            | (Kind::Instance, _, Some((Kind::Backup, _))) => true,
            (Kind::Instance, Some(of), Some((Kind::Instance, false))) => {
                self.wishes.values().filter(|it| it.copy && it.of == Some(of)).count()
                    < MAX_REPLICAS
            }
            (Kind::Instance | Kind::Group, ..) => false,
            (_, _, place) => place == Some((Kind::Instance, false)),
        };
        if !possible || self.wishes.contains_key(&label) {
            return;
        }
        let number = Label::ALL.iter().filter(|it| it.kind == label.kind && **it < label).count();
        let number = u8::try_from(number).unwrap_or_default();
        let settings = Settings { max_connections: 1, ..Settings::default() };
        let like = Wish {
            of,
            copy,
            flavor: 2,
            volume: 2,
            grants: 7,
            password: 1,
            settings,
            ..Wish::default()
        };
        let wish = |name| Wish { name, ..like };
        let free = (0..3).map(|it| wish((number + it) % 3)).find(|it| !self.clashes(label, it));
        self.wishes.extend(free.map(|wish| (label, wish)));
    }

    /// What refers to a block cannot stay without it; only a restored instance can, and one with a group.
    pub(super) fn remove(&mut self, label: Label) {
        if self.wishes.remove(&label).is_none() {
            return;
        }
        self.regroup(label, Attached::None);
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

    pub(super) fn relabel(&mut self, from: Label, to: Label) {
        if from.kind != to.kind || self.wishes.contains_key(&to) {
            return;
        }
        let Some(wish) = self.wishes.remove(&from) else { return };
        self.wishes.insert(to, wish);
        for wish in self.wishes.values_mut().filter(|wish| wish.of == Some(from)) {
            wish.of = Some(to);
        }
        self.regroup(from, Attached::Ours(to));
    }

    /// What has one group gets another.
    fn regroup(&mut self, from: Label, to: Attached) {
        for wish in self.wishes.values_mut().filter(|wish| wish.group == Attached::Ours(from)) {
            wish.group = to;
        }
    }

    pub(super) fn attach(&mut self, label: Label, group: Label) {
        let fits = label.kind == Kind::Instance && group.kind == Kind::Group;
        if fits && self.wishes.contains_key(&group) {
            self.change(label, |wish| wish.group = Attached::Ours(group));
        }
    }

    /// Keyed things change their places with their names; instances, backups and groups keep theirs.
    pub(super) fn swap(&mut self, one: Label, other: Label) {
        let found = (self.wishes.get(&one).copied(), self.wishes.get(&other).copied());
        let (Some(first), Some(second)) = found else { return };
        if one.kind != other.kind {
            return;
        }
        let keyed = matches!(one.kind, Kind::Database | Kind::User);
        let named = |wish: Wish, like: Wish| {
            if keyed { wish.with_key_of(&like) } else { Wish { name: like.name, ..wish } }
        };
        self.wishes.insert(one, named(first, second));
        self.wishes.insert(other, named(second, first));
    }

    pub(super) fn change(&mut self, label: Label, change: impl FnOnce(&mut Wish)) {
        let Some(mut wish) = self.wishes.get(&label).copied() else { return };
        let region = wish.region;
        change(&mut wish);
        // Its last backup stays behind as the only copy of the data, and nothing elsewhere can be restored
        // from that.
        if wish.region != region && self.is_backed_up(label) {
            return;
        }
        if !self.clashes(label, &wish) {
            self.wishes.insert(label, wish);
        }
    }

    fn is_backed_up(&self, label: Label) -> bool {
        self.wishes.iter().any(|(it, wish)| it.kind == Kind::Backup && wish.of == Some(label))
    }

    /// Whether another block has the key that this one is to have.
    fn clashes(&self, label: Label, wish: &Wish) -> bool {
        matches!(label.kind, Kind::Database | Kind::User)
            && self.wishes.iter().any(|(other, it)| {
                *other != label && other.kind == label.kind && it.has_key_of(wish)
            })
    }

    /// The name that is configured under a label.
    pub(super) fn name(&self, label: Label) -> Option<&'static str> {
        self.wishes.get(&label).map(|wish| label.kind.name(wish.name))
    }

    /// The host that is configured under a label.
    pub(super) fn host(&self, label: Label) -> Option<&'static str> {
        self.wishes.get(&label).map(Wish::host)
    }

    /// A user keeps the name and the host that it has.
    pub(super) fn keep_key(&mut self, label: Label, name: &str, host: &str) {
        let number = label.kind.names().iter().position(|it| *it == name);
        if let (Some(wish), Some(number)) = (self.wishes.get_mut(&label), number) {
            wish.name = u8::try_from(number).unwrap_or_default();
            wish.set_host(host);
        }
    }

    /// The region that is configured for an instance: that of its origin, if it has one.
    pub(super) fn region(&self, label: Label) -> Option<&'static str> {
        let wish = self.wishes.get(&label)?;
        let origin = wish.of.and_then(|of| match of.kind {
            Kind::Backup => self.wishes.get(&of)?.of,
            _ => Some(of),
        });
        match origin {
            Some(origin) => self.region(origin),
            None => wish.region(),
        }
    }

    /// The group that an instance is to have. The groups are in the provider's own region.
    fn group(&self, label: Label) -> Option<String> {
        let group = self.wishes.get(&label)?.group;
        match group {
            _ if self.region(label).is_some_and(|region| region != HOME) => None,
            Attached::None => None,
            Attached::Theirs(number) => self.groups.get(usize::from(number)).cloned(),
            Attached::Ours(label) => Some(format!("${{{}.id}}", label.address())),
        }
    }

    /// Everything may go.
    pub(super) fn unprotect(&mut self) {
        self.wishes.values_mut().for_each(|wish| wish.protected = false);
    }

    /// The password that is configured under a label.
    pub(super) fn password(&self, label: Label) -> Option<String> {
        self.wishes.get(&label).map(|wish| format!("secret-number-{}", wish.password))
    }

    /// The blocks, each after those it refers to.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let copied = |label: &Label| {
            label.kind == Kind::Instance && self.wishes.get(label).is_some_and(|it| it.of.is_some())
        };
        let mut labels: Vec<Label> = self.wishes.keys().copied().collect();
        labels.sort_by_key(|label| (label.kind != Kind::Group, copied(label)));
        labels.into_iter().filter_map(|label| self.block(label)).collect()
    }

    fn block(&self, label: Label) -> Option<Block> {
        let wish = self.wishes.get(&label)?;
        let (kind, name) = (label.kind, label.kind.name(wish.name));
        let of = wish.of.map(|of| format!("${{{}.id}}", of.address()));
        let operations: &[&str] = match kind {
            Kind::Instance | Kind::User | Kind::Group => &["create", "update", "delete"],
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
        if wish.protected {
            set("deletion_protection", json!(true));
        }
        if wish.skip_destroy {
            set("skip_destroy", json!(true));
        }
        match kind {
            Kind::Instance => {
                if let Some(region) = self.region(label) {
                    set("region", json!(region));
                }
                if let Some(group) = self.group(label) {
                    set("configuration_id", json!(group));
                }
                if let Some(restart) = wish.restart() {
                    set("restart", json!(restart));
                }
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
                if wish.write_only {
                    set("password_wo", json!(self.password(label)));
                    set("password_wo_version", json!(wish.password));
                } else {
                    set("password", json!(self.password(label)));
                }
                if wish.host() != "%" {
                    set("host", json!(wish.host()));
                }
                set("databases", self.granted(wish));
            }
            Kind::Group => {
                set("values", Json::Object(wish.settings.values()));
                if wish.described {
                    set("description", json!("what it is for"));
                }
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
