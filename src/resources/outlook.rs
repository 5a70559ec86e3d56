//! What the plan of this run has come to so far, for those whose fate hangs on it.
//!
//! Terraform plans one object at a time and tells of no other. But all plans of a run are made by one
//! process, so what each of them says is remembered here. In which order they come is Terraform's
//! affair: in a destruction children come before their instance, in a replacement after it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clouddb::InstanceStatus;
use tokio::sync::{Notify, OnceCell};

/// How long a plan waits for that of an instance; it is only a matter of their order.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same as long as nothing else has been heard of: then all is destroyed, children first.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);

/// What the plan of this run has come to so far.
#[derive(Default)]
pub(super) struct Outlook {
    facts: Mutex<Facts>,
    news: Notify,
}

#[derive(Default)]
struct Facts {
    /// Whether an instance is destroyed or replaced.
    instances: HashMap<String, bool>,
    /// Backups that are destroyed or replaced, by instance.
    backups: BTreeMap<String, BTreeSet<String>>,
    /// IDs of what has been read in this run. To destroy everything, Terraform reads in a run of its
    /// own.
    read: HashSet<String>,
    /// What a look at an instance has shown: its status, if there was one.
    statuses: HashMap<String, Arc<OnceCell<Option<InstanceStatus>>>>,
}

impl Outlook {
    /// The instance stays, or is destroyed or replaced.
    pub(super) fn instance(&self, id: &str, goes: bool) {
        self.facts().instances.insert(id.to_owned(), goes);
        self.news.notify_waiters();
    }

    /// Whether the plan is known to destroy or replace the instance.
    pub(super) fn destroys_instance(&self, id: &str) -> bool {
        self.facts().instances.get(id) == Some(&true)
    }

    /// The object of that ID has been read.
    pub(super) fn read(&self, id: &str) {
        self.facts().read.insert(id.to_owned());
    }

    /// Whether the object of that ID has been read.
    pub(super) fn has_read(&self, id: &str) -> bool {
        self.facts().read.contains(id)
    }

    /// Whether what is in the instance goes in company: the instance goes too, or this is a run that
    /// does nothing but destroy, which plans children before their instance.
    pub(super) fn goes_in_company(&self, instance_id: &str) -> bool {
        let facts = self.facts();
        match facts.instances.get(instance_id) {
            Some(goes) => *goes,
            None => facts.read.is_empty() && facts.instances.values().all(|goes| *goes),
        }
    }

    /// Whether the instance is destroyed or replaced; nothing if that is not known, because all is
    /// destroyed or the instance is not in the plan.
    pub(super) async fn fate(&self, instance_id: &str) -> Option<bool> {
        let known = async {
            loop {
                let news = self.news.notified();
                tokio::pin!(news);
                news.as_mut().enable();
                if let Some(goes) = self.facts().instances.get(instance_id) {
                    return *goes;
                }
                news.await;
            }
        };
        tokio::pin!(known);
        match tokio::time::timeout(SHORT_PATIENCE, &mut known).await {
            Ok(goes) => Some(goes),
            Err(_) if self.facts().is_blank() => None,
            Err(_) => tokio::time::timeout(PATIENCE, known).await.ok(),
        }
    }

    /// The instance has that status.
    pub(super) fn shows(&self, instance_id: &str, status: InstanceStatus) {
        let shown = Arc::new(OnceCell::new_with(Some(Some(status))));
        self.facts().statuses.insert(instance_id.to_owned(), shown);
    }

    /// The status of the instance, as somebody has seen it in this run, or as one look shows it to
    /// all who ask.
    pub(super) async fn status(
        &self,
        instance_id: &str,
        look: impl Future<Output = Option<InstanceStatus>>,
    ) -> Option<InstanceStatus> {
        let shown = Arc::clone(self.facts().statuses.entry(instance_id.to_owned()).or_default());
        shown.get_or_init(|| look).await.clone()
    }

    /// The backup is destroyed or replaced.
    pub(super) fn destroy_backup(&self, instance_id: &str, id: &str) {
        self.facts().backups.entry(instance_id.to_owned()).or_default().insert(id.to_owned());
    }

    /// The backups of the instance that are destroyed or replaced, as far as that is known.
    pub(super) fn destroyed_backups(&self, instance_id: &str) -> BTreeSet<String> {
        self.facts().backups.get(instance_id).cloned().unwrap_or_default()
    }

    /// Whether the plan is known to destroy or replace that backup.
    pub(super) fn destroys_backup(&self, id: &str) -> bool {
        self.facts().backups.values().any(|ids| ids.contains(id))
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Facts {
    fn is_blank(&self) -> bool {
        self.instances.is_empty() && self.read.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_fate_of_an_instance_is_waited_for_and_not_for_ever() {
        let outlook = Outlook::default();
        assert_eq!(outlook.fate("i").await, None, "all is destroyed");

        let (fate, ()) = tokio::join!(outlook.fate("i"), async {
            tokio::task::yield_now().await;
            outlook.instance("i", true);
        });

        assert_eq!(fate, Some(true));
        assert_eq!(outlook.fate("other").await, None, "it is not in the plan");
    }
}
