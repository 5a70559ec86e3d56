//! A simulated account, and a Terraform that works in it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clouddb_sim::{Options, PageSizes, Simulator};

use super::cli::Cli;
use super::core::Core;
use super::matrix::{Case, Player};
use super::scene::{Block, Scene, Step};
use super::terraform::{Ran, Terraform};
use testkit::Result;

/// A simulated account and a Terraform that works in it.
pub(super) struct World {
    pub(super) cloud: Arc<Simulator>,
    pub(super) terraform: Terraform,
    pub(super) steps: Vec<Step>,
}

impl World {
    /// `signal` says that a command will be ended while it waits.
    pub(super) fn of(scene: &Scene, player: &Player, signal: bool) -> Result<Self> {
        let options = Options { page_sizes: PageSizes::all(2), ..Options::default() };
        let cloud = Arc::new(Simulator::start(options)?);
        let seeds = (scene.seed)(&cloud);
        let steps = scene.steps.iter().map(|step| step.clone().planted(&seeds)).collect();
        let environment = environment(&cloud, signal);
        let terraform = match player {
            Player::Core(equipment) => {
                Terraform::Core(Box::new(Core::new(equipment.clone(), environment)))
            }
            Player::Cli { tool, provider } => {
                Terraform::Cli(Cli::new(tool.clone(), provider, environment)?)
            }
        };
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
    pub(super) async fn take(&mut self, step: usize, id: Option<&str>) -> Result<Ran> {
        let blocks = self.blocks(step).to_vec();
        let Some(step) = self.steps.get(step) else { return Err("there is no such step".into()) };
        self.terraform.take(step, &blocks, id).await
    }

    /// Takes a step in which a fault happens. Tells how long the command went on after a signal.
    pub(super) async fn suffer(
        &mut self,
        step: usize,
        id: Option<&str>,
        case: &Case,
    ) -> Result<(Ran, Option<Duration>)> {
        self.cloud.clear_requests();
        case.fault.strike(&self.cloud, &case.call);
        let Some(signal) = case.fault.signal() else {
            return Ok((self.take(step, id).await?, None));
        };
        let (cloud, reins, case) = (Arc::clone(&self.cloud), self.terraform.reins(), case.clone());
        let pulled = reins.clone();
        let hand = tokio::spawn(async move {
            while !case.fault.is_due(&cloud, &case.call) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            case.fault.follow_up(&cloud);
            reins.pull(signal).await
        });
        let ran = self.take(step, id).await;
        let ended = Instant::now();
        let Some((_, at)) = pulled.pulled() else {
            hand.abort();
            return Err("the command ended before its end came".into());
        };
        hand.await??;
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
    [
        ("RAX_USERNAME", "demo"),
        ("RAX_API_KEY", "demo-key"),
        ("RAX_REGION", "DFW"),
        ("RAX_AUTH_URL", &cloud.auth_url()),
        ("RAX_DB_POLL_INTERVAL", "1ms"),
        ("RAX_DB_REQUEST_TIMEOUT", if signal { "10s" } else { "500ms" }),
        ("RAX_DB_LONGEST_OUTAGE", "1200ms"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}
