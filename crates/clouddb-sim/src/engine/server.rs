//! One server: a process, its data folder and its address, with a thread that does what takes long.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;

use crate::engine::address;
use crate::engine::call;
use crate::engine::change::{Change, Refusal};
use crate::engine::connection::Connection;
use crate::engine::contents::{Contents, DATABASES, GRANTS, USERS};
use crate::engine::folder;
use crate::engine::process::{GLANCE, Process};
use crate::engine::replication::{self, number};
use crate::engine::restore;
use crate::engine::saved::Saved;
use crate::engine::settings::Setup;
use crate::engine::store;
use crate::engine::tools::Tools;
use crate::engine::upgrade;

/// How long a server may take to answer after its start, or to end when it is told to.
const START: Duration = Duration::from_mins(1);
const STOP: Duration = Duration::from_secs(20);
/// How long it may be busy, the installation included.
const BUSY: Duration = Duration::from_mins(4);
/// How often it is looked whether the process is still there.
const WATCH: Duration = Duration::from_millis(200);

/// A server. Its process and its folder go away when it is dropped, a moment later.
pub(crate) struct Server {
    shared: Arc<Shared>,
    jobs: Sender<Setup>,
}

/// What a server is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It starts, or restarts.
    Busy,
    Ready,
    /// It does not run, for this reason.
    Down(String),
}

/// What the thread of a server and those who ask it share.
struct Shared {
    data: PathBuf,
    socket: PathBuf,
    endpoint: SocketAddr,
    condition: Mutex<Condition>,
    changed: Condvar,
    connection: Mutex<Connection>,
    setup: Mutex<Setup>,
    /// The server that it follows.
    source: Mutex<Option<SocketAddr>>,
    /// Users can write nothing.
    is_read_only: AtomicBool,
    /// The settings that the server has refused, and its words.
    refused: Mutex<Vec<(String, String)>>,
    /// Bytes that the databases of users take.
    used: AtomicU64,
    /// Bytes that stand for a GB of a volume.
    gigabyte: u64,
    /// Nobody waits for it any more.
    is_dropped: AtomicBool,
}

/// What the thread of a server works with.
pub(super) struct Worker {
    tools: Arc<Tools>,
    shared: Arc<Shared>,
    jobs: Receiver<Setup>,
    name: String,
    process: Option<Process>,
    /// It has not gone on yet with what a run before has left.
    resumes: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Server").field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}

impl Server {
    pub(super) fn new(
        tools: Arc<Tools>,
        name: &str,
        setup: Setup,
        source: Option<SocketAddr>,
    ) -> io::Result<(Self, Worker)> {
        let (sender, jobs) = mpsc::channel();
        let (data, socket) = (tools.store.folder(name), tools.socket(name));
        let shared = Arc::new(Shared {
            connection: Mutex::new(Connection::new(&socket, &tools.password)),
            data,
            socket,
            endpoint: tools.addresses.endpoint(name, address::PORT)?,
            condition: Mutex::new(Condition::Busy),
            changed: Condvar::new(),
            setup: Mutex::new(setup),
            source: Mutex::new(source),
            is_read_only: AtomicBool::new(false),
            refused: Mutex::default(),
            used: AtomicU64::new(0),
            gigabyte: tools.gigabyte,
            is_dropped: AtomicBool::new(false),
        });
        let (theirs, name) = (Arc::clone(&shared), name.to_owned());
        let resumes = store::is_built(&theirs.data);
        let worker = Worker { tools, shared: theirs, jobs, name, process: None, resumes };
        Ok((Self { shared, jobs: sender }, worker))
    }

