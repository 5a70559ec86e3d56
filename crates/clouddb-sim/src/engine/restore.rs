//! What makes a data folder of saved data, and what makes a server have what a dump has.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::engine::call;
use crate::engine::folder;
use crate::engine::saved::Saved;
use crate::engine::tools::Tools;

/// Makes a data folder of this name: of a copy of files, to which what incremental backups have is applied in
/// their order, or an empty one for what a dump has.
pub(super) fn data_folder(
    tools: &Tools,
    saved: &Saved,
    name: &str,
    is_dropped: &AtomicBool,
) -> Result<(), String> {
    saved.ends_well(is_dropped)?;
    if saved.is_dump() {
        return tools.new_folder(&tools.store.folder(name));
    }
    let data = tools.store.folder(name);
    let chain = saved.chain();
    let Some((full, increments)) = chain.split_first() else { return Ok(()) };
    folder::copy(full, &data).map_err(|error| error.to_string())?;
    for increment in increments {
        apply(tools, increment, &data, name, is_dropped)?;
    }
    Ok(())
}

/// Adds what an incremental backup has. It is changed by that, so a copy is used up.
fn apply(
    tools: &Tools,
    increment: &Path,
    data: &Path,
    name: &str,
    is_dropped: &AtomicBool,
) -> Result<(), String> {
    let step = format!("{name}-increment");
    let copy = tools.root.join(&step);
    folder::copy(increment, &copy).map_err(|error| error.to_string())?;
    let call = tools.preparation(data, Some(&copy))?;
    let applied = call::run(tools, &step, &call, is_dropped);
    // The keeper takes away what cannot be removed now.
    let _ = fs::remove_dir_all(&copy);
    applied
}

/// Has a server that runs take in a dump.
pub(super) fn take_in(
    tools: &Tools,
    saved: &Saved,
    name: &str,
    is_dropped: &AtomicBool,
) -> Result<(), String> {
    let call = tools.dump_taken_in(&saved.dump(), &tools.socket(name))?;
    call::run(tools, &format!("{name}-dump"), &call, is_dropped)
}
