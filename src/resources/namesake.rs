//! Objects that have the name of one that is about to be created.
//!
//! Names of instances and backups are not unique. When the provider or the machine dies in the
//! middle of a creation, Terraform never learns of the new object, and the next plan creates another.
//! Nothing is adopted on the strength of a name; but the plan says what is there, and how to import
//! it, before a second one costs money.
//!
//! The key of a database or a user is unique, so the API refuses a second one. The plan says that too,
//! while there still is time.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use clouddb::{Client, Error};
use tfplug::value::Attr;
use tfplug::{Diagnostic, PlanContext};

use super::outlook::Outlook;
use super::patience::looking;
use crate::failure;

/// The objects that Terraform manages already, as far as this process has read them.
#[derive(Default)]
pub(crate) struct Managed {
    ids: Mutex<HashSet<String>>,
    names: Mutex<HashSet<String>>,
}

impl Managed {
    /// A run begins, which has read none.
    pub(crate) fn begin(&self) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.names.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn note(&self, id: &str, name: &str) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    /// Whether one of them has that name.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    pub(crate) fn includes(&self, id: &str) -> bool {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}

/// An object of that name which this process has not seen in the state.
pub(crate) struct Namesake {
    pub(crate) id: String,
    /// Of what has one.
    pub(crate) status: Option<String>,
    pub(crate) created: Option<String>,
}

/// Ends the plan of something new, or warns where an object of its name was in the state `before`: if all is
/// to be destroyed, a refusal would stand in the way.
pub(crate) fn refuse(
    cx: &PlanContext<Client>,
    before: bool,
    refusal: Diagnostic,
) -> tfplug::Result<()> {
    if !before {
        return Err(refusal.into());
    }
    cx.warn(failure::softened(
        &refusal,
        "An object of this name is or was in the state. If everything is to be destroyed, nothing is wrong; if it is to be made anew, correct this before you apply.",
    ));
    Ok(())
}

/// Says in a plan that creates an object which others of its name were listed. A list that fails stops
/// nothing, and goes without a word where the right to it is missing.
pub(crate) fn warn(
    cx: &PlanContext<Client>,
    what: &str,
    name: &str,
    listed: Result<Vec<Namesake>, Error>,
    managed: &Managed,
) {
    match listed {
        Ok(mut namesakes) => {
            namesakes.retain(|it| !managed.includes(&it.id));
            if !namesakes.is_empty() {
                cx.warn(warning(what, name, &namesakes));
            }
        }
        Err(Error::Forbidden(_)) => {}
        Err(error) => cx.warn(failure::warning(
            format!("Unable to look for a {what} named \"{name}\""),
            &error,
            "So it is not known whether there is one already, and this plan creates a new one. If an earlier run may have ended in the middle of creating it, look for it before you apply.",
        )),
    }
}

fn warning(what: &str, name: &str, namesakes: &[Namesake]) -> Diagnostic {
    let shown: Vec<String> = namesakes.iter().map(Namesake::shown).collect();
    Diagnostic::warning(format!("There is a {what} named \"{name}\" already"))
            .detail(format!(
                "This plan creates a new one and leaves what is there alone:\n\n{}\n\n\
                 If an earlier run ended in the middle of creating it, do not apply: import it, or delete it first. \
                 If it belongs to somebody or something else, or Terraform manages it under another address, nothing is wrong.",
                shown.join("\n")
            ))
            .attribute("name")
}

impl From<clouddb::Instance> for Namesake {
    fn from(it: clouddb::Instance) -> Self {
        Self { id: it.id, status: Some(it.status.to_string()), created: it.created }
    }
}

impl From<clouddb::Backup> for Namesake {
    fn from(it: clouddb::Backup) -> Self {
        Self { id: it.id, status: Some(it.status.to_string()), created: it.created }
    }
}

impl From<clouddb::HaGroup> for Namesake {
    fn from(it: clouddb::HaGroup) -> Self {
        Self { id: it.id, status: Some(it.state.to_string()), created: None }
    }
}

impl From<clouddb::Configuration> for Namesake {
    fn from(it: clouddb::Configuration) -> Self {
        Self { id: it.id, status: None, created: it.created }
    }
}

impl Namesake {
    fn shown(&self) -> String {
        let created = self.created.as_ref().map(|at| format!("created {at}"));
        let known: Vec<String> = self.status.iter().cloned().chain(created).collect();
        format!("  {} ({}): terraform import ADDRESS '{}'", self.id, known.join(", "), self.id)
    }
}

/// A database or a user that is to be created, or to get another key.
pub(crate) struct Keyed<'a> {
    /// `Database` or `User`.
    pub(crate) what: &'a str,
    /// `instance_id/key`.
    pub(crate) id: &'a Attr<String>,
    /// The client of its region.
    pub(crate) client: Option<Client>,
}

/// Warns before a database or a user gets a key that something has which this run does not manage. A look that fails says nothing: the creation will.
pub(crate) async fn warn_if_taken<Look>(
    cx: &PlanContext<Client>,
    outlook: &Outlook,
    new: Keyed<'_>,
    is_taken: impl FnOnce(Client) -> Look,
) where
    Look: Future<Output = Result<bool, Error>>,
{
    let (Some(id), Some(client)) = (new.id.known(), new.client) else { return };
    if outlook.has_read(id) {
        return;
    }
    if !matches!(is_taken(looking(cx, &client)).await, Ok(true)) {
        return;
    }
    let what = new.what;
    cx.warn(
        Diagnostic::warning(format!("{what} {id} exists already"))
            .detail(format!(
                "This plan makes one, by a creation or by another name, which the API refuses while it is there, and nothing is taken over without a word. \
                 If an earlier run ended in the middle of creating it, or Terraform is to manage it from now on, import it before the apply:\n\n  \
                 terraform import ADDRESS '{id}'\n\n\
                 Otherwise give the new one another name, or drop the old one first. If this run drops it under another address, nothing is wrong."
            ))
            .attribute("name"),
    );
}
