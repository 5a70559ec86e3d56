//! Releases that somebody has altered, or that were made wrong: none of them may come to work.

use std::path::{Path, PathBuf};

use testkit::Result;
use testkit::terraform::{Cli, flat};

use super::installation::{Stranger, offer};
use super::registry::Offer;
use crate::platform::Platform;
use crate::signature::Key;
use crate::{archive, sums};

/// A release and its key, to be altered.
struct Release<'a> {
    folder: PathBuf,
    platform: &'a Platform,
    key: &'a Key,
    stranger: &'a Key,
}

type Alter = fn(&Release<'_>, &mut Offer) -> Result;

/// What is altered, how, and what the tool says of it.
const ALTERATIONS: [(&str, Alter, &str); 6] = [
    ("a signature by another key", sign_by_another, "signature"),
    (
        "no key to check with",
        |_, offer| {
            offer.key = None;
            Ok(())
        },
        "sign",
    ),
    ("other checksums than were signed", alter_sums, "signature"),
    ("another zip than was signed", alter_zip, "checksum"),
    ("a signature in the form for mail", sign_armored, "signature"),
    (
        "another protocol",
        |_, offer| {
            offer.protocol = "7.0";
            Ok(())
        },
        "compatible versions",
    ),
];

/// The tool refuses each alteration when it installs, and a program without its mode bit when it starts.
pub(super) fn is_refused(
    cli: &Cli,
    platform: &Platform,
    folder: &Path,
    key: &Key,
    temporary: &Path,
) -> Result {
    let place = temporary.join(format!("altered-{}", cli.name()));
    std::fs::create_dir(&place)?;
    let stranger = Key::throwaway(&place.join("keys"))?;
    for (number, (what, alter, word)) in ALTERATIONS.iter().enumerate() {
        let release = Release {
            folder: copy(folder, &place.join(number.to_string()))?,
            platform,
            key,
            stranger: &stranger,
        };
        let mut altered = offer(&release.folder, key)?;
        alter(&release, &mut altered)?;
        let run = Stranger::new(cli, altered)?.init()?;
        if run.code == Some(0) || !flat(&run.text).contains(word) {
            return Err(format!("{} installs {what}:\n{}", cli.name(), run.text).into());
        }
        println!("[ok] {} refuses {what}", cli.name());
    }
    cannot_be_started(cli, &copy(folder, &place.join("mode"))?, platform, key)
}

/// A zip whose program has no mode bit is installed without a word, and is of no use.
fn cannot_be_started(cli: &Cli, folder: &Path, platform: &Platform, key: &Key) -> Result {
    let zip = folder.join(archive::name(platform.name));
    let unpacked = folder.join("unpacked");
    let mut packed = zip::ZipArchive::new(std::fs::File::open(&zip)?)?;
    let mut program = packed.by_name(&archive::program_name(platform.name))?;
    std::io::copy(&mut program, &mut std::fs::File::create(&unpacked)?)?;
    drop(program);
    archive::pack(&zip, platform.name, &unpacked, "", 0o644)?;
    resign(folder, key)?;
    let stranger = Stranger::new(cli, offer(folder, key)?)?;
    let installed = stranger.init()?;
    let started = stranger.validate()?;
    if started.code == Some(0) {
        return Err(format!("{} starts a program without its mode bit", cli.name()).into());
    }
    let way = if installed.code == Some(0) { "installs and cannot start" } else { "refuses" };
    println!("[ok] {} {way} a program without its mode bit", cli.name());
    Ok(())
}

fn copy(folder: &Path, to: &Path) -> Result<PathBuf> {
    std::fs::create_dir(to)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(to.to_owned())
}

fn signature(folder: &Path) -> PathBuf {
    folder.join(format!("{}.sig", sums::name()))
}

fn sign_by_another(release: &Release<'_>, _: &mut Offer) -> Result {
    let signed = release.stranger.sign(&release.folder.join(sums::name()))?;
    Ok(std::fs::write(signature(&release.folder), signed)?)
}

fn sign_armored(release: &Release<'_>, _: &mut Offer) -> Result {
    let signed = release.key.sign_armored(&release.folder.join(sums::name()))?;
    Ok(std::fs::write(signature(&release.folder), signed)?)
}

fn alter_sums(release: &Release<'_>, _: &mut Offer) -> Result {
    let path = release.folder.join(sums::name());
    let text = std::fs::read_to_string(&path)?;
    Ok(std::fs::write(path, text + "\n")?)
}

fn alter_zip(release: &Release<'_>, _: &mut Offer) -> Result {
    let path = release.folder.join(archive::name(release.platform.name));
    let mut bytes = std::fs::read(&path)?;
    bytes.push(0);
    Ok(std::fs::write(path, bytes)?)
}

/// Signs a release again after its zip was made anew.
fn resign(folder: &Path, key: &Key) -> Result {
    let path = folder.join(sums::name());
    let listed = std::fs::read_to_string(&path)?;
    let names = listed.lines().filter_map(|line| line.split_once("  "));
    let names: Vec<String> = names.map(|(_, name)| name.to_owned()).collect();
    std::fs::write(&path, sums::text(folder, &names)?)?;
    Ok(std::fs::write(signature(folder), key.sign(&path)?)?)
}
