//! The last backup of an instance or an HA group, taken before it is destroyed: `final_backup_name`.
//!
//! An attempt to destroy can end between the backup and the deletion, and the next one must neither
//! pay for a second backup without need nor delete what no backup holds. The backup says in its
//! description that it is the final one of this instance, so that the next attempt finds it, even if
//! the provider was killed before it could tell Terraform anything. It is used again
//!
//! * while it is still being made,
//! * if the deletion that came after it was accepted and the instance is still on its way out, so that
//!   nothing was written since; the status alone is no proof, since SHUTDOWN is also that of an
//!   instance whose MySQL does not run,
//! * if it was completed within the last hour: had the earlier attempt come to its end, nothing would
//!   have been written after it at all.
//!
//! After that hour somebody may have changed their mind and gone on working with the instance, so
//! another backup is taken. Each is named; none is ever deleted here.

use std::time::Duration;

use clouddb::{
    Backup, BackupStatus, Client, Error, HaState, InstanceStatus, Made, NewBackup, Source,
};
use tfplug::{Context, Diagnostic, Diagnostics, PlanContext, Result};

use crate::failure;

/// For how long after its completion a backup of an earlier attempt is used again.
const STILL_GOOD: Duration = Duration::from_hours(1);

/// Private state: the final backup after which the deletion of the instance was accepted.
const HOLDS_ALL: &str = "final_backup";

/// How to go on without a backup.
const WITHOUT: &str = "To destroy it without a final backup, remove `final_backup_name` and apply that first; if the instance is tainted, run `terraform untaint ADDRESS` first.";

/// What has a final backup.
pub(super) struct Subject<'a> {
    pub(super) kind: Kind,
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    /// For messages: `instance "web" (ID)`.
    pub(super) shown: String,
    pub(super) backup_name: &'a str,
}

/// Whether it is an instance or a group.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Instance,
    HaGroup,
}

/// How it is, as far as backups are concerned.
pub(super) struct Condition {
    word: String,
    /// The API makes no backup of it, and that need not pass.
    takes_no_backup: bool,
    /// It may be on its way out.
    leaves: bool,
    /// What ends that, as a sentence.
    way: &'static str,
}

/// The way out of most conditions.
const SUPPORT: &str = "Rackspace support may be able to repair it.";

/// What earlier attempts have left.
enum Earlier {
    /// A backup that will do.
    Complete(Backup),
    /// One that is still being made.
    Running(Backup),
    /// Nothing that will do; these exist.
    Outdated(Vec<Backup>),
}

/// Says in a plan that destroys or replaces the instance what will become of its data, and refuses
/// it where no backup can be taken.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    it: &Subject<'_>,
    condition: Option<Condition>,
) -> Result<()> {
    let (name, shown) = (it.backup_name, &it.shown);
    let earlier = match client {
        None => Earlier::Outdated(Vec::new()),
        Some(api) => {
            let holds_all = cx.private::<String>(HOLDS_ALL);
            match it.earlier(api, condition.as_ref(), holds_all.as_deref()).await {
                Ok(earlier) => earlier,
                // The apply looks again, and deletes nothing that it cannot look for.
                Err(error) => {
                    cx.warn(failure::warning(
                        format!("Unable to look for final backups of {shown}"),
                        &error,
                        &format!("The plan destroys the {0}. The apply looks again: if it can, it takes backup \"{name}\" first, unless an earlier attempt has; if it cannot, the {0} is not deleted.", it.kind.noun()),
                    ));
                    return Ok(());
                }
            }
        }
    };
    let note = match (earlier, condition) {
        (Earlier::Complete(backup), _) => format!(
            "An earlier attempt to destroy it has taken backup \"{name}\" ({}), completed {}. No other is taken, as long as that is less than an hour ago.",
            backup.id,
            backup.updated.as_deref().unwrap_or("at an unknown time")
        ),
        (Earlier::Running(backup), _) => format!(
            "An earlier attempt to destroy it has begun backup \"{name}\" ({}). It is waited for, and no other is taken.",
            backup.id
        ),
        (Earlier::Outdated(_), Some(condition)) if condition.takes_no_backup => {
            return Err(it.impossible(&condition));
        }
        (Earlier::Outdated(others), _) => format!(
            "Backup \"{name}\" is taken first, and the {} is deleted only when it is complete.{}",
            it.kind.noun(),
            also_there(&others)
        ),
    };
    let summary = format!("Final backup of {} \"{}\"", it.kind.noun(), it.name);
    cx.warn(Diagnostic::warning(summary).detail(format!(
        "The plan destroys {shown}. {note}\n\n\
         Databases and users that this plan destroys as well are dropped before the backup, and are not in it. To keep one in the backup, set `skip_destroy = true` on it and apply that first."
    )));
    Ok(())
}

