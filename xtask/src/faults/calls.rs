//! Which calls a life makes, and so which cases there are.

use std::collections::{BTreeMap, BTreeSet};

use clouddb_sim::{Occasion, RecordedRequest};

use super::fault::{self, Call};
use super::matrix::{Case, Player, check_goal};
use super::scene::{Scene, Step};
use super::witness::{Naming, Witness};
use super::world::World;
use testkit::Result;

/// Every call of a life without faults. Fails if that life does not go well.
pub(super) async fn calls(scene: &Scene, player: &Player) -> Result<Vec<Call>> {
    let mut world = World::of(scene, player, false)?;
    let mut witness = Witness::new(&world.cloud, scene.final_backup);
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
        witness.look(&world.cloud, &world.terraform.objects()?, "without a fault", Naming::Id);
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
    let (mut calls, mut previous) = (Vec::new(), None);
    // In which collections something is new.
    let mut grown: BTreeSet<String> = BTreeSet::new();
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
        let collection = pattern.split('/').nth(1).unwrap_or_default().to_owned();
        let after_creation = grown.contains(&collection);
        let me = (method.clone(), pattern.clone(), nth);
        let later_page = request.query.as_ref().is_some_and(|query| query.contains("marker="));
        calls.push(Call {
            scene,
            step,
            method,
            pattern,
            nth,
            later_page,
            after_creation,
            work,
            previous,
        });
        grown.extend(creates.then_some(collection));
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
