//! What the plans of a run look up only to say beforehand what the API would refuse.
//!
//! Each look is made once for all instances that want to know the same, and fails nothing: where the
//! right to look is missing, where the service has no such call and while it is out of order, the plan
//! goes on in silence, and the apply decides.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clouddb::{Backup, Client, Configuration, Error, Instance, Limits};
use tokio::sync::OnceCell;

/// What the plans of a run have looked up.
#[derive(Default)]
pub(crate) struct Looks {
    backups: Shared<Backup>,
    configurations: Shared<Configuration>,
    instances: Shared<Instance>,
    limits: Shared<Limits>,
    intended: Mutex<HashMap<String, Intended>>,
}

/// What a look has shown.
#[derive(Clone)]
pub(super) enum Look<T> {
    Found(T),
    Absent,
    /// Nobody could tell.
    Unknown,
}

/// What a plan of this run makes of an instance that exists.
#[derive(Clone)]
pub(super) struct Intended {
    /// Whether it has a source afterwards.
    pub(super) is_replica: bool,
    /// Its RAM in MB afterwards, if that is known.
    pub(super) ram: Option<u64>,
    /// Its flavor afterwards, by ID, if that is known.
    pub(super) flavor_id: Option<String>,
    /// The size of its volume afterwards in GB, if that is known.
    pub(super) volume_size: Option<u64>,
}

/// Looks of one kind, by region and ID.
struct Shared<T>(Mutex<HashMap<(String, String), Once<T>>>);

type Once<T> = Arc<OnceCell<Look<T>>>;

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Shared<T> {
    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn once(
        &self,
        region: &str,
        id: &str,
        look: impl Future<Output = Result<Option<T>, Error>> + Unpin,
    ) -> Look<T> {
        let cell = self.cell(region, id);
        let look = async {
            match look.await {
                Ok(Some(found)) => Look::Found(found),
                Ok(None) => Look::Absent,
                Err(error) => {
                    tracing::debug!(%error, "a look that was to warn of a refusal failed");
                    Look::Unknown
                }
            }
        };
        cell.get_or_init(|| look).await.clone()
    }

    fn cell(&self, region: &str, id: &str) -> Once<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry((region.to_owned(), id.to_owned())).or_default())
    }
}

impl Looks {
    /// A run begins, and what was seen before may have changed.
    pub(crate) fn begin(&self) {
        self.backups.clear();
        self.configurations.clear();
        self.instances.clear();
        self.limits.clear();
        self.all_intended().clear();
    }

    pub(super) async fn backup(&self, api: &Client, region: &str, id: &str) -> Look<Backup> {
        self.backups.once(region, id, Box::pin(async { api.backups().get(id).await })).await
    }

    pub(super) async fn instance(&self, api: &Client, region: &str, id: &str) -> Look<Instance> {
        self.instances.once(region, id, Box::pin(async { api.instances().get(id).await })).await
    }

    /// The absence of a group needs the list as a second witness.
    pub(super) async fn configuration(
        &self,
        api: &Client,
        region: &str,
        id: &str,
    ) -> Look<Configuration> {
        let look = async {
            match api.configurations().get(id).await? {
                None => {
                    let listed = api.configurations().list().await?.whole()?;
                    Ok(listed.into_iter().find(|it| it.id == id))
                }
                found => Ok(found),
            }
        };
        self.configurations.once(region, id, Box::pin(look)).await
    }

    /// The limits of the account; absent where the service tells none, as Rackspace.
    pub(super) async fn limits(&self, api: &Client, region: &str) -> Look<Limits> {
        self.limits.once(region, "", Box::pin(async { api.limits().await })).await
    }

    /// Remembers what the plan of an instance comes to, for those of its replicas.
    pub(super) fn intend(&self, id: &str, intended: Intended) {
        self.all_intended().insert(id.to_owned(), intended);
    }

    /// What the plan of that instance has come to, if this run has made one.
    pub(super) fn intended(&self, id: &str) -> Option<Intended> {
        self.all_intended().get(id).cloned()
    }

    fn all_intended(&self) -> MutexGuard<'_, HashMap<String, Intended>> {
        self.intended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
