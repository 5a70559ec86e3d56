//! `PlanResourceChange`: from a configuration and a state to what will be.
//!
//! The order is that of
//! [terraform-plugin-framework](https://developer.hashicorp.com/terraform/plugin/framework/resources/plan-modification),
//! because users know its plans; each phase below stands under its reason. Terraform plans twice,
//! before and during apply, so nothing here may depend on anything but its arguments and the
//! service.

mod computed;
pub(super) mod default;
mod destruction;
pub(super) mod forced;
pub(super) mod replaced;
pub(crate) mod request;
mod requires_replace;
mod transfer;

use self::computed::Left;
use self::destruction::destruction;
use self::forced::PRIOR;
use self::request::{PlanRequest, PlanResponse};
use self::transfer::transfer;
use super::call::interruptible;
use super::registered::Managed;
use super::registry::Engine;
use super::required;
use super::shape::{known, null_write_only, with_timeouts};
use crate::context::{PlanContext, Private, put_handed, take_handed};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::path::Path;
use crate::provider::Provider;
use crate::resource::Change;
use crate::schema::{Kind, Operation};
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// Plans a creation, an update or a destruction.
    pub(crate) async fn plan(&self, name: &str, request: PlanRequest) -> PlanResponse {
        let managed = match self.resources.get(name) {
            Ok(managed) => managed,
            Err(diagnostics) => return PlanResponse::refused(request, diagnostics),
        };
        // A new object has no past. After a replacement was planned, Terraform hands over what was
        // stored with the old one.
        let mut private = replaced::restore(request.private.clone());
        let forced = private.remove(PRIOR).filter(|_| request.prior.is_null());
        let with_handed = private.clone();
        let handed = take_handed(&mut private);
        let mut of_old = Private::new();
        if request.prior.is_null() {
            of_old = std::mem::take(&mut private);
            // But what the first plan of a replacement has handed over is for its deletion.
            put_handed(&mut private, handed);
        }
        let deadline = managed.it.deadline(&request.proposed, Operation::Read);
        let client = self.client_if_known();
        let (destroyed, on_demand) = (request.proposed.is_null(), forced.is_some());
        let stored = if on_demand { with_handed } else { private.clone() };
        let mut cx = PlanContext::new(client, deadline, self.token(), stored, destroyed, on_demand);
        let result = if destroyed {
            destruction(managed, &cx, &request.prior).await.map(|()| (Value::Null, Vec::new()))
        } else {
            match forced::destruction(managed, &mut cx, forced).await {
                Ok(()) => change(managed, &cx, &request).await,
                Err(refusal) => Err(refusal),
            }
        };
        let mut diagnostics = cx.take_warnings();
        let result = diagnostics.absorb(result);
        let object = result.as_ref().map(|(planned, _)| planned);
        let identity = identity(managed, &request, object, &private, &mut diagnostics);
        let diagnostics = managed.it.addressed(diagnostics);
        if let Some((planned, requires_replace)) = result {
            take_handed(&mut private);
            put_handed(&mut private, cx.handed());
            replaced::carry(&mut private, of_old);
            if !planned.is_null() && requires_replace.is_empty() {
                forced::remember(&managed.it.schema, &mut private, &request.prior);
            }
            PlanResponse { planned, requires_replace, identity, private, diagnostics }
        } else {
            let proposed = null_write_only(&managed.it.schema, request.proposed.clone());
            PlanResponse::refused(PlanRequest { proposed, ..request }, diagnostics)
        }
    }
}

/// The identity of what is planned. That of a new object is not known yet; where a part of it changes
/// in place to what is not known yet, it is the one that the object has.
fn identity<C>(
    managed: &Managed<C>,
    request: &PlanRequest,
    planned: Option<&Value>,
    private: &Private,
    diagnostics: &mut Diagnostics,
) -> Value {
    let PlanRequest { prior, identity, .. } = request;
    let object = match planned {
        Some(planned) if !planned.is_null() && !prior.is_null() => {
            known(planned, prior, &managed.it.ty)
        }
        _ => prior.clone(),
    };
    managed.identified(&object, private, identity, diagnostics)
}

