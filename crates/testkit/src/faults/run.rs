//! Running a scenario with one fault in it, and judging what became of everything.

use std::time::Duration;

use clouddb_sim::{InstanceSnapshot, Simulator};

use super::account::Account;
use super::case::{Case, Report};
use super::goal::check_goal;
use crate::Result;
use crate::commands::{Driver, Signal};
use crate::oracle::{Finding, Naming, Oracle, Outcome, ROOT_USER, Thing};
use crate::scenario::{Block, Scenario, Step};

/// A case that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// The same for the command line tool, which takes seconds for each command.
const PATIENCE_WITH_TOOL: Duration = Duration::from_mins(5);

/// Between two looks at what the service still has to carry out.
const GLANCE: Duration = Duration::from_millis(10);

/// How often a person tries again, following what the errors say.
const TRIES: usize = 3;

/// Runs a scenario with one fault in it.
pub(super) async fn run(scenario: &Scenario, driver: &Driver, case: Case) -> Report {
    let running = run_through(scenario, driver, &case);
    let patience = match driver {
        Driver::Core(_) => PATIENCE,
        Driver::Tool { .. } => PATIENCE_WITH_TOOL,
    };
    let Judgement { outcome, findings, halted_after } =
        match tokio::time::timeout(patience, running).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(error)) => failed(format!("the provider did not answer: {error}")),
            Err(_) => failed("it hung".to_owned()),
        };
    Report { case, outcome, findings, halted_after }
}

/// What was seen in a case.
struct Judgement {
    outcome: Outcome,
    findings: Vec<Finding>,
    halted_after: Option<Duration>,
}

fn failed(what: String) -> Judgement {
    let outcome = Outcome::Broken;
    Judgement { outcome, findings: vec![Finding { outcome, what }], halted_after: None }
}

async fn run_through(scenario: &Scenario, driver: &Driver, case: &Case) -> Result<Judgement> {
    let mut account = Account::of(scenario, driver, case.fault.signal().is_some())?;
    let mut oracle = Oracle::new(&account.cloud, scenario.final_backup);
    let step = case.call.step;
    for earlier in 0..step {
        let id = account.adopted(earlier)?;
        let result = account.take(earlier, id.as_deref()).await?;
        oracle.hear(&result);
        if !result.succeeded() {
            return Err(format!("before the fault: {}", result.told.errors.join("\n")).into());
        }
        oracle.look(&account.cloud, &account.terraform.objects()?, "before the fault", Naming::Id);
    }
    let id = account.adopted(step)?;
    if let Some(id) = &id {
        oracle.knows(id);
    }

    // The command starts a provider of its own, as each command of the tool does.
    account.terraform.end_session();
    let (result, halted_after) = account.take_with_fault(step, id.as_deref(), case).await?;
    if case.fault.missed(&account.cloud) {
        oracle.find(Outcome::Broken, "the fault met no call");
    }
    oracle.hear(&result);
    account.terraform.end_session();
    case.fault.end(&account.cloud, &case.call);
    while account.cloud.late_effects() > 0 {
        tokio::time::sleep(GLANCE).await;
    }
    let naming = case.fault.naming(&case.call);
    oracle.look(&account.cloud, &account.terraform.objects()?, "after the fault", naming);

    let outcome = if result.succeeded() {
        undo_what_came_late(&mut account, step, case, &mut oracle).await?
    } else {
        if naming != Naming::Id {
            read_the_plan(&mut account, step, &mut oracle).await?;
        }
        try_again(&mut account, step, id.as_deref(), &mut oracle).await?
    };
    if !matches!(account.steps.get(step), Some(Step::Destroy)) {
        check_goal(&mut account, step, &mut oracle).await?;
        destroy(&mut account, &mut oracle).await?;
    }
    oracle.close(&account.cloud);
    let worst = oracle.findings.iter().map(|finding| finding.outcome).max();
    let interrupted = case.fault.signal() == Some(Signal::Interrupt);
    Ok(Judgement {
        outcome: worst.unwrap_or(outcome),
        findings: oracle.findings,
        halted_after: halted_after.filter(|_| interrupted),
    })
}

