//! The schedule that an instance has already, where another one is to be made.

use clouddb::{Client, Error, Schedule};
use tfplug::{Diagnostic, PlanContext, Result};

use super::day;
use crate::failure;
use crate::resources::namesake::Managed;
use crate::resources::outlook::{Outlook, ScheduleFate};

/// Refuses a schedule for an instance that has one. A look that fails refuses nothing.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    client: &Client,
    instance_id: &str,
    managed: &Managed,
    outlook: &Outlook,
) -> Result<()> {
    let Some(first) = first(client, instance_id).await else { return Ok(()) };
    // The plan of the first one may still come, and so may its read.
    let fate = outlook.fate_of_schedule(&first.id).await;
    if matches!(fate, Some(ScheduleFate::Replaced)) {
        return Ok(());
    }
    if matches!(fate, Some(ScheduleFate::Stays)) {
        return Err(twice(&first, instance_id).into());
    }
    let refusal = Diagnostic::error("The instance has a backup schedule already")
        .detail(format!("{} {}", named(&first, instance_id), import(&first)))
        .attribute("instance_id");
    if fate.is_none() && !managed.includes(&first.id) {
        return Err(refusal.into());
    }
    cx.warn(failure::softened(
        &refusal,
        "It is or was in this state. If it is the one that this run replaces, nothing is wrong. If it has another address, give it the new one with a `moved` block.",
    ));
    Ok(())
}

/// Both are in the configuration.
fn twice(first: &Schedule, instance_id: &str) -> Diagnostic {
    Diagnostic::error("The instance has a backup schedule already")
        .detail(format!(
            "{} It is in the state under another address, and this plan keeps it. Remove one of the two blocks, or let this one be for another instance.",
            named(first, instance_id)
        ))
        .attribute("instance_id")
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
