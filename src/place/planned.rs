//! Where a planned object lives or will live.

use clouddb::{Client, Error, HaGroup, Instance, Source};
use tfplug::value::Attr;
use tfplug::{PlanContext, Result};

use super::api::planning_api;
use super::seen::{SEEN, Seen, now};
use super::way::there;
use super::words;
use crate::failure;
use crate::source::noun;

/// An object whose creation or change is planned.
pub(crate) struct Planned<'a> {
    /// For messages: `instance "web" (ID)`.
    pub(crate) shown: String,
    /// `region` in the configuration.
    pub(crate) config: &'a Attr<String>,
    /// `region` in the state; `None` if the object is to be created.
    pub(crate) prior: Option<&'a Attr<String>>,
    /// `region` in the plan.
    pub(crate) region: &'a mut Attr<String>,
    /// The instance or group that it belongs to, unless it is one.
    pub(crate) parent: Option<Attr<Source>>,
    /// Whether this process has read it, so that nothing else of it need be read to speak of it.
    pub(crate) was_read: bool,
}

/// Plans the region, and returns the client for that region; nothing while it is not known.
pub(crate) async fn plan(cx: &PlanContext<Client>, it: Planned<'_>) -> Result<Option<Client>> {
    if let Some(prior) = it.prior {
        match (it.config.known(), prior.known()) {
            (Some(wants), Some(has)) if wants.eq_ignore_ascii_case(has) => {
                it.region.clone_from(prior);
            }
            // A region that is not known yet may be another one too.
            (_, Some(_)) if !it.config.is_null() => cx.requires_replace("region"),
            _ => {}
        }
    }
    let Some(own) = planning_api(cx) else { return Ok(None) };
    if it.prior.is_some() {
        check_account(cx, &own, &it.shown).await?;
    }
    match (it.config, it.prior.and_then(Attr::known)) {
        (Attr::Unknown, _) => Ok(None),
        (Attr::Known(wants), has) => {
            let client = there(&own, &doing(&it.shown), wants, None).await?;
            let stays = has.is_some_and(|has| has.eq_ignore_ascii_case(wants));
            let parent = it.parent.as_ref().and_then(Attr::known);
            if let Some(parent) = parent.filter(|_| !stays) {
                if has.is_some() {
                    find(&own, &it.shown, parent).await?;
                }
                check_beside(&own, &it.shown, wants, parent).await?;
            }
            Ok(Some(client))
        }
        (Attr::Null, Some(has)) => {
            let replacement = match &it.parent {
                None => "only a replacement would be made where the provider points to".to_owned(),
                Some(parent) => {
                    let of = parent.known().map_or("instance", noun);
                    format!("a replacement would be made where its {of} is")
                }
            };
            let then = format!(
                "It is read, changed and destroyed there; {replacement}. Write `region = \"{has}\"` into its block to settle this, or let the provider point to {has} again."
            );
            if speaks(&own, &it) {
                warn(cx, &own, &it.shown, has, &then).await;
            }
            there(&own, &doing(&it.shown), has, Some(&it.shown)).await.map(Some)
        }
        (Attr::Null, None) if it.prior.is_some() => Ok(Some(own)),
        (Attr::Null, None) => new(own, it).await.map(Some),
    }
}

/// Refuses the destruction of an object of another account, and says where an object is destroyed that
/// lives elsewhere than the provider points to.
pub(crate) async fn plan_destroy(
    cx: &PlanContext<Client>,
    shown: &str,
    region: Option<&str>,
) -> Result<Option<Client>> {
    let Some(own) = planning_api(cx) else { return Ok(None) };
    check_account(cx, &own, shown).await?;
    let Some(region) = region else { return Ok(Some(own)) };
    if cx.is_destruction() {
        warn(cx, &own, shown, region, "It is destroyed there.").await;
    }
    there(&own, &format!("Unable to plan the destruction of {shown}"), region, Some(shown))
        .await
        .map(Some)
}

