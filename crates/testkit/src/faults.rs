//! Every fault at every API call of every scenario, through the real provider.
//!
//! A scenario is run once without faults, which tells its calls. Then it is run again for each call
//! and each fault: apply, let the fault end, apply again, destroy. What became of it is read in the
//! simulator by the oracle: it is as before, nothing was made twice, nothing existed that neither the
//! state nor a message named, and what belongs to others was not touched.

mod account;
mod call;
mod calls;
mod case;
mod goal;
mod kind;
mod list;
mod run;
mod sample;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::Result;
use crate::commands::{Driver, Provider};
use crate::oracle::Outcome;
use crate::scenario::{self, Scenario};

pub use call::Call;
pub use case::{Case, Report};
pub use kind::{Kind, Span};
pub use list::all as all_faults;
pub use sample::sample;

/// How many cases of a sample are run at the same time: most of them wait most of the time.
const JOBS_OF_SAMPLE: usize = 12;

/// Every case, in the order of the scenarios and of their calls.
///
/// Each scenario is run once without a fault; it is an error if it does not go well.
pub async fn cases(driver: &Driver) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for scenario in scenario::all::all() {
        cases.extend(calls::cases(&calls::calls(&scenario, driver).await?));
    }
    Ok(cases)
}

/// Runs cases, so many at a time, and returns their reports in the order of the cases. `heard` is told
/// of each when it has ended.
pub async fn run(
    driver: &Arc<Driver>,
    cases: Vec<Case>,
    jobs: usize,
    mut heard: impl FnMut(&Report),
) -> Vec<Report> {
    let scenarios: BTreeMap<&str, Arc<Scenario>> =
        scenario::all::all().into_iter().map(|it| (it.name, Arc::new(it))).collect();
    let places = Arc::new(Semaphore::new(jobs.max(1)));
    let mut running = JoinSet::new();
    for (index, case) in cases.into_iter().enumerate() {
        let Some(scenario) = scenarios.get(case.call.scenario).cloned() else { continue };
        let (driver, places) = (Arc::clone(driver), Arc::clone(&places));
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            (index, run::run(&scenario, &driver, case).await)
        });
    }
    let mut reports = Vec::new();
    while let Some(ended) = running.join_next().await {
        let (index, report) = match ended {
            Ok(report) => report,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        };
        heard(&report);
        reports.push((index, report));
    }
    reports.sort_by_key(|(index, _)| *index);
    reports.into_iter().map(|(_, report)| report).collect()
}

/// Runs a part of the cases through a provider program, with each fault and each kind of call at least
/// once. The error tells what was not survived; otherwise the answer is how many cases were.
///
/// On a machine that is short of time a deadline can end a case that would have ended well. So a case
/// that got stuck is run once more by itself; what was lost, damaged or made twice was.
pub fn run_sample(program: PathBuf) -> Result<usize> {
    runtime()?.block_on(async {
        let driver = Arc::new(Driver::Core(Provider::new(program)));
        let cases = sample(cases(&driver).await?);
        let mut reports = run(&driver, cases, JOBS_OF_SAMPLE, |_| {}).await;
        for report in &mut reports {
            if matches!(report.outcome, Outcome::Stuck | Outcome::Broken) {
                let again = vec![report.case.clone()];
                if let Some(second) = run(&driver, again, 1, |_| {}).await.pop() {
                    *report = second;
                }
            }
        }
        let failures: String = failures(&reports).map(Report::to_string).collect();
        if failures.is_empty() { Ok(reports.len()) } else { Err(failures.into()) }
    })
}

/// The reports of what was not survived.
pub fn failures(reports: &[Report]) -> impl Iterator<Item = &Report> {
    reports.iter().filter(|report| !report.outcome.survived())
}

/// What runs the cases.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
