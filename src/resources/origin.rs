//! Arguments that say what a new object is made of, such as a backup. Later they are only a memory of that.

use clouddb::Client;
use tfplug::value::Attr;
use tfplug::{Diagnostic, PlanContext};

/// What stands for no origin. Terraform lets a plan keep the value of the state beside another one in the
/// configuration, but not if there is none.
pub(super) const NONE: &str = "";

/// Keeps the value of an object that stays, and with `changed` says so where the configuration has another.
/// `prior` is that of an object that exists.
pub(super) fn keep(
    cx: &PlanContext<Client>,
    prior: Option<&Attr<String>>,
    wanted: &Attr<String>,
    planned: &mut Attr<String>,
    changed: Option<Diagnostic>,
) {
    let Some(has) = prior else {
        if wanted.is_null() {
            *planned = Attr::Known(NONE.to_owned());
        }
        return;
    };
    // Terraform does not let a plan keep a null; a refresh puts a value in its place.
    if wanted.is_null() || !has.is_null() {
        *planned = has.clone();
    }
    if let Some(changed) = changed.filter(|_| !wanted.is_null() && wanted != has) {
        cx.warn(changed);
    }
}