/// What takes effect when the command has ended can undo what it did. Nobody could know; the next plan
/// shows it, and the next apply makes it good.
async fn undo_what_came_late(
    account: &mut Account,
    step: usize,
    case: &Case,
    oracle: &mut Oracle,
) -> Result<Outcome> {
    if !case.fault.comes_late() || !matches!(account.steps.get(step), Some(Step::Apply(_))) {
        return Ok(Outcome::Unnoticed);
    }
    let blocks = account.blocks(step).to_vec();
    let pending = account.terraform.pending(&blocks).await?;
    oracle.hear(&pending);
    if pending.changes.is_empty() {
        return Ok(Outcome::Unnoticed);
    }
    let result = account.take(step, None).await?;
    oracle.hear(&result);
    oracle.look(&account.cloud, &account.terraform.objects()?, "after another apply", Naming::Id);
    Ok(Outcome::Recovered)
}

/// After a command that could not tell everything a person looks at the plan before applying again: its warnings
/// name what nobody could name before.
async fn read_the_plan(account: &mut Account, step: usize, oracle: &mut Oracle) -> Result {
    if matches!(account.steps.get(step), Some(Step::Apply(_))) {
        let blocks = account.blocks(step).to_vec();
        oracle.hear(&account.terraform.pending(&blocks).await?);
    }
    Ok(())
}

/// Takes the step again, and before that does as the errors say with what they name.
async fn try_again(
    account: &mut Account,
    step: usize,
    id: Option<&str>,
    oracle: &mut Oracle,
) -> Result<Outcome> {
    let mut outcome = Outcome::Recovered;
    let mut last = String::new();
    for _ in 0..TRIES {
        if id.is_none() && import_leftovers(account, step, oracle).await? {
            outcome = Outcome::Told;
        }
        let result = account.take(step, id).await?;
        oracle.hear(&result);
        oracle.look(&account.cloud, &account.terraform.objects()?, "after another try", Naming::Id);
        if result.succeeded() {
            return Ok(outcome);
        }
        last = result.told.errors.join("\n");
        if oracle.leftovers(&account.cloud, &account.terraform.objects()?).is_empty() {
            break;
        }
    }
    oracle.find(Outcome::Stuck, format!("another try failed: {last}"));
    Ok(Outcome::Stuck)
}

/// Imports what an error names and no state holds. Tells whether there was anything.
async fn import_leftovers(account: &mut Account, step: usize, oracle: &mut Oracle) -> Result<bool> {
    let blocks = account.blocks(step).to_vec();
    let objects = account.terraform.objects()?;
    let mut imported = false;
    for thing in oracle.leftovers(&account.cloud, &objects) {
        let wanted = |block: &&Block| {
            let missing = !objects.iter().any(|known| known.address == block.address());
            !block.is_data
                && block.kind == thing.kind
                && missing
                && is_of(block, &thing, &account.cloud)
        };
        let Some(block) = blocks.iter().find(wanted) else { continue };
        let result = account.terraform.import(&blocks, &block.address(), &thing.id).await?;
        oracle.hear(&result);
        if result.succeeded() {
            oracle.imported.insert(block.address());
            imported = true;
        }
    }
    Ok(imported)
}

/// Whether a block of its kind is that of a thing: by the name, or by what stands in its place.
fn is_of(block: &Block, thing: &Thing, cloud: &Simulator) -> bool {
    // Of two of one name a person takes the one that has the group.
    let wants_group = block.body.get("configuration_id").is_some();
    let other = |it: InstanceSnapshot| it.configuration_id.is_some() != wants_group;
    if block.kind == "rackspace_db_instance" && cloud.instance(&thing.id).is_some_and(other) {
        return false;
    }
    let text = |key: &str| block.body.get(key).and_then(serde_json::Value::as_str);
    // A schedule has its instance in the place of a name, and an instance has one root.
    let name = text("name").or_else(|| text("instance_id"));
    let named =
        name.is_some_and(|name| thing.name == name || thing.name.starts_with(&format!("{name}@")));
    let is_root = block.kind == ROOT_USER;
    // The service names an upgrade after its source, until it is told another name.
    let is_new_upgrade = text("upgrade_of").is_some() && thing.name.ends_with("_upgrade");
    named || is_root || is_new_upgrade
}

async fn destroy(account: &mut Account, oracle: &mut Oracle) -> Result {
    let result = account.terraform.destroy().await?;
    oracle.hear(&result);
    if !result.succeeded() {
        oracle.find(Outcome::Stuck, format!("destroy failed: {}", result.told.errors.join("\n")));
    }
    oracle.look(&account.cloud, &account.terraform.objects()?, "after destroy", Naming::Id);
    Ok(())
}