async fn change<C>(
    managed: &Managed<C>,
    cx: &PlanContext<C>,
    request: &PlanRequest,
) -> Result<(Value, Vec<Path>)> {
    let schema = &managed.it.schema;
    let PlanRequest { config, prior, proposed, .. } = request;
    required::missing(schema, config).into_result()?;

    // Defaults first: a value that is left out and defaulted is as good as a configured one, also
    // for the question whether anything changes.
    let planned = default::fill(schema, config, proposed.clone());

    // Terraform proposes write-only values, but refuses a plan that contains them.
    let planned = null_write_only(schema, planned);

    // What is kept is no change, even where Terraform proposes null: it takes an object that the
    // service filled in for one that was configured and is not any more.
    let settled = |plan: Value, left| computed::settle(schema, config, prior, plan, left);
    let planned = settled(planned, Left::Certain);

    // Only a change makes computed values uncertain; otherwise every plan would show changes.
    let changes = !same(managed, prior, &planned);
    let certain = if changes { planned } else { with_timeouts(prior.clone(), &planned) };
    let uncertain = || settled(certain.clone(), Left::Uncertain);
    let before = if changes { &uncertain() } else { &certain };

    // The resource sees the plan as it stands and corrects it.
    let after = hook(managed, cx, request, before).await?;

    // The same correction on the plan without uncertain values shows whether anything is left to
    // change: a value that was only spelled differently leaves nothing.
    let ty = &managed.it.ty;
    let corrected = transfer(certain.clone(), before, &after, ty);
    let planned = if same(managed, prior, &corrected) {
        with_timeouts(prior.clone(), &corrected)
    } else {
        // Also when the resource alone found something to change, that makes values uncertain.
        transfer(uncertain(), before, &after, ty)
    };
    let planned = null_write_only(schema, planned);
    legal(managed, request, &planned)?;

    let requires_replace = requires_replace::paths(managed, cx, request, &planned)?;
    if !requires_replace.is_empty() {
        destruction(managed, cx, prior).await?;
    }
    Ok((planned, requires_replace))
}

/// Whether two objects differ in nothing but `timeouts`, which the service never sees.
fn same<C>(managed: &Managed<C>, prior: &Value, planned: &Value) -> bool {
    !prior.is_null()
        && managed.it.schema.attributes().all(|(name, attribute)| {
            let [prior, planned] =
                [prior, planned].map(|object| object.get(name).unwrap_or(&Value::Null));
            prior.equivalent(planned, &attribute.ty())
        })
}

/// The plan as the resource wants it, for those attributes that it plans.
async fn hook<C>(
    managed: &Managed<C>,
    cx: &PlanContext<C>,
    request: &PlanRequest,
    planned: &Value,
) -> Result<Value> {
    let prior = Some(&request.prior).filter(|prior| !prior.is_null());
    let change = Change { config: &request.config, prior, planned };
    let what = format!("planning {}", managed.name);
    interruptible(&what, cx.stop(), managed.resource.plan(cx, change)).await
}

/// Refuses what Terraform would refuse with less clarity: a planned value of an attribute that the
/// user gives, or nobody gives, must be the configured one or the prior one.
fn legal<C>(managed: &Managed<C>, request: &PlanRequest, planned: &Value) -> Result<()> {
    let mut diagnostics = Diagnostics::new();
    for (name, attribute) in managed.it.schema.attributes() {
        let config = request.config.get(name).unwrap_or(&Value::Null);
        let free = attribute.is_computed() && config.is_null();
        if free || attribute.is_write_only() || matches!(attribute.kind(), Kind::Nested(..)) {
            continue;
        }
        let ty = attribute.ty();
        let planned = planned.get(name).unwrap_or(&Value::Null);
        let prior = request.prior.get(name).unwrap_or(&Value::Null);
        let kept = !prior.is_null() && !config.is_null() && planned.equivalent(prior, &ty);
        if !kept && !planned.equivalent(config, &ty) {
            diagnostics.push(
                Diagnostic::bug(format!(
                    "The plan changes \"{name}\" of {} to what is neither configured nor the \
                     current value.",
                    managed.name
                ))
                .attribute(name),
            );
        }
    }
    diagnostics.into_result()
}
