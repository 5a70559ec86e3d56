//! Which calls a scenario makes, and so which cases there are.

use std::collections::{BTreeMap, BTreeSet};

use clouddb_sim::{Occasion, RecordedRequest};

use super::account::Account;
use super::call::{Call, work};
use super::case::Case;
use super::goal::check_goal;
use super::list;
use crate::Result;
use crate::commands::Driver;
use crate::oracle::{Naming, Oracle};
use crate::scenario::{Scenario, Step};

/// Every call of a scenario without faults. Fails if it does not go well.
pub(super) async fn calls(scenario: &Scenario, driver: &Driver) -> Result<Vec<Call>> {
    let mut account = Account::of(scenario, driver, false)?;
    let mut oracle = Oracle::new(&account.cloud, scenario.final_backup);
    let mut calls = Vec::new();
    for step in 0..account.steps.len() {
        account.cloud.clear_requests();
        let id = account.adopted(step)?;
        account.terraform.end_session();
        let result = account.take(step, id.as_deref()).await?;
        oracle.hear(&result);
        if !result.succeeded() {
            let what = result.told.errors.join("\n");
            return Err(format!("{}, step {}: {what}", scenario.name, step + 1).into());
        }
        calls.extend(calls_of_step(scenario.name, step, &account.cloud.requests()));
        oracle.look(&account.cloud, &account.terraform.objects()?, "without a fault", Naming::Id);
        if !matches!(account.steps.get(step), Some(Step::Destroy)) {
            check_goal(&mut account, step, &mut oracle).await?;
        }
    }
    oracle.close(&account.cloud);
    match oracle.findings.first() {
        None => Ok(calls),
        Some(finding) => {
            Err(format!("{}, without a fault: {}", scenario.name, finding.what).into())
        }
    }
}

fn calls_of_step(scenario: &'static str, step: usize, requests: &[RecordedRequest]) -> Vec<Call> {
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut works: Vec<Occasion> = Vec::new();
    let (mut calls, mut previous) = (Vec::new(), None);
    let mut after_copy = false;
    // In which collections something is new.
    let mut grown: BTreeSet<String> = BTreeSet::new();
    for request in requests {
        let (method, pattern) = (request.method.clone(), pattern(&request.call));
        let count = counts.entry((method.clone(), pattern.clone())).or_default();
        let nth = *count;
        *count += 1;
        let started = work(&method, &pattern, &request.body).map(|occasion| {
            let before = works.iter().filter(|it| **it == occasion).count();
            works.push(occasion);
            (occasion, before)
        });
        let collection = pattern.split('/').nth(1).unwrap_or_default().to_owned();
        let after_creation = grown.contains(&collection);
        let me = (method.clone(), pattern.clone(), nth);
        let later_page = request.query.as_ref().is_some_and(|query| query.contains("marker="));
        let call = Call {
            scenario,
            step,
            method,
            pattern,
            nth,
            later_page,
            after_creation,
            after_copy,
            work: started,
            previous,
        };
        after_copy |= call.tells_no_id();
        grown.extend(call.creates().then_some(collection));
        calls.push(call);
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
    let kinds = list::all();
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
