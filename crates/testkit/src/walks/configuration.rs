//! The configuration of a walk, and what becomes of it when it is edited.

use std::collections::BTreeMap;

use super::label::{Kind, Label};
use super::settings::Settings;
use super::wish::{Attached, Wish};

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
    /// The IDs of the backups of which the copies were made whose blocks refer to none any more.
    pub(super) originals: BTreeMap<Label, String>,
}

impl Configuration {
    pub(super) fn add(&mut self, label: Label, of: Option<Label>) {
        let copy = label.kind == Kind::Instance && of.is_some();
        let place = of.and_then(|of| self.wishes.get(&of).map(|wish| (of.kind, wish.copy)));
        let possible = match (label.kind, of, place) {
            (Kind::Instance | Kind::HaGroup | Kind::Group, None, _)
            | (Kind::Instance, _, Some((Kind::Backup | Kind::Copy, _)))
            | (Kind::Copy, _, Some((Kind::Backup, _))) => true,
            (Kind::Instance, Some(of), Some((Kind::Instance, false))) => {
                let copies = || self.wishes.values().filter(|it| it.copy && it.of == Some(of));
                copies().count() < MAX_REPLICAS && !copies().any(|it| it.upgrade)
            }
            (Kind::Instance | Kind::HaGroup | Kind::Group | Kind::Copy, ..) => false,
            (kind, _, Some((Kind::HaGroup, _))) => kind != Kind::Root,
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
            replicas: 1,
            grants: 7,
            password: 1,
            settings,
            ..Wish::default()
        };
        let wish = |name| Wish { name, ..like };
        let free = (0..3).map(|it| wish((number + it) % 3)).find(|it| !self.clashes(label, it));
        self.wishes.extend(free.map(|wish| (label, wish)));
    }

    /// An instance that upgrades another one, which has no replicas and is none.
    pub(super) fn upgrade(&mut self, label: Label, of: Label) {
        let has_copies = self.wishes.values().any(|it| it.copy && it.of == Some(of));
        if has_copies || label == of || of.kind != Kind::Instance {
            return;
        }
        let is_new = !self.wishes.contains_key(&label);
        self.add(label, Some(of));
        if let Some(wish) = self.wishes.get_mut(&label).filter(|_| is_new) {
            wish.upgrade = true;
            self.change(of, |wish| wish.old = true);
        }
    }

    /// What refers to a block cannot stay without it; only what was made of a backup can, an upgrade, and an
    /// instance with a group.
    pub(super) fn remove(&mut self, label: Label) {
        if self.wishes.remove(&label).is_none() {
            return;
        }
        self.regroup(label, Attached::None);
        let of = |wish: &Wish| wish.of == Some(label);
        let stays = |wish: &Wish| wish.upgrade || matches!(label.kind, Kind::Backup | Kind::Copy);
        let left = self.wishes.values_mut().filter(|wish| of(wish) && stays(wish));
        left.for_each(|wish| wish.of = None);
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
        let holds = matches!(label.kind, Kind::Instance | Kind::HaGroup);
        let fits = holds && group.kind == Kind::Group;
        if fits && self.wishes.contains_key(&group) {
            self.change(label, |wish| wish.group = Attached::Ours(group));
        }
    }

    /// Keyed things change their places with their names; instances, backups, copies and groups keep theirs.
    /// An HA group with backups keeps its name, too.
    pub(super) fn swap(&mut self, one: Label, other: Label) {
        let found = (self.wishes.get(&one).copied(), self.wishes.get(&other).copied());
        let (Some(first), Some(second)) = found else { return };
        let is_bound = |label: Label| label.kind == Kind::HaGroup && self.is_bound(label);
        if one.kind != other.kind || is_bound(one) || is_bound(other) {
            return;
        }
        let keyed = !one.kind.has_name() || matches!(one.kind, Kind::Database | Kind::User);
        let named = |wish: Wish, like: Wish| {
            if keyed { wish.with_key_of(&like) } else { Wish { name: like.name, ..wish } }
        };
        self.wishes.insert(one, named(first, second));
        self.wishes.insert(other, named(second, first));
    }

    pub(super) fn change(&mut self, label: Label, change: impl FnOnce(&mut Wish)) {
        let Some(mut wish) = self.wishes.get(&label).copied() else { return };
        let (region, name) = (wish.region, wish.name);
        change(&mut wish);
        let is_another =
            wish.region != region || (label.kind == Kind::HaGroup && wish.name != name);
        // Its last backup stays behind as the only copy of the data, and nothing elsewhere can be restored
        // from that.
        if is_another && self.is_bound(label) {
            return;
        }
        if !self.clashes(label, &wish) {
            self.wishes.insert(label, wish);
        }
    }

    /// Whether an instance or an HA group has a backup, an instance has an upgrade, or a copy is what an instance
    /// is restored from.
    fn is_bound(&self, label: Label) -> bool {
        let binds = |it: Label, wish: &Wish| {
            it.kind == Kind::Backup || wish.upgrade || label.kind == Kind::Copy
        };
        self.wishes.iter().any(|(it, wish)| binds(*it, wish) && wish.of == Some(label))
    }

    /// Whether another block has the key that this one is to have.
    fn clashes(&self, label: Label, wish: &Wish) -> bool {
        let has_key = |it: &Wish| match label.kind {
            Kind::Database | Kind::User => it.has_key_of(wish),
            Kind::Schedule | Kind::Root => it.of == wish.of,
            _ => false,
        };
        let mut others = self.wishes.iter().filter(|(it, _)| **it != label);
        others.any(|(other, it)| other.kind == label.kind && has_key(it))
    }

    /// The name that is configured under a label.
    pub(super) fn name(&self, label: Label) -> Option<&'static str> {
        let wish = self.wishes.get(&label).filter(|_| label.kind.has_name());
        wish.map(|wish| label.kind.name(wish.name))
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

    /// The region that is configured: that of its origin for what has one and is no copy.
    pub(super) fn region(&self, label: Label) -> Option<&'static str> {
        let wish = self.wishes.get(&label)?;
        let copied = wish.of.filter(|_| label.kind != Kind::Copy);
        let origin = copied.and_then(|of| match of.kind {
            Kind::Backup => self.wishes.get(&of)?.of,
            _ => Some(of),
        });
        match origin {
            Some(origin) => self.region(origin),
            None => wish.region(label.kind),
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
}
