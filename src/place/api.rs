//! The API as one call of Terraform may use it.

use clouddb::Client;
use tfplug::{Context, PlanContext};

/// The client of one call: its waits end with the call's deadline, or when Terraform asks to stop.
pub(super) fn api(cx: &Context<Client>) -> Client {
    cx.client().within(cx.deadline(), cx.stop().clone())
}

/// The client for a plan; nothing while the provider block depends on values not yet known.
pub(crate) fn planning_api(cx: &PlanContext<Client>) -> Option<Client> {
    cx.client().map(|client| client.within(cx.deadline(), cx.stop().clone()))
}
