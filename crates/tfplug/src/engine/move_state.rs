//! `MoveResourceState`: the state of another provider's object becomes one of ours.
//!
//! Terraform asks a process that is not configured, and reads the object next. OpenTofu asks again each
//! time that it reads the state, until something is applied, so the answer depends on nothing else.

use super::call::guarded_now;
use super::registered::Managed;
use super::registry::{Engine, Outcome};
use super::shape;
use super::upgrade::RawState;
use crate::diagnostic::{Diagnostic, Result};
use crate::provider::Provider;
use crate::resource::moves::{MoveContext, MoveSource};
use crate::schema::TIMEOUTS;
use crate::value::Value;

/// An object that a `moved` block brings here.
pub(crate) struct MoveRequest {
    /// The address of its provider: `registry.terraform.io/terraform-provider-openstack/openstack`.
    pub(crate) provider: String,
    /// Its type there.
    pub(crate) type_name: String,
    /// Its state there.
    pub(crate) state: RawState,
}

impl<P: Provider> Engine<P> {
    /// The state of the object as a `name`; null after an error.
    pub(crate) fn move_state(&self, name: &str, request: &MoveRequest) -> Outcome {
        let mut cx = MoveContext::default();
        let moved = self.resources.get(name).and_then(|managed| moved(managed, &mut cx, request));
        let MoveContext { private, warnings: mut diagnostics } = cx;
        let state = diagnostics.absorb(moved).unwrap_or_default();
        let identity = match self.resources.get(name) {
            Ok(it) => it.identified(&state, &private, &Value::Null, &mut diagnostics),
            Err(_) => Value::Null,
        };
        Outcome { state, identity, private, diagnostics }
    }
}

fn moved<C>(managed: &Managed<C>, cx: &mut MoveContext, request: &MoveRequest) -> Result<Value> {
    let sources = managed.resource.moves();
    let (provider, type_name) = (without_host(&request.provider), &request.type_name);
    let source = sources.iter().find(|it| it.provider == provider && it.type_name == type_name);
    let Some(source) = source else {
        return Err(refused(managed.name, type_name, provider, sources).into());
    };
    let RawState::Json(json) = &request.state else {
        return Err(unreadable(source, "It was written by Terraform 0.11 or earlier.").into());
    };
    let raw: serde_json::Value = serde_json::from_slice(json).map_err(|error| {
        unreadable(source, &format!("Its JSON ends or breaks at column {}.", error.column()))
    })?;
    let timeouts = timeouts(managed, &raw);
    let what = format!("moving {type_name} to {}", managed.name);
    let fields = guarded_now(&what, || managed.resource.move_from(cx, source, raw))?;
    Ok(shape::state(&managed.it.schema, &managed.it.ty, fields, &timeouts))
}

/// The block `timeouts` of the other provider, as far as it names operations of this one: a
/// configuration that keeps it shows no change.
fn timeouts<C>(managed: &Managed<C>, raw: &serde_json::Value) -> Value {
    let block = serde_json::json!({ TIMEOUTS: raw.get(TIMEOUTS) }).to_string();
    Value::from_json(block.as_bytes(), &managed.it.ty).unwrap_or_default()
}

fn without_host(provider: &str) -> &str {
    match provider.matches('/').count() {
        2 => provider.split_once('/').map_or(provider, |(_, rest)| rest),
        _ => provider,
    }
}

fn refused(name: &str, type_name: &str, provider: &str, sources: &[MoveSource]) -> Diagnostic {
    let known = match sources {
        [] => format!("{name} takes over no object of another type."),
        some => {
            let some: Vec<_> =
                some.iter().map(|it| format!("{} of {}", it.type_name, it.provider)).collect();
            format!("{name} takes over the state of {}.", some.join(" or "))
        }
    };
    Diagnostic::error(format!("Unable to move {type_name} to {name}")).detail(format!(
        "The state is one of {type_name} of the provider {provider}. {known} Remove the `moved` \
         block. If the object is managed here from now on, write an `import` block for it, and a \
         `removed` block with `destroy = false` for its old address."
    ))
}

fn unreadable(source: &MoveSource, why: &str) -> Diagnostic {
    Diagnostic::error("Unreadable state").detail(format!(
        "The stored state of the {} cannot be moved. {why} Let its own provider write it once, with \
         `terraform apply -refresh-only`, or import the object.",
        source.type_name
    ))
}
