//! Copies of backups in other regions.
//!
//! **Quirk.** The API does not tell the ID of a copy, so it is found by its name, as what was not there
//! before.

use std::collections::HashSet;
use std::time::Instant;

use crate::api::backups::model::{Backup, BackupCopy};
use crate::api::backups::requests;
use crate::client::backups::Backups;
use crate::coordination::lost_reply::is_lost;
use crate::coordination::wait::{self, Look};
use crate::value::context::Awaited;
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
        let awaited = Awaited::new("backup", &copy.name, "listed where it was copied to");
        // One after another: two of one name could not be told apart.
        let name = there.region.own.name(&copy.name);
        let turn = sender.context().run(name.lock()).await;
        let _turn = turn.map_err(|ended| awaited.ended(ended, None, None))?;
        let before: HashSet<String> =
            there.named(&copy.name).await?.into_iter().map(|it| it.id).collect();
        let lost = match sender.send(&requests::copy(id, copy)).await {
            Ok(_) => None,
            Err(error) if is_lost(&error) => Some(error),
            Err(error) => return Err(error),
        };
        let begun = Instant::now();
        let wait = there.region.backups.wait(awaited);
        let copied = wait::until(&sender, wait, |_, seen| {
            let (before, lost) = (&before, &lost);
            async move {
                let found = there.named(&copy.name).await?.into_iter();
                let copied = found.into_iter().find(|it| !before.contains(&it.id));
                let is_late = begun.elapsed() > there.sender.timing().late_effect;
                let look = match (copied, lost) {
                    (Some(copied), _) => Look::Done(Ok(copied)),
                    (None, Some(lost)) if is_late => Look::Done(Err(lost.clone())),
                    (None, _) => Look::Pending(None),
                };
                Ok((look, seen))
            }
        });
        let in_doubt = |lost| Error::InDoubt {
            what: "backup",
            name: copy.name.clone(),
            instance_id: None,
            looked: Some(begun.elapsed()),
            lost: Box::new(lost),
        };
        let copied = match copied.await {
            Ok(Ok(copied)) => copied,
            Ok(Err(lost)) => return Err(in_doubt(lost)),
            Err(ended) => return Err(lost.map_or(ended, in_doubt)),
        };
        there.region.own.register(&copied.id);
        Ok(copied)
    }

    /// The backups of that name, as they are now.
    async fn named(&self, name: &str) -> Result<Vec<Backup>, Error> {
        self.region.forget_backups();
        let listed = self.list().await?;
        Ok(listed.into_iter().filter(|it| it.name == name).collect())
    }
}
