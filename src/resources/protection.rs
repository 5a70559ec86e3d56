//! `deletion_protection`: a protected object is neither deleted nor replaced. `skip_destroy`: an
//! object is left where it is when its resource is destroyed.
//!
//! Of a protected object the plan refuses first, because by the time of the apply Terraform may have
//! deleted what hangs on the object. The apply refuses too: Terraform plans the replacement of a
//! tainted object without telling the provider that there is an object.

use tfplug::{Diagnostic, Diagnostics};

/// The plan would delete or replace `what`, such as `instance "web" (ID)`; `kind` begins the summary.
pub(super) fn refuse_plan(kind: &str, what: &str) -> Diagnostics {
    refusal(
        kind,
        format!(
            "The plan would delete or replace {what}, and `deletion_protection` is true in the state. Nothing was changed.\n\n\
         To keep it, undo the change that leads to this. If it is really to go, set `deletion_protection = false`, apply that, and plan again."
        ),
    )
}

/// The apply has come to the deletion of `what`.
pub(super) fn refuse_deletion(kind: &str, what: &str) -> Diagnostics {
    refusal(
        kind,
        format!(
            "`deletion_protection` of {what} is true in the state, so it was not deleted.\n\n\
         It is marked as tainted, so Terraform wants to replace it. If it is good as it is, run `terraform untaint ADDRESS`. \
         If it is really to go, do that too, set `deletion_protection = false`, apply, and then destroy or replace it."
        ),
    )
}

fn refusal(kind: &str, detail: String) -> Diagnostics {
    Diagnostic::error(format!("{kind} is protected from deletion"))
        .detail(detail)
        .attribute("deletion_protection")
        .into()
}

/// Describes `skip_destroy` of a `database` or `user`.
pub(super) fn skip_destroy(what: &str) -> String {
    format!(
        "If `true`, destroying the resource leaves the {what} on the instance and only forgets it. For a {what} that goes with its instance, so that the instance's final backup holds it. What counts is the value in the state. Default `false`."
    )
}

/// The warning of a plan that forgets an object.
pub(super) fn left_behind(kind: &str, what: &str) -> Diagnostic {
    Diagnostic::warning(format!("{kind} stays on its instance")).detail(format!(
        "The plan destroys the resource of {what}, and `skip_destroy` is true in the state: nothing is dropped, and Terraform forgets it. It goes with the instance, or can be imported again."
    ))
}
