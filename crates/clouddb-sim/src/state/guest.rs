//! The guest of an instance: the machine on which its database service runs.

use std::collections::BTreeMap;

use crate::state::databases::{Database, DatabaseSnapshot};
use crate::state::lag::Lag;
use crate::state::users::{User, UserSnapshot};

/// What is inside the database service of an instance. A backup keeps a copy.
#[derive(Debug, Clone, Default)]
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

    pub(crate) fn database_snapshots(&self) -> Vec<DatabaseSnapshot> {
        self.databases.iter().map(|(name, database)| database.snapshot(name)).collect()
    }

    pub(crate) fn user_snapshots(&self) -> Vec<UserSnapshot> {
        self.users.values().map(User::snapshot).collect()
    }
}
