//! A member of an HA group, which is managed through its group.

use clouddb::Client;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use super::attributes::{Instance, replaces};
use crate::resources::outlook::{Outlook, Sight};
use crate::resources::patience::looking;
use crate::spelling::capital;

/// Refuses to change or replace an instance that is a member of a group. Of one that stays as it is only
/// the resource is wrong.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &Change<Instance>,
    outlook: &Outlook,
) -> Result<()> {
    let Some(prior) = &change.prior else { return Ok(()) };
    let Some(id) = prior.known_id() else { return Ok(()) };
    let changes = replaces(change) || !stays(&change.planned, prior);
    let client = client.filter(|_| changes);
    let Some(group) = group(cx, client, outlook, id).await else { return Ok(()) };
    let shown = prior.shown();
    if changes {
        return Err(refusal(&shown, &group));
    }
    cx.warn(Diagnostic::warning("The instance is a member of an HA group").detail(explained(
        &shown,
        &group,
        "This plan changes nothing of it.",
    )));
    Ok(())
}

/// Refuses to destroy one.
pub(crate) async fn check_destruction(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    outlook: &Outlook,
    id: &str,
    shown: &str,
) -> Result<()> {
    match group(cx, client, outlook, id).await {
        Some(group) => Err(refusal(shown, &group)),
        None => Ok(()),
    }
}

/// The import of one.
pub(crate) fn not_imported(doing: String, shown: &str, group: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(format!(
            "{} is a member of HA group {group}, through which alone it is changed and deleted. Import the group as a `rackspace_db_ha_group`:\n\n  terraform import ADDRESS '{group}'",
            capital(shown)
        ))
        .into()
}

fn refusal(shown: &str, group: &str) -> Diagnostics {
    let detail = explained(shown, group, "Nothing was changed.");
    Diagnostic::error("The instance is a member of an HA group").detail(detail).into()
}

fn explained(shown: &str, group: &str, then: &str) -> String {
    format!(
        "{} is a member of HA group {group}, through which alone it is changed and deleted: the API refuses anything else. {then} Let a `rackspace_db_ha_group` manage the group, and Terraform forget the instance: replace its block by\n\n  removed {{\n    from = ADDRESS\n    lifecycle {{\n      destroy = false\n    }}\n  }}\n\nor run `terraform state rm ADDRESS`.",
        capital(shown)
    )
}

/// The group that the instance is a member of, as far as that was seen, or a look tells.
async fn group(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    outlook: &Outlook,
    id: &str,
) -> Option<String> {
    let sight = match client {
        Some(client) => {
            let client = looking(cx, client);
            outlook.sight(id, Box::pin(Sight::of(&client, id))).await
        }
        None => outlook.seen(id),
    };
    match sight {
        Sight::There { ha_id, .. } => ha_id,
        Sight::Missing | Sight::Unknown => None,
    }
}

pub(super) fn stays(planned: &Instance, prior: &Instance) -> bool {
    planned.name == prior.name
        && planned.flavor_id == prior.flavor_id
        && planned.volume_size == prior.volume_size
        && planned.configuration_id == prior.configuration_id
        && planned.replica_of == prior.replica_of
}
