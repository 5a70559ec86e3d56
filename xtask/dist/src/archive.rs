//! The zip of one platform.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use testkit::{Result, project, provider};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file that users may start.
pub(crate) const PROGRAM_MODE: u32 = 0o755;
const TEXT_MODE: u32 = 0o644;

/// The name of the zip: `terraform-provider-rackspace_0.1.0_linux_amd64.zip`.
pub(crate) fn name(platform: &str) -> String {
    format!("{}_{}_{platform}.zip", provider::PROGRAM, provider::VERSION)
}

/// The name of the program inside: `terraform-provider-rackspace_v0.1.0`.
pub(crate) fn program_name(platform: &str) -> String {
    let suffix = if platform.starts_with("windows_") { ".exe" } else { "" };
    format!("{}_v{}{suffix}", provider::PROGRAM, provider::VERSION)
}

/// Packs the program with the licences. The same contents give the same bytes: the entries are in
/// order and have one fixed date.
pub(crate) fn pack(
    path: &Path,
    platform: &str,
    program: &Path,
    licences: &str,
    mode: u32,
) -> Result {
    let text = |name: &str| std::fs::read(project::root().join(name));
    let entries = [
        ("LICENSE".to_owned(), text("LICENSE")?, TEXT_MODE),
        ("README.md".to_owned(), text("README.md")?, TEXT_MODE),
        ("THIRD-PARTY-LICENSES.txt".to_owned(), licences.as_bytes().to_vec(), TEXT_MODE),
        (program_name(platform), std::fs::read(program)?, mode),
    ];
    let mut zip = ZipWriter::new(File::create(path)?);
    for (name, contents, mode) in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::default())
            .unix_permissions(mode);
        zip.start_file(name, options)?;
        zip.write_all(&contents)?;
    }
    zip.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zip_is_the_same_every_time_and_its_program_can_be_started() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("built");
        std::fs::write(&program, "program").unwrap();
        let pack = |name: &str| {
            let path = folder.path().join(name);
            pack(&path, "linux_amd64", &program, "licences", PROGRAM_MODE).unwrap();
            std::fs::read(path).unwrap()
        };

        let (first, second) = (pack("a.zip"), pack("b.zip"));

        assert_eq!(first, second);
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(first)).unwrap();
        let entry = zip.by_name(&program_name("linux_amd64")).unwrap();
        assert_eq!(entry.unix_mode().unwrap() & 0o777, 0o755);
    }

    #[test]
    fn a_program_for_windows_has_its_suffix() {
        let name = program_name("windows_amd64");
        assert_eq!(Path::new(&name).extension().unwrap(), "exe");
    }
}
