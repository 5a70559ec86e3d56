//! Data of a server of another version, which a server begins or goes on with.

use std::path::Path;

use crate::engine::installation::Installation;
use crate::engine::version::Version;

/// Calls what brings data up to date when a server runs on it, which listens to that socket; nothing where it
/// is of that server's version already. The error says that the data is of a newer one, from which no way
/// leads back, or what to install.
pub(super) fn of_data(
    on: &Installation,
    data: &Path,
    socket: &Path,
) -> Result<Option<Vec<String>>, String> {
    let Some(of) = Version::of_data(data) else { return Ok(None) };
    let version = on.version();
    if of.is_newer_than(version) {
        return Err(format!(
            "the data is of {of}, which the older {version} cannot run: name a server with \
             --mariadbd that is as new"
        ));
    }
    if of.is_like(version) {
        return Ok(None);
    }
    let call = on.upgrade(socket);
    call.map(Some).map_err(|advice| format!("the data is of {of}, not {version}: {advice}"))
}
