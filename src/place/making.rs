//! New objects, and what is asked of an instance or of a group wherever that is.

use clouddb::{Client, Error, Source};
use tfplug::{Context, Result};

use super::api::api;
use super::seen::{SEEN, connect};
use super::way::{asked, spelled, there};
use crate::failure;

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
    let instance = Source::Instance(instance_id.to_owned());
    make_of(cx, doing, region, &instance, make).await
}

/// The same of an instance or a group.
pub(crate) async fn make_of<T, Making>(
    cx: &Context<Client>,
    doing: &str,
    region: Option<&str>,
    source: &Source,
    make: impl Fn(Client) -> Making,
) -> Result<Outcome<T>>
where
    Making: Future<Output = std::result::Result<T, Error>>,
{
    let (_, now) = connect(cx, doing, None, "").await?;
    cx.set_private(SEEN, &now);
    at(cx, doing, region, source, make).await
}

/// What came of work in an instance or a group, where, and in which region that is.
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
    at(cx, doing, region, &Source::Instance(instance_id.to_owned()), work).await
}

async fn at<T, Working>(
    cx: &Context<Client>,
    doing: &str,
    region: Option<&str>,
    source: &Source,
    work: impl Fn(Client) -> Working,
) -> Result<Outcome<T>>
where
    Working: Future<Output = std::result::Result<T, Error>>,
{
    let failed = |error: Error| failure::report(doing, &error);
    let own = api(cx);
    let mut client = match region {
        Some(region) => there(&own, doing, region, None).await?,
        None => own.where_seen(source.id()).unwrap_or(own),
    };
    let mut result = work(client.clone()).await;
    if region.is_none()
        && matches!(result, Err(Error::NotFound(_) | Error::UnknownRegion { region: None, .. }))
        && let Some(there) = client.find_source_elsewhere(source).await.map_err(failed)?
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
