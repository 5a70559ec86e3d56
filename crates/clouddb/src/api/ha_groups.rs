//! High-availability groups: a source, its replicas, and the proxies before them.
//!
//! **Quirks.** The list tells the ID, the name, the state and the datastore, and nothing else. What a
//! group is made with, its networks, its addresses and its members, shows only when it has been built. No
//! document tells when it was made, except that of its source. The address in a path is encoded three
//! times over.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/ha-instances.rst>.

use std::collections::BTreeSet;

use crate::api::collection::Collection;
use crate::api::ha_groups::model::{ConvertedHaGroup, HaAcl, HaGroup, NewHaGroup};
use crate::api::instances;
use crate::sender::Sender;
use crate::value::error::{Error, Found};
use crate::value::listing::Listing;

pub(crate) mod model;
pub(crate) mod requests;

/// Under which name a document has one group.
pub(crate) const ONE: &str = "ha_instance";

/// `GET /ha`
pub(crate) fn collection() -> Collection {
    let of = "of the account".to_owned();
    Collection { request: requests::list(), names: &["ha_instances"], what: "HA groups", of }
}

/// `GET /ha/{id}`, where there has to be one.
pub(crate) async fn get(sender: &Sender, id: &str) -> Result<HaGroup, Error> {
    sender.send(&requests::get(id)).await?.unwrapped(ONE)
}

/// The same with the time at which it was made, as its source tells it.
pub(crate) async fn get_with_time(sender: &Sender, id: &str) -> Result<HaGroup, Error> {
    let group = get(sender, id).await?;
    let Some(source) = &group.source else { return Ok(group) };
    let created = instances::get(sender, &source.id).await.found()?.and_then(|it| it.created);
    Ok(HaGroup { created, ..group })
}

/// `POST /ha`
pub(crate) async fn create(sender: &Sender, new: &NewHaGroup) -> Result<HaGroup, Error> {
    sender.send(&requests::create(new)).await?.unwrapped(ONE)
}

/// `POST /instances/{id}/action` with `convert_to_ha`
pub(crate) async fn convert(sender: &Sender, new: &ConvertedHaGroup) -> Result<HaGroup, Error> {
    sender.send(&requests::convert(new)).await?.unwrapped(ONE)
}

/// `GET /ha/{id}/backups`
pub(crate) fn backups(id: &str) -> Collection {
    let of = format!("of HA group {id}");
    Collection { request: requests::backups(id), names: &["backups"], what: "backups", of }
}

/// `GET /ha/{id}/acls`
pub(crate) fn acls(id: &str) -> Collection {
    let of = format!("of HA group {id}");
    Collection { request: requests::acls(id), names: &["acls"], what: "addresses", of }
}

/// The addresses that may connect, in no order; all of them have to be understood.
pub(crate) async fn addresses(sender: &Sender, id: &str) -> Result<BTreeSet<String>, Error> {
    let listing: Listing<HaAcl> = acls(id).read(sender).await?.into();
    Ok(listing.whole()?.into_iter().map(|acl| acl.address).collect())
}

#[cfg(test)]
mod tests;
