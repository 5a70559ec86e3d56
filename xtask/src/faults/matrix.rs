//! Playing a life: once without faults, to learn its calls, and then once for each call and fault.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clouddb_sim::{Occasion, Options, PageSizes, RecordedRequest, Simulator};

use super::cli::Cli;
use super::core::{Core, Equipment};
use super::fault::{self, Call, Kind};
use super::scene::{Block, Scene, Step};
use super::terraform::{Ran, Terraform};
use super::witness::{Finding, Outcome, Witness, unfulfilled};
use crate::Result;

/// A case that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often a person tries again, following what the errors say.
const TRIES: usize = 3;

/// Who plays Terraform in a run of the matrix.
pub(super) enum Player {
    Core(Equipment),
    Cli { tool: crate::terraform::Cli, provider: PathBuf },
}

/// One cell of the matrix.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) call: Call,
    pub(super) fault: Kind,
}

/// What came of a case.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) case: Case,
    pub(super) outcome: Outcome,
    pub(super) findings: Vec<Finding>,
}

/// A simulated account and a Terraform that works in it.
struct World {
    cloud: Simulator,
    terraform: Terraform,
    steps: Vec<Step>,
}

impl World {
    fn of(scene: &Scene, player: &Player) -> Result<Self> {
        let options = Options { page_sizes: PageSizes::all(2), ..Options::default() };
        let cloud = Simulator::start(options)?;
        let seeds = (scene.seed)(&cloud);
        let steps = scene.steps.iter().map(|step| step.clone().planted(&seeds)).collect();
        let environment = environment(&cloud);
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
    fn blocks(&self, step: usize) -> &[Block] {
        let until = self.steps.get(..=step).unwrap_or_default();
        let last = until.iter().rev().find_map(|step| match step {
            Step::Apply(blocks) => Some(blocks.as_slice()),
            _ => None,
        });
        last.unwrap_or_default()
    }

    /// Takes a step; `id` is that of the object which the step adopts.
    async fn take(&mut self, step: usize, id: Option<&str>) -> Result<Ran> {
        let blocks = self.blocks(step).to_vec();
        let Some(step) = self.steps.get(step) else { return Err("there is no such step".into()) };
        self.terraform.take(step, &blocks, id).await
    }

    /// The ID of the object that a step adopts.
    fn adopted(&self, step: usize) -> Result<Option<String>> {
        match self.steps.get(step) {
            Some(Step::Adopt(address)) => self.terraform.id_of(address),
            _ => Ok(None),
        }
    }
}

/// A pace at which a person would not want to wait for Rackspace, and a test does for the simulator.
fn environment(cloud: &Simulator) -> Vec<(String, String)> {
    [
        ("RAX_USERNAME", "demo"),
        ("RAX_API_KEY", "demo-key"),
        ("RAX_REGION", "DFW"),
        ("RAX_AUTH_URL", &cloud.auth_url()),
        ("RAX_DB_POLL_INTERVAL", "1ms"),
        ("RAX_DB_REQUEST_TIMEOUT", "500ms"),
        ("RAX_DB_LONGEST_OUTAGE", "1200ms"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// Every call of a life without faults. Fails if that life does not go well.
pub(super) async fn calls(scene: &Scene, player: &Player) -> Result<Vec<Call>> {
    let mut world = World::of(scene, player)?;
    let mut witness = Witness::new(&world.cloud);
    let mut calls = Vec::new();
    for step in 0..world.steps.len() {
        world.cloud.clear_requests();
        let id = world.adopted(step)?;
        world.terraform.end_session();
        let ran = world.take(step, id.as_deref()).await?;
        witness.hear(&ran);
        if !ran.succeeded() {
            let what = ran.told.errors.join("\n");
            return Err(format!("{}, step {}: {what}", scene.name, step + 1).into());
        }
        calls.extend(calls_of_step(scene.name, step, &world.cloud.requests()));
        witness.look(&world.cloud, &world.terraform.objects()?, "without a fault");
        if !matches!(world.steps.get(step), Some(Step::Destroy)) {
            check_goal(&mut world, step, &mut witness).await?;
        }
    }
    witness.close(&world.cloud);
    match witness.findings.first() {
        None => Ok(calls),
        Some(finding) => Err(format!("{}, without a fault: {}", scene.name, finding.what).into()),
    }
}

fn calls_of_step(scene: &'static str, step: usize, requests: &[RecordedRequest]) -> Vec<Call> {
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut works: Vec<Occasion> = Vec::new();
    let (mut calls, mut after_creation, mut previous) = (Vec::new(), false, None);
    for request in requests {
        let (method, pattern) = (request.method.clone(), pattern(&request.call));
        let count = counts.entry((method.clone(), pattern.clone())).or_default();
        let nth = *count;
        *count += 1;
        let work = fault::work(&method, &pattern, &request.body).map(|occasion| {
            let before = works.iter().filter(|it| **it == occasion).count();
            works.push(occasion);
            (occasion, before)
        });
        let creates =
            method == "POST" && !pattern.starts_with("/v2.0") && !pattern.ends_with("/action");
        let me = (method.clone(), pattern.clone(), nth);
        calls.push(Call { scene, step, method, pattern, nth, after_creation, work, previous });
        after_creation |= creates;
        previous = Some(me);
    }
    calls
}

/// The path with `*` for IDs and names.
fn pattern(call: &str) -> String {
    if call.starts_with("/v2.0") {
        return call.to_owned();
    }
    let segments = call.trim_start_matches('/').split('/').enumerate();
    segments.fold(String::new(), |path, (index, segment)| {
        path + "/" + if index % 2 == 1 && segment != "action" { "*" } else { segment }
    })
}

/// Every fault at every one of these calls.
pub(super) fn cases(calls: &[Call]) -> Vec<Case> {
    let kinds = fault::all();
    let mut cases = Vec::new();
    for call in calls {
        let fitting = kinds.iter().filter(|kind| kind.fits(call));
        cases.extend(fitting.map(|kind| Case { call: call.clone(), fault: *kind }));
    }
    cases
}

/// Plays a life with one fault in it.
pub(super) async fn play(scene: &Scene, player: &Player, case: Case) -> Report {
    let life = play_through(scene, player, &case);
    let (outcome, findings) = match tokio::time::timeout(PATIENCE, life).await {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => failed(format!("the provider did not answer: {error}")),
        Err(_) => failed("it hung".to_owned()),
    };
    Report { case, outcome, findings }
}

fn failed(what: String) -> (Outcome, Vec<Finding>) {
    (Outcome::Broken, vec![Finding { outcome: Outcome::Broken, what }])
}

async fn play_through(
    scene: &Scene,
    player: &Player,
    case: &Case,
) -> Result<(Outcome, Vec<Finding>)> {
    let mut world = World::of(scene, player)?;
    let mut witness = Witness::new(&world.cloud);
    let step = case.call.step;
    for earlier in 0..step {
        let id = world.adopted(earlier)?;
        let ran = world.take(earlier, id.as_deref()).await?;
        witness.hear(&ran);
        if !ran.succeeded() {
            return Err(format!("before the fault: {}", ran.told.errors.join("\n")).into());
        }
        witness.look(&world.cloud, &world.terraform.objects()?, "before the fault");
    }
    let id = world.adopted(step)?;
    if let Some(id) = &id {
        witness.knows(id);
    }

    // The command starts a provider of its own, as each command of the tool does.
    world.terraform.end_session();
    case.fault.strike(&world.cloud, &case.call);
    let ran = world.take(step, id.as_deref()).await?;
    if case.fault.missed(&world.cloud) {
        witness.find(Outcome::Broken, "the fault met no call");
    }
    witness.hear(&ran);
    world.terraform.end_session();
    case.fault.lift(&world.cloud, &case.call);
    witness.look(&world.cloud, &world.terraform.objects()?, "after the fault");

    let outcome = if ran.succeeded() {
        Outcome::Unnoticed
    } else {
        try_again(&mut world, step, id.as_deref(), &mut witness).await?
    };
    if !matches!(world.steps.get(step), Some(Step::Destroy)) {
        check_goal(&mut world, step, &mut witness).await?;
        destroy(&mut world, &mut witness).await?;
    }
    witness.close(&world.cloud);
    let worst = witness.findings.iter().map(|finding| finding.outcome).max();
    Ok((worst.unwrap_or(outcome), witness.findings))
}

/// Takes the step again, and before that does as the errors say with what they name.
async fn try_again(
    world: &mut World,
    step: usize,
    id: Option<&str>,
    witness: &mut Witness,
) -> Result<Outcome> {
    let mut outcome = Outcome::Recovered;
    let mut last = String::new();
    for _ in 0..TRIES {
        if id.is_none() && import_leftovers(world, step, witness).await? {
            outcome = Outcome::Told;
        }
        let ran = world.take(step, id).await?;
        witness.hear(&ran);
        witness.look(&world.cloud, &world.terraform.objects()?, "after another try");
        if ran.succeeded() {
            return Ok(outcome);
        }
        last = ran.told.errors.join("\n");
        if witness.leftovers(&world.cloud, &world.terraform.objects()?).is_empty() {
            break;
        }
    }
    witness.find(Outcome::Stuck, format!("another try failed: {last}"));
    Ok(Outcome::Stuck)
}

/// Imports what an error names and no state holds. Tells whether there was anything.
async fn import_leftovers(world: &mut World, step: usize, witness: &mut Witness) -> Result<bool> {
    let blocks = world.blocks(step).to_vec();
    let objects = world.terraform.objects()?;
    let mut imported = false;
    for thing in witness.leftovers(&world.cloud, &objects) {
        let wanted = |block: &&Block| {
            let name = block.body.get("name").and_then(serde_json::Value::as_str);
            let missing = !objects.iter().any(|known| known.address == block.address());
            !block.is_data
                && block.kind == thing.kind
                && missing
                && name.is_some_and(|name| {
                    thing.name == name || thing.name.starts_with(&format!("{name}@"))
                })
        };
        let Some(block) = blocks.iter().find(wanted) else { continue };
        let ran = world.terraform.import(&blocks, &block.address(), &thing.id).await?;
        witness.hear(&ran);
        imported |= ran.succeeded();
    }
    Ok(imported)
}

/// What was asked for is there, and a plan finds nothing more to do.
async fn check_goal(world: &mut World, step: usize, witness: &mut Witness) -> Result {
    let blocks = world.blocks(step).to_vec();
    if matches!(world.steps.get(step), Some(Step::Apply(_))) {
        let ran = world.terraform.pending(&blocks).await?;
        witness.hear(&ran);
        if !ran.changes.is_empty() || !ran.succeeded() {
            let left = [ran.changes, ran.told.errors].concat().join("; ");
            witness.find(Outcome::Stuck, format!("another plan finds work: {left}"));
        }
        for what in unfulfilled(&world.cloud, &blocks, &world.terraform.objects()?) {
            witness.find(Outcome::Stuck, what);
        }
    }
    Ok(())
}

async fn destroy(world: &mut World, witness: &mut Witness) -> Result {
    let ran = world.terraform.destroy().await?;
    witness.hear(&ran);
    if !ran.succeeded() {
        witness.find(Outcome::Stuck, format!("destroy failed: {}", ran.told.errors.join("\n")));
    }
    witness.look(&world.cloud, &world.terraform.objects()?, "after destroy");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_no_part_of_a_pattern() {
        assert_eq!(
            pattern("/instances/1-2/users/a%40b/databases/x"),
            "/instances/*/users/*/databases/*"
        );
        assert_eq!(pattern("/instances/1-2/action"), "/instances/*/action");
        assert_eq!(pattern("/instances"), "/instances");
        assert_eq!(pattern("/v2.0/tokens"), "/v2.0/tokens");
    }
}
