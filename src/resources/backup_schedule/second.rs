//! The schedule that an instance or a group has already, where another one is to be made.

use clouddb::{Client, Error, Schedule, Source};
use tfplug::{Diagnostic, PlanContext, Result};

use super::{day, model};
use crate::failure;
use crate::resources::namesake::Managed;
use crate::resources::outlook::{Outlook, ScheduleFate};
use crate::source::{capital, noun};

/// Refuses a schedule for what has one. A look that fails refuses nothing.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    client: &Client,
    source: &Source,
    managed: &Managed,
    outlook: &Outlook,
) -> Result<()> {
    let Some(first) = first(client, source).await else { return Ok(()) };
    // The plan of the first one may still come, and so may its read.
    let fate = outlook.fate_of_schedule(&first.id).await;
    if matches!(fate, Some(ScheduleFate::Replaced)) {
        return Ok(());
    }
    if matches!(fate, Some(ScheduleFate::Stays)) {
        return Err(twice(&first, source).into());
    }
    let refusal = taken(source).detail(format!("{} {}", named(&first, source), import(&first)));
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
fn twice(first: &Schedule, source: &Source) -> Diagnostic {
    taken(source).detail(format!(
        "{} It is in the state under another address, and this plan keeps it. Remove one of the two blocks, or let this one be for another {}.",
        named(first, source),
        noun(source)
    ))
}

fn taken(source: &Source) -> Diagnostic {
    let attribute = match source {
        Source::Instance(_) => "instance_id",
        Source::HaGroup(_) => model::GROUP,
    };
    let summary = format!("The {} has a backup schedule already", noun(source));
    Diagnostic::error(summary).attribute(attribute)
}

/// What to do about a creation that was refused or is in doubt, as far as the source tells by the
/// schedule that it has.
pub(super) async fn advice(client: &Client, source: &Source, error: &Error) -> Option<String> {
    let in_doubt = matches!(error, Error::InDoubt { .. });
    match first(client, source).await {
        Some(first) => Some(format!(
            "{} Nobody can tell that this run has made it, so it was not touched and is in no state. {}",
            named(&first, source),
            import(&first)
        )),
        None if in_doubt => Some(format!(
            "Nothing was sent again. The request may still take effect: look again in some minutes. `terraform plan` names the schedule that the {} has by then, with the line for `terraform import`. When there is none, apply again.",
            noun(source)
        )),
        None => None,
    }
}

/// The schedule that it has, as far as a look tells.
async fn first(client: &Client, source: &Source) -> Option<Schedule> {
    let all = client.schedules().list().await.ok()?;
    all.into_iter().find(|it| it.is_of(source))
}

fn named(first: &Schedule, source: &Source) -> String {
    let day = match first.day_of_week.map(day::name).as_deref() {
        Some("daily") => "full backups daily".to_owned(),
        Some(day) => format!("full backups on {day}"),
        None => "full backups".to_owned(),
    };
    let [hour, minute] = [first.hour, first.minute].map(Option::unwrap_or_default);
    format!(
        "{} {} has the backup schedule {} ({day}, {hour:02}:{minute:02} UTC), and an {} can have only one.",
        capital(source),
        source.id(),
        first.id,
        noun(source)
    )
}

fn import(first: &Schedule) -> String {
    format!(
        "To manage it from here, import it before the apply:\n\n  terraform import ADDRESS '{}'\n\n\
         If something else manages it, leave it to that, and remove this block. If it is the one that this apply replaces, remove `create_before_destroy` from the `lifecycle` block of the resource, and of what refers to it.",
        first.id
    )
}
