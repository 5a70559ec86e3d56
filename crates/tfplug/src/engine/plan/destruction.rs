//! Whether an object may be destroyed.

use crate::context::PlanContext;
use crate::diagnostic::Result;
use crate::engine::call::interruptible;
use crate::engine::registered::Managed;
use crate::engine::shape::inward;
use crate::value::Value;

/// Asks the resource whether the object may be destroyed.
pub(super) async fn destruction<C>(
    managed: &Managed<C>,
    cx: &PlanContext<C>,
    prior: &Value,
) -> Result<()> {
    let prior = inward(&managed.it.schema, prior);
    let what = format!("planning the destruction of {}", managed.name);
    interruptible(&what, cx.stop(), managed.resource.plan_destroy(cx, &prior)).await
}
