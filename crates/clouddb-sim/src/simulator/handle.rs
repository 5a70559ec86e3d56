//! The handle: start a simulator, make it fail, look into its log.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::disk::state_file::{Origin, StateFile};
use crate::faults::fault::Fault;
use crate::http::listener::{Door, DoorListener};
use crate::http::request_log::RecordedRequest;
use crate::http::server::serve;
use crate::options::Options;
use crate::options::clock::ClockSkew;
use crate::simulator::service::{Changing, Service};
use crate::state::carrier::Carrier;
use crate::state::cloud::Cloud;
use crate::state::tasks::{End, Occasion};

/// How long a test waits for a request that does not come.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A running simulator, with a thread of its own. Dropping it stops it and closes its connections.
///
/// Every method acts at once and without HTTP, so that it can be called from async code too.
#[derive(Debug)]
pub struct Simulator {
    service: Arc<Service>,
    address: SocketAddr,
    account: String,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts a simulator; when this returns, it listens. An error says what is in the way, and what to do.
    pub fn start(options: Options) -> io::Result<Self> {
        let (file, kept) = open(&options)?;
        let servers = file.as_ref().map(StateFile::servers);
        let carrier = Carrier::new(&options.engine, servers.as_deref())?;
        let listener = TcpListener::bind(options.listen).map_err(|error| {
            io::Error::new(error.kind(), format!("cannot serve on {}: {error}", options.listen))
        })?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let account = options.account_id.clone();
        let cloud = match kept {
            Some(kept) => kept.resume(options, carrier)?,
            None => Cloud::new(options, carrier),
        };
        let service = Arc::new(Service::new(cloud, file)?);
        let stop = CancellationToken::new();
        let (served, stopped) = (Arc::clone(&service), stop.clone());
        let thread = std::thread::Builder::new().name("clouddb-sim".into()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let Ok(listener) = DoorListener::new(listener, served.door()) else { return };
                tokio::select! {
                    _ = serve(listener, served) => {}
                    () = stopped.cancelled() => {}
                }
            });
            // Dropping the runtime ends the calls that are never answered.
            drop(runtime);
        })?;
        Ok(Self { service, address, account, stop, thread: Some(thread) })
    }

    /// `http://HOST:PORT`, as it is reached from this machine.
    pub fn url(&self) -> String {
        let mut address = self.address;
        // Where every address of the machine is listened on, none is named.
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}")
    }

    /// Base URL of the identity service, `http://HOST:PORT/v2.0`.
    pub fn auth_url(&self) -> String {
        format!("{}/v2.0", self.url())
    }

    /// Endpoint of the database service in a region, account included, as the catalog gives it.
    pub fn endpoint(&self, region: &str) -> String {
        format!("{}/{}/v1.0/{}", self.url(), region.to_uppercase(), self.account)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is over has ended before anybody looks.
    pub(crate) fn parts(&self) -> Changing<'_> {
        let mut parts = self.service.parts();
        parts.cloud.tick();
        parts.cloud.carry();
        parts
    }

    /// Every request so far but those to `/sim`, in the order in which they were answered.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.parts().log.clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.parts().log.clear();
    }

    /// The requests so far that can change something at the database service.
    pub fn writes(&self) -> Vec<RecordedRequest> {
        self.parts().log.iter().filter(|request| request.is_write()).cloned().collect()
    }

    /// How many requests so far had this method (`*`: any) and a path of this pattern, as in
    /// [`Fault::on`].
    pub fn count(&self, method: &str, pattern: &str) -> usize {
        self.parts().log.iter().filter(|request| request.is(method, pattern)).count()
    }

    /// Blocks until the requests so far fulfil the condition. Gives up after a minute, and says so with
    /// `false`.
    pub fn wait_for(&self, fulfilled: impl Fn(&[RecordedRequest]) -> bool) -> bool {
        self.service.wait_for(TIMEOUT, fulfilled)
    }

    /// Blocks until this many requests have come that match as in [`count`](Self::count). Gives up
    /// after a minute, and says so with `false`.
    pub fn wait_for_requests(&self, count: usize, method: &str, pattern: &str) -> bool {
        self.wait_for(|log| log.iter().filter(|it| it.is(method, pattern)).count() >= count)
    }

    /// Adds a fault. Of two that match a call, the one that was added first happens.
    ///
    /// # Panics
    ///
    /// If the fault changes nothing, contradicts itself, or waits for a call that nobody can make: a
    /// test with it would prove nothing.
    #[track_caller]
    pub fn inject(&self, fault: Fault) {
        let added = self.parts().faults.add(fault);
        assert!(added.is_ok(), "{}", added.err().unwrap_or_default());
    }

    /// How many calls have come and will be carried out later.
    pub fn late_effects(&self) -> usize {
        self.parts().late_effects
    }

    /// Carries out at once what was answered and waits for other calls to come.
    pub fn carry_out_late_effects(&self) {
        self.parts().carry_out_postponed();
    }

    /// What others made by [`Fault::namesake`], by path: `/instances/{id}/users/{name}@{host}`. An HA group
    /// goes without its members.
    pub fn namesakes(&self) -> Vec<String> {
        self.parts().namesakes.clone()
    }

    /// Sets the clocks of the service.
    pub fn set_clocks(&self, skew: ClockSkew) {
        self.parts().cloud.skew = skew;
    }

    /// Lets time pass on the clocks of the service, and every schedule run that is due then: once, however
    /// often it was due. Whatever else takes time is not hurried on by it.
    pub fn pass(&self, time: Duration) {
        self.parts().cloud.pass(time);
    }

    /// Forgets the faults that still wait.
    pub fn clear_faults(&self) {
        self.parts().faults.clear();
    }

    /// How many faults still wait.
    pub fn waiting_faults(&self) -> usize {
        self.parts().faults.len()
    }

    /// Refuses connections from now on. Those that exist stay.
    pub fn close_door(&self) {
        self.service.turn(Door::Closed);
    }

    /// Lets connections in again.
    pub fn open_door(&self) {
        self.service.turn(Door::Open);
    }

    /// The next task of this kind ends like this. Called twice, it is about the next two.
    pub fn next(&self, occasion: Occasion, end: End) {
        self.parts().cloud.endings.push((occasion, end));
    }

    /// Every task that begins from now on ends as it was asked for.
    pub fn clear_endings(&self) {
        self.parts().cloud.endings.clear();
    }

    /// The next instance that is created ends in this status, such as `ERROR` or `FAILED`.
    pub fn next_instance_ends_in(&self, status: &str) {
        self.next(Occasion::Instance, End::In(status.into()));
    }

    /// The next backup that is created ends in this status, such as `FAILED`.
    pub fn next_backup_ends_in(&self, status: &str) {
        self.next(Occasion::Backup, End::In(status.into()));
    }

    /// The next resize ends in this status, without its effect.
    pub fn next_resize_ends_in(&self, status: &str) {
        self.next(Occasion::Resize, End::In(status.into()));
    }

    /// The next instance that is created never leaves BUILD.
    pub fn next_instance_sticks(&self) {
        self.next(Occasion::Instance, End::Never);
    }

    /// The next backup that is created never leaves NEW.
    pub fn next_backup_sticks(&self) {
        self.next(Occasion::Backup, End::Never);
    }

    /// The next resize of an instance never ends.
    pub fn next_resize_sticks(&self) {
        self.next(Occasion::Resize, End::Never);
    }

    /// The next instance that is deleted stays in SHUTDOWN for ever.
    pub fn next_delete_sticks(&self) {
        self.next(Occasion::Delete, End::Never);
    }

    /// From the next login on, this is the default region of every user.
    pub fn set_default_region(&self, region: &str) {
        self.parts().cloud.default_region = region.to_uppercase();
    }

    /// From the next login on, the service catalog lists Cloud Databases in these regions only. The
    /// others go on.
    pub fn list_regions(&self, regions: &[&str]) {
        self.parts().cloud.listed = regions.iter().map(|it| it.to_uppercase()).collect();
    }

    /// The tokens that are valid now.
    pub fn tokens(&self) -> Vec<String> {
        self.parts().cloud.tokens.ids()
    }

    /// Every token that was issued is refused from now on.
    pub fn expire_tokens(&self) {
        self.parts().cloud.tokens.expire();
    }

    /// Ends the present phase of everything that has one. Meant for `Clock::Explicit`, and
    /// works under any clock.
    pub fn advance(&self) {
        self.parts().cloud.advance();
    }

    /// Blocks for as long as the simulator serves, which is until it can no longer listen.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped as well.
            let _ = thread.join();
        }
    }
}

/// The folder that keeps what the cloud holds, if one does, with what the run before has left there.
fn open(options: &Options) -> io::Result<(Option<StateFile>, Option<Cloud>)> {
    let Some(path) = &options.data else { return Ok((None, None)) };
    let origin = Origin {
        engine: options.engine.name().to_owned(),
        account_id: options.account_id.clone(),
        default_region: options.default_region.clone(),
    };
    let (file, kept) = StateFile::open(path, origin)?;
    Ok((Some(file), kept))
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
