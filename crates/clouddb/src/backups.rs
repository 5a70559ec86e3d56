//! Backups of instances.
//!
//! **Quirks.** An instance makes one backup at a time and cannot be changed meanwhile. The backups of
//! an instance outlive it. Deleting a backup deletes those that build on it. The API needs Cloud Files
//! for backups, and without access to that it answers 401 to a good token.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/backups.rst>.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Map, json};

use crate::clock::{between, timestamp};
use crate::desk::CONTRADICTIONS;
use crate::error::Found;
use crate::http::{Path, Reply, Request};
use crate::lane::Turn;
use crate::listing::Collection;
use crate::lost_reply::{Birth, Born};
use crate::page::{self, Item};
use crate::scope::Awaited;
use crate::status::{BACKUP_COMPLETED, BACKUP_DELETABLE, BACKUP_GONE, Progress, Table};
use crate::wait::{self, Delays, Sight};
use crate::watch::Watched;
use crate::{BackupStatus, Client, Error};

/// What documents call a list of backups; the second is an old one's for those of an instance.
pub(crate) const BACKUPS: &[&str] = &["backups", "backup"];

/// A backup to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBackup {
    /// ID of the instance.
    pub instance_id: String,
    /// The name; need not be unique.
    pub name: String,
    /// A description.
    pub description: Option<String>,
    /// ID of the backup that this one builds on; with it, only the changes since then are stored.
    pub parent_id: Option<String>,
}

/// A backup.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Backup {
    /// Its ID.
    #[serde(deserialize_with = "crate::lenient::id")]
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// ID of the instance it was made of; `None` for high-availability groups.
    pub instance_id: Option<String>,
    /// ID of the backup it builds on.
    pub parent_id: Option<String>,
    /// Where it lies in Cloud Files, once it does.
    #[serde(rename = "locationRef")]
    pub location_ref: Option<String>,
    /// Its size in GB, once it is complete.
    pub size: Option<f64>,
    /// Its status.
    pub status: BackupStatus,
    /// When it was asked for, in UTC, as the API wrote it.
    pub created: Option<String>,
    /// When it last changed, in UTC, as the API wrote it.
    pub updated: Option<String>,
    /// What can restore it.
    pub datastore: Option<BackupDatastore>,
    /// How it was made, such as `InnoBackupEx`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Whether a schedule made it.
    #[serde(default, deserialize_with = "crate::lenient::optional_bool")]
    pub is_automated: Option<bool>,
    /// Memory of the instance at that time, in MB.
    #[serde(default, deserialize_with = "crate::lenient::optional_size")]
    pub flavor_ram: Option<u64>,
    /// Volume of the instance at that time, in GB.
    #[serde(default, deserialize_with = "crate::lenient::optional_size")]
    pub volume_size: Option<u64>,
}

/// The datastore of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BackupDatastore {
    /// Such as `mysql`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Such as `8.0`.
    pub version: Option<String>,
    /// ID of the version.
    pub version_id: Option<String>,
}

impl Item for Backup {
    const PAGED_BY_NUMBER: bool = true;

    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// The collection `/backups`.
#[derive(Clone)]
pub struct Backups {
    pub(crate) client: Client,
}

impl Backups {
    /// `GET /backups`, all pages, shared by all who ask.
    pub async fn list(&self) -> Result<Vec<Backup>, Error> {
        self.client.backup_watch().listings.items(&self.client).await
    }

    /// `GET /instances/{id}/backups`, all pages, shared by all who ask.
    pub async fn list_of(&self, instance_id: &str) -> Result<Vec<Backup>, Error> {
        self.client.desk(instance_id).backups.items(&self.client).await
    }

    /// `GET /backups/{id}`; `None` if there is none.
    pub async fn get(&self, id: &str) -> Result<Option<Backup>, Error> {
        fetch(&self.client, id).await.found()
    }

    /// `POST /backups`, when the instance is free for it. The backup can be restored when
    /// [`wait_until_completed`](Self::wait_until_completed) returns.
    ///
    /// A lost reply is made up for by looking for the backup; see [`Error::Ambiguous`].
    pub async fn create(&self, new: &NewBackup) -> Result<Backup, Error> {
        let birth: Arc<Birth<Backup>> = Arc::new(Birth::new(new.clone()));
        let desk = self.client.desk(&new.instance_id);
        let attempt = move |client: Client| {
            let birth = Arc::clone(&birth);
            async move { birth.attempt(&client).await }
        };
        desk.write(&self.client, Turn::work("a backup"), attempt).await
    }

