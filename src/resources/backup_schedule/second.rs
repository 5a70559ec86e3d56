//! The schedule that an instance has already, where another one is to be made.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use clouddb::{Client, Error, Schedule};
use tfplug::{Diagnostic, Diagnostics, PlanContext, Result};

use super::day;
use crate::failure;
use crate::resources::namesake::Managed;

/// The schedules that the plan of this run replaces.
#[derive(Default)]
pub(super) struct Replaced {
    ids: Mutex<HashSet<String>>,
}

impl Replaced {
    pub(super) fn begin(&self) {
        self.ids().clear();
    }

    pub(super) fn note(&self, id: &str) {
        self.ids().insert(id.to_owned());
    }

    fn includes(&self, id: &str) -> bool {
        self.ids().contains(id)
    }

    fn ids(&self) -> MutexGuard<'_, HashSet<String>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses a schedule for an instance that has one. A look that fails refuses nothing.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    client: &Client,
    instance_id: &str,
    managed: &Managed,
    replaced: &Replaced,
) -> Result<()> {
    let Some(first) = first(client, instance_id).await else { return Ok(()) };
    if replaced.includes(&first.id) {
        return Ok(());
    }
    let refusal = Diagnostic::error("The instance has a backup schedule already")
        .detail(format!("{} {}", named(&first, instance_id), import(&first)))
        .attribute("instance_id");
    if !managed.includes(&first.id) {
        return Err(Diagnostics::from(refusal));
    }
    cx.warn(failure::softened(
        &refusal,
        "It is or was in this state. If it is the one that this run replaces, nothing is wrong. If it has another address, give it the new one with a `moved` block.",
    ));
    Ok(())
}

/// What to do about a creation that was refused or is in doubt, as far as the instance tells by the
/// schedule that it has.
pub(super) async fn advice(client: &Client, instance_id: &str, error: &Error) -> Option<String> {
    let in_doubt = matches!(error, Error::InDoubt { .. });
    match first(client, instance_id).await {
        Some(first) => Some(format!(
            "{} Nobody can tell that this run has made it, so it was not touched and is in no state. {}",
            named(&first, instance_id),
            import(&first)
        )),
        None if in_doubt => Some(
            "Nothing was sent again. The request may still take effect: look again in some minutes. `terraform plan` names the schedule that the instance has by then, with the line for `terraform import`. When there is none, apply again.".to_owned(),
        ),
        None => None,
    }
}

/// The schedule that the instance has, as far as a look tells.
async fn first(client: &Client, instance_id: &str) -> Option<Schedule> {
    let all = client.schedules().list().await.ok()?;
    all.into_iter().find(|it| it.instance_id() == Some(instance_id))
}

fn named(first: &Schedule, instance_id: &str) -> String {
    let day = match first.day_of_week.map(day::name).as_deref() {
        Some("daily") => "full backups daily".to_owned(),
        Some(day) => format!("full backups on {day}"),
        None => "full backups".to_owned(),
    };
    let [hour, minute] = [first.hour, first.minute].map(Option::unwrap_or_default);
    format!(
        "Instance {instance_id} has the backup schedule {} ({day}, {hour:02}:{minute:02} UTC), and an instance can have only one.",
        first.id
    )
}

fn import(first: &Schedule) -> String {
    format!(
        "To manage it from here, import it before the apply:\n\n  terraform import ADDRESS '{}'\n\n\
         If something else manages it, leave it to that, and remove this block. If it is the one that this apply replaces, remove `create_before_destroy` from the `lifecycle` block of the resource, and of what refers to it.",
        first.id
    )
}