/// A new object whose configuration says nothing. An instance is made where the provider points to.
/// What belongs to an instance is made where that is, which only the apply tells for sure: it plans
/// again, in a process that has seen nothing yet, and must come to the same.
async fn new(own: Client, it: Planned<'_>) -> Result<Client> {
    if let Some(parent) = it.parent {
        let seen = parent.known().and_then(|parent| own.where_seen(parent.id()));
        return Ok(seen.unwrap_or(own));
    }
    let region = own.region().await;
    let region = region.map_err(|error| failure::report(doing(&it.shown), &error))?;
    if let Some(region) = region {
        *it.region = Attr::Known(region);
    }
    Ok(own)
}

/// The instance, in whichever region of the account it is; `None` if the API says that there is none.
pub(crate) async fn instance(
    client: &Client,
    id: &str,
) -> std::result::Result<Option<Instance>, Error> {
    match client.instances().get(id).await {
        Ok(None) | Err(Error::UnknownRegion { region: None, .. }) => {
            match client.find_elsewhere(id).await? {
                Some(there) => there.instances().get(id).await,
                None => Ok(None),
            }
        }
        found => found,
    }
}

/// The group, in whichever region of the account it is; `None` if the API says that there is none.
pub(crate) async fn ha_group(
    client: &Client,
    id: &str,
) -> std::result::Result<Option<HaGroup>, Error> {
    match client.ha_groups().get(id).await {
        Ok(None) | Err(Error::UnknownRegion { region: None, .. }) => {
            match client.find_source_elsewhere(&Source::HaGroup(id.to_owned())).await? {
                Some(there) => there.ha_groups().get(id).await,
                None => Ok(None),
            }
        }
        found => found,
    }
}

/// Whether there is such an instance or group, in any region of the account.
pub(crate) async fn is_there(client: &Client, source: &Source) -> std::result::Result<bool, Error> {
    match source {
        Source::Instance(id) => instance(client, id).await.map(|found| found.is_some()),
        Source::HaGroup(id) => ha_group(client, id).await.map(|found| found.is_some()),
    }
}

/// Looks where the instance or the group is, unless that was seen: what moves is deleted before it is made anew.
async fn find(own: &Client, shown: &str, parent: &Source) -> Result<()> {
    if own.where_seen(parent.id()).is_none() {
        is_there(own, parent).await.map_err(|error| failure::report(doing(shown), &error))?;
    }
    Ok(())
}

/// Refuses a region other than that in which the instance or the group was seen that something is made of.
pub(crate) async fn check_beside(
    client: &Client,
    shown: &str,
    wants: &str,
    parent: &Source,
) -> Result<()> {
    let Some(there) = client.where_seen(parent.id()) else { return Ok(()) };
    match there.region().await {
        Ok(Some(has)) if !has.eq_ignore_ascii_case(wants) => {
            Err(words::apart(shown, noun(parent), wants, &has))
        }
        _ => Ok(()),
    }
}

/// Whether an object has to say itself that it lives elsewhere: where its parent is managed here too,
/// that says it for all that belongs to it.
fn speaks(own: &Client, it: &Planned<'_>) -> bool {
    match &it.parent {
        None => true,
        Some(parent) => {
            let is_seen = |parent: &Source| own.where_seen(parent.id()).is_some();
            it.was_read && !parent.known().is_some_and(is_seen)
        }
    }
}

async fn warn(cx: &PlanContext<Client>, own: &Client, shown: &str, lives: &str, then: &str) {
    // Without a region the provider points to none.
    if let Ok(Some(points)) = own.region().await
        && !points.eq_ignore_ascii_case(lives)
    {
        cx.warn(words::elsewhere(shown, lives, &points, then));
    }
}

async fn check_account(cx: &PlanContext<Client>, own: &Client, shown: &str) -> Result<()> {
    let Some(seen) = cx.private::<Seen>(SEEN) else { return Ok(()) };
    now(own, &doing(shown), Some(&seen), shown).await.map(drop)
}

fn doing(shown: &str) -> String {
    format!("Unable to plan {shown}")
}
