//! What has an ID and a time of creation, and a name that need not be unique: instances, backups,
//! configuration groups and high-availability groups, and what is asked for when one is made. A schedule
//! has what it backs up in the place of a name.

use crate::api::backups::{
    self,
    model::{Backup, BackupCopy, NewBackup},
    requests,
};
use crate::api::configurations::{
    self,
    model::{Configuration, NewConfiguration},
};
use crate::api::ha_groups::{
    self,
    model::{ConvertedHaGroup, HaGroup, NewHaGroup},
};
use crate::api::instances::{
    self,
    model::{Instance, NewInstance, NewUpgrade},
};
use crate::api::schedules::{
    self,
    model::{NewSchedule, Schedule},
};
use crate::coordination::fetched::Fetched;
use crate::sender::Sender;
use crate::value::error::{Error, Found};

/// An object that the API gives an ID and a time of creation.
pub(crate) trait Created: Fetched {
    /// Its ID.
    fn id(&self) -> &str;
    /// When it was created, as the API wrote it.
    fn created(&self) -> Option<&str>;
    /// The object as it is now, if the list does not tell when it was created.
    fn completed(self, sender: &Sender)
    -> impl Future<Output = Result<Option<Self>, Error>> + Send;
}

/// What is asked for when an object is made.
pub(crate) trait Wish: Send + Sync {
    /// What is made.
    type Object: Created;

    /// Whether the reply to the creation brings the object. What it does not bring is looked for.
    const IS_TOLD: bool = true;

    /// The wanted name.
    fn name(&self) -> &str;
    /// Whether the object is what was asked for.
    fn is_met_by(&self, object: &Self::Object) -> bool;
    /// Whether the object, which was not there before, can have come from this creation only, whatever its
    /// time of creation is.
    fn is_certainly(&self, _object: &Self::Object) -> bool {
        false
    }
    /// Creates it; nothing if the reply does not bring it.
    fn create(
        &self,
        sender: &Sender,
    ) -> impl Future<Output = Result<Option<Self::Object>, Error>> + Send;
}

impl Created for Instance {
    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    async fn completed(self, sender: &Sender) -> Result<Option<Self>, Error> {
        instances::get(sender, &self.id).await.found()
    }
}

impl Wish for NewInstance {
    type Object = Instance;

    fn name(&self) -> &str {
        &self.name
    }

    fn is_met_by(&self, instance: &Instance) -> bool {
        instance.is_as_wanted(self)
    }

    async fn create(&self, sender: &Sender) -> Result<Option<Instance>, Error> {
        instances::create(sender, self).await.map(Some)
    }
}

impl Wish for NewUpgrade {
    type Object = Instance;

    fn name(&self) -> &str {
        &self.name
    }

    fn is_met_by(&self, instance: &Instance) -> bool {
        instance.is_upgrade_as_wanted(self)
    }

    async fn create(&self, sender: &Sender) -> Result<Option<Instance>, Error> {
        instances::upgrade(sender, self).await.map(Some)
    }
}

impl Created for Backup {
    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    async fn completed(self, _sender: &Sender) -> Result<Option<Self>, Error> {
        Ok(Some(self))
    }
}

impl Wish for NewBackup {
    type Object = Backup;

    fn name(&self) -> &str {
        &self.name
    }

    fn is_met_by(&self, backup: &Backup) -> bool {
        backup.is_as_wanted(self)
    }

    async fn create(&self, sender: &Sender) -> Result<Option<Backup>, Error> {
        backups::create(sender, self).await.map(Some)
    }
}

/// A copy of a backup that is to be made in another region than that of whoever sends the request.
pub(crate) struct Copying {
    /// Where the backup is.
    pub(crate) from: Sender,
    pub(crate) original: Backup,
    pub(crate) copy: BackupCopy,
}

impl Wish for Copying {
    type Object = Backup;

    /// The copy is in another region, and the reply is empty.
    const IS_TOLD: bool = false;

    fn name(&self) -> &str {
        &self.copy.name
    }

    fn is_met_by(&self, backup: &Backup) -> bool {
        backup.is_copy_of(&self.original, &self.copy)
    }

    async fn create(&self, _there: &Sender) -> Result<Option<Backup>, Error> {
        self.from.send(&requests::copy(&self.original.id, &self.copy)).await?;
        Ok(None)
    }
}

/// The backup that a schedule makes when it is told to run now.
pub(crate) struct Running {
    pub(crate) schedule_id: String,
    pub(crate) instance_id: String,
}

impl Wish for Running {
    type Object = Backup;

    /// The reply is empty.
    const IS_TOLD: bool = false;

    fn name(&self) -> &str {
        &self.schedule_id
    }

    /// Its name is the service's to choose.
    fn is_met_by(&self, backup: &Backup) -> bool {
        backup.instance_id.as_ref() == Some(&self.instance_id) && backup.is_automated != Some(false)
    }

    async fn create(&self, sender: &Sender) -> Result<Option<Backup>, Error> {
        sender.send(&schedules::requests::run_now(&self.schedule_id)).await?;
        Ok(None)
    }
}

impl Created for Configuration {
    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    async fn completed(self, sender: &Sender) -> Result<Option<Self>, Error> {
        configurations::get(sender, &self.id).await.found()
    }
}

impl Wish for NewConfiguration {
    type Object = Configuration;

    fn name(&self) -> &str {
        &self.name
    }

    fn is_met_by(&self, group: &Configuration) -> bool {
        group.name == self.name && group.description == self.description
    }

    async fn create(&self, sender: &Sender) -> Result<Option<Configuration>, Error> {
        configurations::create(sender, self).await.map(Some)
    }
}

impl Created for Schedule {
    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    async fn completed(self, _sender: &Sender) -> Result<Option<Self>, Error> {
        Ok(Some(self))
    }
}

impl Wish for NewSchedule {
    type Object = Schedule;

    fn name(&self) -> &str {
        self.source.id()
    }

    fn is_met_by(&self, schedule: &Schedule) -> bool {
        schedule.is_as_wanted(self)
    }

    async fn create(&self, sender: &Sender) -> Result<Option<Schedule>, Error> {
        schedules::create(sender, self).await.map(Some)
    }
}

impl Created for HaGroup {
    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    async fn completed(self, sender: &Sender) -> Result<Option<Self>, Error> {
        ha_groups::get_with_time(sender, &self.id).await.found()
    }
}

impl Wish for NewHaGroup {
    type Object = HaGroup;

    fn name(&self) -> &str {
        &self.name
    }

    fn is_met_by(&self, group: &HaGroup) -> bool {
        group.is_as_wanted(self)
    }

    async fn create(&self, sender: &Sender) -> Result<Option<HaGroup>, Error> {
        ha_groups::create(sender, self).await.map(Some)
    }
}

impl Wish for ConvertedHaGroup {
    type Object = HaGroup;

    fn name(&self) -> &str {
        &self.name
    }

    fn is_met_by(&self, group: &HaGroup) -> bool {
        group.is_made_of(self)
    }

    /// An instance is in one group, and the source is older than that.
    fn is_certainly(&self, group: &HaGroup) -> bool {
        group.member_ids().any(|id| id == self.instance_id)
    }

    async fn create(&self, sender: &Sender) -> Result<Option<HaGroup>, Error> {
        ha_groups::convert(sender, self).await.map(Some)
    }
}

#[cfg(test)]
mod tests;
