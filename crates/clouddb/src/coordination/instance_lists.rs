//! All listings in which something of one instance shows.

use std::sync::Arc;

use crate::api::backups::model::Backup;
use crate::api::databases::{self, model::Database};
use crate::api::ha_groups::model::HaGroup;
use crate::api::instances::model::Instance;
use crate::api::schedules::model::Schedule;
use crate::api::users::{self, model::User};
use crate::coordination::list_cache::ListCache;

/// All listings in which something of one instance shows.
pub(crate) struct InstanceLists {
    pub(crate) databases: Arc<ListCache<Database>>,
    pub(crate) users: Arc<ListCache<User>>,
    /// Those of the account.
    account: AccountLists,
}

/// The listings of the account that a write to any instance outdates.
#[derive(Clone)]
pub(crate) struct AccountLists {
    pub(crate) instances: Arc<ListCache<Instance>>,
    pub(crate) backups: Arc<ListCache<Backup>>,
    pub(crate) schedules: Arc<ListCache<Schedule>>,
    pub(crate) ha_groups: Arc<ListCache<HaGroup>>,
}

/// Listings that a write makes worthless.
pub(crate) trait Outdated: Send + Sync {
    /// Makes them worthless, before and after each write.
    fn forget(&self);
}

impl AccountLists {
    /// After a write to an instance or a group, neither it nor its members, its backups and its schedule are
    /// as they were listed.
    pub(crate) fn outdate(&self) {
        self.instances.outdate();
        self.backups.outdate();
        self.schedules.outdate();
        self.ha_groups.outdate();
    }
}

impl Outdated for AccountLists {
    fn forget(&self) {
        self.outdate();
    }
}

impl InstanceLists {
    pub(crate) fn new(instance_id: &str, account: AccountLists) -> Self {
        Self {
            databases: Arc::new(ListCache::new(databases::collection(instance_id))),
            users: Arc::new(ListCache::new(users::collection(instance_id))),
            account,
        }
    }

    /// Makes all listings worthless, before and after each creation of databases or users.
    pub(crate) fn outdate(&self) {
        self.databases.outdate();
        self.users.outdate();
    }
}

impl Outdated for InstanceLists {
    /// With what they have shown: this is for all writes but creations of databases and users.
    fn forget(&self) {
        self.databases.forget();
        self.users.forget();
        self.account.outdate();
    }
}
