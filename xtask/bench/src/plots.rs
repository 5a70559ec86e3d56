//! The plots of the page.

use std::path::Path;
use std::time::Duration;

use clouddb_sim::RateLimits;

use super::chart::{Frame, Line, draw as draw_chart};
use super::overhead::Overhead;
use super::page::Findings;
use super::peers::{PEERS, seconds_at_limit};
use super::refresh::LATENCY;
use testkit::Result;

/// Numbers of databases, and of users, at which a formula is drawn.
const STEPS: [u32; 12] = [1, 2, 5, 10, 20, 40, 80, 160, 320, 500, 700, 1000];

/// Terraform's usual number of operations at the same time.
const PARALLEL: f64 = 10.0;

/// Draws every plot into the folder.
pub(super) fn draw(docs: &Path, findings: &Findings) -> Result {
    requests(docs, findings)?;
    time(docs, findings)?;
    overhead(docs, findings)
}

/// An instance with so many databases and as many users.
fn objects(each: u32) -> f64 {
    f64::from(1 + 2 * each)
}

#[expect(clippy::cast_precision_loss, reason = "counts of objects and requests are far below 2^52")]
fn real(count: usize) -> f64 {
    count as f64
}

fn requests(docs: &Path, findings: &Findings) -> Result {
    let frame = Frame {
        title: "Requests of a plan that changes nothing",
        across: "databases, users and their instance",
        up: "requests",
    };
    let mut lines = formulas(|_, requests| requests);
    let measured = findings.refreshes.iter();
    let points = measured.map(|it| (real(1 + it.databases + it.users), real(it.calls.api())));
    lines.push(Line {
        name: "this provider".into(),
        points: points.collect(),
        is_measured: true,
        is_ours: true,
    });
    draw_chart(&docs.join("benchmarks-requests.svg"), &frame, &lines)
}

fn time(docs: &Path, findings: &Findings) -> Result {
    let frame = Frame {
        title: "Time of a plan that changes nothing, at 100 GETs a minute and 50 ms a call",
        across: "databases, users and their instance",
        up: "seconds",
    };
    let limit = u64::from(RateLimits::default().gets);
    let latency = LATENCY.as_secs_f64();
    let mut lines = formulas(|waited, requests| {
        let working = (requests * latency / PARALLEL).max(latency);
        working.max(f64::from(u32::try_from(seconds_at_limit(waited, limit)).unwrap_or(u32::MAX)))
    });
    let measured = findings.refreshes.iter();
    let points = measured.map(|it| (real(1 + it.databases + it.users), it.wall.as_secs_f64()));
    let name = "this provider, with Terraform's own time".into();
    lines.push(Line { name, points: points.collect(), is_measured: true, is_ours: true });
    draw_chart(&docs.join("benchmarks-time.svg"), &frame, &lines)
}

/// A line for each provider that is drawn; its height is made from its number of requests.
fn formulas(height: impl Fn(u64, f64) -> f64) -> Vec<Line> {
    let drawn = PEERS.iter().filter(|peer| peer.is_drawn);
    let lines = drawn.map(|peer| {
        let points = STEPS.map(|each| {
            let requests = (peer.requests)(each.into(), each.into());
            let number = f64::from(u32::try_from(requests).unwrap_or(u32::MAX));
            (objects(each), height(requests, number))
        });
        Line { name: peer.name.into(), points: points.to_vec(), is_measured: false, is_ours: false }
    });
    lines.collect()
}

fn overhead(docs: &Path, findings: &Findings) -> Result {
    let frame = Frame {
        title: "Time of a plan that changes nothing, in a simulator that answers at once",
        across: "objects",
        up: "seconds",
    };
    let line = |name: &str, is_ours, time: fn(&Overhead) -> Duration| {
        let point = |it: &Overhead| (real(it.objects), time(it).as_secs_f64());
        let points = findings.overheads.iter().map(point).collect();
        Line { name: name.into(), points, is_measured: true, is_ours }
    };
    let lines = [
        line("this provider", true, |it| it.plan.ours.wall),
        line("terraform_data, built into Terraform", false, |it| it.plan.built_in.wall),
        line("processor time of this provider's processes", false, |it| it.in_plan.processor),
    ];
    draw_chart(&docs.join("benchmarks-overhead.svg"), &frame, &lines)
}
