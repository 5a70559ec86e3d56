//! The simulator as a program: a cloud to play with on this machine.

mod health;
mod programs;

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr, SocketAddrV4};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use clouddb_sim::{
    Clock, Durations, Engine, Login, MariaDb, Options, PageSizes, RateLimits, Release, Simulator,
};

use crate::programs::Named;

/// Simulates Rackspace Identity v2.0 and Cloud Databases v1.0, in memory.
///
/// Whatever is created is lost when the program ends, unless --data names a folder that keeps it.
#[derive(Debug, Parser)]
#[command(version)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct Arguments {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8778")]
    listen: SocketAddr,

    /// Ask the simulator that listens there whether it serves, and end: with 0 if it does
    #[arg(long)]
    health: bool,

    /// When a phase such as BUILD ends. Default: polls, or timed if a time is given
    #[arg(long, value_enum)]
    clock: Option<ClockName>,

    /// With the clock "polls": how many GETs show a phase before it ends
    #[arg(long, value_name = "N", default_value_t = 2)]
    polls: u32,

    /// How long creating an instance takes, such as 5s
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    build_time: Option<Duration>,

    /// How long a resize takes
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    resize_time: Option<Duration>,

    /// How long a restart takes
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    restart_time: Option<Duration>,

    /// How long each of the two phases of a backup takes
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    backup_time: Option<Duration>,

    /// How long deleting takes
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    delete_time: Option<Duration>,

    /// Items on a page of any listing
    #[arg(long, value_name = "N", default_value_t = 20)]
    page_size: usize,

    /// Largest volume, in GB
    #[arg(long, value_name = "GB", default_value_t = 1024)]
    volume_max: u64,

    /// Most instances in a region
    #[arg(long, value_name = "N", default_value_t = 25)]
    instance_quota: usize,

    /// Count calls and refuse those beyond the documented limits of a minute
    #[arg(long)]
    rate_limits: bool,

    /// How many listings a new database or user stays unseen for, and a deleted one seen
    #[arg(long, value_name = "N", default_value_t = 0)]
    guest_lag: u32,

    /// Which release of the lineage answers where they differ
    #[arg(long, value_enum, default_value = "older")]
    release: ReleaseName,

    /// One more account that can log in, as the user demo-NUMBER with the API key of the first; may be
    /// given several times
    #[arg(long = "other-account", value_name = "NUMBER")]
    other_accounts: Vec<String>,

    /// What carries the databases of the instances
    #[arg(long, value_enum, default_value = "memory")]
    engine: EngineName,

    /// The server that is run for each instance, in place of the one of the system; with VERSION=PATH, such
    /// as 8.0=/opt/mariadb-11.4/bin/mariadbd, for the instances with that version of a datastore. May be
    /// given several times
    #[arg(long, value_name = "[VERSION=]PATH", value_parser = programs::named)]
    mariadbd: Vec<Named>,

    /// Size of the redo log of each server, in MB
    #[arg(long, value_name = "MB", default_value_t = MariaDb::default().log_size)]
    engine_log_size: u64,

    /// How many MB of this machine stand for a GB of the volume of an instance
    #[arg(long, value_name = "MB", default_value_t = MariaDb::default().gigabyte)]
    engine_gigabyte: u64,

    /// Give each server a port of 127.0.0.1, and not an address of its own
    #[arg(long)]
    engine_ports: bool,

    /// Where the servers listen for others than this machine, each at a port of its own: the given one is the
    /// first of them, 0 picks free ones
    #[arg(long, value_name = "ADDRESS", conflicts_with = "engine_ports")]
    engine_listen: Option<SocketAddrV4>,

    /// Write backups with mariadb-dump, also where there is a mariadb-backup
    #[arg(long)]
    engine_logical_backups: bool,

    /// The folder that keeps everything for the next run with it; a new one is made. Only one program uses it
    /// at a time, and always with the engine that it was made with
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,

    /// How long a token is valid
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = humantime::parse_duration)]
    token_life: Duration,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ClockName {
    /// After a number of GETs that show the object
    Polls,
    /// After a time
    Timed,
    /// When POST /sim/advance says so
    Explicit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineName {
    /// Nothing: databases and users have names, and no data
    Memory,
    /// A MariaDB server for each instance, from the package mariadb-server-core
    Mariadb,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReleaseName {
    /// The one nearest in age to Rackspace's service
    Older,
    /// The newest one
    Newer,
}

impl Arguments {
    /// Fails if two arguments contradict each other.
    fn options(&self) -> io::Result<Options> {
        let mut options = Options {
            listen: self.listen,
            clock: self.clock(),
            page_sizes: PageSizes::all(self.page_size.max(1)),
            volume_max: self.volume_max,
            guest_lag: self.guest_lag,
            token_life: self.token_life,
            release: match self.release {
                ReleaseName::Older => Release::Older,
                ReleaseName::Newer => Release::Newer,
            },
            engine: self.engine()?,
            data: self.data.clone(),
            rate_limits: self.rate_limits.then(RateLimits::default),
            ..Options::default()
        };
        options.quotas.instances = Some(self.instance_quota);
        let other = |account: &String| Login {
            user: format!("{}-{account}", options.user),
            api_key: options.api_key.clone(),
            password: options.password.clone(),
            account_id: account.clone(),
        };
        options.other_accounts = self.other_accounts.iter().map(other).collect();
        Ok(options)
    }

    fn engine(&self) -> io::Result<Engine> {
        let programs = programs::all(&self.mariadbd);
        let (program, programs) =
            programs.map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
        Ok(match self.engine {
            EngineName::Memory => Engine::Memory,
            EngineName::Mariadb => Engine::MariaDb(MariaDb {
                program,
                programs,
                log_size: self.engine_log_size,
                gigabyte: self.engine_gigabyte,
                one_address: self.engine_ports,
                listen: self.engine_listen,
                logical_backups: self.engine_logical_backups,
            }),
        })
    }

    fn clock(&self) -> Clock {
        let times = [
            self.build_time,
            self.resize_time,
            self.restart_time,
            self.backup_time,
            self.delete_time,
        ];
        let any = times.iter().any(Option::is_some);
        match self.clock {
            Some(ClockName::Explicit) => Clock::Explicit,
            Some(ClockName::Polls) => Clock::AfterPolls(self.polls),
            None if !any => Clock::AfterPolls(self.polls),
            Some(ClockName::Timed) | None => {
                let usual = Durations::default();
                Clock::Timed(Durations {
                    build: self.build_time.unwrap_or(usual.build),
                    resize: self.resize_time.unwrap_or(usual.resize),
                    reboot: self.restart_time.unwrap_or(usual.reboot),
                    backup: self.backup_time.unwrap_or(usual.backup),
                    shutdown: self.delete_time.unwrap_or(usual.shutdown),
                })
            }
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = if arguments.health {
        health::check(arguments.listen)
    } else {
        arguments.options().and_then(run)
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody left to tell when stderr is closed.
            let _ = writeln!(io::stderr(), "clouddb-sim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> io::Result<()> {
    let (user, key, region) =
        (options.user.clone(), options.api_key.clone(), options.default_region.clone());
    let others: Vec<String> = options.other_accounts.iter().map(|it| it.user.clone()).collect();
    let servers = match &options.engine {
        Engine::MariaDb(servers) => servers.listen.map(|it| IpAddr::from(*it.ip())),
        Engine::Memory => None,
    };
    let simulator = Simulator::start(options)?;
    warn(simulator.address().ip(), servers);
    let mut out = io::stdout().lock();
    // The first line is a contract: programs that start this one wait for it.
    writeln!(out, "clouddb-sim listening on {}", simulator.url())?;
    writeln!(out, "export RAX_USERNAME={user}")?;
    writeln!(out, "export RAX_API_KEY={key}")?;
    writeln!(out, "export RAX_REGION={region}")?;
    writeln!(out, "export RAX_AUTH_URL={}", simulator.auth_url())?;
    if !simulator.address().ip().is_loopback() {
        writeln!(out, "# From another machine or container, with its name for this one:")?;
        let port = simulator.address().port();
        writeln!(out, "# export RAX_AUTH_URL=http://NAME:{port}/v2.0 RAX_PLAIN_HTTP=true")?;
    }
    for other in others {
        writeln!(out, "# another account: export RAX_USERNAME={other}")?;
    }
    out.flush()?;
    drop(out);
    simulator.wait();
    Ok(())
}

/// Says what it means that others reach it. There is no TLS, and everybody knows the credentials.
fn warn(api: IpAddr, servers: Option<IpAddr>) {
    let mut told = io::stderr().lock();
    // There is nobody left to tell when stderr is closed.
    if !api.is_loopback() {
        let _ = writeln!(
            told,
            "clouddb-sim: warning: whoever reaches {api} can use it, with the credentials that are \
             printed; serve it to a network that you trust, with no data that matters"
        );
    }
    if let Some(servers) = servers.filter(|it| !it.is_loopback()) {
        let _ = writeln!(
            told,
            "clouddb-sim: warning: whoever reaches {servers} reaches the database servers, whose root \
             can read and write files as the user who runs this program"
        );
    }
}
