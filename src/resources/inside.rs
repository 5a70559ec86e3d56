//! What is inside an instance, a database or a user, while the instance cannot be read.
//!
//! The API neither shows nor changes what is inside an instance in a status such as ERROR or SHUTDOWN.
//! That is no news of the object: its state stays. And when the instance itself goes, there is
//! nothing left to be dropped.

pub(crate) mod creation;
pub(crate) mod failover;
mod group;

use clouddb::{Client, Error, InstanceStatus};
use tfplug::{Context, Diagnostic, Diagnostics, PlanContext, Result};

use super::outlook::{Outlook, Sight};
use super::patience::looking_back;
use crate::failure;
use crate::spelling::capital;

/// From the plan of an object in a broken instance: whether the instance is destroyed or replaced too,
/// or null if that is not known.
const INSTANCE_GOES: &str = "instance_goes";
/// From the plan of an object: whether it goes in company, see [`Outlook::goes_in_company`].
const IN_COMPANY: &str = "in_company";

/// The object as a message calls it, and where it is.
pub(super) struct Inside<'a> {
    /// Such as `database "shop" of instance ID`.
    pub(super) shown: &'a str,
    pub(super) instance_id: &'a str,
    pub(super) end: End,
}

/// What a destruction does to an object in an instance.
#[derive(Clone, Copy)]
pub(super) enum End {
    Dropped,
    /// It stays, and nobody can use it.
    Locked,
}

impl End {
    /// After "was not".
    fn done(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Locked => "locked",
        }
    }

    /// After "the API".
    fn does(self) -> &'static str {
        match self {
            Self::Dropped => "drops",
            Self::Locked => "changes",
        }
    }

    /// As it is asked for.
    fn to_do(self) -> &'static str {
        match self {
            Self::Dropped => "drop",
            Self::Locked => "lock",
        }
    }
}

/// What a look into an instance has shown.
pub(super) enum Shown<T> {
    It(T),
    /// The instance cannot be read, which is no news of what is inside.
    Unreadable(Error),
}

/// The same look, for which an instance that cannot be read is an answer.
pub(super) fn shown<T>(
    found: std::result::Result<Option<T>, Error>,
) -> std::result::Result<Option<Shown<T>>, Error> {
    match found {
        Err(error) if unreadable(&error).is_some() => Ok(Some(Shown::Unreadable(error))),
        found => found.map(|found| found.map(Shown::It)),
    }
}

/// The status of an instance that could not be read, if that is what the error says.
fn unreadable(error: &Error) -> Option<&str> {
    match error {
        Error::Failed { what: "instance", status, .. }
        | Error::Deadline { what: "instance", last_status: Some(status), .. } => Some(status),
        _ => None,
    }
}

