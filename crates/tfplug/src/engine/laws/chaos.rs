//! A service and a resource of any schema, which decide everything by a seed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde::Deserialize;

use crate::context::{ConfigureContext, Context, PlanContext, Private};
use crate::data_source::BoxedDataSource;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::provider::Provider;
use crate::resource::Change;
use crate::resource::erased::{Answer, BoxedResource, ErasedResource};
use crate::resource::identity::{IdentitySchema, ImportKey};
use crate::resource::moves::{MoveContext, MoveSource};
use crate::schema::{Attribute, Kind, Nesting, Schema};
use crate::value::{Number, Type, Typed, Value};

/// The type of the resource in the laboratory.
pub(super) const NAME: &str = "lab_thing";

/// What the service stores: the object and how often it was written.
type Stored = Arc<Mutex<Option<(Value, usize)>>>;

pub(super) struct Lab {
    schema: Schema,
    seed: usize,
    pub(super) service: Stored,
    pub(super) failing: Option<&'static str>,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

impl Lab {
    pub(super) fn new(schema: Schema, seed: usize) -> Self {
        Self { schema, seed, service: Stored::default(), failing: None }
    }
}

impl Provider for Lab {
    type Client = ();
    type Config = Nothing;
    const NAME: &'static str = "lab";
    const ADDRESS: &'static str = "registry.terraform.io/lab/lab";
    const VERSION: &'static str = "0.0.0";

    fn schema(&self) -> Schema {
        Schema::new("Random.")
    }

    async fn configure(&self, _: &ConfigureContext, _: Nothing) -> Result<Option<()>> {
        Ok(Some(()))
    }

    fn resources(&self) -> Vec<BoxedResource<()>> {
        vec![BoxedResource(Box::new(Thing {
            schema: self.schema.clone(),
            seed: self.seed,
            service: Arc::clone(&self.service),
            failing: self.failing,
        }))]
    }

    fn data_sources(&self) -> Vec<BoxedDataSource<()>> {
        Vec::new()
    }
}

struct Thing {
    schema: Schema,
    seed: usize,
    service: Stored,
    failing: Option<&'static str>,
}

impl Thing {
    /// A decision that is the same whenever it is asked for.
    fn decides(&self, what: &str, one_in: usize) -> bool {
        let hash = what.bytes().fold(self.seed, |hash, byte| hash * 31 % 1009 + usize::from(byte));
        hash % one_in == 0
    }

    /// Fails like a service or like a bug, if it is this step's turn.
    fn step(&self, step: &str) -> Result<()> {
        if self.failing != Some(step) || self.decides("spare", 4) {
            return Ok(());
        }
        assert!(!self.decides("panic", 2), "{step} panics");
        Err(Diagnostic::error(format!("{step} fails")).into())
    }

    /// Stores a plan, with values for everything computed that it leaves open.
    fn store(&self, plan: &Value, written: usize) -> Value {
        let stored = fill(&self.schema.attributes().collect::<Vec<_>>(), plan, written);
        *self.service.lock().unwrap() = Some((stored.clone(), written));
        stored
    }
}

impl ErasedResource<()> for Thing {
    fn name(&self) -> &'static str {
        NAME
    }

    fn schema(&self) -> Schema {
        self.schema.clone()
    }

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::new().required("key", "Of the thing.").optional("place", "Of the thing.")
    }

    fn identity_faults(&self) -> Vec<String> {
        Vec::new()
    }

    fn identify(&self, _: &Private, state: &Value) -> Result<Option<Value>> {
        assert!(state.is_wholly_known());
        self.step("identify")?;
        Ok(Some([("key", "thing".into()), ("place", "here".into())].into_iter().collect()))
    }

    fn validate(&self, _: &Schema, _: &Value, _: &mut Diagnostics) {}

    /// Puts prior values back and fills in computed ones, for some attributes.
    fn plan<'a>(&'a self, _: &'a PlanContext<()>, change: Change<&'a Value>) -> Answer<'a, Value> {
        Box::pin(async move {
            let mut planned = BTreeMap::new();
            for (name, attribute) in self.schema.attributes() {
                let of = |value: &Value| value.get(name).cloned().unwrap_or_default();
                let (config, plan) = (of(change.config), of(change.planned));
                let prior = change.prior.map(of).unwrap_or_default();
                if plan.is_unknown() && config.is_null() && self.decides(name, 3) {
                    planned.insert(name.to_owned(), known(attribute, 7));
                } else if config.is_known()
                    && !config.is_null()
                    && !prior.is_null()
                    && self.decides(name, 5)
                {
                    planned.insert(name.to_owned(), prior);
                } else if self.decides(name, 2) {
                    planned.insert(name.to_owned(), plan);
                }
            }
            Ok(Value::Map(planned))
        })
    }

    fn begin(&self) {}

    fn plan_destroy<'a>(&'a self, _: &'a PlanContext<()>, prior: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            assert!(prior.is_wholly_known());
            Ok(())
        })
    }

    fn create<'a>(&'a self, _: &'a Context<()>, plan: &'a Value) -> Answer<'a, Value> {
        Box::pin(async move {
            assert!(plan.is_wholly_known());
            // Only some of the values are known at once.
            let stored = self.store(plan, 1);
            Ok(if self.decides("early", 2) { plan.clone() } else { stored })
        })
    }

    fn settle<'a>(&'a self, _: &'a Context<()>, _: &'a Value) -> Answer<'a, ()> {
        Box::pin(async { self.step("settle") })
    }

    fn read<'a>(&'a self, _: &'a Context<()>, _: &'a Value) -> Answer<'a, Option<Value>> {
        Box::pin(async {
            self.step("read")?;
            let stored = self.service.lock().unwrap().clone();
            Ok(stored.map(|(object, _)| respell(object, &self.schema.ty())))
        })
    }

    fn update<'a>(
        &'a self,
        _: &'a Context<()>,
        prior: &'a Value,
        plan: &'a Value,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            assert!(prior.is_wholly_known() && plan.is_wholly_known());
            self.step("update")?;
            let written = self.service.lock().unwrap().as_ref().map_or(0, |(_, count)| *count);
            self.store(plan, written + 1);
            Ok(())
        })
    }

    fn delete<'a>(&'a self, _: &'a Context<()>, _: &'a Value) -> Answer<'a, ()> {
        Box::pin(async {
            self.step("delete")?;
            *self.service.lock().unwrap() = None;
            Ok(())
        })
    }

    fn import<'a>(&'a self, _: &'a Context<()>, _: ImportKey<Value>) -> Answer<'a, Value> {
        Box::pin(async { Err(Diagnostic::error("no import").into()) })
    }

    fn upgrade(&self, _: i64, raw: serde_json::Value) -> Result<serde_json::Value> {
        Ok(raw)
    }

    fn moves(&self) -> &'static [MoveSource] {
        &[]
    }

    fn move_from(
        &self,
        _: &mut MoveContext,
        _: &MoveSource,
        _: serde_json::Value,
    ) -> Result<Value> {
        Err(Diagnostic::error("no move").into())
    }
}

