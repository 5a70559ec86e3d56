//! The way into a region.

use clouddb::{Client, Error};
use tfplug::{Context, Result};

use super::api::api;
use super::words;
use crate::failure;

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

/// The client in that region, or why there is none. `shown` is an object that lives there.
pub(crate) async fn there(
    own: &Client,
    doing: &str,
    region: &str,
    shown: Option<&str>,
) -> Result<Client> {
    named(own, doing, region, shown, "region").await
}

/// The client in another region than that of the object, which an argument of its own asks for.
pub(crate) async fn beyond(
    own: &Client,
    doing: &str,
    region: &str,
    argument: &str,
) -> Result<Client> {
    named(own, doing, region, None, argument).await
}

async fn named(
    own: &Client,
    doing: &str,
    region: &str,
    shown: Option<&str>,
    argument: &str,
) -> Result<Client> {
    match own.in_region(region).await {
        Err(Error::UnknownRegion { region: Some(of), known }) if of == region => {
            let unknown = words::unknown_region(doing, shown, region, &known, own.endpoint());
            Err(unknown.attribute(argument).into())
        }
        result => result.map_err(|error| failure::report(doing, &error)),
    }
}

/// The name of the client's region, as somebody has spelled it already.
pub(super) async fn spelled(
    client: &Client,
    known: Option<&str>,
) -> std::result::Result<Option<String>, Error> {
    match known {
        Some(known) => Ok(Some(known.to_owned())),
        None => client.region().await,
    }
}
