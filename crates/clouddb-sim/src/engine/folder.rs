//! Data folders: one is made, and the others are copies of it.

use std::fs;
use std::io;
use std::path::Path;

/// Copies a folder with all that is in it.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// How much the databases of users take, in bytes.
pub(super) fn used(data: &Path) -> u64 {
    let entries = fs::read_dir(data).into_iter().flatten().flatten();
    let folders = entries.filter(|it| it.file_type().is_ok_and(|kind| kind.is_dir()));
    let theirs = folders.filter(|it| !OWN.iter().any(|own| it.file_name() == *own));
    let files = theirs.flat_map(|it| fs::read_dir(it.path()).into_iter().flatten().flatten());
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}

/// Bytes in GB with two decimals, by how many of them stand for one.
pub(super) fn gigabytes(bytes: u64, gigabyte: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a volume is far below 2^52 of anything")]
    let hundredths = (bytes * 100 / gigabyte) as f64;
    hundredths / 100.0
}

/// The databases of the server itself.
const OWN: [&str; 3] = ["mysql", "performance_schema", "sys"];

/// The end of a log, where the reason of a failure stands: its last errors.
pub(super) fn last_errors(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let errors = text.lines().filter_map(|line| line.split_once("[ERROR] ")).map(|(_, told)| told);
    let errors: Vec<&str> = errors.collect();
    errors.into_iter().rev().take(3).collect::<Vec<_>>().join("; ")
}

/// The last lines of what a program has said, in one.
pub(super) fn last_lines(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let skipped = lines.len().saturating_sub(3);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_what_is_in_the_folders_below() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("mysql")).unwrap();
        fs::write(from.join("mysql/db.frm"), "x").unwrap();
        fs::write(from.join("error.log"), "1 [Note] a\n2 [ERROR] b\n3 [ERROR] c\n").unwrap();

        copy(&from, &to).unwrap();

        assert_eq!(fs::read(to.join("mysql/db.frm")).unwrap(), b"x");
        assert_eq!(used(&to), 0);
        fs::create_dir_all(to.join("orders")).unwrap();
        fs::write(to.join("orders/lines.ibd"), "1234").unwrap();
        assert_eq!(used(&to), 4);
        assert_eq!(last_errors(&to.join("error.log")), "c; b");
        fs::write(to.join("said.log"), "1\n2\n\n3\n4\n").unwrap();
        assert_eq!(last_lines(&to.join("said.log")), "2; 3; 4");
        assert_eq!(format!("{} {}", gigabytes(3 << 20, 2 << 20), gigabytes(1, 1000)), "1.5 0");
    }
}
