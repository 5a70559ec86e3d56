//! What an object was last seen through: the account, and the address in the place of the catalog.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::{Context, Result};

use super::api::api;
use super::words;
use crate::failure;

/// Private state: where the object was last seen.
pub(super) const SEEN: &str = "seen";

/// Where an object was last seen, beside its region.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) account: Option<String>,
    /// The address that took the place of the service catalog.
    pub(super) endpoint: Option<String>,
    /// The region as the service catalog spells it, where the object has been looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<String>,
}

/// The client of this call, and what it sees objects through. An object that was seen in another
/// account is not looked at.
pub(super) async fn connect(
    cx: &Context<Client>,
    doing: &str,
    seen: Option<&Seen>,
    shown: &str,
) -> Result<(Client, Seen)> {
    let own = api(cx);
    let now = now(&own, doing, seen, shown).await?;
    Ok((own, now))
}

/// What objects are seen through now. One that was seen in another account is refused.
pub(super) async fn now(
    own: &Client,
    doing: &str,
    seen: Option<&Seen>,
    shown: &str,
) -> Result<Seen> {
    let account = own.account().await.map_err(|error| failure::report(doing, &error))?;
    match (seen.and_then(|seen| seen.account.as_deref()), account.as_deref()) {
        (Some(was), Some(is)) if was != is => Err(words::other_account(shown, was, is)),
        _ => Ok(Seen { account, endpoint: own.endpoint(), region: None }),
    }
}
