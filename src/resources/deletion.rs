//! The end of an object.

use clouddb::Error;

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
