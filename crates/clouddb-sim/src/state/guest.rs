//! The guest of an instance: the machine on which its database service runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::engine::contents::Contents;
use crate::state::databases::{Database, DatabaseSnapshot};
use crate::state::lag::Lag;
use crate::state::users::{User, UserSnapshot, user_key};

/// What is inside the database service of an instance. A backup keeps a copy.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Guest {
    pub(crate) databases: BTreeMap<String, Database>,
    /// By `name@host`, which is also the order of a listing.
    pub(crate) users: BTreeMap<String, User>,
}

impl Guest {
    /// What is really in it: nothing that listings only show late.
    pub(crate) fn settled(&self) -> Self {
        let mut guest = self.clone();
        guest.databases.retain(|_, database| !database.lag.is_vanishing());
        guest.users.retain(|_, user| !user.lag.is_vanishing());
        guest.databases.values_mut().for_each(|database| database.lag = Lag::None);
        guest.users.values_mut().for_each(|user| user.lag = Lag::None);
        guest
    }

    /// What is in this one and not in the other, by name.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let mut guest = self.clone();
        guest.databases.retain(|name, _| !other.databases.contains_key(name));
        guest.users.retain(|key, _| !other.users.contains_key(key));
        guest
    }

    /// Takes over what was found in a server, and keeps what only we know: passwords, and how listings lag.
    pub(crate) fn adopt(&mut self, found: Contents) {
        self.databases
            .retain(|name, it| it.lag.is_vanishing() || found.databases.contains_key(name));
        for (name, (character_set, collate)) in found.databases {
            let known = self.databases.get(&name).filter(|it| !it.lag.is_vanishing());
            let lag = known.map_or(Lag::None, |known| known.lag);
            self.databases.insert(name, Database { character_set, collate, lag });
        }
        self.users.retain(|_, it| {
            it.lag.is_vanishing() || found.users.contains_key(&(it.name.clone(), it.host.clone()))
        });
        for ((name, host), grants) in found.users {
            let known = self.users.remove(&user_key(&name, &host));
            let known = known.filter(|it| !it.lag.is_vanishing());
            let new = User::new(&name, &host, "", BTreeSet::new());
            let user = User { grants, ..known.unwrap_or(new) };
            self.users.insert(user.key(), user);
        }
    }

    pub(crate) fn database_snapshots(&self) -> Vec<DatabaseSnapshot> {
        self.databases.iter().map(|(name, database)| database.snapshot(name)).collect()
    }

    pub(crate) fn user_snapshots(&self) -> Vec<UserSnapshot> {
        self.users.values().map(User::snapshot).collect()
    }
}
