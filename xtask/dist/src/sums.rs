//! Checksums, as `sha256sum` writes them.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use testkit::{Result, provider};

/// The name of the file of checksums.
pub(crate) fn name() -> String {
    format!("{}_{}_SHA256SUMS", provider::PROGRAM, provider::VERSION)
}

/// The checksum of a file, in hexadecimal digits.
pub(crate) fn of(path: &Path) -> Result<String> {
    let mut digits = String::new();
    for byte in Sha256::digest(std::fs::read(path)?) {
        write!(digits, "{byte:02x}")?;
    }
    Ok(digits)
}

/// A line for each of those files.
pub(crate) fn text(folder: &Path, names: &[String]) -> Result<String> {
    let mut names = names.to_vec();
    names.sort();
    let lines = names.iter().map(|name| Ok(format!("{}  {name}\n", of(&folder.join(name))?)));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_those_of_sha256sum() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "abc").unwrap();

        let text = text(folder.path(), &["a".to_owned()]).unwrap();

        // The example of FIPS 180-4.
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text, format!("{sum}  a\n"));
    }
}
