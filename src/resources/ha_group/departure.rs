//! A replica that has left its group, which need not be gone.

use std::collections::BTreeSet;

use clouddb::Client;
use tfplug::{Context, Diagnostic};

/// Says of an instance that left the group that it goes on, unless it is known to be gone.
pub(super) async fn tell(cx: &Context<Client>, api: &Client, group: &str, id: &str) {
    if matches!(api.instances().get(id).await, Ok(None)) {
        return;
    }
    cx.warn(
        Diagnostic::warning("A replica has left the HA group").detail(format!(
            "Instance {id} is no member of {group} any more. The service lets it go on as an instance of its own, with its data, which you pay for and which is in no state. Delete it, or manage it from here:\n\n  terraform import ADDRESS '{id}'"
        )),
    );
}

/// Says it of those that the state has as members and that are instances of their own by now: nobody may have
/// heard of them, if the provider ended while they left.
pub(super) async fn tell_of_missing(
    cx: &Context<Client>,
    api: &Client,
    shown: &str,
    before: Option<&BTreeSet<String>>,
    found: &clouddb::HaGroup,
) {
    // What is being made tells no members.
    let Some(before) = before.filter(|_| found.source.is_some()) else { return };
    let now: BTreeSet<&str> = found.member_ids().collect();
    for id in before.iter().filter(|id| !now.contains(id.as_str())) {
        let instance = api.instances().get(id).await;
        if matches!(&instance, Ok(Some(it)) if it.ha_id.is_none()) {
            tell(cx, api, shown, id).await;
        }
    }
}
