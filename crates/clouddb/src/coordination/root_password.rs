//! A new password of root, which nothing tells but the reply to the call that makes it.
//!
//! A call whose reply is lost may have made one that nobody knows. To call again is safe, since the last
//! password counts; but whoever is between here and the API may carry out the first call after the second,
//! and then the second password would be told and not hold. So before the next call it is waited for as long
//! as a late effect is likely. And a refusal that comes after a lost reply says nothing of the password.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api::root::{self, model::RootUser};
use crate::coordination::lost_reply::{SENDS, is_login_renewed, is_lost, is_own_refusal};
use crate::sender::Sender;
use crate::value::error::Error;

/// Why there is no new password that anybody knows.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
pub struct NotTold {
    /// What has ended the call.
    pub error: Error,
    /// Whether root may have another password than before, which nobody knows. After a refusal, and where
    /// nothing was sent, it has not.
    pub may_be_changed: bool,
}

/// The calls for one new password.
pub(crate) struct RootPassword {
    instance_id: String,
    /// How the first reply that was lost was lost.
    lost: Mutex<Option<Error>>,
}

impl RootPassword {
    pub(crate) fn new(instance_id: &str) -> Arc<Self> {
        Arc::new(Self { instance_id: instance_id.to_owned(), lost: Mutex::default() })
    }

    /// Calls until there is an answer, or a reason to call no more.
    pub(crate) async fn attempt(&self, sender: &Sender) -> Result<RootUser, Error> {
        let (mut sends, mut renewals) = (0, 0);
        loop {
            let error = match root::enable(sender, &self.instance_id).await {
                Ok(user) => return Ok(user),
                Err(error) => error,
            };
            if is_login_renewed(&error, &mut renewals) {
                continue;
            }
            sends += 1;
            if !is_lost(&error) || is_own_refusal(&error) {
                return Err(error);
            }
            self.note(&error);
            let late = sender.timing().late_effect;
            let again = may_call_again(&error) && sends < SENDS && sender.context().allows(late);
            if !again || sender.context().pause(late).await.is_err() {
                return Err(error);
            }
        }
    }

    /// What came of all of it.
    pub(crate) fn outcome(&self, result: Result<RootUser, Error>) -> Result<RootUser, NotTold> {
        result.map_err(|error| match self.lost().clone() {
            Some(lost) => NotTold { error: lost, may_be_changed: true },
            None => NotTold { error, may_be_changed: false },
        })
    }

    fn note(&self, error: &Error) {
        self.lost().get_or_insert_with(|| error.clone());
    }

    fn lost(&self) -> MutexGuard<'_, Option<Error>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether another call may end better: not one that has met an error of the service's own, nor one that the
/// caller has cut short.
fn may_call_again(error: &Error) -> bool {
    match error {
        Error::Transport { .. } | Error::Undecodable { .. } => true,
        Error::Unavailable(refusal) => refusal.status != 500,
        _ => false,
    }
}
