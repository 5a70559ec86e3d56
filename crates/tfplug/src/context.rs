//! What a call of a resource, data source, ephemeral resource or provider may use: the client, the
//! deadline, the stop token, private state, and a place for warnings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::engine::model::encode;
use crate::value::{Value, from_value};

/// Facts about an object that Terraform stores beside its state and never shows.
pub(crate) type Private = BTreeMap<String, serde_json::Value>;

/// Where the planned private state holds what a plan hands over to its apply. Never stored.
const HANDED: &str = "tfplug: from the plan to its apply";

/// Takes out what a plan has handed over.
pub(crate) fn take_handed(private: &mut Private) -> Private {
    private
        .remove(HANDED)
        .and_then(|handed| serde_json::from_value(handed).ok())
        .unwrap_or_default()
}

/// Puts in what the apply of a plan is to find.
pub(crate) fn put_handed(private: &mut Private, handed: Private) {
    if !handed.is_empty() {
        private.insert(HANDED.to_owned(), handed.into_iter().collect());
    }
}

/// A poisoned lock only means that a call panicked, which is reported elsewhere; what it had
/// collected is still good.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The surroundings of `create`, `settle`, `read`, `update`, `delete`, `import` and `open`.
pub struct Context<C> {
    client: Arc<C>,
    deadline: Instant,
    stop: CancellationToken,
    config: Value,
    private: Arc<Mutex<Private>>,
    handed: Private,
    reached: Arc<Mutex<Option<Value>>>,
    warnings: Arc<Mutex<Diagnostics>>,
}

impl<C> Context<C> {
    pub(crate) fn new(
        client: Arc<C>,
        deadline: Instant,
        stop: CancellationToken,
        config: Value,
        mut private: Private,
    ) -> Self {
        Self {
            client,
            deadline,
            stop,
            config,
            handed: take_handed(&mut private),
            private: Arc::new(Mutex::new(private)),
            reached: Arc::default(),
            warnings: Arc::default(),
        }
    }

    /// The same call with more time: warnings and private state are shared.
    pub(crate) fn until(&self, deadline: Instant) -> Self {
        Self {
            client: Arc::clone(&self.client),
            deadline,
            stop: self.stop.clone(),
            config: self.config.clone(),
            private: Arc::clone(&self.private),
            handed: self.handed.clone(),
            reached: Arc::clone(&self.reached),
            warnings: Arc::clone(&self.warnings),
        }
    }

    /// What [`Provider::configure`](crate::Provider::configure) returned.
    pub fn client(&self) -> &C {
        &self.client
    }

    /// When the operation has to be over, from the block `timeouts` or its default.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Fires when Terraform asks to stop. Whatever waits should then give up within 800 ms.
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// The value the configuration gives to a write-only attribute; `None` if it gives none.
    pub fn write_only<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        match self.config.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => from_value(value).map(Some).map_err(|error| {
                // The message may quote the value, which is a secret by its nature.
                let _ = error;
                Diagnostic::error("Invalid value")
                    .detail(format!("The value of \"{name}\" cannot be used."))
                    .attribute(name)
                    .into()
            }),
        }
    }

    /// What [`set_private`](Self::set_private) stored with this object under `key`.
    pub fn private<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        read_private(&lock(&self.private), key)
    }

    /// Stores a fact beside the state. It is dropped when the object is deleted.
    pub fn set_private(&self, key: impl Into<String>, value: &impl Serialize) {
        let key = key.into();
        match serde_json::to_value(value) {
            Ok(json) => {
                lock(&self.private).insert(key, json);
            }
            Err(error) => self.warn(
                Diagnostic::warning("Bug in the provider")
                    .detail(format!("Private state \"{key}\" cannot be stored: {error}")),
            ),
        }
    }

    /// Drops what is stored under `key`.
    pub fn remove_private(&self, key: &str) {
        lock(&self.private).remove(key);
    }

    /// What [`PlanContext::hand_over`] left for this call under `key`.
    pub fn handed_over<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        read_private(&self.handed, key)
    }

    /// Notes how far a call has come: `model` is the object as it is now, or as it has to be taken
    /// for until somebody looks.
    ///
    /// If an update comes no further, for whatever reason, the state says so of everything that the
    /// service does not tell; after one that succeeds, it says so of what the plan has left open. A
    /// creation that fails leaves the object in the state, tainted: it may exist. And of an object
    /// whose deletion fails the state says what was noted last.
    pub fn reached(&self, model: &impl Serialize) {
        match encode(model) {
            Ok(fields) => *lock(&self.reached) = Some(fields),
            Err(problems) => lock(&self.warnings).extend(problems),
        }
    }

    /// What was last noted, if anything was.
    pub(crate) fn last_reached(&self) -> Option<Value> {
        lock(&self.reached).clone()
    }

    /// Tells the user something that is not an error.
    pub fn warn(&self, diagnostic: Diagnostic) {
        lock(&self.warnings).push(diagnostic);
    }

    pub(crate) fn private_map(&self) -> Private {
        lock(&self.private).clone()
    }

    pub(crate) fn take_warnings(&self) -> Diagnostics {
        std::mem::take(&mut *lock(&self.warnings))
    }
}

