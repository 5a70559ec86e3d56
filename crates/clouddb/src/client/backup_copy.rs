//! Copies of backups in other regions.
//!
//! **Quirk.** The API does not tell the ID of a copy, so it is found by its name, as what was not there
//! before.

use std::collections::HashSet;
use std::time::Instant;

use crate::api::backups::model::{Backup, BackupCopy};
use crate::api::backups::requests;
use crate::client::backups::Backups;
use crate::coordination::delays::Delays;
use crate::coordination::lost_reply::is_lost;
use crate::value::context::{Awaited, Ended};
use crate::value::error::Error;

impl Backups {
    /// `POST /backups/{id}/action` with `copy-backup`: a backup of its own in the region of `there`,
    /// which can be restored when [`wait_until_completed`](Self::wait_until_completed) returns there.
    ///
    /// It is never sent again when its effect is not known: it is looked for the copy then, for as long
    /// as a late effect is likely, and [`Error::InDoubt`] says that none was seen.
    ///
    /// API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/backups.rst>.
    pub async fn copy(&self, id: &str, there: &Self, copy: &BackupCopy) -> Result<Backup, Error> {
        let sender = self.sender.bounded();
        let before: HashSet<String> =
            there.named(&copy.name).await?.into_iter().map(|it| it.id).collect();
        let lost = match sender.send(&requests::copy(id, copy)).await {
            Ok(_) => None,
            Err(error) if is_lost(&error) => Some(error),
            Err(error) => return Err(error),
        };
        let awaited = Awaited::new("backup", &copy.name, "listed where it was copied to");
        let (begun, mut delays) = (Instant::now(), Delays::new(sender.timing()));
        loop {
            let found = there.named(&copy.name).await;
            let is_new = |it: &Backup| !before.contains(&it.id);
            match (found.map(|found| found.into_iter().find(is_new)), &lost) {
                (Ok(Some(copied)), _) => return Ok(copied),
                (Ok(None), Some(lost)) if begun.elapsed() > sender.timing().late_effect => {
                    return Err(Error::InDoubt {
                        what: "backup",
                        name: copy.name.clone(),
                        instance_id: None,
                        looked: Some(begun.elapsed()),
                        lost: Box::new(lost.clone()),
                    });
                }
                (Ok(None), _) => {}
                (Err(error), _) => return Err(lost.unwrap_or(error)),
            }
            let paused: Result<(), Ended> = sender.context().pause(delays.next()).await;
            paused.map_err(|ended| awaited.ended(ended, None, lost.clone()))?;
        }
    }

    /// The backups of that name, as they are now.
    async fn named(&self, name: &str) -> Result<Vec<Backup>, Error> {
        self.region.forget_backups();
        let listed = self.list().await?;
        Ok(listed.into_iter().filter(|it| it.name == name).collect())
    }
}
