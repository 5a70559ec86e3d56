//! A simulated account, and the commands that are given in it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clouddb_sim::{Options, PageSizes, Simulator};

use super::case::Case;
use crate::commands::{CommandResult, Commands, Driver};
use crate::scenario::{Block, Scenario, Step};
use crate::{Result, login};

/// A simulated account, and a working directory for it.
pub(super) struct Account {
    pub(super) cloud: Arc<Simulator>,
    pub(super) terraform: Commands,
    pub(super) steps: Vec<Step>,
}

impl Account {
    /// `signal` says that a command will be ended while it waits.
    pub(super) fn of(scenario: &Scenario, driver: &Driver, signal: bool) -> Result<Self> {
        let options = Options { page_sizes: PageSizes::all(2), ..Options::default() };
        let cloud = Arc::new(Simulator::start(options)?);
        let seeds = (scenario.seed)(&cloud);
        let steps = scenario.steps.iter().map(|step| step.clone().with_ids(&seeds)).collect();
        let environment = environment(&cloud, signal);
        let terraform = driver.commands(&environment)?;
        Ok(Self { cloud, terraform, steps })
    }

    /// The configuration that is in force in a step.
    pub(super) fn blocks(&self, step: usize) -> &[Block] {
        let until = self.steps.get(..=step).unwrap_or_default();
        let last = until.iter().rev().find_map(|step| match step {
            Step::Apply(blocks) => Some(blocks.as_slice()),
            _ => None,
        });
        last.unwrap_or_default()
    }

    /// Takes a step; `id` is that of the object which the step adopts.
    pub(super) async fn take(&mut self, step: usize, id: Option<&str>) -> Result<CommandResult> {
        let blocks = self.blocks(step).to_vec();
        let Some(step) = self.steps.get(step) else { return Err("there is no such step".into()) };
        self.terraform.take(step, &blocks, id).await
    }

    /// Takes a step in which a fault happens. Tells how long the command went on after a signal.
    pub(super) async fn take_with_fault(
        &mut self,
        step: usize,
        id: Option<&str>,
        case: &Case,
    ) -> Result<(CommandResult, Option<Duration>)> {
        self.cloud.clear_requests();
        case.fault.prepare(&self.cloud, &case.call);
        let Some(signal) = case.fault.signal() else {
            return Ok((self.take(step, id).await?, None));
        };
        let (cloud, case) = (Arc::clone(&self.cloud), case.clone());
        let interruption = self.terraform.interruption();
        let ending = interruption.clone();
        let watching = tokio::spawn(async move {
            while !case.fault.is_due(&cloud, &case.call) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            case.fault.follow_up(&cloud);
            ending.end(signal).await
        });
        let ran = self.take(step, id).await;
        let ended = Instant::now();
        let Some((_, at)) = interruption.ended() else {
            watching.abort();
            return Err("the command ended before its end came".into());
        };
        watching.await??;
        Ok((ran?, Some(ended - at)))
    }

    /// The ID of the object that a step adopts.
    pub(super) fn adopted(&self, step: usize) -> Result<Option<String>> {
        match self.steps.get(step) {
            Some(Step::Adopt(address)) => self.terraform.id_of(address),
            _ => Ok(None),
        }
    }
}

/// A pace at which a person would not want to wait for Rackspace, and a test does for the simulator.
/// Who waits for a signal has time: only the signal may end the waiting. It is not endless, since the
/// tool keeps a signal to itself while it plans an apply.
fn environment(cloud: &Simulator, signal: bool) -> Vec<(String, String)> {
    let pace = [
        ("RAX_DB_POLL_INTERVAL", "1ms"),
        ("RAX_DB_REQUEST_TIMEOUT", if signal { "10s" } else { "500ms" }),
        ("RAX_DB_LONGEST_OUTAGE", "1200ms"),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    let all = login::environment(cloud).into_iter().chain(pace);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}
