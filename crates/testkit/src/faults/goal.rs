//! What a scenario is after: checked without a fault and after each.

use super::account::Account;
use crate::Result;
use crate::oracle::{Oracle, Outcome, unfulfilled};
use crate::scenario::Step;

/// What was asked for is there, and a plan finds nothing more to do.
pub(super) async fn check_goal(account: &mut Account, step: usize, oracle: &mut Oracle) -> Result {
    let blocks = account.blocks(step).to_vec();
    if matches!(account.steps.get(step), Some(Step::Apply(_))) {
        let result = account.terraform.pending(&blocks).await?;
        oracle.hear(&result);
        if !result.changes.is_empty() || !result.succeeded() {
            let left = [result.changes, result.told.errors].concat().join("; ");
            oracle.find(Outcome::Stuck, format!("another plan finds work: {left}"));
        }
        for what in
            unfulfilled(&account.cloud, &blocks, &account.terraform.objects()?, &oracle.imported)
        {
            oracle.find(Outcome::Stuck, what);
        }
    }
    Ok(())
}
