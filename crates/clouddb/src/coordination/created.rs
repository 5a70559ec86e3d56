//! What has an ID and a time of creation, and a name that need not be unique: instances and backups.

use crate::api::backups::{
    self,
    model::{Backup, NewBackup},
};
use crate::api::instances::{
    self,
    model::{Instance, NewInstance},
};
use crate::sender::Sender;
use crate::value::error::{Error, Found};

/// An object that the API gives an ID and a time of creation.
pub(crate) trait Created: Send + Sync + Sized {
    /// The kind of object, for errors.
    const KIND: &'static str;
    /// What it was asked for with.
    type Wish: Send + Sync;

    /// Its ID.
    fn id(&self) -> &str;
    /// When it was created, as the API wrote it.
    fn created(&self) -> Option<&str>;
    /// The wanted name.
    fn name(wish: &Self::Wish) -> &str;
    /// Creates it.
    fn create(
        sender: &Sender,
        wish: &Self::Wish,
    ) -> impl Future<Output = Result<Self, Error>> + Send;
    /// All objects that are as wanted.
    fn alike(
        sender: &Sender,
        wish: &Self::Wish,
    ) -> impl Future<Output = Result<Vec<Self>, Error>> + Send;
    /// The object as it is now, if the list does not tell when it was created.
    fn completed(self, sender: &Sender)
    -> impl Future<Output = Result<Option<Self>, Error>> + Send;
}

impl Created for Instance {
    const KIND: &'static str = "instance";
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

    async fn create(sender: &Sender, wish: &NewInstance) -> Result<Self, Error> {
        instances::create(sender, wish).await
    }

    async fn alike(sender: &Sender, wish: &NewInstance) -> Result<Vec<Self>, Error> {
        let mut instances: Vec<Self> = instances::collection().read(sender).await?.items;
        instances.retain(|it| it.is_as_wanted(wish));
        Ok(instances)
    }

    async fn completed(self, sender: &Sender) -> Result<Option<Self>, Error> {
        instances::get(sender, &self.id).await.found()
    }
}

impl Created for Backup {
    const KIND: &'static str = "backup";
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

    async fn create(sender: &Sender, wish: &NewBackup) -> Result<Self, Error> {
        backups::create(sender, wish).await
    }

    async fn alike(sender: &Sender, wish: &NewBackup) -> Result<Vec<Self>, Error> {
        let collection = backups::collection_of(&wish.instance_id);
        let mut backups: Vec<Self> = collection.read(sender).await?.items;
        backups.retain(|it| it.is_as_wanted(wish));
        Ok(backups)
    }

    async fn completed(self, _sender: &Sender) -> Result<Option<Self>, Error> {
        Ok(Some(self))
    }
}
