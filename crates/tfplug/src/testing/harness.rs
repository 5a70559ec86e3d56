//! A provider driven in its own process, in the order of Terraform's calls.

use std::borrow::Borrow;

use serde_json::Value as Json;

use super::core_rules::{identity_faults, plan_faults, planned_identity_faults, result_faults};
use super::json::{from_json, to_json};
use super::object::{Action, Applied, Object, Plan};
use super::proposed::proposed_new_state;
use crate::context::Private;
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::{
    ApplyRequest, Engine, Outcome, PlanRequest, PlanResponse, RawState, Registered,
    RegisteredIdentity,
};
use crate::provider::Provider;
use crate::value::{Type, Value};
use crate::wire::encoded_schemas;

/// Drives a provider as Terraform does, without Terraform and without a process.
///
/// Configurations and states are JSON; [`UNKNOWN`](super::UNKNOWN) stands for a value that is not
/// known yet. Whatever Terraform would refuse as a bug of the provider, an invalid plan or an
/// inconsistent result, panics.
pub struct Harness<P: Provider> {
    pub(super) engine: Engine<P>,
}

impl<P: Provider> Harness<P> {
    /// Starts a provider.
    ///
    /// # Panics
    ///
    /// If Terraform would refuse one of its schemas.
    pub fn new(provider: P) -> Self {
        let engine = Engine::new(provider);
        let faults = engine.faults();
        assert!(faults.is_empty(), "{faults}");
        Self { engine }
    }

    /// The answer to `GetProviderSchema`, as the bytes that Terraform receives.
    pub fn encoded_schemas(&self) -> Vec<u8> {
        encoded_schemas(&self.engine)
    }

    /// Validates a `provider` block and configures the provider with it.
    pub async fn configure(&self, config: impl Borrow<Json>) -> Diagnostics {
        let ty = &self.engine.schema.ty;
        let config = sent(&from_json(config.borrow(), ty), ty);
        let found = self.engine.validate_provider(&config);
        if found.has_errors() {
            return found;
        }
        self.engine.configure(&config, "1.11.4").await
    }

    /// Validates a `resource` block.
    pub fn validate(&self, name: &str, config: impl Borrow<Json>) -> Diagnostics {
        let config = self.value(name, config.borrow());
        self.engine.validate_resource(name, &config, true)
    }

    /// Validates a `resource` block for a Terraform that knows no write-only attributes.
    pub fn validate_without_write_only(
        &self,
        name: &str,
        config: impl Borrow<Json>,
    ) -> Diagnostics {
        let config = self.value(name, config.borrow());
        self.engine.validate_resource(name, &config, false)
    }

    /// Validates a `data` block.
    pub fn validate_data_source(&self, name: &str, config: impl Borrow<Json>) -> Diagnostics {
        let ty = &self.data_source(name).ty;
        let config = sent(&from_json(config.borrow(), ty), ty);
        self.engine.validate_data_source(name, &config)
    }

    /// Plans what makes `object` as `config` says.
    pub async fn plan(
        &self,
        name: &str,
        object: Option<&Object>,
        config: impl Borrow<Json>,
    ) -> Plan {
        self.plan_value(name, object, self.value(name, config.borrow())).await
    }

    /// Plans to replace `object` although nothing asks for it, as `-replace=ADDRESS` does.
    pub async fn plan_replacement(
        &self,
        name: &str,
        object: &Object,
        config: impl Borrow<Json>,
    ) -> Plan {
        let config = self.value(name, config.borrow());
        let first = self.change(name, Some(object), &config, None).await;
        plan(Action::Replace, self.change(name, None, &config, Some(first.private)).await)
    }

    /// Plans the destruction of `object`.
    pub async fn plan_destroy(&self, name: &str, object: &Object) -> Plan {
        self.plan_value(name, Some(object), Value::Null).await
    }

    /// Plans and applies `config`. A tainted object is replaced.
    pub async fn apply(
        &self,
        name: &str,
        object: Option<&Object>,
        config: impl Borrow<Json>,
    ) -> Applied {
        self.apply_value(name, object, self.value(name, config.borrow())).await
    }

    /// Destroys `object`.
    pub async fn destroy(&self, name: &str, object: &Object) -> Applied {
        self.apply_value(name, Some(object), Value::Null).await
    }

    /// Refreshes `object`.
    pub async fn read(&self, name: &str, object: &Object) -> Applied {
        let state = self.received(name, &object.state);
        let (known, private) = (object.identity.clone(), object.private.clone());
        let outcome = self.engine.read(name, state, known, private).await;
        self.check_identity(name, &object.identity, &outcome);
        Applied { object: self.kept(name, &outcome, object.tainted), ..applied(outcome) }
    }

