//! The end of an object.

use clouddb::Error;
use tfplug::Diagnostic;

/// Asks for a deletion and waits for its end. What the deletion does not find is looked for as well:
/// its word alone is no proof that the object is gone.
pub(super) async fn delete_until_gone(
    delete: impl Future<Output = Result<(), Error>>,
    gone: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    match delete.await {
        Ok(()) | Err(Error::NotFound(_)) => gone.await,
        Err(error) => Err(error),
    }
}

/// Asks for a deletion that is over with its reply. What it does not find is looked for as well, for the same
/// reason.
pub(super) async fn delete_at_once<T>(
    delete: impl Future<Output = Result<(), Error>>,
    look: impl Future<Output = Result<Option<T>, Error>>,
) -> Result<(), Error> {
    match delete.await {
        Err(error @ Error::NotFound(_)) => match look.await {
            Ok(None) => Ok(()),
            _ => Err(error),
        },
        end => end,
    }
}

/// The warning of a plan that replaces an object by one of the same name; `kind` begins the summary.
pub(super) fn two_of_one_name(kind: &str) -> Diagnostic {
    Diagnostic::warning(format!("{kind} is dropped before it is made anew")).detail(
        "What it holds goes with it. Two of one name cannot exist, so `create_before_destroy` cannot work for this change: if the `lifecycle` block of the resource, or of what refers to it, says so, remove that first, or the apply ends in an error and changes nothing.",
    )
}

#[cfg(test)]
mod tests {
    use clouddb::{Call, Refusal};

    use super::*;

    fn refusal() -> Box<Refusal> {
        let call = Call { method: "DELETE".to_owned(), path: "/schedules/1".to_owned() };
        let (message, status) = ("No".to_owned(), 404);
        Box::new(Refusal { call, status, fault: None, message, details: None, request_id: None })
    }

    async fn deleted(
        reply: Result<(), Error>,
        look: Result<Option<()>, Error>,
    ) -> Result<(), Error> {
        delete_at_once(std::future::ready(reply), std::future::ready(look)).await
    }

    #[tokio::test]
    async fn what_a_deletion_does_not_find_is_gone_only_if_a_look_says_so_too() {
        let not_found = || Err(Error::NotFound(refusal()));

        assert!(deleted(Ok(()), Ok(Some(()))).await.is_ok());
        assert!(deleted(not_found(), Ok(None)).await.is_ok());
        for look in [Ok(Some(())), Err(Error::Busy(refusal()))] {
            assert!(matches!(deleted(not_found(), look).await, Err(Error::NotFound(_))));
        }
        let busy = deleted(Err(Error::Busy(refusal())), Ok(None)).await;
        assert!(matches!(busy, Err(Error::Busy(_))));
    }

    #[tokio::test]
    async fn what_a_deletion_does_not_find_is_waited_for_and_a_refusal_is_not() {
        let end = |reply, gone| delete_until_gone(async { reply }, async { gone });
        let not_found = || Err(Error::NotFound(refusal()));

        assert!(end(not_found(), Ok(())).await.is_ok());
        assert!(end(not_found(), Err(Error::Busy(refusal()))).await.is_err());
        assert!(end(Err(Error::Busy(refusal())), Ok(())).await.is_err());
    }
}
