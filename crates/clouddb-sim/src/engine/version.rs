//! The version of a MariaDB: of a program, or of the server that data was last run by.

use std::fmt;
use std::fs;
use std::path::Path;

/// A version of MariaDB, such as `10.11.19-MariaDB`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// Its first two numbers. Within a series the form of data stays as it is.
    series: (u32, u32),
    text: String,
}

/// Where the installation and the upgrade of data say for which server they were. The newer name comes first.
const UPGRADED: [&str; 2] = ["mariadb_upgrade_info", "mysql_upgrade_info"];

/// Where a copy says of which server it is.
const COPIED: [&str; 2] = ["mariadb_backup_info", "xtrabackup_info"];

impl Version {
    /// The first one that a text names, such as what a program says of itself.
    pub(super) fn in_text(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::of_word)
    }

    fn of_word(word: &str) -> Option<Self> {
        let text = word.trim_end_matches(',');
        let (numbers, _) = text.split_once("-MariaDB")?;
        let mut numbers = numbers.split('.').map(|it| it.parse().ok());
        let series = (numbers.next()??, numbers.next()??);
        Some(Self { series, text: text.to_owned() })
    }

    /// That of the server by which the data in a folder was last run, or copied, if the folder says it.
    pub(super) fn of_data(folder: &Path) -> Option<Self> {
        let told = |names: [&str; 2]| {
            names.iter().find_map(|name| fs::read_to_string(folder.join(name)).ok())
        };
        let upgraded = told(UPGRADED).and_then(|it| Self::in_text(&it));
        upgraded.or_else(|| {
            let copied = told(COPIED)?;
            // What has made the copy says there which version it has itself.
            copied.lines().find(|line| line.starts_with("server_version")).and_then(Self::in_text)
        })
    }

    /// Whether data of the one can be run by the other as it is.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.series == other.series
    }

    /// Whether data of this one cannot be run by the other.
    pub(super) fn is_newer_than(&self, other: &Self) -> bool {
        self.series > other.series
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::in_text(text).unwrap()
    }

    #[test]
    fn every_program_says_its_version_in_words_of_its_own() {
        for said in [
            "/opt/mariadb-11.4/bin/mariadbd  Ver 11.4.9-MariaDB for Linux on x86_64 (MariaDB)",
            "mariadb-backup based on MariaDB server 11.4.9-MariaDB Linux (x86_64)",
            "mariadb-upgrade from 11.4.9-MariaDB, client 2.1 for Linux (x86_64)",
            "mariadb-upgrade  Ver 2.1 Distrib 11.4.9-MariaDB, for Linux (x86_64)",
        ] {
            assert_eq!(version(said).to_string(), "11.4.9-MariaDB", "{said}");
        }
        for said in ["mysqld  Ver 8.0.36 for Linux on x86_64", "", "x-MariaDB", "11-MariaDB"] {
            assert_eq!(Version::in_text(said), None, "{said}");
        }
    }

    #[test]
    fn the_series_decides_and_is_compared_by_its_numbers() {
        let [old, new, newer] = ["10.6.27-MariaDB", "10.11.2-MariaDB", "11.4.9-MariaDB"];
        assert!(version(new).is_newer_than(&version(old)));
        assert!(version(newer).is_newer_than(&version(new)));
        assert!(!version(old).is_newer_than(&version(new)));
        assert!(version(new).is_like(&version("10.11.19-MariaDB-0+deb12u1-log")));
        assert!(!version(new).is_newer_than(&version("10.11.1-MariaDB")));
        assert!(!version(new).is_like(&version(old)));
    }

    #[test]
    fn data_is_of_the_server_that_it_was_upgraded_for_or_else_copied_from() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let of_data = || Version::of_data(folder.path()).map(|it| it.to_string());

        assert_eq!(of_data(), None);
        write(
            "xtrabackup_info",
            "uuid = 1\ntool_version = 11.8.1-MariaDB\nserver_version = 10.6.27-MariaDB-log\n",
        );
        assert_eq!(of_data().unwrap(), "10.6.27-MariaDB-log");
        write("mysql_upgrade_info", "10.11.19-MariaDB");
        assert_eq!(of_data().unwrap(), "10.11.19-MariaDB");
        write("mariadb_upgrade_info", "11.4.9-MariaDB\n");
        assert_eq!(of_data().unwrap(), "11.4.9-MariaDB");
    }
}
