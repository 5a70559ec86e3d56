//! What has an ID and a time of creation, and a name that need not be unique: instances, backups and
//! configuration groups. A schedule has its instance in the place of a name.

use crate::api::backups::{
    self,
    model::{Backup, NewBackup},
};
use crate::api::configurations::{
    self,
    model::{Configuration, NewConfiguration},
};
use crate::api::instances::{
    self,
    model::{Instance, NewInstance},
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
    /// What it was asked for with.
    type Wish: Send + Sync;

    /// Its ID.
    fn id(&self) -> &str;
    /// When it was created, as the API wrote it.
    fn created(&self) -> Option<&str>;
    /// The wanted name.
    fn name(wish: &Self::Wish) -> &str;
    /// Whether it is what was asked for.
    fn is_as_wanted(&self, wish: &Self::Wish) -> bool;
    /// Creates it.
    fn create(
        sender: &Sender,
        wish: &Self::Wish,
    ) -> impl Future<Output = Result<Self, Error>> + Send;
    /// The object as it is now, if the list does not tell when it was created.
    fn completed(self, sender: &Sender)
    -> impl Future<Output = Result<Option<Self>, Error>> + Send;
}

impl Created for Instance {
    type Wish = NewInstance;

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    fn name(wish: &NewInstance) -> &str {
        &wish.name
    }

    fn is_as_wanted(&self, wish: &NewInstance) -> bool {
        self.is_as_wanted(wish)
    }

    async fn create(sender: &Sender, wish: &NewInstance) -> Result<Self, Error> {
        instances::create(sender, wish).await
    }

    async fn completed(self, sender: &Sender) -> Result<Option<Self>, Error> {
        instances::get(sender, &self.id).await.found()
    }
}

impl Created for Backup {
    type Wish = NewBackup;

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    fn name(wish: &NewBackup) -> &str {
        &wish.name
    }

    fn is_as_wanted(&self, wish: &NewBackup) -> bool {
        self.is_as_wanted(wish)
    }

    async fn create(sender: &Sender, wish: &NewBackup) -> Result<Self, Error> {
        backups::create(sender, wish).await
    }

    async fn completed(self, _sender: &Sender) -> Result<Option<Self>, Error> {
        Ok(Some(self))
    }
}

impl Created for Configuration {
    type Wish = NewConfiguration;

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    fn name(wish: &NewConfiguration) -> &str {
        &wish.name
    }

    fn is_as_wanted(&self, wish: &NewConfiguration) -> bool {
        self.name == wish.name && self.description == wish.description
    }

    async fn create(sender: &Sender, wish: &NewConfiguration) -> Result<Self, Error> {
        configurations::create(sender, wish).await
    }

    async fn completed(self, sender: &Sender) -> Result<Option<Self>, Error> {
        configurations::get(sender, &self.id).await.found()
    }
}

impl Created for Schedule {
    type Wish = NewSchedule;

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    fn name(wish: &NewSchedule) -> &str {
        &wish.instance_id
    }

    fn is_as_wanted(&self, wish: &NewSchedule) -> bool {
        self.is_as_wanted(wish)
    }

    async fn create(sender: &Sender, wish: &NewSchedule) -> Result<Self, Error> {
        schedules::create(sender, wish).await
    }

    async fn completed(self, _sender: &Sender) -> Result<Option<Self>, Error> {
        Ok(Some(self))
    }
}
