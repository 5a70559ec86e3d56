//! One case: a scenario with one fault in it, and what came of it.

use std::time::Duration;

use super::call::Call;
use super::kind::Kind;
use crate::oracle::{Finding, Outcome};

/// One call of a scenario, and the fault that it meets.
#[derive(Debug, Clone)]
pub struct Case {
    /// The call.
    pub call: Call,
    /// The fault.
    pub fault: Kind,
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.call, self.fault)
    }
}

/// What came of a case.
#[derive(Debug)]
pub struct Report {
    /// The case.
    pub case: Case,
    /// The worst that came of it.
    pub outcome: Outcome,
    /// What was wrong.
    pub findings: Vec<Finding>,
    /// How long the command went on after Ctrl-C.
    pub halted_after: Option<Duration>,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "\n{}", self.case)?;
        for finding in &self.findings {
            let what = finding.what.replace('\n', "\n    ");
            writeln!(f, "  {} {}", finding.outcome.mark(), what.trim_end())?;
        }
        Ok(())
    }
}
