//! How long is waited where nobody says it.

use std::time::Duration;

use clouddb::Client;
use tfplug::{Context, PlanContext};
use tokio::time::Instant;

/// How long a plan waits to read one object, unless `timeouts` says otherwise.
pub(super) const READING: Duration = Duration::from_mins(2);

/// How long a plan looks for what it need not know: the apply finds out as well.
const LOOKING: Duration = Duration::from_secs(10);

/// The client for one look after the deadline, at what has made the call miss it.
pub(super) fn looking_back(cx: &Context<Client>, client: &Client) -> Client {
    client.within(Instant::now() + LOOKING, cx.stop().clone())
}

/// The client for looks that are no more than that.
pub(super) fn looking(cx: &PlanContext<Client>, client: &Client) -> Client {
    client.within(cx.deadline().min(Instant::now() + LOOKING), cx.stop().clone())
}
