//! The end of an object.

use clouddb::Error;

/// Asks for a deletion and waits for its end. What is gone already is as good as deleted.
pub(super) async fn delete_until_gone(
    delete: impl Future<Output = Result<(), Error>>,
    gone: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    match delete.await {
        Ok(()) => gone.await,
        Err(Error::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
