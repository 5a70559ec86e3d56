//! The databases of an instance, as the provider works with them.

use std::sync::Arc;

use futures_util::Stream;

use crate::api::databases::{
    self,
    model::{self, Database, NewDatabase},
    requests,
};
use crate::coordination::departures::Departed;
use crate::coordination::per_instance::PerInstance;
use crate::coordination::per_region::PerRegion;
use crate::coordination::write_kind::WriteKind;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::listing::Listing;
use crate::value::made::Made;

/// The collection `/instances/{id}/databases`.
#[derive(Clone)]
pub struct Databases {
    sender: Sender,
    region: Arc<PerRegion>,
    instance_id: String,
}

impl Databases {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>, instance_id: String) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region), instance_id }
    }

    /// `GET /instances/{id}/databases`, all pages, shared by all who ask.
    pub async fn list(&self) -> Result<Listing<Database>, Error> {
        Ok(self.instance().databases.all(&self.sender).await?.to_listing())
    }

    /// The same page by page, each asked for when the one before it was taken, and shared with
    /// nobody. A busy instance is not waited for.
    pub fn pages(&self) -> impl Stream<Item = Result<Listing<Database>, Error>> + Send + use<> {
        databases::collection(&self.instance_id).pages(self.sender.clone())
    }

    /// The database of that name in [`list`](Self::list); `None` also when there is no such instance.
    /// The first question after its creation is answered by the listing that showed it first.
    pub async fn find(&self, name: &str) -> Result<Option<Database>, Error> {
        self.instance().databases.find(&self.sender, &name.to_owned()).await
    }

    /// Whether the instance has a database of that name which this client has neither made nor deletes,
    /// as [`list`](Self::list) shows it, once for all who ask before anything is written. A busy
    /// instance is not waited for.
    pub async fn is_taken(&self, name: &str) -> Result<bool, Error> {
        self.instance().databases.is_taken(&self.sender, &name.to_owned()).await
    }

    /// `POST /instances/{id}/databases`; concurrent ones ride in one request. The database is there
    /// when [`wait_until_present`](Self::wait_until_present) returns. A deletion of one of the same
    /// name that this client has under way comes first.
    ///
    /// When the effect of a request is not known, it is looked for the database; see
    /// [`Made::found_after`] and [`Error::InDoubt`].
    pub async fn create(&self, new: &NewDatabase) -> Result<Made<()>, Error> {
        model::check_name(&new.name)?;
        self.instance().databases.create(&self.sender, new).await
    }

    /// `DELETE /instances/{id}/databases/{name}`. The database is gone when
    /// [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        model::check_name(name)?;
        let request = requests::delete(&self.instance_id, name);
        let kind = WriteKind::change("the deletion of a database");
        let instance = self.instance();
        let write = instance.lane.write_request(&self.sender, kind, request);
        instance.databases.delete(&name.to_owned(), write).await
    }

    /// The same together with the wait for its end, which this may leave to another deletion in company
    /// that is under way in the region: the last one looks for all, and its error names what is not gone,
    /// [`Error::NotGone`]. What the API does not find is no error.
    pub async fn delete_in_company(&self, name: &str) -> Result<(), Error> {
        let (instance, key) = (self.instance(), name.to_owned());
        let departed = Departed {
            instance_id: self.instance_id.clone(),
            id: format!("{}/{name}", self.instance_id),
            gone: Box::new(move |sender| {
                let (instance, key) = (Arc::clone(&instance), key.clone());
                Box::pin(async move { instance.databases.wait_until_absent(&sender, &key).await })
            }),
        };
        self.region.departures.depart(&self.sender, self.delete(name), departed).await
    }

    /// Waits until the list has the database.
    pub async fn wait_until_present(&self, name: &str) -> Result<(), Error> {
        let (instance, key) = (self.instance(), name.to_owned());
        instance.databases.wait_until_present(&self.sender, &key, |_| true).await
    }

    /// Waits until the list does not have the database, or the instance is gone, or this client has
    /// made one of the same name after the deletion.
    pub async fn wait_until_gone(&self, name: &str) -> Result<(), Error> {
        self.instance().databases.wait_until_gone(&self.sender, &name.to_owned()).await
    }

    fn instance(&self) -> Arc<PerInstance> {
        self.region.instance(&self.instance_id)
    }
}
