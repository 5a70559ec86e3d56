//! Backups of instances.
//!
//! **Quirks.** An instance makes one backup at a time and cannot be changed meanwhile. The backups of
//! an instance outlive it. Deleting a backup deletes those that build on it. The API needs Cloud Files
//! for backups, and without access to that it answers 401 to a good token.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/backups.rst>.

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Map, json};

use crate::desk::CONTRADICTIONS;
use crate::error::Found;
use crate::http::{Path, Reply, Request};
use crate::lane::Turn;
use crate::lost_reply::{Birth, Born};
use crate::page::{self, Item};
use crate::scope::Awaited;
use crate::status::{BACKUP_COMPLETED, BACKUP_DELETABLE, BACKUP_GONE, Progress, Table};
use crate::wait::{self, Delays, Sight};
use crate::{BackupStatus, Client, Error};

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
    /// `GET /backups`, all pages.
    pub async fn list(&self) -> Result<Vec<Backup>, Error> {
        page::all(&self.client, list(), &["backups"]).await
    }

    /// `GET /instances/{id}/backups`, all pages.
    pub async fn list_of(&self, instance_id: &str) -> Result<Vec<Backup>, Error> {
        page::all(&self.client, list_of(instance_id), &["backups", "backup"]).await
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
        let mut delays = Delays::new(&client);
        for _ in 0..CONTRADICTIONS {
            match client.send(&delete(id)).await {
                Err(Error::Busy(_)) => {
                    wait_for(&client, id, "free for its deletion", &BACKUP_DELETABLE).await?;
                    let awaited = Awaited::new("backup", id, "free for its deletion");
                    let paused = client.scope().pause(delays.next()).await;
                    paused.map_err(|ended| awaited.ended(ended, None, None))?;
                }
                result => return result.map(drop),
            }
        }
        client.send(&delete(id)).await.map(drop)
    }

    /// Waits until the backup can be restored; one that could not be made is [`Error::Failed`].
    pub async fn wait_until_completed(&self, id: &str) -> Result<Backup, Error> {
        wait_for(&self.client, id, "complete", &BACKUP_COMPLETED).await
    }

    /// Waits until the backup is gone.
    pub async fn wait_until_gone(&self, id: &str) -> Result<(), Error> {
        let first = Mutex::new(None);
        let first = &first;
        wait::until(&self.client, Awaited::new("backup", id, "gone"), |client| async move {
            let Some(backup) = fetch(&client, id).await.found()? else {
                return Ok(Sight::Done(()));
            };
            Ok(wait::going(&BACKUP_GONE, first, &backup.status))
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
    wait::until(client, Awaited::new("backup", id, goal), |client| async move {
        let backup = fetch(&client, id).await?;
        let status = backup.status.to_string();
        Ok(match table.judge(&backup.status) {
            Progress::Done => Sight::Done(backup),
            Progress::Wait => Sight::NotYet(Some(status)),
            Progress::Failed => Sight::Failed { status, detail: None },
        })
    })
    .await
}

/// `GET /backups/{id}`, where there has to be one.
async fn fetch(client: &Client, id: &str) -> Result<Backup, Error> {
    client.send(&get(id)).await?.unwrapped("backup")
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
        let mut backups = client.backups().list_of(&wish.instance_id).await?;
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

fn list() -> Request {
    Request::get(Path::of("backups")).long_pages()
}

fn list_of(instance_id: &str) -> Request {
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
