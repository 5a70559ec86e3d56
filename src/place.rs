//! Where an object lives: in which region of which account.
//!
//! The region stands in the state. The account stands beside it in private state, with the address of
//! the API where the provider block gives one, as of the last time that the object was seen. An object
//! is read, changed and destroyed where it lives, whatever the provider points to today; one of another
//! account is not touched; and what is not found is gone only if it was looked for where it was seen.
//!
//! A state of version 0.1.0 knows none of this, and an import neither: such an object is looked for in
//! the region of the provider, and then in the others.

mod planned;
mod words;

use std::pin::Pin;

use clouddb::{Client, Error};
use serde::{Deserialize, Serialize};
use tfplug::{Context, Result};

use crate::api::api;
use crate::failure;

pub(crate) use planned::{Planned, plan, plan_destroy};
pub(crate) use words::{argument, attribute, searched};

/// Private state: where the object was last seen.
const SEEN: &str = "seen";

/// Where an object was last seen, beside its region.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    account: Option<String>,
    /// The address that took the place of the service catalog.
    endpoint: Option<String>,
}

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

/// The answer of a look for an object.
pub(crate) type Answer<T> =
    Pin<Box<dyn Future<Output = std::result::Result<Option<T>, Error>> + Send>>;

/// Looks for an object where it lives; `None` if it is gone. `look` answers with
/// [`Error::NotFound`] where the instance of the object is not, and with `None` where the object is not.
pub(crate) async fn find<T>(
    cx: &Context<Client>,
    doing: &str,
    object: &Object<'_>,
    look: impl Fn(Client) -> Answer<T>,
) -> Result<Option<Found<T>>> {
    let seen = cx.private::<Seen>(SEEN);
    let (own, now) = connect(cx, doing, seen.as_ref(), &object.shown).await?;
    let failed = |error: Error| failure::report(doing, &error);
    let seen_now = |it: T, client: Client, region: Option<String>| {
        cx.set_private(SEEN, &now);
        Ok(Some(Found { it, region, client }))
    };
    let here = match (object.region, object.instance_id) {
        (Some(region), _) => there(&own, doing, region, Some(&object.shown)).await?,
        (None, Some(instance_id)) => own.where_seen(instance_id).unwrap_or(own),
        (None, None) => own,
    };
    match (look(here.clone()).await, object.instance_id) {
        (Ok(Some(it)), _) => {
            let region = spelled(&here, object.region).await.map_err(failed)?;
            return seen_now(it, here, region);
        }
        // The instance is here, and what is not in it is nowhere.
        (Ok(None), Some(_)) => return Ok(None),
        (Ok(None) | Err(Error::NotFound(_)), _) => {}
        (Err(error), _) => return Err(failed(error)),
    }
    let moved = seen.as_ref().filter(|seen| seen.endpoint != now.endpoint);
    // An endpoint without a name is one region too.
    let is_known = seen.is_some() && (object.region.is_some() || now.endpoint.is_some());
    if moved.is_some() || !is_known {
        let others = match object.instance_id {
            Some(id) => here.find_elsewhere(id).await.map(|there| there.into_iter().collect()),
            None => here.elsewhere().await,
        };
        for there in others.map_err(failed)? {
            match look(there.clone()).await {
                Ok(Some(it)) => {
                    let region = there.region().await.map_err(failed)?;
                    return seen_now(it, there, region);
                }
                Ok(None) | Err(Error::NotFound(_)) => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
    match moved {
        Some(seen) => Err(words::another_door(doing, &object.shown, seen, &now)),
        None => Ok(None),
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
    if seen.is_some_and(|seen| seen.endpoint == now.endpoint) {
        match object.region {
            Some(region) => {
                return there(&own, doing, region, Some(&object.shown)).await.map(Some);
            }
            None if now.endpoint.is_some() => return Ok(Some(own)),
            None => {}
        }
    }
    Ok(find(cx, doing, object, look).await?.map(|found| found.client))
}

/// The client for an object that this call has made.
pub(crate) async fn client_of_new(
    cx: &Context<Client>,
    doing: &str,
    region: Option<&str>,
) -> Result<Client> {
    let own = api(cx);
    match region {
        Some(region) => there(&own, doing, region, None).await,
        None => Ok(own),
    }
}

/// The client for a new object in the planned region, and the name of that region. Without one it is
/// that of the provider.
pub(crate) async fn for_new(
    cx: &Context<Client>,
    doing: &str,
    region: Option<&str>,
) -> Result<(Client, Option<String>)> {
    let (_, now) = connect(cx, doing, None, "").await?;
    cx.set_private(SEEN, &now);
    asked(cx, doing, region).await
}

/// The client for a region that is asked for, and the name of that region. Without one it is that of
/// the provider.
pub(crate) async fn asked(
    cx: &Context<Client>,
    doing: &str,
    region: Option<&str>,
) -> Result<(Client, Option<String>)> {
    let here = client_of_new(cx, doing, region).await?;
    let region = spelled(&here, region).await.map_err(|error| failure::report(doing, &error))?;
    Ok((here, region))
}

/// Makes something in an instance, in the planned region or else in that of the instance. Also tells
/// the name of that region.
pub(crate) async fn make_in_instance<T, Making>(
    cx: &Context<Client>,
    doing: &str,
    region: Option<&str>,
    instance_id: &str,
    make: impl Fn(Client) -> Making,
) -> Result<Outcome<T>>
where
    Making: Future<Output = std::result::Result<T, Error>>,
{
    let (_, now) = connect(cx, doing, None, "").await?;
    cx.set_private(SEEN, &now);
    in_instance(cx, doing, region, instance_id, make).await
}

/// What came of work in an instance, where, and in which region that is.
pub(crate) struct Outcome<T> {
    pub(crate) result: std::result::Result<T, Error>,
    pub(crate) client: Client,
    pub(crate) region: Option<String>,
}

/// Does something in an instance, in that region or else where the instance is.
pub(crate) async fn in_instance<T, Working>(
    cx: &Context<Client>,
    doing: &str,
    region: Option<&str>,
    instance_id: &str,
    work: impl Fn(Client) -> Working,
) -> Result<Outcome<T>>
where
    Working: Future<Output = std::result::Result<T, Error>>,
{
    let failed = |error: Error| failure::report(doing, &error);
    let own = api(cx);
    let mut client = match region {
        Some(region) => there(&own, doing, region, None).await?,
        None => own.where_seen(instance_id).unwrap_or(own),
    };
    let mut result = work(client.clone()).await;
    if region.is_none()
        && matches!(result, Err(Error::NotFound(_)))
        && let Some(there) = client.find_elsewhere(instance_id).await.map_err(failed)?
    {
        result = work(there.clone()).await;
        client = there;
    }
    let region = match &result {
        Ok(_) => spelled(&client, region).await.map_err(failed)?,
        Err(_) => None,
    };
    Ok(Outcome { result, client, region })
}

/// The client in that region, or why there is none. `shown` is an object that lives there.
pub(crate) async fn there(
    own: &Client,
    doing: &str,
    region: &str,
    shown: Option<&str>,
) -> Result<Client> {
    match own.in_region(region).await {
        Err(Error::UnknownRegion { region: Some(of), known }) if of == region => {
            Err(words::unknown_region(doing, shown, region, &known, own.endpoint()))
        }
        result => result.map_err(|error| failure::report(doing, &error)),
    }
}

/// The name of the client's region, as somebody has spelled it already.
async fn spelled(
    client: &Client,
    known: Option<&str>,
) -> std::result::Result<Option<String>, Error> {
    match known {
        Some(known) => Ok(Some(known.to_owned())),
        None => client.region().await,
    }
}

/// The client of this call, and what it sees objects through. An object that was seen in another
/// account is not looked at.
async fn connect(
    cx: &Context<Client>,
    doing: &str,
    seen: Option<&Seen>,
    shown: &str,
) -> Result<(Client, Seen)> {
    let own = api(cx);
    let now = now(&own, doing, seen, shown).await?;
    Ok((own, now))
}

async fn now(own: &Client, doing: &str, seen: Option<&Seen>, shown: &str) -> Result<Seen> {
    let account = own.account().await.map_err(|error| failure::report(doing, &error))?;
    match (seen.and_then(|seen| seen.account.as_deref()), account.as_deref()) {
        (Some(was), Some(is)) if was != is => Err(words::other_account(shown, was, is)),
        _ => Ok(Seen { account, endpoint: own.endpoint() }),
    }
}