    /// Upgrades a stored state of schema version `version`.
    pub fn upgrade(&self, name: &str, version: i64, state: &Json) -> Result<Object> {
        let raw = RawState::Json(state.to_string().into_bytes());
        let state = self.engine.upgrade(name, version, raw)?;
        let state = self.received(name, &state);
        Ok(Object { state, identity: Value::Null, private: Private::new(), tainted: false })
    }

    /// Reads the stored identity of an object, which has version `version`; null if there is none.
    pub fn upgrade_identity(&self, name: &str, version: i64, stored: &[u8]) -> Result<Json> {
        let identity = self.engine.upgrade_identity(name, version, stored)?;
        Ok(to_json(&sent(&identity, &self.identity(name).ty)))
    }

    /// Validates and reads a data source.
    pub async fn read_data(&self, name: &str, config: impl Borrow<Json>) -> Result<Json> {
        let ty = &self.data_source(name).ty;
        let config = sent(&from_json(config.borrow(), ty), ty);
        self.engine.validate_data_source(name, &config).into_result()?;
        let (state, diagnostics) = self.engine.read_data(name, &config).await;
        diagnostics.into_result()?;
        Ok(state.map_or(Json::Null, |state| to_json(&sent(&state, ty))))
    }

    /// Asks the provider to stop, as Ctrl-C does.
    pub fn stop(&self) {
        self.engine.stop();
    }

    async fn plan_value(&self, name: &str, object: Option<&Object>, config: Value) -> Plan {
        let found = match &config {
            Value::Null => Diagnostics::new(),
            config => self.engine.validate_resource(name, config, true),
        };
        if found.has_errors() {
            let response = PlanResponse {
                planned: Value::Null,
                requires_replace: Vec::new(),
                identity: Value::Null,
                private: Private::new(),
                diagnostics: found,
            };
            return plan(Action::NoOp, response);
        }
        // Terraform plans a tainted object as if it did not exist.
        let tainted = object.is_some_and(|it| it.tainted) && !config.is_null();
        let prior = if tainted { None } else { object };
        let response = self.change(name, prior, &config, None).await;
        let prior = prior.map_or(&Value::Null, |it| &it.state);
        let action = match (prior.is_null(), config.is_null()) {
            (_, true) => Action::Destroy,
            (true, false) if tainted => Action::Replace,
            (true, false) => Action::Create,
            (false, false) if response.diagnostics.has_errors() => Action::Update,
            (false, false) if self.same(name, &response.planned, prior) => Action::NoOp,
            (false, false) if response.requires_replace.is_empty() => Action::Update,
            (false, false) => Action::Replace,
        };
        if action == Action::Replace && !tainted {
            let PlanResponse { requires_replace, private, mut diagnostics, .. } = response;
            let second = self.change(name, None, &config, Some(private)).await;
            // Terraform tells what both have said.
            diagnostics.extend(second.diagnostics);
            return plan(action, PlanResponse { requires_replace, diagnostics, ..second });
        }
        plan(action, response)
    }

    fn same(&self, name: &str, one: &Value, other: &Value) -> bool {
        one.equivalent(other, &self.resource(name).ty)
    }

    async fn change(
        &self,
        name: &str,
        prior: Option<&Object>,
        config: &Value,
        private: Option<Private>,
    ) -> PlanResponse {
        let private = private.or_else(|| prior.map(|it| it.private.clone())).unwrap_or_default();
        let identity = prior.map_or(Value::Null, |it| it.identity.clone());
        let prior = prior.map_or(Value::Null, |it| it.state.clone());
        let schema = &self.resource(name).schema;
        let proposed = proposed_new_state(schema, &prior, config);
        let request = PlanRequest { config: config.clone(), prior, proposed, identity, private };
        let first = self.engine.plan(name, request.clone()).await;
        if first.diagnostics.has_errors() {
            return first;
        }
        let second = self.engine.plan(name, request.clone()).await;
        assert_eq!(first.planned, second.planned, "planning twice gives two plans");
        let faults = plan_faults(schema, &request.prior, config, &first.planned);
        assert!(faults.is_empty(), "Provider produced invalid plan: {faults:?}");
        let faults =
            planned_identity_faults(&self.identity(name).schema, &request.prior, &first.identity);
        assert!(faults.is_empty(), "Provider produced invalid identity: {faults:?}");
        PlanResponse { planned: self.received(name, &first.planned), ..first }
    }

