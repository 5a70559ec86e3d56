//! Actions, invoked as Terraform invokes them.

use std::borrow::Borrow;

use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::harness::{Harness, sent};
use super::json::from_json;
use crate::action::Progress;
use crate::diagnostic::Diagnostics;
use crate::engine::{Offered, Registered};
use crate::provider::Provider;
use crate::value::Value;

/// What came of an action.
#[derive(Debug)]
pub struct Invoked {
    /// What it said while it went on.
    pub progress: Vec<String>,
    /// What there was to say at the end.
    pub diagnostics: Diagnostics,
}

impl<P: Provider> Harness<P> {
    /// Validates what stands in the block `config` of an `action` block.
    pub fn validate_action(&self, name: &str, config: impl Borrow<Json>) -> Diagnostics {
        self.engine.validate_action(name, &self.arguments(name, config.borrow()))
    }

    /// Plans an action; values may be unknown.
    pub async fn plan_action(&self, name: &str, config: impl Borrow<Json>) -> Diagnostics {
        self.engine.plan_action(name, &self.arguments(name, config.borrow())).await
    }

    /// Validates, plans and invokes an action.
    ///
    /// # Panics
    ///
    /// If there is no such action.
    pub async fn invoke(&self, name: &str, config: impl Borrow<Json>) -> Invoked {
        let config = self.arguments(name, config.borrow());
        let (said, mut saying) = mpsc::unbounded_channel();
        let mut diagnostics = self.engine.validate_action(name, &config);
        if !diagnostics.has_errors() {
            diagnostics.extend(self.engine.plan_action(name, &config).await);
        }
        if !diagnostics.has_errors() {
            diagnostics.extend(self.engine.invoke(name, &config, &Progress::new(said)).await);
        }
        let mut progress = Vec::new();
        while let Ok(message) = saying.try_recv() {
            progress.push(message);
        }
        Invoked { progress, diagnostics }
    }

    fn arguments(&self, name: &str, config: &Json) -> Value {
        let Ok(Offered { it: Registered { ty, .. }, .. }) = self.engine.actions.get(name) else {
            unreachable!("there is no action {name}")
        };
        sent(&from_json(config, ty), ty)
    }
}
