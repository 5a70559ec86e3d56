//! The file with the state of a simulator. It is replaced as a whole, so that whoever is killed leaves the
//! state from before or the one from after.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::disk::folder::{ADVICE, DataFolder, own_file, something};

/// Says that a file is of this kind.
const FORMAT: &str = "state of clouddb-sim";

/// Counts the forms that the state has had. Whoever changes what is written increases it.
const VERSION: u64 = 1;

const NAME: &str = "state.json";
/// The next state, while it is written.
const NEXT: &str = "state.json.new";

/// What all runs with one state have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) engine: String,
    pub(crate) account_id: String,
    pub(crate) default_region: String,
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u64,
}

#[derive(Serialize)]
struct Written<'a, State> {
    format: &'a str,
    version: u64,
    origin: &'a Origin,
    state: &'a State,
}

#[derive(Deserialize)]
struct Read<State> {
    origin: Origin,
    state: State,
}

/// The file with the state of a simulator, in a folder that no other uses.
#[derive(Debug)]
pub(crate) struct StateFile {
    folder: DataFolder,
    origin: Origin,
    /// What is in the file.
    written: Vec<u8>,
}

impl StateFile {
    /// Opens a folder with the state in it, if it is not a new one. An error says what is wrong with it; then
    /// nothing has been changed.
    pub(crate) fn open<State: DeserializeOwned>(
        path: &Path,
        origin: Origin,
    ) -> io::Result<(Self, Option<State>)> {
        is_new(path)?;
        let folder = DataFolder::open(path)?;
        let file = folder.root().join(NAME);
        let written = match fs::read(&file) {
            Ok(written) => written,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((Self { folder, origin, written: Vec::new() }, None));
            }
            Err(error) => return Err(refused(&file, &format!("cannot be read: {error}"))),
        };
        let state = parse(&written, &origin).map_err(|why| refused(&file, &why))?;
        Ok((Self { folder, origin, written }, Some(state)))
    }

    /// Where the data of database servers is, if there are any.
    pub(crate) fn servers(&self) -> PathBuf {
        self.folder.servers()
    }

    /// Replaces what is in the file, if that is another state. When this returns, it is on disk. The error
    /// names the file.
    pub(crate) fn write(&mut self, state: &impl Serialize) -> io::Result<()> {
        let (format, version, origin) = (FORMAT, VERSION, &self.origin);
        let mut text = serde_json::to_vec(&Written { format, version, origin, state })?;
        text.push(b'\n');
        if text == self.written {
            return Ok(());
        }
        let file = self.folder.root().join(NAME);
        self.replace(&file, &text).map_err(|error| {
            io::Error::new(error.kind(), format!("cannot write {}: {error}", file.display()))
        })?;
        self.written = text;
        Ok(())
    }

    fn replace(&self, file: &Path, text: &[u8]) -> io::Result<()> {
        let next = self.folder.root().join(NEXT);
        let mut new = own_file().truncate(true).open(&next)?;
        new.write_all(text)?;
        new.sync_all()?;
        drop(new);
        fs::rename(&next, file)?;
        // The name of a file is on disk when its folder is; Windows knows no such thing.
        if cfg!(unix) { File::open(self.folder.root())?.sync_all() } else { Ok(()) }
    }
}

/// A folder without a state must not have anything else in it: that may be anybody's, or the rest of what
/// belonged to a state.
fn is_new(path: &Path) -> io::Result<()> {
    if !path.is_dir() || path.join(NAME).exists() {
        return Ok(());
    }
    let Some(found) = something(path, NEXT)? else { return Ok(()) };
    let why = format!("{} is there, and no {NAME}", found.display());
    Err(invalid(format!("{} is no folder of a simulator: {why}; {ADVICE}", path.display())))
}

fn parse<State: DeserializeOwned>(written: &[u8], origin: &Origin) -> Result<State, String> {
    let damaged = |error: serde_json::Error| format!("is damaged, or no {FORMAT}: {error}");
    let head: Head = serde_json::from_slice(written).map_err(damaged)?;
    if head.format != FORMAT {
        return Err(format!("is no {FORMAT}, but of the format \"{}\"", head.format));
    }
    if head.version != VERSION {
        let version = head.version;
        return Err(format!(
            "has version {version} of its format, and this program knows {VERSION} only: use it with the \
             program that has written it"
        ));
    }
    let found: Read<State> = serde_json::from_slice(written).map_err(damaged)?;
    let differences = [
        ("engine", &found.origin.engine, &origin.engine),
        ("account", &found.origin.account_id, &origin.account_id),
        ("default region", &found.origin.default_region, &origin.default_region),
    ];
    match differences.iter().find(|(_, then, now)| then != now) {
        None => Ok(found.state),
        Some((what, then, now)) => Err(format!(
            "was made with the {what} {then}, which is {now} now: start with {then} again"
        )),
    }
}

