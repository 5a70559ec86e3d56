//! The page docs/benchmarks.md.

use std::fmt::Write as _;
use std::time::Duration;

use clouddb_sim::RateLimits;

use super::creation::Creation;
use super::estate::Estate;
use super::overhead::{Overhead, Pair};
use super::peers::{self, PEERS, seconds_at_limit};
use super::refresh::{LATENCY, Refresh};
use super::scale::{Scale, WINDOW};
use super::start::Start;
use super::statistics::{count, long_time, ratio, size, time};

/// Everything that was measured.
pub(super) struct Findings {
    /// Such as `terraform 1.11.4`.
    pub(super) terraform: String,
    pub(super) rounds: usize,
    pub(super) start: Start,
    pub(super) refreshes: Vec<Refresh>,
    pub(super) creations: Vec<Creation>,
    /// What Terraform needs for a plan of one built-in object.
    pub(super) floor: Duration,
    pub(super) overheads: Vec<Overhead>,
    pub(super) scale: Scale,
}

/// The whole page.
pub(super) fn page(findings: &Findings) -> String {
    let parts = [
        introduction(findings),
        refresh(&findings.refreshes),
        time_of_refresh(&findings.refreshes),
        creations(&findings.creations),
        start(&findings.start, &findings.refreshes),
        overhead(&findings.overheads, findings.floor),
        scale(&findings.scale),
        on_paper(findings.scale.estate),
    ];
    format!("{}\n", parts.join("\n").trim_end())
}

fn introduction(findings: &Findings) -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "# Benchmarks\n\n\
        Written by `cargo xtask bench`, which runs {terraform} with the release build of the provider against the simulator.\n\
        Counts of requests do not depend on the machine.\n\
        Times do: these are from one with {processors} processors ({os}, {arch}), medians of {rounds} rounds.\n\
        A ratio compares two runs that were made in turn, so that what else the machine did met both.\n",
        terraform = findings.terraform,
        os = std::env::consts::OS,
        arch = std::env::consts::ARCH,
        rounds = findings.rounds,
    )
}

/// A table whose first column is text and whose others are figures.
fn table(head: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule: Vec<_> =
        (0..head.len()).map(|at| if at == 0 { "---" } else { "---:" }.into()).collect();
    let rows: Vec<_> = rows.into_iter().map(|row| line(&row)).collect();
    format!("{}{}{}", line(head), line(&rule), rows.concat())
}

fn words(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|it| (*it).to_owned()).collect()
}