fn fill(attributes: &[(&str, &Attribute)], object: &Value, salt: usize) -> Value {
    attributes
        .iter()
        .filter(|(_, it)| !it.write_only)
        .map(|(name, it)| (*name, fill_value(it, object.get(name).unwrap_or(&Value::Null), salt)))
        .collect()
}

fn fill_value(it: &Attribute, value: &Value, salt: usize) -> Value {
    let attributes: Vec<_> = it.nested().collect();
    match (&it.kind, value) {
        (_, Value::Null) if it.computed => known(it, salt),
        (Kind::Nested(Nesting::Single, _), Value::Map(_)) => fill(&attributes, value, salt),
        (Kind::Nested(..), Value::List(objects)) => {
            objects.iter().map(|object| fill(&attributes, object, salt)).collect()
        }
        (Kind::Nested(..), Value::Map(objects)) => {
            objects.iter().map(|(key, object)| (key, fill(&attributes, object, salt))).collect()
        }
        (_, value) => value.clone(),
    }
}

/// A known value in which nothing is null, except what nobody can read.
fn known(it: &Attribute, salt: usize) -> Value {
    let text = format!("made-{salt}");
    match &it.kind {
        Kind::Bool => Value::Bool(salt.is_multiple_of(2)),
        Kind::Number { .. } => Value::Number(Number::Int(i64::try_from(salt).unwrap())),
        Kind::String => text.into(),
        Kind::Dynamic => Value::Dynamic(Box::new(Typed { ty: Type::String, value: text.into() })),
        Kind::List(element) | Kind::Set(element) => [known(element, salt)].into_iter().collect(),
        Kind::Map(element) => [("made", known(element, salt))].into_iter().collect(),
        Kind::Nested(nesting, _) => {
            let object: Value = it
                .nested()
                .map(|(name, it)| (name, if it.write_only { Value::Null } else { known(it, salt) }))
                .collect();
            match nesting {
                Nesting::Single => object,
                Nesting::List | Nesting::Set => [object].into_iter().collect(),
                Nesting::Map => [("made", object)].into_iter().collect(),
            }
        }
    }
}

/// The same value, as a service would tell it that knows nothing of how it was written.
fn respell(value: Value, ty: &Type) -> Value {
    match (ty, value) {
        (Type::Number, Value::Number(Number::Int(2))) => Value::Number(Number::Float(2.0)),
        (Type::Number, Value::Number(Number::Float(float))) => {
            Value::Number(Number::Text(float.to_string().into()))
        }
        (Type::Set(ty), Value::List(elements)) => {
            elements.into_iter().rev().map(|it| respell(it, ty)).collect()
        }
        (Type::List(ty), Value::List(elements)) => {
            elements.into_iter().map(|it| respell(it, ty)).collect()
        }
        (Type::Map(ty), Value::Map(elements)) => {
            elements.into_iter().map(|(key, it)| (key, respell(it, ty))).collect()
        }
        (Type::Object(types), Value::Map(attributes)) => attributes
            .into_iter()
            .map(|(name, it)| {
                let ty = types.get(&name).cloned().unwrap_or(Type::Dynamic);
                (name, respell(it, &ty))
            })
            .collect(),
        (_, value) => value,
    }
}
