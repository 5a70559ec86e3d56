//! What is inside the source of an HA group, when another member becomes the source.
//!
//! All members have the same databases and users, so what the state knows on the old source is on the new
//! one, also when the old one is gone. Nothing is sent for that: the address of the object changes, and it
//! is neither made nor dropped.

use clouddb::{Client, Error};
use tfplug::value::Attr;
use tfplug::{Context, Diagnostic, PlanContext, Result};

use super::Shown;
use crate::failure;
use crate::place::{self, Answer, Found, Object};
use crate::resources::outlook::{Outlook, Sight};
use crate::resources::patience::looking;

/// Private state, and from the plan of a new object: the HA group whose source it is on.
const HA_GROUP: &str = "ha_group";

/// A planned change of `instance_id`.
pub(crate) struct Move<'a> {
    /// Such as `database "shop"`.
    pub(crate) shown: &'a str,
    pub(crate) prior: &'a Attr<String>,
    pub(crate) planned: &'a Attr<String>,
}

impl Move<'_> {
    /// Whether it follows a failover, so that it is no other object. Says so.
    pub(crate) async fn is_failover(
        &self,
        cx: &PlanContext<Client>,
        client: Option<&Client>,
        outlook: &Outlook,
    ) -> bool {
        let Some(old) = self.prior.known() else { return false };
        if self.planned.is_unknown() {
            // Only a plan that changes the group itself leaves open which member will be the source.
            let group = known_group(cx, outlook, old);
            return group.is_some_and(|group| outlook.is_source_uncertain(&group));
        }
        let (Some(new), Some(client)) = (self.planned.known(), client) else { return false };
        let Some(group) = group_of(cx, client, outlook, new).await else { return false };
        let was = match known_group(cx, outlook, old) {
            Some(was) => Some(was),
            None => group_of(cx, client, outlook, old).await,
        };
        if was.as_ref() != Some(&group) {
            return false;
        }
        cx.warn(
            Diagnostic::warning("A failover is followed")
                .detail(format!(
                    "Instance {new} is the source of HA group {group} now, and {old} was it before. The members have the same databases and users, so {} is there already: its ID in the state changes, and nothing is made, dropped or sent because of that.",
                    self.shown
                ))
                .attribute("instance_id"),
        );
        true
    }
}

/// Says of an object that stays where the configuration has it that its group has another source by now.
pub(crate) fn warn_of_moved(
    cx: &PlanContext<Client>,
    outlook: &Outlook,
    shown: &str,
    instance_id: &Attr<String>,
) {
    let Some(id) = instance_id.known() else { return };
    let Some(it) = outlook.membership(id).filter(|it| it.source_id != *id) else { return };
    cx.warn(
        Diagnostic::warning("Another member is the source of the HA group")
            .detail(format!(
                "Instance {id} is not the source of HA group {} any more, that is {}, and {shown} was found there. Write `instance_id = \"{}\"`, or better `source_instance_id` of the group, which follows by itself.",
                it.group_id, it.source_id, it.source_id
            ))
            .attribute("instance_id"),
    );
}

/// Leaves for the creation of an object in which group it is, once its instance has been seen.
pub(crate) fn hand_over(cx: &PlanContext<Client>, outlook: &Outlook, instance_id: &Attr<String>) {
    let Some(id) = instance_id.known() else { return };
    if let Sight::There { ha_id: Some(group), .. } = outlook.seen(id) {
        cx.hand_over(HA_GROUP, &group);
    }
}

/// Remembers of a new object what its plan has handed over.
pub(crate) fn remember(cx: &Context<Client>) {
    if let Some(group) = cx.handed_over::<String>(HA_GROUP) {
        cx.set_private(HA_GROUP, &group);
    }
}

