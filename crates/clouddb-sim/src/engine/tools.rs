//! What a server is made with: the programs, the folders, the addresses, and the user of the service.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::address::Addresses;
use crate::engine::connection::ADMIN;
use crate::engine::installation::{CLIENT, INIT, Installation, client};
use crate::engine::keeper::RunFolder;
use crate::engine::program::Program;
use crate::engine::quoting::{account, text};
use crate::engine::store::Store;
use crate::engine::version::Version;
use crate::options::engine;

/// What a server is made with.
#[derive(Debug)]
pub(super) struct Tools {
    usual: Installation,
    /// Those that run the instances with these versions of a datastore.
    named: BTreeMap<String, Installation>,
    pub(super) addresses: Addresses,
    pub(super) root: Arc<RunFolder>,
    /// The data of servers and of backups.
    pub(super) store: Arc<Store>,
    /// Data that is of this run only.
    pub(super) passing: Arc<Store>,
    /// Of the user that the service has in each server.
    pub(super) password: String,
    /// Bytes that stand for a GB of a volume.
    pub(super) gigabyte: u64,
}

/// The programs that are there.
#[derive(Debug)]
pub(super) struct Programs {
    usual: Program,
    named: BTreeMap<String, Program>,
}

impl Programs {
    /// The one of every instance, and those of the instances with a version for which one is named. The error
    /// says what is missing.
    pub(super) fn find(options: &engine::MariaDb) -> io::Result<Self> {
        let of = |(version, path): (&String, &PathBuf)| {
            Ok((version.clone(), Program::find(Some(path))?))
        };
        Ok(Self {
            usual: Program::find(options.program.as_deref())?,
            named: options.programs.iter().map(of).collect::<io::Result<_>>()?,
        })
    }
}

fn init(password: &str, followers: &[String]) -> String {
    let (admin, password) = (account(ADMIN, "localhost"), text(password));
    // Servers that follow this one have them already.
    let admin = format!(
        "SET SESSION sql_log_bin = 0;\n\
         CREATE USER IF NOT EXISTS {admin};\nALTER USER {admin} IDENTIFIED BY {password};\n\
         GRANT ALL PRIVILEGES ON *.* TO {admin} WITH GRANT OPTION;\n"
    );
    let follower = |host: &String| {
        let follower = account(ADMIN, host);
        format!(
            "CREATE USER IF NOT EXISTS {follower};\nALTER USER {follower} IDENTIFIED BY {password};\n\
             GRANT REPLICATION SLAVE ON *.* TO {follower};\n"
        )
    };
    [admin].into_iter().chain(followers.iter().map(follower)).collect()
}

impl Tools {
    /// In the folder of this run; the data is in another, if that is kept.
    pub(super) fn new(
        programs: Programs,
        root: RunFolder,
        data: Option<&Path>,
        options: &engine::MariaDb,
    ) -> io::Result<Self> {
        let password = uuid::Uuid::new_v4().simple().to_string();
        let addresses = Addresses::new(options);
        fs::write(root.join(INIT), init(&password, &addresses.followers()))?;
        fs::write(root.join(CLIENT), client(&password))?;
        let (passing, root) = (Arc::new(Store::passing(&root)), Arc::new(root));
        let installation = |program, name: String| Installation::new(program, name, &root, options);
        let named = programs.named.into_iter().map(|(version, program)| {
            let name = format!("template-{version}");
            (version, installation(program, name))
        });
        Ok(Self {
            usual: installation(programs.usual, "template".into()),
            named: named.collect(),
            addresses,
            store: data.map_or_else(|| Arc::clone(&passing), |data| Arc::new(Store::kept(data))),
            passing,
            root,
            password,
            gigabyte: options.gigabyte.max(1) << 20,
        })
    }

    /// The socket of the server of this name. Its path may not be long, as that of data may be.
    pub(super) fn socket(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.s"))
    }

    /// The networks from which servers are told where a client is.
    pub(super) fn proxies(&self) -> String {
        self.addresses.proxies()
    }

    /// What runs the instances with this version of a datastore.
    pub(super) fn installation(&self, version: &str) -> &Installation {
        self.named.get(version).unwrap_or(&self.usual)
    }

    /// What runs the instances whose version has none of its own.
    pub(super) fn usual(&self) -> &Installation {
        &self.usual
    }

    /// What handles data of this version of MariaDB.
    pub(super) fn installation_of(&self, version: &Version) -> Option<&Installation> {
        let mut all = [&self.usual].into_iter().chain(self.named.values());
        all.find(|it| it.version().is_like(version))
    }
}
