//! Objects that came from another provider's state, which nobody has seen here yet.
//!
//! One that is gone leaves the state, and is made again by the next plan. One that came from elsewhere and
//! is not found may as well live where this provider does not look: in another cloud.

use clouddb::Client;
use tfplug::{Context, Diagnostics, MoveContext};

use super::words;

/// Private state: the object was moved here, and nobody has seen it.
const ARRIVED: &str = "moved here";

/// Notes that the object comes from another provider's state.
pub(crate) fn arrives(cx: &mut MoveContext) {
    cx.set_private(ARRIVED, &true);
}

/// The object was seen here, so it is one like any other.
pub(super) fn is_seen(cx: &Context<Client>) {
    cx.remove_private(ARRIVED);
}

/// The error in place of "gone" for one that was never seen here.
pub(super) async fn unseen(cx: &Context<Client>, doing: &str, shown: &str) -> Option<Diagnostics> {
    if cx.private::<bool>(ARRIVED) != Some(true) {
        return None;
    }
    Some(words::never_seen(doing, shown, &words::searched(cx).await))
}
