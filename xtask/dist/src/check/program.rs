//! What the program needs of its system, and what it tells of the machine that built it.

use std::path::Path;

use testkit::{Result, project};

use crate::platform::GLIBC;

/// The program needs no glibc newer than the oldest that is kept, and no library of a compiler.
pub(super) fn needs_only_old_libraries(program: &Path) -> Result {
    let bytes = std::fs::read(program)?;
    if is_in(&bytes, b"libgcc_s.so") {
        return Err(format!("{} needs libgcc_s", program.display()).into());
    }
    match newest_glibc(&bytes) {
        Some(newest) if newest > GLIBC => {
            let ((major, minor), (most, at)) = (newest, GLIBC);
            let path = program.display();
            Err(format!("{path} needs glibc {major}.{minor}, and {most}.{at} is allowed").into())
        }
        Some((major, minor)) => {
            println!("[ok] the program needs glibc {major}.{minor}");
            Ok(())
        }
        None => {
            println!("[ok] the program needs no glibc");
            Ok(())
        }
    }
}

/// The newest version of glibc that a program asks for: a dynamic one names the version of each symbol.
fn newest_glibc(program: &[u8]) -> Option<(u32, u32)> {
    let mark = b"GLIBC_";
    let places = program.windows(mark.len()).enumerate().filter(|(_, it)| it == mark);
    let versions = places.filter_map(|(at, _)| {
        let text = program.get(at + mark.len()..)?;
        let end = text.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.'))?;
        let mut numbers = std::str::from_utf8(text.get(..end)?).ok()?.split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    versions.max()
}

/// The program holds no folder of whoever built it.
pub(super) fn names_no_folder_of_this_machine(program: &Path) -> Result {
    let bytes = std::fs::read(program)?;
    let folders = [std::env::home_dir(), project::cargo_home(), Some(project::root())];
    for folder in folders.into_iter().flatten().filter(|it| it.components().count() > 1) {
        if is_in(&bytes, slashed(&folder).as_bytes()) {
            return Err(format!("{} names {}", program.display(), folder.display()).into());
        }
    }
    println!("[ok] the program names no folder of this machine");
    Ok(())
}

/// With a slash at its end: a folder, and not what begins with its name.
fn slashed(folder: &Path) -> String {
    format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR)
}

fn is_in(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_the_versions_counts_as_a_number() {
        assert_eq!(newest_glibc(b"..GLIBC_2.2.5\0GLIBC_2.17\0GLIBC_2.9\0"), Some((2, 17)));
        assert_eq!(newest_glibc(b"GLIBC_PRIVATE\0"), None);
    }

    #[test]
    fn a_newer_glibc_and_a_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");

        std::fs::write(&program, b"\0GLIBC_2.34\0").unwrap();
        assert!(needs_only_old_libraries(&program).is_err());

        let named = format!("\0{}/src/main.rs\0", project::root().display());
        std::fs::write(&program, named).unwrap();
        assert!(names_no_folder_of_this_machine(&program).is_err());
    }
}
