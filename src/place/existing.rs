//! Objects that are in the state, or that somebody imports.

use std::pin::Pin;

use clouddb::{Client, Error};
use tfplug::{Context, Result};

use super::arrival::{is_seen, unseen};
use super::seen::{SEEN, Seen, connect};
use super::way::there;
use super::words;
use crate::failure;

/// An object that is in the state, or that somebody imports.
pub(crate) struct Object<'a> {
    /// For messages: `instance "web" (ID)`.
    pub(crate) shown: String,
    /// Its region, as far as the state knows.
    pub(crate) region: Option<&'a str>,
    /// The instance that it is a part of.
    pub(crate) instance_id: Option<&'a str>,
}

/// What was found, and in which region.
pub(crate) struct Found<T> {
    pub(crate) it: T,
    pub(crate) region: Option<String>,
    pub(crate) client: Client,
}

/// The answer to a look for an object.
pub(crate) type Answer<T> =
    Pin<Box<dyn Future<Output = std::result::Result<Option<T>, Error>> + Send>>;

/// Looks for an object from that region on, in whichever region of the account it is; `None` if the API says
/// that there is none.
pub(crate) async fn anywhere<T>(
    start: &Client,
    look: impl Fn(Client) -> Answer<T>,
) -> std::result::Result<Option<Found<T>>, Error> {
    let mut clients = vec![start.clone()];
    clients.extend(start.elsewhere().await?);
    for client in clients {
        match look(client.clone()).await {
            Ok(Some(it)) => {
                let region = client.region().await?;
                return Ok(Some(Found { it, region, client }));
            }
            // Without a region of its own the provider looks in all of them.
            Ok(None) | Err(Error::UnknownRegion { region: None, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Looks for an object where it lives; `None` if it is gone.
pub(crate) async fn find<T>(
    cx: &Context<Client>,
    doing: &str,
    object: &Object<'_>,
    look: impl Fn(Client) -> Answer<T>,
) -> Result<Option<Found<T>>> {
    let seen = cx.private::<Seen>(SEEN);
    let (own, now) = connect(cx, doing, seen.as_ref(), &object.shown).await?;
    let failed = |error: Error| failure::report(doing, &error);
    let seen_now = async |it: T, client: Client| {
        let region = client.region().await.map_err(failed)?;
        cx.set_private(SEEN, &Seen { region: region.clone(), ..now.clone() });
        is_seen(cx);
        Ok(Some(Found { it, region, client }))
    };
    let here = match (object.region, object.instance_id) {
        (Some(region), _) => there(&own, doing, region, Some(&object.shown)).await?,
        (None, Some(instance_id)) => own.where_seen(instance_id).unwrap_or(own),
        (None, None) => own,
    };
    match look(here.clone()).await {
        Ok(Some(it)) => {
            let found = seen_now(it, here).await?;
            // As the configuration spells it.
            let region = object.region.map(str::to_owned);
            return Ok(found.map(|found| Found { region: region.or(found.region), ..found }));
        }
        // Without a region of its own the provider looks in all of them.
        Ok(None) | Err(Error::UnknownRegion { region: None, .. }) => {}
        Err(error) => return Err(failed(error)),
    }
    let moved = seen.as_ref().filter(|seen| seen.endpoint != now.endpoint);
    // An endpoint without a name is one region too.
    let is_known = seen.is_some() && (object.region.is_some() || now.endpoint.is_some());
    if moved.is_some() || !is_known {
        let others = match object.instance_id {
            Some(id) => match here.instances().get(id).await {
                // What is not in an instance that is here is nowhere.
                Ok(Some(_)) => return Ok(None),
                Ok(None) | Err(Error::UnknownRegion { region: None, .. }) => {
                    here.find_elsewhere(id).await.map(|there| there.into_iter().collect())
                }
                Err(error) => Err(error),
            },
            None => here.elsewhere().await,
        };
        for there in others.map_err(failed)? {
            match look(there.clone()).await {
                Ok(Some(it)) => return seen_now(it, there).await,
                Ok(None) => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
    match moved {
        Some(seen) => Err(words::another_door(
            doing,
            &object.shown,
            seen.endpoint.as_deref(),
            now.endpoint.as_deref(),
        )),
        None => match unseen(cx, doing, &object.shown).await {
            Some(error) => Err(error),
            None => Ok(None),
        },
    }
}

/// The client for an object that is changed or destroyed, in the region where it lives. It is looked
/// for only if that is not known; `None` if it is gone.
pub(crate) async fn client_of<T>(
    cx: &Context<Client>,
    doing: &str,
    object: &Object<'_>,
    look: impl Fn(Client) -> Answer<T>,
) -> Result<Option<Client>> {
    let seen = cx.private::<Seen>(SEEN);
    let (own, now) = connect(cx, doing, seen.as_ref(), &object.shown).await?;
    if seen.as_ref().is_some_and(|seen| seen.endpoint == now.endpoint) {
        match object.region {
            Some(region) => {
                return there(&own, doing, region, Some(&object.shown)).await.map(Some);
            }
            None if now.endpoint.is_some() => return Ok(Some(own)),
            None => {}
        }
    }
    let found = find(cx, doing, object, look).await?;
    let is_in_sight = object.instance_id.is_some_and(|id| own.where_seen(id).is_some());
    if found.is_none() && seen.is_none() && object.region.is_some() && !is_in_sight {
        let searched = words::searched(cx).await;
        return Err(words::unknown_account(doing, &object.shown, &searched));
    }
    Ok(found.map(|found| found.client))
}