/// The surroundings of `plan` and `plan_destroy`.
///
/// Terraform plans twice and expects the same answer, so nothing can be changed from here.
pub struct PlanContext<C> {
    client: Option<Arc<C>>,
    stop: CancellationToken,
    deadline: Instant,
    private: Private,
    destruction: bool,
    handed: Mutex<Private>,
    on_demand: bool,
    requires_replace: Mutex<BTreeSet<String>>,
    warnings: Mutex<Diagnostics>,
}

impl<C> PlanContext<C> {
    pub(crate) fn new(
        client: Option<Arc<C>>,
        deadline: Instant,
        stop: CancellationToken,
        mut private: Private,
        destruction: bool,
        on_demand: bool,
    ) -> Self {
        Self {
            client,
            stop,
            deadline,
            handed: Mutex::new(take_handed(&mut private)),
            private,
            destruction,
            on_demand,
            requires_replace: Mutex::default(),
            warnings: Mutex::default(),
        }
    }

    /// The client; `None` while the provider's own configuration is not known yet.
    pub fn client(&self) -> Option<&C> {
        self.client.as_deref()
    }

    /// When planning has to be over.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Fires when Terraform asks to stop.
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Whether the object is to be destroyed and nothing takes its place.
    pub fn is_destruction(&self) -> bool {
        self.destruction
    }

    /// Whether the new object that is planned takes the place of one that the user replaces with
    /// `-replace`. Terraform does not tell of other replacements.
    pub fn replaces_on_demand(&self) -> bool {
        self.on_demand
    }

    /// Plans a replacement because the attribute `name` changes in a way that cannot be done in
    /// place. It has no effect if the attribute does not change.
    pub fn requires_replace(&self, name: impl Into<String>) {
        lock(&self.requires_replace).insert(name.into());
    }

    /// What [`Context::set_private`] stored with this object under `key`.
    pub fn private<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        read_private(&self.private, key)
    }

    /// From here on it is about an object that has nothing stored beside it.
    pub(crate) fn forget_private(&mut self) {
        self.private.clear();
    }

    /// Tells the user something that is not an error.
    pub fn warn(&self, diagnostic: Diagnostic) {
        lock(&self.warnings).push(diagnostic);
    }

    /// Leaves a fact for the apply of this plan, and for nobody after that. Of a replacement it is
    /// the deletion that finds it: Terraform plans the creation once more by itself.
    pub fn hand_over(&self, key: impl Into<String>, value: &impl Serialize) {
        match serde_json::to_value(value) {
            Ok(json) => drop(lock(&self.handed).insert(key.into(), json)),
            Err(error) => self.warn(
                Diagnostic::warning("Bug in the provider")
                    .detail(format!("A fact cannot be left for the apply: {error}")),
            ),
        }
    }

    pub(crate) fn handed(&self) -> Private {
        lock(&self.handed).clone()
    }

    pub(crate) fn requiring_replace(&self) -> BTreeSet<String> {
        lock(&self.requires_replace).clone()
    }

    pub(crate) fn take_warnings(&self) -> Diagnostics {
        std::mem::take(&mut *lock(&self.warnings))
    }
}

/// The surroundings of [`Provider::configure`](crate::Provider::configure).
pub struct ConfigureContext {
    terraform_version: String,
    stop: CancellationToken,
}

impl ConfigureContext {
    pub(crate) fn new(terraform_version: String, stop: CancellationToken) -> Self {
        Self { terraform_version, stop }
    }

    /// The version of Terraform or OpenTofu, such as `1.11.4`; for the User-Agent.
    pub fn terraform_version(&self) -> &str {
        &self.terraform_version
    }

    /// Fires when Terraform asks to stop.
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }
}

/// What is stored under `key`, if it can be read as that.
pub(crate) fn read_private<T: DeserializeOwned>(private: &Private, key: &str) -> Option<T> {
    serde_json::from_value(private.get(key)?.clone()).ok()
}
