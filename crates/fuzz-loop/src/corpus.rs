//! The folder of inputs that once were trouble: files `*.hex` hold hexadecimal digits, all others the
//! input itself.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;

/// Every input, in the order of the names of their files. No folder is no input.
pub(crate) fn read(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let inputs = paths.into_iter().filter_map(|path| {
        let bytes = fs::read(&path).ok()?;
        if path.extension().is_some_and(|it| it == "hex") { from_hex(&bytes) } else { Some(bytes) }
    });
    inputs.collect()
}

/// Writes an input where the next run finds it, and says where that is.
pub(crate) fn write(folder: &Path, input: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let path = folder.join(format!("found-{:016x}.hex", hasher.finish()));
    let digits: Vec<String> = input.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<String> = digits.chunks(32).map(<[String]>::concat).collect();
    match fs::create_dir_all(folder).and_then(|()| fs::write(&path, lines.join("\n") + "\n")) {
        Ok(()) => path.display().to_string(),
        Err(error) => format!("no file ({error}); as hexadecimal: {}", lines.concat()),
    }
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits: String =
        text.iter().filter(|it| !it.is_ascii_whitespace()).map(|it| char::from(*it)).collect();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}