fn plural(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

fn numbers(refresh: &Refresh) -> (u64, u64) {
    (refresh.databases as u64, refresh.users as u64)
}

fn refresh(refreshes: &[Refresh]) -> String {
    let mut head = words(&["Provider", "Formula"]);
    head.extend(refreshes.iter().map(|it| format!("N={}, M={}", it.databases, it.users)));
    let row = |name: &str, formula: &str, of: &dyn Fn(&Refresh) -> u64| {
        let mut cells = words(&[name, formula]);
        cells.extend(refreshes.iter().map(|it| count(of(it))));
        cells
    };
    let mut rows = vec![
        row("**this one, measured**", "", &|it| it.calls.api() as u64),
        row("its logins, measured", "", &|it| it.calls.logins() as u64),
        row("the least that reads everything", "1 + P(N) + P(M)", &|it| {
            let (n, m) = numbers(it);
            peers::least(n, m)
        }),
    ];
    rows.extend(PEERS.iter().map(|peer| {
        row(peer.name, peer.formula, &|it| {
            let (n, m) = numbers(it);
            (peer.requests)(n, m)
        })
    }));
    format!(
        "## Requests of a plan that changes nothing\n\n\
        One instance with N databases and M users.\n\
        The API gives lists in pages of twenty: P(n) = max(1, ceil(n / 20)).\n\
        The formulae of other providers were read in their source code, for their own services, and count lists in pages of the same size; only ours was measured.\n\n\
        {}\n\
        ![Requests over the number of objects](benchmarks-requests.svg)\n",
        table(&head, rows)
    )
}

fn time_of_refresh(refreshes: &[Refresh]) -> String {
    let limit = u64::from(RateLimits::default().gets);
    let mut head = words(&["Provider"]);
    head.extend(refreshes.iter().map(|it| format!("N={}, M={}", it.databases, it.users)));
    let mut ours = words(&["**this one, measured**"]);
    ours.extend(refreshes.iter().map(|it| time(it.wall)));
    let mut rows = vec![ours];
    rows.extend(PEERS.iter().filter(|peer| peer.is_drawn).map(|peer| {
        let mut cells = words(&[peer.name]);
        cells.extend(refreshes.iter().map(|it| {
            let (n, m) = numbers(it);
            long_time(seconds_at_limit((peer.requests)(n, m), limit))
        }));
        cells
    }));
    format!(
        "## Time of that plan at the limit of the API\n\n\
        The API lets {limit} GETs a minute through.\n\
        Ours is the time of the whole `terraform plan`, measured with that limit and with {latency} ms for each call.\n\
        For the others it is what the limit alone makes of their formulae: whole minutes of waiting.\n\n\
        {}\n\
        ![Time over the number of objects](benchmarks-time.svg)\n",
        table(&head, rows),
        latency = LATENCY.as_millis(),
    )
}

fn creations(creations: &[Creation]) -> String {
    format!(
        "## Requests of a creation\n\n\
        Everything in one `terraform apply`, with Terraform's usual ten operations at a time, the users after the databases.\n\
        One request can create many objects on one instance; how many come together depends on Terraform, which takes objects in no order.\n\
        The reads prove that each of them is there.\n\n\
        {}",
        creations.iter().map(creation).collect::<Vec<_>>().join("\n")
    )
}

fn creation(creation: &Creation) -> String {
    let Creation { estate: Estate { instances, databases, users }, free, calls, limited } =
        creation;
    let least = |kind: &str| match kind {
        "POST /instances" => count(*instances),
        "POST /instances/*/databases" => count(instances * databases.div_ceil(10)),
        "POST /instances/*/users" => count(instances * users.div_ceil(10)),
        _ => String::new(),
    };
    let rows = calls.kinds().map(|(kind, number)| {
        let kind_shown = if kind == "login" { kind.to_owned() } else { format!("`{kind}`") };
        vec![kind_shown, count(number), least(kind)]
    });
    let table = table(&words(&["Call", "Sent", "Least, in batches of ten"]), rows);
    let limits = match limited {
        Some(limited) => format!(
            "under the documented limits {}, with {} refused",
            time(limited.took.wall),
            plural(limited.refused, "call")
        ),
        None => format!(
            "the limit of {} creations of databases a minute alone makes {} of it",
            RateLimits::default().databases,
            long_time(seconds_at_limit(
                calls.of_kind("POST /instances/*/databases") as u64,
                RateLimits::default().databases.into()
            ))
        ),
    };
    format!(
        "{}{} with {databases} databases and {users} users:\n\n{table}\n\
        Without delay or limits it took {}; {limits}.\n",
        plural(*instances, "instance"),
        if *instances == 1 { "" } else { ", each" },
        time(free.wall),
    )
}

fn start(start: &Start, refreshes: &[Refresh]) -> String {
    let mut rows = vec![
        vec!["from the start of the process to the handshake line".into(), time(start.handshake)],
        vec!["answer to `GetProviderSchema`".into(), time(start.schema)],
    ];
    if let Some((resident, peak)) = start.memory {
        rows.push(vec!["resident memory at the handshake".into(), size(resident)]);
        rows.push(vec!["peak of it once the schemas were told".into(), size(peak)]);
    }
    if let Some(largest) = refreshes.last() {
        let objects = 1 + largest.databases + largest.users;
        let what = format!("peak of it in a plan of {} objects", count(objects));
        rows.push(vec![what, size(largest.used.memory)]);
    }
    rows.push(vec!["the program on disk".into(), size(start.size)]);
    let head = words(&["What", "Median"]);
    format!("## Start and memory\n\n{}", table(&head, rows))
}

fn overhead(overheads: &[Overhead], floor: Duration) -> String {
    let head = words(&[
        "Command and objects",
        "Ours",
        "Built-in",
        "Ratio of time",
        "Ratio of processor time",
        "Processor time of our provider",
        "The same for each object",
        "Its part of the difference",
    ]);
    let row = |command: &str, objects: usize, pair: &Pair, used: Duration| {
        let each = used / u32::try_from(objects).unwrap_or(1);
        let more = pair.ours.processor.saturating_sub(pair.built_in.processor);
        vec![
            format!("{command}, {}", count(objects)),
            time(pair.ours.wall),
            time(pair.built_in.wall),
            format!("{:.2}", pair.wall_ratio),
            format!("{:.2}", pair.processor_ratio),
            time(used),
            format!("{} µs", each.as_micros()),
            format!("{:.0} %", 100.0 * ratio(used, more)),
        ]
    };
    let plans =
        overheads.iter().map(|it| row("`plan`", it.objects, &it.plan, it.in_plan.processor));
    let applies = overheads.iter().filter_map(|it| {
        let (pair, used) = it.apply.as_ref()?;
        Some(row("`apply`", it.objects, pair, used.processor))
    });
    let rows = plans.chain(applies);
    format!(
        "## Beside Terraform's own time\n\n\
        One instance with databases and users in a simulator that answers at once, beside as many `terraform_data`, which are built into Terraform and need no process, no encoding and no API.\n\
        The plan changes nothing; the apply creates everything.\n\
        Processor time of the provider is that of all its processes, of which Terraform starts several for each command.\n\
        The rest of the difference is what Terraform itself does to talk with a provider: it encodes and decodes each object and checks each answer.\n\
        A plan of a single built-in object takes {}.\n\n\
        {}\n\
        ![Time of a plan over the number of objects](benchmarks-overhead.svg)\n",
        time(floor),
        table(&head, rows)
    )
}

fn scale(scale: &Scale) -> String {
    let Estate { instances, databases, users } = scale.estate;
    let latency = LATENCY.as_millis();
    let head = words(&["What", "Requests", "Logins", "Time"]);
    let rows = [
        ("plan", &scale.planned, scale.plan),
        ("plan under the limits", &scale.limited_calls, scale.limited),
    ]
    .map(|(what, calls, took)| {
        vec![what.into(), count(calls.api()), count(calls.logins()), time(took.wall)]
    });
    format!(
        "## A large estate\n\n\
        {instances} instances with {databases} databases and {users} users each, {objects} objects; the plans change nothing, and each of their calls takes {latency} ms.\n\
        The limits are the documented numbers of calls, in windows of {window} s instead of a minute, so that one second stands for ten; calls that were refused are counted too.\n\n\
        {table}\n\
        In the plan the provider took {memory} of memory at most and {processor} of processor time.\n",
        objects = count(scale.estate.objects()),
        window = WINDOW.as_secs(),
        table = table(&head, rows),
        memory = size(scale.used.memory),
        processor = time(scale.used.processor),
    )
}

/// What the limits make of an estate, whoever manages it.
fn on_paper(estate: Estate) -> String {
    let limits = RateLimits::default();
    let [instances, databases, users] =
        [estate.instances, estate.databases, estate.users].map(|it| it as u64);
    let row = |what: &str, calls: u64, limit: u32| {
        let waits = long_time(seconds_at_limit(calls, limit.into()));
        vec![what.to_owned(), count(calls), limit.to_string(), waits]
    };
    let mut rows = vec![row(
        "refresh, everything once: GETs",
        instances * peers::least(databases, users),
        limits.gets,
    )];
    rows.extend(PEERS.iter().filter(|peer| peer.is_drawn).map(|peer| {
        let what = format!("refresh by the formula of {}: GETs", peer.name);
        row(&what, instances * (peer.requests)(databases, users), limits.gets)
    }));
    rows.extend([
        row("create the instances", instances, limits.instances),
        row("create the databases in tens", instances * databases.div_ceil(10), limits.databases),
        row("create the databases one by one", instances * databases, limits.databases),
        row("create the users in tens", instances * users.div_ceil(10), limits.users),
        row("create the users one by one", instances * users, limits.users),
        row("resize each instance: actions", instances, limits.actions),
        row("delete each database", instances * databases, limits.databases),
        row("delete the instances, and all in them", instances, limits.instances),
    ]);
    let mut text = format!(
        "### What the limits demand\n\n\
        For an estate of {} objects, on paper: the limits of the API, and how long the last call has to wait for them.\n\n",
        count(estate.objects())
    );
    let head = words(&["What", "Calls", "Calls a minute", "Waiting"]);
    // Writing to a String cannot fail.
    let _ = write!(text, "{}", table(&head, rows));
    text
}
