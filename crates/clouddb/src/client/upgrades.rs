//! Upgrades of instances to another version of the database software.
//!
//! An upgrade changes no instance: it makes another one, a replica on the new version, and both wait in
//! `VERIFY_UPGRADE` until that is detached or deleted. Meanwhile databases and users of the source are
//! changed as usual, and nothing else can be done to either but to rename, detach and delete.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/methods/post-upgrade-version-accountid-instances-instanceid-action.rst>.

use std::sync::Arc;

use crate::api::instances::model::{Instance, NewUpgrade};
use crate::api::instances::requests;
use crate::client::instances::Instances;
use crate::coordination::creation::Creation;
use crate::coordination::goal::INSTANCE_RUNNING;
use crate::coordination::state_change::StateChange;
use crate::coordination::write_kind::WriteKind;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::made::Made;

impl Instances {
    /// `POST /instances/{id}/action` with `upgrade`, of an instance that is neither a source nor a replica:
    /// a new one, which has come up when [`wait_until_upgraded`](Self::wait_until_upgraded) returns. A busy
    /// source is waited for.
    ///
    /// It is never sent again when its effect is not known; it is looked for the new replica of the source
    /// then. See [`Made::found_after`], [`Error::Ambiguous`] and [`Error::InDoubt`].
    pub async fn upgrade(&self, new: &NewUpgrade) -> Result<Made<Instance>, Error> {
        let lists = &self.region.instances.lists;
        let creation = Arc::new(Creation::new(new.clone(), &self.region.own, lists));
        let region = Arc::clone(&self.region);
        let attempt = move |sender: Sender| {
            let (creation, region) = (Arc::clone(&creation), Arc::clone(&region));
            async move {
                let made = creation.attempt(&sender).await;
                region.outdate_instances_and_backups();
                made
            }
        };
        let limit = requests::upgrade(new).limit_class();
        let lane = &self.region.instance(&new.source).lane;
        let made = lane.write(&self.sender, WriteKind::work("an upgrade"), limit, attempt).await?;
        self.region.note(&made.object.id);
        Ok(made)
    }

    /// Waits until the database server of an upgrade, or of its source, runs: until it is ready, or waits
    /// to be verified.
    pub async fn wait_until_upgraded(&self, id: &str) -> Result<Instance, Error> {
        let change = StateChange::new(id, "ready to be verified", &INSTANCE_RUNNING);
        self.settled(change.after(self.sender.timing().poll_interval)).await
    }
}
