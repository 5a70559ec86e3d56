//! Playing a life with one fault in it, and judging what became of everything.

use std::path::PathBuf;
use std::time::Duration;

use super::core::Equipment;
use super::fault::{Call, Kind};
use super::scene::{Block, Scene, Step};
use super::signal::Signal;
use super::witness::{Finding, Naming, Outcome, Witness, unfulfilled};
use super::world::World;
use testkit::Result;

/// A case that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// The same for the command line tool, which takes seconds for each command.
const PATIENCE_WITH_TOOL: Duration = Duration::from_mins(5);

/// How often a person tries again, following what the errors say.
const TRIES: usize = 3;

/// Who plays Terraform in a run of the matrix.
pub(super) enum Player {
    Core(Equipment),
    Cli { tool: testkit::terraform::Cli, provider: PathBuf },
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
    /// How long the command went on after Ctrl-C.
    pub(super) halted_after: Option<Duration>,
}

/// Plays a life with one fault in it.
pub(super) async fn play(scene: &Scene, player: &Player, case: Case) -> Report {
    let life = play_through(scene, player, &case);
    let patience = match player {
        Player::Core(_) => PATIENCE,
        Player::Cli { .. } => PATIENCE_WITH_TOOL,
    };
    let Played { outcome, findings, halted_after } =
        match tokio::time::timeout(patience, life).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(error)) => failed(format!("the provider did not answer: {error}")),
            Err(_) => failed("it hung".to_owned()),
        };
    Report { case, outcome, findings, halted_after }
}

/// What was seen in a life.
struct Played {
    outcome: Outcome,
    findings: Vec<Finding>,
    halted_after: Option<Duration>,
}

fn failed(what: String) -> Played {
    let outcome = Outcome::Broken;
    Played { outcome, findings: vec![Finding { outcome, what }], halted_after: None }
}

async fn play_through(scene: &Scene, player: &Player, case: &Case) -> Result<Played> {
    let mut world = World::of(scene, player, case.fault.signal().is_some())?;
    let mut witness = Witness::new(&world.cloud, scene.final_backup);
    let step = case.call.step;
    for earlier in 0..step {
        let id = world.adopted(earlier)?;
        let ran = world.take(earlier, id.as_deref()).await?;
        witness.hear(&ran);
        if !ran.succeeded() {
            return Err(format!("before the fault: {}", ran.told.errors.join("\n")).into());
        }
        witness.look(&world.cloud, &world.terraform.objects()?, "before the fault", Naming::Id);
    }
    let id = world.adopted(step)?;
    if let Some(id) = &id {
        witness.knows(id);
    }

    // The command starts a provider of its own, as each command of the tool does.
    world.terraform.end_session();
    let (ran, halted_after) = world.suffer(step, id.as_deref(), case).await?;
    if case.fault.missed(&world.cloud) {
        witness.find(Outcome::Broken, "the fault met no call");
    }
    witness.hear(&ran);
    world.terraform.end_session();
    case.fault.lift(&world.cloud, &case.call);
    let naming = case.fault.naming();
    witness.look(&world.cloud, &world.terraform.objects()?, "after the fault", naming);

    let outcome = if ran.succeeded() {
        Outcome::Unnoticed
    } else {
        if case.fault.signal().is_some() {
            read_the_plan(&mut world, step, &mut witness).await?;
        }
        try_again(&mut world, step, id.as_deref(), &mut witness).await?
    };
    if !matches!(world.steps.get(step), Some(Step::Destroy)) {
        check_goal(&mut world, step, &mut witness).await?;
        destroy(&mut world, &mut witness).await?;
    }
    witness.close(&world.cloud);
    let worst = witness.findings.iter().map(|finding| finding.outcome).max();
    let interrupted = case.fault.signal() == Some(Signal::Interrupt);
    Ok(Played {
        outcome: worst.unwrap_or(outcome),
        findings: witness.findings,
        halted_after: halted_after.filter(|_| interrupted),
    })
}

/// After a command that was cut short a person looks at the plan before applying again: its warnings
/// name what nobody could name before.
async fn read_the_plan(world: &mut World, step: usize, witness: &mut Witness) -> Result {
    if matches!(world.steps.get(step), Some(Step::Apply(_))) {
        let blocks = world.blocks(step).to_vec();
        witness.hear(&world.terraform.pending(&blocks).await?);
    }
    Ok(())
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
        witness.look(&world.cloud, &world.terraform.objects()?, "after another try", Naming::Id);
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
pub(super) async fn check_goal(world: &mut World, step: usize, witness: &mut Witness) -> Result {
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
    witness.look(&world.cloud, &world.terraform.objects()?, "after destroy", Naming::Id);
    Ok(())
}
