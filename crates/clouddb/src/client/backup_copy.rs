//! Copies of backups in other regions.
//!
//! **Quirk.** The API does not tell the ID of a copy, so it is looked for where it was copied to: what has
//! its name and comes from the same instance, and was not there before.

use crate::api::backups::model::{Backup, BackupCopy};
use crate::client::backups::Backups;
use crate::coordination::created::Copying;
use crate::coordination::creation::Creation;
use crate::http::limiter::LimitClass;
use crate::value::error::Error;
use crate::value::made::Made;

impl Backups {
    /// `POST /backups/{id}/action` with `copy-backup`, of a backup that is complete: a backup of its own in
    /// the region of `there`, which can be restored when
    /// [`wait_until_completed`](Self::wait_until_completed) returns there.
    ///
    /// It is never sent again when its effect is not known; it is looked for the copy then, as it is after a
    /// reply. See [`Made::found_after`], [`Error::Ambiguous`] and [`Error::InDoubt`].
    ///
    /// API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/backups.rst>.
    pub async fn copy(
        &self,
        original: &Backup,
        there: &Self,
        copy: &BackupCopy,
    ) -> Result<Made<Backup>, Error> {
        let sender = there.sender.bounded();
        let from = self.sender.bounded();
        let wish = Copying { from: from.clone(), original: original.clone(), copy: copy.clone() };
        let lists = &there.region.backups.lists;
        let creation = Creation::new(wish, &there.region.own, lists);
        let _turn = creation.turn(&sender).await?;
        let made = creation.attempt_within(&sender, &from, LimitClass::Others).await;
        lists.outdate();
        made
    }
}