    async fn apply_value(&self, name: &str, object: Option<&Object>, config: Value) -> Applied {
        let plan = self.plan_value(name, object, config.clone()).await;
        let before = object.cloned();
        if plan.diagnostics.has_errors() || plan.action == Action::NoOp {
            return Applied { object: before, diagnostics: plan.diagnostics };
        }
        let mut diagnostics = plan.diagnostics;
        let mut prior = before;
        if let (Action::Replace, Some(old)) = (plan.action, &prior) {
            let gone = self.replace(name, old, plan.private.clone()).await;
            diagnostics.extend(gone.diagnostics);
            if diagnostics.has_errors() {
                return Applied { object: gone.object, diagnostics };
            }
            prior = None;
        }
        let request = ApplyRequest {
            config,
            prior: prior.as_ref().map_or(Value::Null, |it| it.state.clone()),
            planned: plan.planned,
            identity: plan.identity,
            private: plan.private,
        };
        let known = request.identity.clone();
        let planned = request.planned.clone();
        let outcome = self.engine.apply(name, request).await;
        let failed = outcome.diagnostics.has_errors();
        if !failed {
            let faults = result_faults(&self.resource(name).schema, &planned, &outcome.state);
            assert!(faults.is_empty(), "Provider produced inconsistent result: {faults:?}");
        }
        self.check_identity(name, &known, &outcome);
        let kept = self.kept(name, &outcome, failed && prior.is_none());
        let object = if failed { kept.or(prior) } else { kept };
        diagnostics.extend(outcome.diagnostics);
        Applied { object, diagnostics }
    }

    /// Deletes an object that is to be made anew: with what the plan of the new one has left, and without the
    /// identity.
    async fn replace(&self, name: &str, old: &Object, private: Private) -> Applied {
        let request = ApplyRequest {
            config: Value::Null,
            prior: old.state.clone(),
            planned: Value::Null,
            identity: Value::Null,
            private,
        };
        let outcome = self.engine.apply(name, request).await;
        if !old.tainted {
            self.check_identity(name, &old.identity, &outcome);
        }
        let object = self.kept(name, &outcome, old.tainted);
        Applied { object, diagnostics: outcome.diagnostics }
    }

    fn value(&self, name: &str, config: &Json) -> Value {
        let ty = &self.resource(name).ty;
        sent(&from_json(config, ty), ty)
    }

    /// A value of the provider after its way over the wire.
    pub(super) fn received(&self, name: &str, value: &Value) -> Value {
        sent(value, &self.resource(name).ty)
    }

    fn resource(&self, name: &str) -> &Registered {
        match self.engine.resources.get(name) {
            Ok(it) => &it.it,
            Err(_) => unreachable!("there is no resource {name}"),
        }
    }

    pub(super) fn identity(&self, name: &str) -> &RegisteredIdentity {
        match self.engine.resources.get(name) {
            Ok(it) => &it.identity,
            Err(_) => unreachable!("there is no resource {name}"),
        }
    }

    /// What Terraform would do without a word: an identity that is left out is gone from the state.
    pub(super) fn check_identity(&self, name: &str, known: &Value, outcome: &Outcome) {
        let Outcome { state, identity, diagnostics, .. } = outcome;
        let schema = &self.identity(name).schema;
        let mut faults = identity_faults(schema, identity);
        if !state.is_null() && identity.is_null() {
            if !known.is_null() {
                faults.push("an object that exists has lost its identity".to_owned());
            } else if !diagnostics.has_errors() {
                faults.push("an object has no identity".to_owned());
            }
        }
        assert!(faults.is_empty(), "Provider produced invalid identity: {faults:?}");
    }

    fn data_source(&self, name: &str) -> &Registered {
        match self.engine.data_sources.get(name) {
            Ok(it) => &it.it,
            Err(_) => unreachable!("there is no data source {name}"),
        }
    }

    pub(super) fn kept(&self, name: &str, outcome: &Outcome, tainted: bool) -> Option<Object> {
        let state = self.received(name, &outcome.state);
        assert!(state.is_wholly_known(), "a state must be wholly known");
        let (identity, private) = (outcome.identity.clone(), outcome.private.clone());
        (!state.is_null()).then_some(Object { state, identity, private, tainted })
    }
}

fn plan(action: Action, response: PlanResponse) -> Plan {
    Plan {
        action,
        requires_replace: response.requires_replace.iter().map(ToString::to_string).collect(),
        diagnostics: response.diagnostics,
        planned: response.planned,
        identity: response.identity,
        private: response.private,
    }
}

pub(super) fn applied(outcome: Outcome) -> Applied {
    Applied { object: None, diagnostics: outcome.diagnostics }
}

/// The value after it was written to the wire and read again.
pub(super) fn sent(value: &Value, ty: &Type) -> Value {
    let read = value.to_msgpack(ty).and_then(|bytes| Value::from_msgpack(&bytes, ty));
    assert!(read.is_ok(), "the value does not fit its schema: {read:?}");
    read.unwrap_or_default()
}