/// Notes that the deletion was accepted after that backup.
pub(super) fn holds_all(cx: &Context<Client>, backup_id: Option<&str>) {
    if let Some(id) = backup_id {
        cx.set_private(HOLDS_ALL, &id);
    }
}

/// Takes the backup, or finds the one of an earlier attempt, and says its ID. After an error nothing must
/// be deleted.
pub(super) async fn take(
    cx: &Context<Client>,
    api: &Client,
    it: &Subject<'_>,
) -> Result<Option<String>> {
    let (name, shown) = (it.backup_name, &it.shown);
    let failed = |error: &Error| {
        let doing = format!("No final backup of {shown}, so nothing was deleted");
        failure::report(doing, error)
    };
    let condition = it.condition(api).await.map_err(|error| failed(&error))?;
    let holds_all = cx.private::<String>(HOLDS_ALL);
    let earlier = it.earlier(api, condition.as_ref(), holds_all.as_deref()).await;
    let earlier = earlier.map_err(|error| failed(&error))?;
    let (backup, others) = match (earlier, condition) {
        (Earlier::Complete(backup) | Earlier::Running(backup), _) => (backup, Vec::new()),
        (Earlier::Outdated(others), None) => {
            let summary = format!("No final backup of {} \"{}\"", it.kind.noun(), it.name);
            cx.warn(Diagnostic::warning(summary).detail(format!(
                "By the time of the backup, {shown} was already gone.{}",
                also_there(&others)
            )));
            return Ok(None);
        }
        (Earlier::Outdated(_), Some(condition)) if condition.takes_no_backup => {
            return Err(it.impossible(&condition));
        }
        (Earlier::Outdated(others), Some(_)) => {
            let made = it.back_up(api).await.map_err(|error| failed(&error))?;
            if let Some(lost) = &made.found_after {
                cx.warn(failure::found("backup", name, &made.object.id, lost));
            }
            (made.object, others)
        }
    };
    let backup = complete(api, shown, backup).await?;
    cx.warn(Diagnostic::warning(format!("Final backup \"{name}\" was taken: {}", backup.id)).detail(
        format!(
            "It holds {shown} and is kept, and billed, until you delete it. To restore it, create an instance with `restore_from_backup_id = \"{}\"`.{}",
            backup.id,
            also_there(&others)
        ),
    ));
    Ok(Some(backup.id))
}

async fn complete(api: &Client, shown: &str, backup: Backup) -> Result<Backup> {
    if backup.status == BackupStatus::Completed {
        return Ok(backup);
    }
    let which = format!("final backup \"{}\" ({})", backup.name, backup.id);
    match api.backups().wait_until_completed(&backup.id).await {
        Ok(backup) => Ok(backup),
        Err(Error::Failed { status, .. }) => Err(Diagnostic::error(format!(
            "The final backup of {shown} failed, so nothing was deleted"
        ))
        .detail(format!(
            "The service ended {which} in status {status}. That backup is of no use; delete it in the control panel or through the API. Destroy again to take another. {WITHOUT}"
        ))
        .attribute("final_backup_name")
        .into()),
        Err(error) => Err(failure::report(
            format!("The {which} of {shown} is not complete, so nothing was deleted"),
            &error,
        )),
    }
}

impl Kind {
    /// For messages.
    fn noun(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::HaGroup => "HA group",
        }
    }
}

