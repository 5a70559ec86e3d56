//! A simulator with servers behind its instances, and clients of those.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Once, OnceLock};
use std::time::{Duration, Instant};

use clouddb_sim::{Engine, MariaDb, Options};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use serde_json::{Value, json};

use crate::api::Api;
use crate::http::send;

/// How long a test waits for what takes a server a second.
const TIMEOUT: Duration = Duration::from_mins(2);

pub(crate) struct Cloud {
    api: Api,
}

impl Deref for Cloud {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

/// Whether there is a server on this machine, which has to be a Linux. If not, one line says so.
pub(crate) fn is_there() -> bool {
    static SAID: Once = Once::new();
    // What is left behind is looked for in the processes that Linux shows.
    let found = cfg!(target_os = "linux") && has("mariadbd");
    if !found {
        say(&SAID, "engine: not tested, there is no mariadbd (package mariadb-server-core)");
    }
    found
}

/// Whether data can be copied on this machine. If not, one line says so.
pub(crate) fn can_copy() -> bool {
    static SAID: Once = Once::new();
    let found = is_there() && has("mariadb-backup");
    if !found {
        say(
            &SAID,
            "engine: data in copies is not tested, there is no mariadb-backup (its package)",
        );
    }
    found
}

/// Whether dumps can be written on this machine. If not, one line says so.
pub(crate) fn can_dump() -> bool {
    static SAID: Once = Once::new();
    let found = is_there() && has("mariadb-dump") && has("mariadb");
    if !found {
        say(
            &SAID,
            "engine: dumps are not tested, there is no mariadb-dump (package mariadb-client)",
        );
    }
    found
}

fn has(program: &str) -> bool {
    find(program).is_some()
}

/// A program of this machine.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.find_map(|it| Some(it.join(program)).filter(|it| it.is_file()))
}

/// Past the test runner, which shows nothing that a passing test prints.
fn say(once: &Once, what: &str) {
    once.call_once(|| {
        let _ = std::io::stderr().write_all(format!("clouddb-sim, {what}\n").as_bytes());
    });
}

impl Cloud {
    /// One that all tests share which need no other, since a first data folder takes its time. None without
    /// a server on this machine.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cloud>> = OnceLock::new();
        SHARED.get_or_init(|| Self::with(Options::default())).as_ref()
    }

    /// One for a test of its own.
    pub(crate) fn new() -> Option<Self> {
        Self::with(Options::default())
    }

    /// One for a test of its own that copies data.
    pub(crate) fn with_backups(options: Options) -> Option<Self> {
        if can_copy() { Self::with(options) } else { None }
    }

    /// The same cloud by another base path, such as that of a region.
    pub(crate) fn at(self, base: &str) -> Self {
        Self { api: self.api.at(base) }
    }

    pub(crate) fn with(options: Options) -> Option<Self> {
        Self::with_engine(MariaDb::default(), options)
    }

    pub(crate) fn with_engine(engine: MariaDb, options: Options) -> Option<Self> {
        let engine = Engine::MariaDb(engine);
        is_there().then(|| Self { api: Api::with(Options { engine, ..options }) })
    }

    /// Creates an instance, waits for it and returns its ID.
    pub(crate) fn build(&self, name: &str) -> String {
        let id = self.create(name);
        let status = self.wait(&id, "BUILD");
        assert_eq!(status, "ACTIVE", "{:?}", self.sim.instance(&id));
        id
    }

    /// The status that comes after this one.
    pub(crate) fn wait(&self, id: &str, status: &str) -> String {
        let until = Instant::now() + TIMEOUT;
        loop {
            let now = self.status(id);
            if now != status {
                return now;
            }
            assert!(Instant::now() < until, "{id} is {status} still: {:?}", self.sim.instance(id));
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What the simulator tells of itself.
    pub(crate) fn sim_state(&self) -> Value {
        send(self.sim.address(), "GET", "/sim/state", &[], None).unwrap().json()
    }

    /// Where the server of an instance listens, by what the API says.
    pub(crate) fn endpoint(&self, id: &str) -> SocketAddr {
        let shown = self.get(&format!("/instances/{id}")).json();
        let server = self.sim.instance(id).unwrap().server.unwrap();
        assert_eq!(server.failure, None, "{id}");
        let endpoint = server.endpoint;
        assert_eq!(shown["instance"]["hostname"], endpoint.ip().to_string());
        endpoint
    }

    /// Logs in to an instance from 127.0.0.1.
    pub(crate) fn log_in(&self, id: &str, user: &str, password: &str) -> Result<Conn, String> {
        self.log_in_from(Ipv4Addr::LOCALHOST, id, user, password)
    }

    pub(crate) fn log_in_from(
        &self,
        from: Ipv4Addr,
        id: &str,
        user: &str,
        password: &str,
    ) -> Result<Conn, String> {
        let endpoint = self.endpoint(id);
        let options = OptsBuilder::new()
            .ip_or_hostname(Some(endpoint.ip().to_string()))
            .tcp_port(endpoint.port())
            .bind_address(Some(SocketAddr::from((from, 0))))
            .prefer_socket(false)
            .user(Some(user))
            .pass(Some(password));
        Conn::new(options).map_err(|error| error.to_string())
    }

    /// Root of an instance.
    pub(crate) fn root(&self, id: &str) -> Conn {
        let seen = self.post(&format!("/instances/{id}/root"), &json!({})).json();
        self.log_in(id, "root", seen["user"]["password"].as_str().unwrap()).unwrap()
    }

    /// The names that a listing below an instance shows.
    pub(crate) fn names(&self, id: &str, list: &str) -> Vec<String> {
        let seen = self.get(&format!("/instances/{id}/{list}")).json();
        let items = seen[list].as_array().unwrap_or_else(|| panic!("{seen}"));
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// The texts of the first column.
pub(crate) fn column(connection: &mut Conn, query: &str) -> Vec<String> {
    connection.query(query).unwrap()
}
