//! All listings in which something of one instance shows.

use std::sync::Arc;

use crate::api::backups::model::Backup;
use crate::api::databases::{self, model::Database};
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
}

impl AccountLists {
    /// After a write to an instance, neither it nor its backups and its schedule are as they were listed.
    pub(crate) fn outdate(&self) {
        self.instances.outdate();
        self.backups.outdate();
        self.schedules.outdate();
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

    /// Makes all listings worthless, and what they have shown, before and after each other write.
    pub(crate) fn forget(&self) {
        self.databases.forget();
        self.users.forget();
        self.account.outdate();
    }
}
