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

/// The warning of a plan that replaces an object by one of the same name; `kind` begins the summary.
pub(super) fn two_of_one_name(kind: &str) -> Diagnostic {
    Diagnostic::warning(format!("{kind} is dropped before it is made anew")).detail(
        "What it holds goes with it. Two of one name cannot exist, so `create_before_destroy` cannot work for this change: if the `lifecycle` block of the resource, or of what refers to it, says so, remove that first, or the apply ends in an error and changes nothing.",
    )
}
