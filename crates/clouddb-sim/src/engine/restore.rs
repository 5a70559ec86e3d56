//! What makes a data folder of saved data, and what makes a server have what a dump has.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::engine::call;
use crate::engine::folder;
use crate::engine::installation::Installation;
use crate::engine::saved::Saved;
use crate::engine::tools::Tools;

/// Makes a data folder of this name: of a copy of files, to which what incremental backups have is applied in
/// their order, or an empty one of this installation for what a dump has.
pub(super) fn data_folder(
    tools: &Tools,
    on: &Installation,
    saved: &Saved,
    name: &str,
    is_dropped: &AtomicBool,
) -> Result<(), String> {
    saved.ends_well(is_dropped)?;
    if saved.is_dump() {
        return on.new_folder(&tools.store.folder(name));
    }
    let data = tools.store.folder(name);
    let chain = saved.chain();
    let Some((full, increments)) = chain.split_first() else { return Ok(()) };
    folder::copy(full, &data).map_err(|error| error.to_string())?;
    if increments.is_empty() {
        return Ok(());
    }
    // What has made the copies puts them together too.
    let maker = match saved.version() {
        None => on,
        Some(version) => tools.installation_of(&version).ok_or_else(|| {
            format!("the backup is of {version}, of which no server is named any more")
        })?,
    };
    for increment in increments {
        apply(tools, maker, increment, (&data, name), is_dropped)?;
    }
    Ok(())
}

/// Adds what an incremental backup has. It is changed by that, so a copy is used up.
fn apply(
    tools: &Tools,
    maker: &Installation,
    increment: &Path,
    (data, name): (&Path, &str),
    is_dropped: &AtomicBool,
) -> Result<(), String> {
    let step = format!("{name}-increment");
    let copy = tools.root.join(&step);
    folder::copy(increment, &copy).map_err(|error| error.to_string())?;
    let call = maker.preparation(data, Some(&copy))?;
    let applied = call::run(tools, &step, &call, is_dropped);
    // The keeper takes away what cannot be removed now.
    let _ = fs::remove_dir_all(&copy);
    applied
}

/// Has a server that runs take in a dump.
pub(super) fn take_in(
    tools: &Tools,
    on: &Installation,
    saved: &Saved,
    name: &str,
    is_dropped: &AtomicBool,
) -> Result<(), String> {
    let call = on.dump_taken_in(&saved.dump(), &tools.socket(name))?;
    call::run(tools, &format!("{name}-dump"), &call, is_dropped)
}
