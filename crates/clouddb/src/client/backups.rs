//! Backups, as the provider works with them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::Stream;

use crate::api::backups::{
    self,
    model::{Backup, NewBackup},
    requests,
};
use crate::coordination::busy::BusyRetry;
use crate::coordination::creation::Creation;
use crate::coordination::goal::{BACKUP_COMPLETED, BACKUP_DELETABLE, BACKUP_GONE};
use crate::coordination::per_region::PerRegion;
use crate::coordination::state_change::StateChange;
use crate::coordination::write_kind::WriteKind;
use crate::http::limiter::LimitClass;
use crate::sender::Sender;
use crate::value::clock::{between, timestamp};
use crate::value::context::Awaited;
use crate::value::error::Error;
use crate::value::listing::Listing;
use crate::value::made::Made;
use crate::value::source::Source;

/// What an instance or a group has to be free for.
const PURPOSE: &str = "a backup";

/// The collection `/backups`.
#[derive(Clone)]
pub struct Backups {
    pub(super) sender: Sender,
    pub(super) region: Arc<PerRegion>,
}

impl Backups {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region) }
    }

    /// `GET /backups`, all pages, shared by all who ask.
    pub async fn list(&self) -> Result<Listing<Backup>, Error> {
        self.region.backups.lists.items(&self.sender).await
    }

    /// The same page by page, each asked for when the one before it was taken, and shared with nobody.
    pub fn pages(&self) -> impl Stream<Item = Result<Listing<Backup>, Error>> + Send + use<> {
        backups::collection().pages(self.sender.clone())
    }

    /// The backups of an instance or a group, taken from [`list`](Self::list): the own list of an
    /// instance is refused while it is being made, when it is broken, and on its way out, and both end with
    /// what they are of.
    pub async fn list_of(&self, source: &Source) -> Result<Listing<Backup>, Error> {
        let mut backups = self.list().await?;
        backups.retain(|it| it.is_of(source));
        Ok(backups)
    }

    /// `GET /backups/{id}`; `None` if there is none, of which the list is the second witness.
    pub async fn get(&self, id: &str) -> Result<Option<Backup>, Error> {
        self.region.find_backup(&self.sender, id).await
    }

    /// `POST /backups`, when the instance or the group is free for it. The backup can be restored when
    /// [`wait_until_completed`](Self::wait_until_completed) returns.
    ///
    /// It is never sent again when its effect is not known; it is looked for the backup then. See
    /// [`Made::found_after`], [`Error::Ambiguous`] and [`Error::InDoubt`].
    pub async fn create(&self, new: &NewBackup) -> Result<Made<Backup>, Error> {
        let lists = &self.region.backups.lists;
        let creation = Arc::new(Creation::new(new.clone(), &self.region.own, lists));
        let attempt = move |sender: Sender| {
            let creation = Arc::clone(&creation);
            async move { creation.attempt(&sender).await }
        };
        let (sender, limit) = (&self.sender, LimitClass::BackupCreations);
        match &new.source {
            Source::Instance(id) => {
                let lane = &self.region.instance(id).lane;
                lane.write(sender, WriteKind::work(PURPOSE), limit, attempt).await
            }
            Source::HaGroup(id) => {
                let lane = self.region.group_lane(id);
                lane.write(sender, WriteKind::work(PURPOSE), limit, attempt).await
            }
        }
    }

    /// `DELETE /backups/{id}`, when the backup is no longer being made; deletes those that build on it
    /// too. It is gone when [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        let sender = self.sender.bounded();
        let awaited = Awaited::new("backup", id, "free for its deletion");
        let mut retry = BusyRetry::new(sender.timing());
        loop {
            let deleted = sender.send(&requests::delete(id)).await;
            self.region.forget_backups();
            let refusal = match deleted {
                Err(Error::Busy(refusal)) => refusal,
                Ok(_) => {
                    self.region.own.forget(id);
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            let change = StateChange::of(awaited.clone(), &BACKUP_DELETABLE);
            let change = change.after(sender.timing().poll_interval);
            change.settled(&sender, &self.region.backups, |_| {}).await?;
            retry.again(&sender, &awaited, refusal, false).await?;
        }
    }

    /// How long ago the backup last changed, which is when a complete one was completed, by the
    /// servers' own clock. `None` if they did not tell one of the two times.
    pub fn age(&self, backup: &Backup) -> Option<Duration> {
        let changed = timestamp(backup.updated.as_deref()?)?;
        let now = self.sender.server_time(Instant::now())?;
        Some(between(changed, now))
    }

    /// Waits until the backup can be restored; one that could not be made is [`Error::Failed`].
    pub async fn wait_until_completed(&self, id: &str) -> Result<Backup, Error> {
        self.watch_until_completed(id, |_| {}).await
    }

    /// [`wait_until_completed`](Self::wait_until_completed), where each look is shown to `observe`.
    pub async fn watch_until_completed(
        &self,
        id: &str,
        observe: impl Fn(&Backup) + Send + Sync,
    ) -> Result<Backup, Error> {
        let change = StateChange::new(id, "complete", &BACKUP_COMPLETED);
        let change = change.after(self.sender.timing().poll_interval);
        change.settled(&self.sender, &self.region.backups, observe).await
    }

    /// Waits until the backup is gone.
    pub async fn wait_until_gone(&self, id: &str) -> Result<(), Error> {
        let change = StateChange::new(id, "gone", &BACKUP_GONE);
        let change = change.after(self.sender.timing().poll_interval);
        change.gone(&self.sender, &self.region.backups).await
    }
}
