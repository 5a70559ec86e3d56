//! Where an object lives, as its identity says it, and as an import by identity asks for it.

use clouddb::Client;
use tfplug::{Context, PrivateState, Result};

use super::api::api;
use super::existing::{Answer, Found, Object, find};
use super::seen::{SEEN, Seen};
use super::way::there;
use super::words;
use crate::failure;

/// The account and the region of an object.
#[derive(Clone, Default)]
pub(crate) struct Location {
    /// `None` where a token and an address of the API are given, and nothing tells the account.
    pub(crate) account_id: Option<String>,
    /// As the service catalog spells it; `None` where an address takes its place and has no name.
    pub(crate) region: Option<String>,
}

impl Location {
    /// Of whatever this client finds.
    pub(crate) async fn here(api: &Client, doing: &str) -> Result<Self> {
        let failed = |error| failure::report(doing, &error);
        let account_id = api.account().await.map_err(failed)?;
        Ok(Self { account_id, region: api.region().await.map_err(failed)? })
    }

    /// Of an object in the state, from what was stored beside it when it was seen; `None` if it has not
    /// been seen yet.
    pub(crate) fn of(stored: PrivateState<'_>, region: Option<&str>) -> Option<Self> {
        let seen: Seen = stored.get(SEEN)?;
        let spelled = seen
            .region
            .filter(|spelled| region.is_none_or(|region| region.eq_ignore_ascii_case(spelled)));
        Some(Self {
            account_id: seen.account,
            region: spelled.or_else(|| region.map(str::to_owned)),
        })
    }
}

/// Looks for the object that an import names, in the region that it asks for or else in all of them.
/// One of another account or region than was asked for is an error.
pub(crate) async fn import<T>(
    cx: &Context<Client>,
    doing: &str,
    asked: &Location,
    wanted: Object<'_>,
    look: impl Fn(Client) -> Answer<T>,
) -> Result<Option<Found<T>>> {
    let own = api(cx);
    if let Some(asked) = asked.account_id.as_deref() {
        let account = own.account().await.map_err(|error| failure::report(doing, &error))?;
        match account.as_deref() {
            Some(is) if is == asked => {}
            is => return Err(words::asked_account(doing, asked, is)),
        }
    }
    let Some(asked) = asked.region.as_deref() else { return find(cx, doing, &wanted, look).await };
    there(&own, doing, asked, None).await?;
    let found = find(cx, doing, &Object { region: Some(asked), ..wanted }, look).await?;
    let Some(found) = found else { return Ok(None) };
    let region = found.client.region().await.map_err(|error| failure::report(doing, &error))?;
    match region.as_deref() {
        Some(has) if !has.eq_ignore_ascii_case(asked) => {
            Err(words::asked_region(doing, asked, has))
        }
        _ => Ok(Some(Found { region, ..found })),
    }
}