/// Looks for an object on its instance, or else on the member that is the source of the same group now.
/// What is on neither, and what cannot be read on both, is as its instance tells.
pub(crate) async fn find<T, Look>(
    cx: &Context<Client>,
    doing: &str,
    object: Object<'_>,
    outlook: &Outlook,
    instance_id: &str,
    look: impl Fn(&str) -> Look,
) -> Result<Option<Found<Shown<T>>>>
where
    Look: Fn(Client) -> Answer<Shown<T>>,
{
    if let Some(membership) = outlook.membership(instance_id) {
        cx.set_private(HA_GROUP, &membership.group_id);
    }
    let found = place::find(cx, doing, &object, look(instance_id)).await?;
    if matches!(found, Some(Found { it: Shown::It(_), .. })) {
        return Ok(found);
    }
    let api = place::client_of_new(cx, doing, object.region).await?;
    let failed = |error: Error| failure::report(doing, &error);
    let source = match source(cx, &api, outlook, instance_id).await.map_err(failed)? {
        None => later_source(&api, outlook, instance_id).await.map_err(failed)?,
        source => source,
    };
    let Some(source) = source else { return Ok(found) };
    let there = Object { instance_id: Some(&source), ..object };
    match place::find(cx, doing, &there, look(&source)).await? {
        Some(moved) => Ok(Some(moved)),
        None => Ok(found),
    }
}

/// Drops an object on its instance, or on the source of the same group now; and again on the next source, if a
/// failover has made one meanwhile.
pub(crate) async fn drop_on_source<Drop>(
    cx: &Context<Client>,
    api: &Client,
    outlook: &Outlook,
    doing: &str,
    instance_id: &str,
    drop_on: impl Fn(String) -> Drop,
) -> Result<()>
where
    Drop: Future<Output = Result<()>>,
{
    let failed = |error: Error| failure::report(doing, &error);
    let source = source(cx, api, outlook, instance_id).await.map_err(failed)?;
    let mut home = source.unwrap_or_else(|| instance_id.to_owned());
    loop {
        drop_on(home.clone()).await?;
        match later_source(api, outlook, &home).await.map_err(failed)? {
            Some(source) => home = source,
            None => return Ok(()),
        }
    }
}

/// The source of a group in which the instance is known to be or to have been, by a look at it now, if that is
/// another one. A failover that came while something was read or dropped on the instance has made it the source:
/// what was not found may be there, and what was dropped may not have been, for the old one may have been gone
/// already.
async fn later_source(
    api: &Client,
    outlook: &Outlook,
    instance_id: &str,
) -> std::result::Result<Option<String>, Error> {
    let Some(known) = outlook.membership(instance_id) else { return Ok(None) };
    let Some(group) = api.ha_groups().get(&known.group_id).await? else { return Ok(None) };
    outlook.shows_group(&group, std::iter::once(instance_id));
    Ok(group.source.map(|it| it.id).filter(|source| source != instance_id))
}

/// The source of the group that the instance is or was a member of, if that is another one now.
async fn source(
    cx: &Context<Client>,
    api: &Client,
    outlook: &Outlook,
    instance_id: &str,
) -> std::result::Result<Option<String>, Error> {
    if outlook.membership(instance_id).is_none()
        && let Some(group) = cx.private::<String>(HA_GROUP)
        && let Some(group) = api.ha_groups().get(&group).await?
    {
        outlook.shows_group(&group, std::iter::once(instance_id));
    }
    let membership = outlook.membership(instance_id).filter(|it| it.source_id != instance_id);
    Ok(membership.map(|it| it.source_id))
}

/// The group that an object is known to be in, by what was seen before.
fn known_group(cx: &PlanContext<Client>, outlook: &Outlook, instance_id: &str) -> Option<String> {
    let read = outlook.membership(instance_id).map(|it| it.group_id);
    read.or_else(|| cx.private(HA_GROUP))
}

/// The group that an instance is a member of, as a look at it tells.
async fn group_of(
    cx: &PlanContext<Client>,
    client: &Client,
    outlook: &Outlook,
    instance_id: &str,
) -> Option<String> {
    if let Some(membership) = outlook.membership(instance_id) {
        return Some(membership.group_id);
    }
    let client = looking(cx, client);
    match outlook.sight(instance_id, Box::pin(Sight::of(&client, instance_id))).await {
        Sight::There { ha_id, .. } => ha_id,
        Sight::Missing | Sight::Unknown => None,
    }
}
