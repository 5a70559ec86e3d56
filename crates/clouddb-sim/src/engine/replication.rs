//! What makes a server follow another, by the global transaction IDs in its binary log.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use sha1::{Digest, Sha1};

use crate::engine::connection::ADMIN;
use crate::engine::quoting::text;

/// The number that the server of this name is known by to others, above zero. It hangs on nothing but the
/// name: what has another's number in its log is never taken for one's own.
pub(super) fn number(name: &str) -> u32 {
    let digest = Sha1::digest(name.as_bytes());
    let first = digest.as_slice().first_chunk().copied().unwrap_or_default();
    u32::from_be_bytes(first).max(1)
}

/// Whether the server of this data folder follows another.
pub(super) fn is_set_up(data: &Path) -> bool {
    data.join("master.info").is_file()
}

/// Begins to follow a source, whose data of that position this server has.
pub(super) fn begin(position: &str, source: SocketAddr, password: &str) -> Vec<String> {
    vec![
        format!("SET GLOBAL gtid_slave_pos = {}", text(position)),
        source_is(source, password),
        "START SLAVE".to_owned(),
    ]
}

/// Goes on with another source.
pub(super) fn change(source: SocketAddr, password: &str) -> Vec<String> {
    vec!["STOP SLAVE".to_owned(), source_is(source, password), "START SLAVE".to_owned()]
}

/// Goes on with the source that it has followed.
pub(super) fn go_on() -> Vec<String> {
    vec!["START SLAVE".to_owned()]
}

/// Goes its own way, and lets its users write.
pub(super) fn end() -> Vec<String> {
    ["STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = 0"].map(str::to_owned).to_vec()
}

/// What a source has done so far.
pub(super) const POSITION: &str = "SELECT @@GLOBAL.gtid_binlog_pos";

/// Waits until that is done here, for a few seconds: what does not come by then is lost.
pub(super) fn wait_for(position: &str) -> String {
    format!("SELECT MASTER_GTID_WAIT({}, 4)", text(position))
}

/// The position that the data in a folder is of. Newer programs write it to another file.
pub(super) fn position(data: &Path) -> Result<String, String> {
    let files = ["xtrabackup_binlog_info", "mariadb_backup_binlog_info"];
    let found = files.iter().find_map(|name| fs::read_to_string(data.join(name)).ok());
    let told = found.ok_or("the copy does not say which position it is of")?;
    // The name of a log, a place in it, and the position.
    Ok(told.split_whitespace().nth(2).unwrap_or_default().to_owned())
}

fn source_is(source: SocketAddr, password: &str) -> String {
    format!(
        "CHANGE MASTER TO MASTER_HOST = {}, MASTER_PORT = {}, MASTER_USER = {}, MASTER_PASSWORD = {}, \
         MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos",
        text(&source.ip().to_string()),
        source.port(),
        text(ADMIN),
        text(password)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_server_is_its_own_and_stays() {
        assert_eq!(number("a"), number("a"));
        assert_ne!(number("a"), number("b"));
    }

    #[test]
    fn a_position_is_that_of_the_copy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("xtrabackup_binlog_info");

        assert!(position(folder.path()).unwrap_err().contains("position"));
        fs::write(&file, "binlog.000001\t760\t0-7-3\n").unwrap();
        assert_eq!(position(folder.path()).unwrap(), "0-7-3");
        fs::write(&file, "binlog.000001\t329\t\n").unwrap();
        assert_eq!(position(folder.path()).unwrap(), "");
    }
}
