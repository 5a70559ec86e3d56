//! The trait a managed resource implements.
//!
//! A resource answers small questions; the engine owns the order of things. Creating is written
//! once, in the engine: `create`, **save**, `settle`, `read`. So an object that exists is in the
//! state before anybody waits for it, and an author cannot write an orphan.

pub(crate) mod erased;
pub(crate) mod identity;
pub(crate) mod moves;

use std::future::{Future, ready};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::{Context, PlanContext};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::schema::Schema;

use identity::{IdentitySchema, ImportKey, PrivateState};
use moves::{MoveContext, MoveSource};

/// A kind of object that Terraform creates, reads, updates and deletes.
pub trait Resource: Send + Sync + 'static {
    /// What [`Provider::configure`](crate::Provider::configure) returns.
    type Client: Send + Sync + 'static;

    /// The object outside of planning: a serde struct with exactly the attributes of the schema,
    /// without the write-only ones and without `timeouts`.
    ///
    /// Attributes that may be null are `Option`; a planned value that is not known yet arrives as
    /// `None`. [`assert_model`](crate::testing::assert_model) proves that it fits.
    type Model: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The object while it is validated and planned: a serde struct of
    /// [`Attr`](crate::value::Attr) fields. It may name only those attributes that `validate` and
    /// `plan` look at, write-only ones included.
    type Plan: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// What tells the object from all others, wherever Terraform runs: a serde struct of strings with
    /// exactly the attributes of [`identity_schema`](Self::identity_schema). What an import may leave
    /// out is an `Option`.
    type Identity: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The type in the configuration: `rackspace_db_instance`.
    const NAME: &'static str;

    /// The schema.
    fn schema(&self) -> Schema;

    /// The attributes of an identity.
    fn identity_schema(&self) -> IdentitySchema;

    /// What tells the object in `state` from all others, from nothing but that and what is stored beside
    /// it; `None` while that does not suffice. The engine asks wherever Terraform takes an identity, and
    /// keeps the one that Terraform knows where there is no answer, so that none is ever lost.
    fn identify(&self, stored: PrivateState<'_>, state: &Self::Model) -> Option<Self::Identity>;

    /// A run begins: forgets what an earlier one has left. Terraform configures the provider once for
    /// each plan and each apply, and mostly starts a process for it; but one that it was told to attach
    /// to lives through several:
    /// <https://developer.hashicorp.com/terraform/plugin/debugging#debugger-based-debugging>.
    fn begin(&self) {}

    /// Checks what the validators of single attributes cannot say. Runs before the provider is
    /// configured, so there is never a client, and values may be unknown.
    fn validate(&self, config: Self::Plan, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Completes the plan of a creation or an update: refuses it, fills in what is already known,
    /// or puts the prior value back where the configuration only spells it differently.
    ///
    /// Terraform calls it twice and expects the same plan, so it must not change anything.
    fn plan(
        &self,
        cx: &PlanContext<Self::Client>,
        change: &mut Change<Self::Plan>,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (cx, change);
        ready(Ok(()))
    }

    /// May refuse that the object is destroyed. Runs for a destruction, for an update that has to
    /// replace the object, and for a replacement that the user asks for with `-replace`, where
    /// sensitive attributes of `prior` that are not null hold an empty value in place of their
    /// own. Terraform does not tell that a tainted object is replaced, so `delete` has to refuse
    /// that.
    fn plan_destroy(
        &self,
        cx: &PlanContext<Self::Client>,
        prior: Self::Model,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (cx, prior);
        ready(Ok(()))
    }

    /// Makes the object: **only** the first call that cannot be undone. Returns at once with
    /// everything known by then, above all what identifies the object.
    ///
    /// It is never cut off: a request that is in flight when Terraform stops may still succeed.
    fn create(
        &self,
        cx: &Context<Self::Client>,
        plan: Self::Model,
    ) -> impl Future<Output = Result<Self::Model>> + Send;

    /// Waits until the new object is ready and makes the remaining calls. If it fails, the object
    /// is in the state, tainted.
    fn settle(
        &self,
        cx: &Context<Self::Client>,
        made: &Self::Model,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (cx, made);
        ready(Ok(()))
    }

    /// Reads the object; `None` if it no longer exists. Whatever the service does not tell is
    /// returned as it was in `state`.
    fn read(
        &self,
        cx: &Context<Self::Client>,
        state: Self::Model,
    ) -> impl Future<Output = Result<Option<Self::Model>>> + Send;

    /// Changes the object from `prior` to `plan` and waits until that is done. The engine reads it
    /// afterwards, also when this fails.
    fn update(
        &self,
        cx: &Context<Self::Client>,
        prior: Self::Model,
        plan: Self::Model,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Deletes the object and waits until it is gone. That it is already gone is success.
    fn delete(
        &self,
        cx: &Context<Self::Client>,
        state: Self::Model,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Finds the object that an import names. What [`identify`](Self::identify) says of it has to agree
    /// with an identity that is given: what names another region or account is an error.
    fn import(
        &self,
        cx: &Context<Self::Client>,
        key: ImportKey<Self::Identity>,
    ) -> impl Future<Output = Result<Self::Model>> + Send;

    /// Turns the JSON of a state that an older schema `from` wrote into that of this schema.
    /// Attributes that no longer exist are ignored and missing ones become null afterwards.
    fn upgrade(&self, from: i64, raw: serde_json::Value) -> Result<serde_json::Value> {
        let _ = from;
        Ok(raw)
    }

    /// Resource types of other providers whose objects a `moved` block may bring here. Every other one is
    /// refused by its name.
    fn moves(&self) -> &'static [MoveSource] {
        &[]
    }

    /// The object that `raw`, the stored state of a `source`, describes. Nothing can be asked for: what
    /// the state does not tell is left out, and [`read`](Self::read) comes next. Whatever has no place
    /// here is a warning, because the state of before is gone afterwards.
    fn move_from(
        &self,
        cx: &mut MoveContext,
        source: &MoveSource,
        raw: serde_json::Value,
    ) -> Result<Self::Model> {
        let _ = (cx, raw);
        Err(Diagnostic::bug(format!("Nothing moves a {} to {}.", source.type_name, Self::NAME))
            .into())
    }
}

/// What [`Resource::plan`] looks at and completes.
#[derive(Debug, Clone)]
pub struct Change<P> {
    /// What the configuration says; write-only values included.
    pub config: P,
    /// The object as it is; `None` if it is to be created.
    pub prior: Option<P>,
    /// What is planned so far. What is changed here is planned, if Terraform's rules allow it: an
    /// attribute that is configured may only become its prior value again, or a computed one
    /// anything.
    pub planned: P,
}

impl<P> Change<P> {
    /// Whether the object is to be created.
    pub fn is_create(&self) -> bool {
        self.prior.is_none()
    }
}