impl Inside<'_> {
    /// Says that the object keeps its state, because the instance cannot be read.
    pub(super) fn keeps_state(&self, cx: &Context<Client>, error: &Error) {
        let status = unreadable(error).unwrap_or_default();
        cx.warn(Diagnostic::warning(format!("Unable to read {}", self.shown)).detail(format!(
            "The instance {} has the status {status}, in which the API does not show what is inside. The state is kept as it is.",
            self.instance_id
        )));
    }

    /// Plans the destruction of the object. In a broken instance it depends on the instance what
    /// becomes of it.
    pub(super) async fn plan_destroy(
        &self,
        cx: &PlanContext<Client>,
        client: Option<Client>,
        outlook: &Outlook,
    ) {
        if outlook.goes_in_company(self.instance_id) {
            cx.hand_over(IN_COMPANY, &true);
        }
        let Some(client) = client else { return };
        let sight = outlook.sight(self.instance_id, Box::pin(Sight::of(&client, self.instance_id)));
        let Sight::There { status, .. } = sight.await else { return };
        if !status.may_last() {
            return;
        }
        let goes = outlook.fate(self.instance_id).await;
        cx.hand_over(INSTANCE_GOES, &goes);
        if goes == Some(false) && is_broken(&status) {
            cx.warn(self.stuck(status.as_str(), Diagnostic::warning));
        }
    }

    /// Whether the object is as good as deleted, because its instance could not be changed inside at
    /// the time of the plan, still cannot, and goes too. A status that may pass is waited for by the
    /// deletion, unless the plan knows that the instance goes, or another one has waited in vain.
    pub(super) async fn goes_with_instance(
        &self,
        cx: &Context<Client>,
        api: &Client,
        outlook: &Outlook,
    ) -> Result<bool> {
        let Some(goes) = cx.handed_over::<Option<bool>>(INSTANCE_GOES) else { return Ok(false) };
        let status = match api.instances().get(self.instance_id).await {
            Ok(None) => return Ok(true),
            Ok(Some(found)) if found.status.may_last() => found.status,
            // The deletion itself finds out more.
            Ok(Some(_)) | Err(_) => return Ok(false),
        };
        let in_vain = goes.is_none() && outlook.was_waited_out(self.instance_id);
        if is_broken(&status) || goes == Some(true) || in_vain {
            return self.left(cx, status.as_str(), &[]).map(|()| true);
        }
        Ok(false)
    }

    /// Deletes the object, unless it goes with its instance, and waits until it is gone. One that goes in
    /// company may leave that to the last of the company: what is in the state then was accepted for
    /// deletion, and what is not gone in the end is named by an error.
    pub(super) async fn delete(
        &self,
        cx: &Context<Client>,
        api: &Client,
        outlook: &Outlook,
        in_company: impl Future<Output = std::result::Result<(), Error>>,
        alone: impl Future<Output = std::result::Result<(), Error>>,
    ) -> Result<()> {
        if self.goes_with_instance(cx, api, outlook).await? {
            return Ok(());
        }
        let gone =
            if cx.handed_over(IN_COMPANY) == Some(true) { in_company.await } else { alone.await };
        let Err(error) = gone else { return Ok(()) };
        let end = self.undeleted(cx, api, outlook, &error).await;
        end.unwrap_or_else(|| {
            Err(failure::report(format!("Unable to delete {}", self.shown), &error))
        })
    }

    /// The end of a deletion that the API did not carry out.
    pub(super) async fn undeleted(
        &self,
        cx: &Context<Client>,
        api: &Client,
        outlook: &Outlook,
        error: &Error,
    ) -> Option<Result<()>> {
        let (ids, cause): (&[String], &Error) = match error {
            Error::NotGone { ids, cause } => (ids, cause),
            alone => (&[], alone),
        };
        match cause {
            Error::Failed { what: "instance", status, .. } => Some(self.left(cx, status, ids)),
            Error::Deadline { .. } | Error::RateLimited { .. } if may_go(cx) => {
                // Who has waited behind others, or had no time left for the deletion, has seen no status.
                let api = looking_back(cx, api);
                let found = Box::pin(api.instances().get(self.instance_id)).await.ok()??;
                if !found.status.may_last() {
                    return None;
                }
                outlook.waits_out(self.instance_id);
                Some(self.left(cx, found.status.as_str(), ids))
            }
            _ => None,
        }
    }

    /// The object stays in its instance, which goes as well, unless the plan knows better; and so do
    /// those that went in its company.
    fn left(&self, cx: &Context<Client>, status: &str, company: &[String]) -> Result<()> {
        if cx.handed_over::<Option<bool>>(INSTANCE_GOES) == Some(Some(false)) {
            return Err(Diagnostics::from(self.stuck(status, Diagnostic::error)));
        }
        cx.warn(
            Diagnostic::warning(format!("{} was not {}", capital(self.shown), self.end.done())).detail(format!(
                "The instance {} has the status {status}, in which the API {} nothing inside it. Terraform forgets the object, which goes with its instance. If the instance stays and works again, import the object, or {} it by hand.{}",
                self.instance_id,
                self.end.does(),
                self.end.to_do(),
                besides(company)
            )),
        );
        Ok(())
    }

    /// The instance stays, and nothing can be done inside it.
    fn stuck(&self, status: &str, severity: fn(String) -> Diagnostic) -> Diagnostic {
        severity(format!("{} cannot be {}", capital(self.shown), self.end.done())).detail(format!(
            "The instance {} has the status {status}, in which the API {} nothing inside it, and the plan keeps the instance. \
             Destroy or replace the instance in the same run (`terraform apply -replace=ADDRESS` with its address), or run `terraform state rm` for the object, or ask Rackspace support to repair the instance and apply again.",
            self.instance_id,
            self.end.does()
        ))
    }
}

/// Whether the plan found the instance in a status that may last, and does not keep it.
fn may_go(cx: &Context<Client>) -> bool {
    cx.handed_over::<Option<bool>>(INSTANCE_GOES).is_some_and(|goes| goes != Some(false))
}

/// The others of a company that an instance in such a status has kept.
fn besides(company: &[String]) -> String {
    if company.is_empty() {
        return String::new();
    }
    format!(" The same goes for {}.", company.join(", "))
}

/// Statuses that do not pass by themselves, and in which nothing inside can be changed.
fn is_broken(status: &InstanceStatus) -> bool {
    matches!(
        status,
        InstanceStatus::Error | InstanceStatus::Failed | InstanceStatus::ReplicationError
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(what: &'static str) -> Error {
        let (id, status) = ("i".to_owned(), "ERROR".to_owned());
        Error::Failed { what, id, status, detail: None }
    }

    #[test]
    fn an_instance_that_cannot_be_read_is_an_answer_and_no_other_error_is() {
        let shown = |found| shown::<()>(found);

        assert!(matches!(shown(Ok(None)), Ok(None)));
        assert!(matches!(shown(Ok(Some(()))), Ok(Some(Shown::It(())))));
        assert!(matches!(shown(Err(failed("instance"))), Ok(Some(Shown::Unreadable(_)))));
        assert!(shown(Err(failed("backup"))).is_err());
    }

    #[test]
    fn what_an_end_is_called_fits_what_it_does() {
        let words = |end: End| [end.done(), end.does(), end.to_do()];

        assert_eq!(words(End::Dropped), ["dropped", "drops", "drop"]);
        assert_eq!(words(End::Locked), ["locked", "changes", "lock"]);
        assert_eq!(besides(&[]), "");
        assert_eq!(besides(&["a".to_owned(), "b".to_owned()]), " The same goes for a, b.");
    }
}