    /// Its name, which that of its data folder is too.
    pub(super) fn name(&self) -> &str {
        self.shared.data.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// Its data folder.
    pub(super) fn data(&self) -> &Path {
        &self.shared.data
    }

    /// Its socket for programs of this machine.
    pub(super) fn socket(&self) -> &Path {
        &self.shared.socket
    }

    /// Where it listens.
    pub(crate) fn endpoint(&self) -> SocketAddr {
        self.shared.endpoint
    }

    /// Where this machine reaches it.
    pub(crate) fn address(&self) -> SocketAddr {
        address::reached(self.shared.endpoint)
    }

    pub(crate) fn condition(&self) -> Condition {
        lock(&self.shared.condition).clone()
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.condition() == Condition::Busy
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.condition() == Condition::Ready
    }

    /// The settings that it refused, each with its words.
    pub(crate) fn refused(&self) -> Vec<(String, String)> {
        lock(&self.shared.refused).clone()
    }

    /// How much of a volume the databases take, in GB with two decimals.
    pub(crate) fn used(&self) -> f64 {
        let bytes = self.shared.used.load(Ordering::Relaxed);
        folder::gigabytes(bytes, self.shared.gigabyte)
    }

    /// Blocks until it is not busy any more, or should not be.
    pub(crate) fn wait(&self) {
        let is_busy = |condition: &mut Condition| *condition == Condition::Busy;
        let condition = lock(&self.shared.condition);
        drop(self.shared.changed.wait_timeout_while(condition, BUSY, is_busy));
    }

    /// Restarts it with this, whether it runs or not. It is busy from now on.
    pub(crate) fn restart(&self, setup: Setup) {
        *lock(&self.shared.condition) = Condition::Busy;
        if self.jobs.send(setup).is_err() {
            self.shared.tell(Condition::Down("its thread has ended".into()));
        }
    }

    /// Sets at once what can be set at once. What the server refuses stays as it was.
    pub(crate) fn configure(&self, setup: Setup) {
        let statements = setup.statements(&self.setup());
        *lock(&self.shared.setup) = setup;
        for (name, statement) in statements {
            let set = lock(&self.shared.connection).execute(&[statement]);
            self.shared.note(&name, set.err());
        }
    }

    /// What it was last told to run with.
    pub(crate) fn setup(&self) -> Setup {
        lock(&self.shared.setup).clone()
    }

    /// Makes a change, when it is not busy any more.
    pub(crate) fn carry_out(&self, change: &Change<'_>) -> Result<(), Refusal> {
        self.wait();
        lock(&self.shared.connection).execute(&change.statements())
    }

    /// Makes it follow another source, or go its own way, if it follows one.
    pub(crate) fn follow(&self, source: Option<SocketAddr>) {
        let mut followed = lock(&self.shared.source);
        if followed.is_none() || *followed == source {
            return;
        }
        let mut connection = lock(&self.shared.connection);
        let statements = match source {
            Some(source) => replication::change(source, connection.password()),
            None => replication::end(),
        };
        // What cannot be done now is tried again with the next request.
        if connection.execute(&statements).is_ok() {
            *followed = source;
            self.shared.is_read_only.store(source.is_some(), Ordering::Relaxed);
        }
    }

    /// Waits until it has done what its source has, if it can do that in time.
    pub(crate) fn catch_up(&self, source: &Self) {
        let position = lock(&source.shared.connection)
            .ask(|open| open.query_first::<String, _>(replication::POSITION));
        if let Ok(Some(position)) = position {
            let wait = replication::wait_for(&position);
            let _ = lock(&self.shared.connection).ask(|open| open.query_drop(&wait));
        }
    }

    /// What is in it now.
    pub(crate) fn contents(&self) -> Result<Contents, Refusal> {
        lock(&self.shared.connection).ask(|open| {
            Ok(Contents::of(open.query(DATABASES)?, open.query(USERS)?, open.query(GRANTS)?))
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its thread ends when it sees that nobody can send it anything any more.
        self.shared.is_dropped.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    fn tell(&self, condition: Condition) {
        *lock(&self.condition) = condition;
        self.changed.notify_all();
    }

    fn note(&self, name: &str, refusal: Option<Refusal>) {
        let mut refused = lock(&self.refused);
        refused.retain(|(other, _)| other != name);
        refused.extend(refusal.map(|refusal| (name.to_owned(), refusal.said)));
    }
}

impl Worker {
    /// Runs the server until nobody holds it any more. It begins with the data that is saved there, or with
    /// none, and then these statements; or goes on with what it had before this run.
    pub(super) fn run(mut self, origin: Option<Arc<Saved>>, first: &[String]) {
        let built = if self.resumes { self.resume() } else { self.build(origin.as_deref(), first) };
        drop(origin);
        self.tell(built);
        loop {
            match self.jobs.recv_timeout(WATCH) {
                Ok(setup) => {
                    let restarted = self.restart(&setup);
                    self.tell(restarted);
                }
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.process = None;
        self.tools.addresses.release(self.shared.endpoint);
        let _ = std::fs::remove_file(&self.shared.socket);
        self.tools.store.discard(&self.shared.data);
    }

    fn tell(&self, result: Result<(), String>) {
        self.shared.tell(result.map_or_else(Condition::Down, |()| Condition::Ready));
    }

    fn build(&mut self, origin: Option<&Saved>, first: &[String]) -> Result<(), String> {
        // A simulator that was killed may have left half of one.
        let _ = std::fs::remove_dir_all(&self.shared.data);
        let (tools, setup) = (Arc::clone(&self.tools), lock(&self.shared.setup).clone());
        let (on, is_dropped) = (tools.installation(&setup.version), &self.shared.is_dropped);
        match origin {
            Some(saved) => restore::data_folder(&tools, on, saved, &self.name, is_dropped)?,
            None => on.new_folder(&self.shared.data)?,
        }
        self.start(&setup)?;
        let dump = origin.filter(|saved| saved.is_dump());
        if origin.is_none() || dump.is_some() {
            self.remove_first_users()?;
        }
        if let Some(dump) = dump {
            restore::take_in(&tools, on, dump, &self.name, &self.shared.is_dropped)?;
        }
        if let Some(source) = *lock(&self.shared.source) {
            let position = replication::position(&self.shared.data)?;
            let begin = replication::begin(&position, source, &self.tools.password);
            lock(&self.shared.connection).execute(&begin).map_err(|refusal| refusal.said)?;
        }
        lock(&self.shared.connection).execute(first).map_err(|refusal| refusal.said)?;
        store::say_built(&self.shared.data)
    }

    /// Its source may be elsewhere now, and has another password.
    fn resume(&mut self) -> Result<(), String> {
        let setup = lock(&self.shared.setup).clone();
        let follows = replication::is_set_up(&self.shared.data);
        // One that was made where no data can be copied follows nobody.
        let source = lock(&self.shared.source).take_if(|_| follows);
        *lock(&self.shared.source) = source;
        self.start(&setup)?;
        let mut connection = lock(&self.shared.connection);
        let statements = match source {
            Some(source) => replication::change(source, connection.password()),
            None if follows => replication::end(),
            None => Vec::new(),
        };
        connection.execute(&statements).map_err(|refusal| refusal.said)?;
        drop(connection);
        self.resumes = false;
        Ok(())
    }

    /// Those that the installation has made, who need no password.
    fn remove_first_users(&self) -> Result<(), String> {
        let mut connection = lock(&self.shared.connection);
        let users = connection.ask(|open| open.query::<(String, String), _>(FIRST_USERS));
        let users = users.map_err(|refusal| refusal.said)?;
        let drops =
            users.iter().flat_map(|(name, host)| Change::DropUser { name, host }.statements());
        connection.execute(&drops.collect::<Vec<_>>()).map_err(|refusal| refusal.said)
    }

    fn restart(&mut self, setup: &Setup) -> Result<(), String> {
        self.stop();
        lock(&self.shared.setup).clone_from(setup);
        if self.resumes { self.resume() } else { self.start(setup) }
    }

    /// With all that it has in memory written down, if there is time for that.
    fn stop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let mut connection = lock(&self.shared.connection);
        // It may close the connection before it answers.
        let _ = connection.execute(&["SHUTDOWN".to_owned()]);
        connection.close();
        process.ends_within(STOP);
    }

    fn start(&mut self, setup: &Setup) -> Result<(), String> {
        let (data, socket) = (&self.shared.data, &self.shared.socket);
        let on = self.tools.installation(&setup.version);
        let upgrade = upgrade::of_data(on, data, socket)?;
        let mut call = on.server(data, self.tools.store.is_kept());
        let path = |name: &str| data.join(name).display().to_string();
        call.extend([
            format!("--socket={}", socket.display()),
            format!("--pid-file={}", path("pid")),
            format!("--log-error={}", path(LOG)),
            format!("--tmpdir={}", data.display()),
            format!("--bind-address={}", self.shared.endpoint.ip()),
            format!("--port={}", self.shared.endpoint.port()),
            format!("--proxy-protocol-networks={}", self.tools.proxies()),
        ]);
        let follows = lock(&self.shared.source).is_some();
        call.push(format!("--server-id={}", number(&self.name)));
        call.push(format!("--read-only={}", u8::from(follows)));
        // What comes from a source waits for the upgrade.
        if !follows || upgrade.is_some() {
            call.push("--skip-slave-start".to_owned());
        }
        call.extend(setup.arguments());
        let process = Process::start(&self.tools.root, &self.name, &call);
        self.process = Some(process.map_err(|error| error.to_string())?);
        lock(&self.shared.refused).clear();
        self.shared.is_read_only.store(follows, Ordering::Relaxed);
        self.wait_for_answer()?;
        upgrade.map_or(Ok(()), |call| self.upgrade(&call, follows))
    }

    /// One whose data could not be brought up to date does not run.
    fn upgrade(&mut self, call: &[String], follows: bool) -> Result<(), String> {
        let name = format!("{}-upgrade", self.name);
        let upgraded = call::run(&self.tools, &name, call, &self.shared.is_dropped);
        let follows = follows && replication::is_set_up(&self.shared.data);
        let goes_on = upgraded.and_then(|()| {
            let begin = if follows { replication::go_on() } else { Vec::new() };
            lock(&self.shared.connection).execute(&begin).map_err(|refusal| refusal.said)
        });
        if goes_on.is_err() {
            self.stop();
        }
        goes_on
    }

    fn wait_for_answer(&mut self) -> Result<(), String> {
        let until = Instant::now() + START;
        loop {
            let answer = lock(&self.shared.connection).ask(mysql::Conn::ping);
            let Err(refusal) = answer else { return Ok(()) };
            if self.has_ended() {
                return Err(folder::last_errors(&self.shared.data.join(LOG)));
            }
            if self.shared.is_dropped.load(Ordering::Relaxed) || Instant::now() > until {
                return Err(refusal.said);
            }
            std::thread::sleep(GLANCE);
        }
    }

    fn has_ended(&mut self) -> bool {
        self.process.as_mut().is_none_or(|process| process.ended().is_some())
    }

    /// A server that has ended by itself is down.
    fn look(&mut self) {
        if self.process.is_some() && self.has_ended() {
            self.process = None;
            let why = folder::last_errors(&self.shared.data.join(LOG));
            self.shared.tell(Condition::Down(format!("the server has ended: {why}")));
        }
        self.measure();
    }

    /// On a full volume, and on a replica, nobody writes but those who may do everything. The server has no
    /// such limit itself.
    fn measure(&mut self) {
        let used = folder::used(&self.shared.data);
        self.shared.used.store(used, Ordering::Relaxed);
        let volume = lock(&self.shared.setup).volume.saturating_mul(self.shared.gigabyte);
        // Nobody makes it follow another meanwhile.
        let source = lock(&self.shared.source);
        let read_only = used > volume || source.is_some();
        let is_read_only = self.shared.is_read_only.load(Ordering::Relaxed);
        if self.process.is_some() && read_only != is_read_only {
            let statement = format!("SET GLOBAL read_only = {}", u8::from(read_only));
            if lock(&self.shared.connection).execute(&[statement]).is_ok() {
                self.shared.is_read_only.store(read_only, Ordering::Relaxed);
            }
        }
    }
}

const LOG: &str = "error.log";

const FIRST_USERS: &str = "SELECT User, Host FROM mysql.user WHERE User IN ('root', '')";
