//! The password of root, which is told once.
//!
//! The state never holds one that does not hold at the service. So from the moment at which a call may make
//! another until the API has answered, the state knows none, and beside it stands that it is open: whatever
//! ends the call, the next plan makes a new password.

use clouddb::{Error, NotTold, Root};
use tfplug::{Context, Diagnostics};

use super::model::RootUser;
use crate::failure;

/// Private state: nobody knows the password that root has since a call whose reply was lost.
pub(super) const OPEN: &str = "password_open";

/// What came of enabling root for the first time.
pub(super) enum Enabled {
    /// It has this password.
    Now(clouddb::RootUser),
    /// It was enabled before, by somebody else, and was left alone.
    Before,
    /// Nobody knows.
    Perhaps(Error),
}

/// Enables root where nobody has done so before, or where it is known who it was.
pub(super) async fn enable(root: Root, is_ours: bool) -> std::result::Result<Enabled, Error> {
    if !is_ours && root.is_enabled().await? == Some(true) {
        return Ok(Enabled::Before);
    }
    // Where there is no such instance, the API says so.
    match root.enable().await {
        Ok(user) => Ok(Enabled::Now(user)),
        Err(NotTold { error, may_be_changed: true }) => Ok(Enabled::Perhaps(error)),
        Err(NotTold { error, .. }) => Err(error),
    }
}

/// Gives root another password. What it is noted by while nobody knows it stands until the caller has it.
pub(super) async fn change(
    cx: &Context<clouddb::Client>,
    root: &Root,
    now: &RootUser,
) -> std::result::Result<clouddb::RootUser, NotTold> {
    let open = cx.private::<bool>(OPEN).unwrap_or(false);
    cx.set_private(OPEN, &true);
    cx.reached(&RootUser { password: None, ..now.clone() });
    let told = root.enable().await;
    if !open && told.as_ref().is_err_and(|it| !it.may_be_changed) {
        cx.remove_private(OPEN);
        cx.reached(now);
    }
    told
}

/// Gives root a password that nobody sees. What is not enabled, or has gone with its instance, has none.
pub(super) async fn lock(
    cx: &Context<clouddb::Client>,
    root: &Root,
    now: &RootUser,
) -> std::result::Result<(), NotTold> {
    let unchanged = |error| NotTold { error, may_be_changed: false };
    if root.is_enabled().await.map_err(unchanged)? != Some(true) {
        return Ok(());
    }
    match change(cx, root, now).await {
        Ok(_) => Ok(()),
        Err(NotTold { error: Error::NotFound(_), .. })
            if matches!(root.is_enabled().await, Ok(None)) =>
        {
            Ok(())
        }
        Err(not_told) => Err(not_told),
    }
}

/// Reports that there is no new password that anybody knows.
pub(super) fn report(doing: String, not_told: &NotTold) -> Diagnostics {
    if not_told.may_be_changed {
        unknown(doing, &not_told.error)
    } else {
        failure::report(doing, &not_told.error)
    }
}

/// Reports that root may have a password that nobody knows.
pub(super) fn unknown(doing: String, error: &Error) -> Diagnostics {
    failure::report_advised(
        doing,
        error,
        "The request may have taken effect, and then root has a password that nobody was told. So the state holds none now. Apply again: that makes a new one.",
    )
}