impl From<&InstanceStatus> for Condition {
    fn from(status: &InstanceStatus) -> Self {
        use InstanceStatus::{
            Blocked, DeletionPending, Error, Failed, ReplicationError, Shutdown, VerifyUpgrade,
        };
        let way = match status {
            VerifyUpgrade => {
                "The upgrade ends when the new instance is detached (remove `upgrade_of` from its block and apply that) or destroyed."
            }
            _ => SUPPORT,
        };
        Self {
            way,
            word: status.to_string(),
            takes_no_backup: matches!(
                status,
                Error
                    | Failed
                    | ReplicationError
                    | Shutdown
                    | Blocked
                    | DeletionPending
                    | VerifyUpgrade
            ),
            leaves: matches!(status, Shutdown | DeletionPending),
        }
    }
}

impl From<&HaState> for Condition {
    fn from(state: &HaState) -> Self {
        let leaves = matches!(state, HaState::Deleting | HaState::Deleted);
        let takes_no_backup = leaves || state.is_broken();
        Self { word: state.to_string(), takes_no_backup, leaves, way: SUPPORT }
    }
}

impl Subject<'_> {
    /// How it is; `None` if it is gone.
    async fn condition(&self, api: &Client) -> std::result::Result<Option<Condition>, Error> {
        Ok(match self.kind {
            Kind::Instance => {
                let found = api.instances().get(self.id).await?;
                found.map(|found| Condition::from(&found.status))
            }
            Kind::HaGroup => {
                let found = api.ha_groups().get(self.id).await?;
                found.map(|found| Condition::from(&found.state))
            }
        })
    }

    fn source(&self) -> Source {
        match self.kind {
            Kind::Instance => Source::Instance(self.id.to_owned()),
            Kind::HaGroup => Source::HaGroup(self.id.to_owned()),
        }
    }

    /// Has its backup made.
    async fn back_up(&self, api: &Client) -> std::result::Result<Made<Backup>, Error> {
        let new = NewBackup {
            source: self.source(),
            name: self.backup_name.to_owned(),
            description: Some(self.mark()),
            parent_id: None,
            copy_to: Vec::new(),
        };
        api.backups().create(&new).await
    }

    /// Looks for what earlier attempts have left.
    async fn earlier(
        &self,
        api: &Client,
        condition: Option<&Condition>,
        holds_all: Option<&str>,
    ) -> std::result::Result<Earlier, Error> {
        let mark = self.mark();
        let (mut complete, mut running) = (Vec::new(), None);
        for backup in api.backups().list_of(&self.source()).await? {
            if backup.name != self.backup_name
                || backup.description.as_deref() != Some(mark.as_str())
            {
                continue;
            }
            match backup.status {
                BackupStatus::Completed => complete.push(backup),
                BackupStatus::Failed | BackupStatus::DeleteFailed => {}
                _ => running = Some(backup),
            }
        }
        if let Some(backup) = running {
            return Ok(Earlier::Running(backup));
        }
        let leaving = condition.is_none_or(|condition| condition.leaves);
        complete.sort_by_key(|backup| api.backups().age(backup).unwrap_or(Duration::MAX));
        let good = complete.iter().find(|backup| {
            (leaving && holds_all == Some(backup.id.as_str()))
                || api.backups().age(backup).is_some_and(|age| age <= STILL_GOOD)
        });
        Ok(match good {
            Some(good) => Earlier::Complete(good.clone()),
            None => Earlier::Outdated(complete),
        })
    }

    /// The description by which its final backup is known again.
    fn mark(&self) -> String {
        let kind = self.kind.noun();
        format!("Final backup of {kind} {}, taken by Terraform before its deletion", self.id)
    }

    fn impossible(&self, condition: &Condition) -> Diagnostics {
        let Condition { word: status, way, .. } = condition;
        let (of, which) = match self.kind {
            Kind::Instance => ("status", "an instance in that status"),
            Kind::HaGroup => ("state", "a group in that state"),
        };
        Diagnostic::error("No final backup is possible")
            .detail(format!(
                "The {of} of {} is {status}, and the service cannot back up {which}. Nothing was deleted. {way} {WITHOUT}",
                self.shown
            ))
            .attribute("final_backup_name")
            .into()
    }
}

fn also_there(others: &[Backup]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let ids: Vec<&str> = others.iter().map(|backup| backup.id.as_str()).collect();
    format!(" Final backups of earlier attempts are kept too: {}.", ids.join(", "))
}
