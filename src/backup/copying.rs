//! Copies of a backup in another region, as the resource and the action make them.
//!
//! The service tells no ID of a copy. So one is sent once, and is then what is new in the other region and as
//! wanted; see [`clouddb::Backups::copy`].

use clouddb::{Backup, BackupCopy, Client, Error, Made};
use tfplug::{Context, Diagnostic, Diagnostics, Result};

use super::look;
use crate::place::{self, Found, Object};

/// The region that nothing is copied to or from: a cloud of its own.
const APART: &str = "LON";

/// Whether nothing is copied to or from that region.
pub(crate) fn is_apart(region: &str) -> bool {
    region.eq_ignore_ascii_case(APART)
}

/// What is wrong with London as the place of a copy, or of the backup.
pub(crate) fn apart(argument: &str) -> Diagnostic {
    Diagnostic::error("No copies of backups in London")
        .detail("The service copies no backups to or from LON. Give another region.")
        .attribute(argument)
}

/// A copy that is to be made.
pub(crate) struct Wanted<'a> {
    /// `Unable to copy backup ID to IAD`.
    pub(crate) doing: &'a str,
    pub(crate) backup_id: &'a str,
    /// The region of the backup; without one it is looked for in all.
    pub(crate) source_region: Option<&'a str>,
    /// The argument that names the region of the copy.
    pub(crate) target: &'static str,
    /// How a failure is told.
    pub(crate) report: fn(&str, &Error) -> Diagnostics,
}

impl Wanted<'_> {
    /// The backup, wherever it is.
    pub(crate) async fn original(&self, cx: &Context<Client>) -> Result<Found<Backup>> {
        let &Self { doing, backup_id, source_region, .. } = self;
        let shown = format!("backup {backup_id}");
        let wanted = Object { shown, region: source_region, instance_id: None };
        let Some(found) = place::find(cx, doing, &wanted, look(backup_id)).await? else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "There is no backup with the ID \"{backup_id}\" {}. Correct `backup_id`.",
                    place::searched(cx).await
                ))
                .attribute("backup_id")
                .into());
        };
        match (source_region, self.region_of(&found.client).await?) {
            (Some(asked), Some(has)) if !asked.eq_ignore_ascii_case(&has) => {
                Err(elsewhere(doing, backup_id, asked, &has).into())
            }
            _ => Ok(found),
        }
    }

    /// Waits until the backup is complete, each look at which is shown to `observe`. Refuses a copy in its
    /// own region.
    pub(crate) async fn complete(
        &self,
        original: &Found<Backup>,
        there: &Client,
        observe: impl Fn(&Backup) + Send + Sync,
    ) -> Result<Backup> {
        let (from, to) = (self.region_of(&original.client).await?, self.region_of(there).await?);
        if from == to {
            let region = from.as_deref().unwrap_or("the only region");
            return Err(same(self.doing, self.backup_id, region, self.target).into());
        }
        for (region, argument) in [(&from, "backup_id"), (&to, self.target)] {
            if region.as_deref().is_some_and(is_apart) {
                return Err(apart(argument).into());
            }
        }
        let backups = original.client.backups();
        let complete = backups.watch_until_completed(self.backup_id, observe).await;
        complete.map_err(|error| (self.report)(self.doing, &error))
    }

    /// Asks for the copy of a complete backup, and finds it.
    pub(crate) async fn copy(
        &self,
        from: &Client,
        there: &Client,
        original: &Backup,
        name: String,
        description: Option<String>,
    ) -> Result<Made<Backup>> {
        let region = self.region_of(there).await?.unwrap_or_default();
        let copy = BackupCopy { region, name, description };
        let copied = from.backups().copy(original, &there.backups(), &copy).await;
        copied.map_err(|error| (self.report)(self.doing, &error))
    }

    async fn region_of(&self, client: &Client) -> Result<Option<String>> {
        client.region().await.map_err(|error| (self.report)(self.doing, &error))
    }
}

/// The copy would be where the backup is.
pub(crate) fn same(summary: &str, backup_id: &str, region: &str, target: &str) -> Diagnostic {
    Diagnostic::error(summary)
        .detail(format!(
            "Backup {backup_id} is in {region} already, and a copy is a backup in another region. Give another `{target}`."
        ))
        .attribute(target)
}

/// The backup is in another region than it is said to be.
pub(crate) fn elsewhere(summary: &str, backup_id: &str, asked: &str, has: &str) -> Diagnostic {
    Diagnostic::error(summary)
        .detail(format!(
            "Backup {backup_id} is in {has}, and `source_region` is {asked}. Write `source_region = \"{has}\"`, or leave it out: the backup is then looked for."
        ))
        .attribute("source_region")
}
