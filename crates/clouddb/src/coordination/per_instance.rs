//! What belongs to one instance: the lane of its writes, and what is in it. The one way in for all who
//! want something of an instance.

use std::sync::Arc;

use crate::api::databases::model::NewDatabase;
use crate::api::instances::model::Instance;
use crate::api::users::model::{NewUser, PasswordChange};
use crate::coordination::batch::Batch;
use crate::coordination::batch::linger::{AllCreations, InstanceCreations};
use crate::coordination::contents::Contents;
use crate::coordination::instance_lists::{AccountLists, InstanceLists, Outdated};
use crate::coordination::lane::Lane;
use crate::coordination::watch::Watch;

/// What belongs to one instance.
pub(crate) struct PerInstance {
    pub(crate) lane: Arc<Lane>,
    pub(crate) databases: Contents<NewDatabase>,
    pub(crate) users: Contents<NewUser>,
    pub(crate) new_passwords: Batch<PasswordChange>,
}

impl PerInstance {
    pub(crate) fn new(
        instance_id: &str,
        instances: &Arc<Watch<Instance>>,
        account: &AccountLists,
        all: &Arc<AllCreations>,
    ) -> Self {
        let lists = Arc::new(InstanceLists::new(instance_id, account.clone()));
        let outdated: Arc<dyn Outdated> = Arc::clone(&lists) as _;
        let lane = Arc::new(Lane::new(instance_id, Arc::clone(instances), outdated));
        let new = InstanceCreations::new(Arc::clone(&lists), all);
        let databases = Batch::new(&lane, &lists, &new, &new.databases, &lists.databases);
        let users = Batch::new(&lane, &lists, &new, &new.users, &lists.users);
        let new_passwords = Batch::new(&lane, &lists, &new, &new.passwords, &lists.users);
        let databases = Contents::new(&lane, &lists.databases, databases, instances);
        let users = Contents::new(&lane, &lists.users, users, instances);
        Self { lane, databases, users, new_passwords }
    }
}