fn refused(file: &Path, why: &str) -> io::Error {
    invalid(format!("{} {why}; or {ADVICE}", file.display()))
}

fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        let text = str::to_owned;
        Origin { engine: text("memory"), account_id: text("123456"), default_region: text("DFW") }
    }

    fn open(path: &Path) -> io::Result<(StateFile, Option<Vec<u64>>)> {
        StateFile::open(path, origin())
    }

    /// What is said about a folder in which the file has this in it, which is left as it is.
    fn refusal(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(NAME);
        fs::write(&file, text).unwrap();
        let error = open(folder.path()).unwrap_err().to_string();
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
        let file = folder.path().canonicalize().unwrap().join(NAME);
        let error = error.strip_prefix(&format!("{} ", file.display())).map(str::to_owned);
        error.unwrap()
    }

    #[test]
    fn what_was_written_last_is_read_and_half_a_file_beside_it_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/folder");
        let (mut file, state) = open(&path).unwrap();
        assert_eq!(state, None);
        file.write(&[1]).unwrap();
        file.write(&[1, 2]).unwrap();
        drop(file);
        fs::write(path.join(NEXT), "{").unwrap();

        let (_file, state) = open(&path).unwrap();

        assert_eq!(state, Some(vec![1, 2]));
    }

    #[test]
    fn a_state_that_is_there_already_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let (mut file, _) = open(folder.path()).unwrap();
        file.write(&[1]).unwrap();
        drop(file);
        let (mut file, _) = open(folder.path()).unwrap();
        fs::remove_file(folder.path().join(NAME)).unwrap();

        file.write(&[1]).unwrap();
        assert!(!folder.path().join(NAME).exists());
        file.write(&[2]).unwrap();
        assert!(folder.path().join(NAME).exists());
    }

    #[test]
    fn a_folder_is_used_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path()).unwrap();

        let error = open(folder.path()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ResourceBusy);
        assert!(error.to_string().contains("used by another simulator"), "{error}");
        drop(first);
        open(folder.path()).unwrap();
    }

    #[test]
    fn what_is_no_state_is_refused_and_left_alone() {
        let head = |format: &str, version: u64, account: &str| {
            format!(
                r#"{{"format":"{format}","version":{version},"origin":{{"engine":"memory",
                "account_id":"{account}","default_region":"DFW"}},"state":[1]}}"#
            )
        };

        assert!(refusal("").starts_with("is damaged"));
        assert!(refusal(head(FORMAT, 1, "123456").trim_end_matches('}')).starts_with("is damaged"));
        assert!(refusal(&head(FORMAT, 1, "123456").replace("[1]", "1")).starts_with("is damaged"));
        assert!(refusal(&head("x", 1, "123456")).contains("of the format \"x\""));
        assert!(refusal(&head(FORMAT, 2, "123456")).contains("has version 2"));
        let other = refusal(&head(FORMAT, 1, "7"));
        assert!(other.starts_with("was made with the account 7, which is 123456 now"), "{other}");
        assert!(other.ends_with("name another folder with --data"), "{other}");
    }

    #[test]
    fn a_folder_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("servers")).unwrap();
        open(folder.path()).unwrap();
        fs::create_dir(folder.path().join("servers/x")).unwrap();
        let error = open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("servers/x is there, and no state.json"), "{error}");
        let others = tempfile::tempdir().unwrap();
        fs::write(others.path().join("letter"), "x").unwrap();
        open(others.path()).unwrap_err();
        assert_eq!(fs::read_dir(others.path()).unwrap().count(), 1);
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();

        let error = open(&file).unwrap_err().to_string();

        assert!(error.starts_with(&format!("cannot keep anything in {}", file.display())));
        assert_eq!(fs::read(&file).unwrap(), b"x");
    }
}
