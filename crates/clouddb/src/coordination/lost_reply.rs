//! Requests whose reply was lost: whether they may have taken effect, how often that is looked for, and
//! whether they can be sent again.

use std::time::Duration;

use http::Method;

use crate::coordination::delays::Delays;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::error::{Error, Sent};

/// How often it is looked for what a lost request made: it may be at work still.
const LOOKS: u32 = 3;

/// How often one creation is sent at most.
pub(crate) const SENDS: u32 = 3;

/// Whether a request that ended like this may have taken effect.
pub(crate) fn is_lost(error: &Error) -> bool {
    matches!(
        error,
        Error::Transport { sent: Sent::Maybe, .. }
            | Error::CutShort { .. }
            | Error::Unavailable(_)
            | Error::Undecodable { .. }
    )
}

/// How often it is looked for what a request made that ended like this.
pub(crate) fn looks_after(error: &Error) -> u32 {
    match error {
        // There is no time for more.
        Error::CutShort { .. } => 1,
        error if is_lost(error) => LOOKS,
        _ => 1,
    }
}

/// Whether a request that ended like this can be sent again once it is known to have had no effect.
/// After a 500 it would end in the same way.
pub(crate) fn may_send_again(error: &Error) -> bool {
    match error {
        Error::Transport { .. } => true,
        Error::Unavailable(refusal) => refusal.status != 500,
        _ => false,
    }
}

/// Sends an action whose reply, when lost, is found out about by a look at what it acts on.
///
/// A refusal is looked into as well: what was asked for may be so already, because an earlier command
/// asked for it and was interrupted.
pub(crate) async fn act<F, Look>(sender: &Sender, request: &Request, took: F) -> Result<(), Error>
where
    F: Fn(Sender) -> Look,
    Look: Future<Output = Result<bool, Error>>,
{
    debug_assert_ne!(request.method, Method::GET);
    let mut sends = 0;
    loop {
        let error = match sender.send(request).await {
            Ok(_) => return Ok(()),
            Err(error) if is_lost(&error) => error,
            Err(error @ (Error::Rejected(_) | Error::NotFound(_))) => {
                let is_so = sender.find_out(&took).await;
                return if matches!(is_so, Ok(true)) { Ok(()) } else { Err(error) };
            }
            Err(error) => return Err(error),
        };
        sends += 1;
        let mut delays = Delays::new(sender.timing());
        for look in 0..looks_after(&error) {
            let pause = if look == 0 { Duration::ZERO } else { delays.next() };
            let took = &took;
            let done = sender.find_out(|sender| async move {
                tokio::time::sleep(pause).await;
                took(sender).await
            });
            if done.await.map_err(|_| error.clone())? {
                return Ok(());
            }
        }
        if sends == SENDS || !may_send_again(&error) {
            return Err(error);
        }
    }
}