    /// `DELETE /backups/{id}`, when the backup is no longer being made; deletes those that build on it
    /// too. It is gone when [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        let client = self.client.bounded();
        let (mut delays, mut contradictions) = (Delays::new(&client), 0);
        loop {
            let deleted = client.send(&delete(id)).await;
            client.forget_backups();
            match deleted {
                Err(Error::Busy(_)) if contradictions < CONTRADICTIONS => {
                    contradictions += 1;
                    wait_for(&client, id, "free for its deletion", &BACKUP_DELETABLE).await?;
                    let awaited = Awaited::new("backup", id, "free for its deletion");
                    let paused = client.scope().pause(delays.next()).await;
                    paused.map_err(|ended| awaited.ended(ended, None, None))?;
                }
                result => return result.map(drop),
            }
        }
    }

    /// How long ago the backup last changed, which is when a complete one was completed, by the
    /// servers' own clock. `None` if they did not tell one of the two times.
    pub fn age(&self, backup: &Backup) -> Option<Duration> {
        let changed = timestamp(backup.updated.as_deref()?)?;
        let now = self.client.wire().clock().at(Instant::now())?;
        Some(between(changed, now))
    }

    /// Waits until the backup can be restored; one that could not be made is [`Error::Failed`].
    pub async fn wait_until_completed(&self, id: &str) -> Result<Backup, Error> {
        wait_for(&self.client, id, "complete", &BACKUP_COMPLETED).await
    }

    /// Waits until the backup is gone.
    pub async fn wait_until_gone(&self, id: &str) -> Result<(), Error> {
        let first = Mutex::new(None);
        let (first, watch) = (&first, self.client.backup_watch());
        let _waiting = watch.enter(id);
        let wait = watch.wait(Awaited::new("backup", id, "gone"));
        let wait = wait.after(self.client.pace().first_poll);
        wait::until(&self.client, wait, |client, seen| async move {
            let Some((backup, seen)) = watch.look(&client, id, seen).await.found()? else {
                return Ok((Sight::Done(()), seen));
            };
            Ok((wait::going(&BACKUP_GONE, first, &backup.status), seen))
        })
        .await
    }
}

async fn wait_for(
    client: &Client,
    id: &str,
    goal: &str,
    table: &'static Table<BackupStatus>,
) -> Result<Backup, Error> {
    let watch = client.backup_watch();
    let _waiting = watch.enter(id);
    let wait = watch.wait(Awaited::new("backup", id, goal)).after(client.pace().first_poll);
    wait::until(client, wait, |client, seen| async move {
        let (backup, seen) = watch.look(&client, id, seen).await?;
        let status = backup.status.to_string();
        let sight = match table.judge(&backup.status) {
            Progress::Done => Sight::Done(backup),
            Progress::Wait => Sight::NotYet(Some(status)),
            Progress::Failed => Sight::Failed { status, detail: None },
        };
        Ok((sight, seen))
    })
    .await
}

/// `GET /backups/{id}`, where there has to be one.
async fn fetch(client: &Client, id: &str) -> Result<Backup, Error> {
    client.send(&get(id)).await?.unwrapped("backup")
}

impl Watched for Backup {
    async fn fetch(client: &Client, id: &str) -> Result<Self, Error> {
        fetch(client, id).await
    }
}

impl Born for Backup {
    const WHAT: &'static str = "backup";
    type Wish = NewBackup;

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    fn wanted_name(wish: &NewBackup) -> &str {
        &wish.name
    }

    fn creation(wish: &NewBackup) -> Request {
        create(wish)
    }

    fn from_reply(reply: &Reply) -> Result<Self, Error> {
        reply.unwrapped("backup")
    }

    async fn alike(client: &Client, wish: &NewBackup) -> Result<Vec<Self>, Error> {
        let request = list_of(&wish.instance_id);
        let mut backups: Vec<Self> = page::all(client, request, BACKUPS).await?;
        backups.retain(|it| {
            it.name == wish.name
                && it.description == wish.description
                && (it.parent_id == wish.parent_id)
        });
        Ok(backups)
    }

    async fn completed(self, _client: &Client) -> Result<Option<Self>, Error> {
        Ok(Some(self))
    }
}

pub(crate) fn collection() -> Collection {
    Collection { request: list(), names: BACKUPS, what: "backups", of: "of the account".to_owned() }
}

fn list() -> Request {
    Request::get(Path::of("backups")).long_pages()
}

pub(crate) fn list_of(instance_id: &str) -> Request {
    Request::get(Path::of("instances").name(instance_id).word("backups")).long_pages()
}

fn get(id: &str) -> Request {
    Request::get(Path::of("backups").name(id))
}

fn create(new: &NewBackup) -> Request {
    let mut backup = Map::from_iter([
        ("instance".to_owned(), json!(new.instance_id)),
        ("name".to_owned(), json!(new.name)),
    ]);
    for (key, value) in [("description", &new.description), ("parent_id", &new.parent_id)] {
        if let Some(value) = value {
            backup.insert(key.to_owned(), json!(value));
        }
    }
    Request::post(Path::of("backups"), json!({ "backup": backup }))
}

fn delete(id: &str) -> Request {
    Request::delete(Path::of("backups").name(id))
}

#[cfg(test)]
mod tests;
