//! A change of state that is waited for, as data, and what a settled object looks like.
//!
//! A status alone does not tell: what is wrong at first may be older than the request, a broken object
//! that is to disappear was broken before, and older servers answer a resize that failed with a ready
//! instance of the old size.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::coordination::goal::{Goal, Verdict};
use crate::coordination::wait::{self, Look};
use crate::coordination::watch::Watch;
use crate::coordination::watched::Watched;
use crate::sender::Sender;
use crate::value::context::Awaited;
use crate::value::error::{Error, Found};

/// How many looks in a row may show an object in a good status with something wrong before that is
/// believed. The first ones can be older than the request.
const STALE_LOOKS: u32 = 3;

/// What is wrong with an object in a good status, if anything is.
type Wrong<T> = Box<dyn Fn(&T) -> Option<String> + Send + Sync>;

/// A change of state that is waited for.
pub(crate) struct StateChange<T: Watched> {
    awaited: Awaited,
    goal: &'static Goal<T::Status>,
    first_look: Duration,
    wrong: Wrong<T>,
    /// What a failure means, where the status does not tell.
    cause: Option<String>,
}

/// What the looks so far have shown.
struct Seen<S> {
    first: Option<S>,
    /// Looks in a row at something wrong in a good status.
    stale: u32,
}

impl<T: Watched> StateChange<T> {
    /// A change to this goal; `words` say it, to be read after "not".
    pub(crate) fn new(id: &str, words: impl Into<String>, goal: &'static Goal<T::Status>) -> Self {
        Self::of(Awaited::new(T::KIND, id, words), goal)
    }

    /// The same with a time since which it is waited for.
    pub(crate) fn of(awaited: Awaited, goal: &'static Goal<T::Status>) -> Self {
        let wrong = Box::new(|_: &T| None);
        Self { awaited, goal, first_look: Duration::ZERO, wrong, cause: None }
    }

    /// The same, first looked at after that time.
    pub(crate) fn after(self, first_look: Duration) -> Self {
        Self { first_look, ..self }
    }

    /// The same, not settled while this finds something wrong.
    pub(crate) fn unless(
        self,
        wrong: impl Fn(&T) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self { wrong: Box::new(wrong), ..self }
    }

    /// The same, whose failure has this cause.
    pub(crate) fn because(self, cause: Option<String>) -> Self {
        Self { cause, ..self }
    }

    /// Waits until the object is as wanted; shows it to `observe` at every look.
    pub(crate) async fn settled(
        self,
        sender: &Sender,
        watch: &Watch<T>,
        observe: impl Fn(&T) + Send + Sync,
    ) -> Result<T, Error> {
        let id = self.awaited.id.clone();
        let (id, change, observe) = (id.as_str(), &self, &observe);
        let seen = &Mutex::new(Seen { first: None, stale: 0 });
        let _waiting = watch.enter(id);
        let wait = watch.wait(change.awaited.clone()).after(change.first_look);
        wait::until(sender, wait, |sender, version| async move {
            let (object, version) = watch.look(&sender, id, version).await?;
            observe(&object);
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            Ok((change.judge(object, &mut seen), version))
        })
        .await
    }

    /// Waits until the object is gone. One that was broken before may show that for a while; one that
    /// breaks now is [`Error::Failed`].
    pub(crate) async fn gone(self, sender: &Sender, watch: &Watch<T>) -> Result<(), Error> {
        let id = self.awaited.id.clone();
        let (id, change) = (id.as_str(), &self);
        let seen = &Mutex::new(Seen { first: None, stale: 0 });
        let _waiting = watch.enter(id);
        let wait = watch.wait(change.awaited.clone()).after(change.first_look);
        wait::until(sender, wait, |sender, version| async move {
            let Some((object, version)) = watch.look(&sender, id, version).await.found()? else {
                let absent = watch.is_absent(&sender, id).await?;
                let look = if absent { Look::Done(()) } else { Look::Pending(None) };
                return Ok((look, version));
            };
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            Ok((change.judge_going(&object, &mut seen), version))
        })
        .await
    }

    /// What a look at an object that is to be as wanted shows.
    fn judge(&self, object: T, seen: &mut Seen<T::Status>) -> Look<T> {
        let status = object.status().to_string();
        match self.goal.judge(object.status()) {
            Verdict::Failed => Look::Failed { status, detail: self.cause.clone() },
            Verdict::Pending => {
                // From here on nothing is older than the request.
                seen.stale = STALE_LOOKS;
                Look::Pending(Some(status))
            }
            Verdict::Done => match (self.wrong)(&object) {
                None => Look::Done(object),
                Some(_) if seen.stale + 1 < STALE_LOOKS => {
                    seen.stale += 1;
                    Look::Pending(Some(status))
                }
                Some(wrong) => Look::Failed { status, detail: Some(wrong) },
            },
        }
    }

    /// What a look at an object that is to disappear shows. It may have been broken before, and that
    /// is no news.
    fn judge_going(&self, object: &T, seen: &mut Seen<T::Status>) -> Look<()> {
        let status = object.status();
        let was_so = seen.first.get_or_insert_with(|| status.clone()) == status;
        match self.goal.judge(status) {
            Verdict::Failed if !was_so => {
                Look::Failed { status: status.to_string(), detail: self.cause.clone() }
            }
            _ => Look::Pending(Some(status.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::instances::model::Instance;
    use crate::coordination::goal::{INSTANCE_GONE, INSTANCE_READY};

    fn instance(status: &str) -> Instance {
        serde_json::from_value(json!({
            "id": "i1", "name": "db", "status": status, "flavor": { "id": "1" },
            "volume": { "size": 2 },
        }))
        .unwrap()
    }

    fn word<T>(look: Look<T>) -> String {
        match look {
            Look::Done(_) => "done".to_owned(),
            Look::Pending(_) => "pending".to_owned(),
            Look::Failed { status, .. } => format!("failed as {status}"),
        }
    }

    /// The first looks may be older than the request, unless one has shown that it was begun.
    #[test]
    fn something_wrong_in_a_good_status_is_believed_at_the_third_look() {
        let change = StateChange::new("i1", "resized", &INSTANCE_READY)
            .unless(|_: &Instance| Some("too small".to_owned()));
        let looks = |statuses: &[&str]| {
            let mut seen = Seen { first: None, stale: 0 };
            let judged = statuses.iter().map(|it| word(change.judge(instance(it), &mut seen)));
            judged.collect::<Vec<_>>()
        };

        let failed = "failed as ACTIVE";
        assert_eq!(looks(&["ACTIVE"; 3]), ["pending", "pending", failed]);
        assert_eq!(looks(&["RESIZE", "ACTIVE"]), ["pending", failed]);
    }

    #[test]
    fn what_was_broken_before_may_still_go_and_what_breaks_now_has_failed() {
        let change = StateChange::<Instance>::new("i1", "deleted", &INSTANCE_GONE);
        let looks = |statuses: &[&str]| {
            let mut seen = Seen { first: None, stale: 0 };
            let judged =
                statuses.iter().map(|it| word(change.judge_going(&instance(it), &mut seen)));
            judged.collect::<Vec<_>>()
        };

        assert_eq!(looks(&["ERROR", "ERROR"]), ["pending", "pending"]);
        assert_eq!(looks(&["ACTIVE", "ERROR"]), ["pending", "failed as ERROR"]);
        assert_eq!(looks(&["ERROR", "SHUTDOWN", "ERROR"]), ["pending"; 3]);
    }
}
