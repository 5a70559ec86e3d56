//! What a plan of a root user says, and refuses, before anything is sent.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::value::{Attr, Sensitive};
use tfplug::{Change, Diagnostic, PlanContext, Result};

use super::model;
use super::password::OPEN;
use crate::place::{self, Planned};
use crate::resources::inside::creation::{Creation, is_new};
use crate::resources::outlook::Outlook;
use crate::resources::ownership::Owned;
use crate::resources::patience::looking;
use crate::source;

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RootUser {
    id: Attr<String>,
    region: Attr<String>,
    pub(super) instance_id: Attr<String>,
    rotate: Attr<String>,
    password: Attr<Sensitive<String>>,
}

/// `is_ours`: this run has let the root user of the instance go.
pub(super) async fn plan(
    cx: &PlanContext<Client>,
    change: &mut Change<RootUser>,
    outlook: &Outlook,
    is_ours: bool,
) -> Result<()> {
    plan_password(cx, change);
    let Change { config, prior, planned } = change;
    planned.id.clone_from(&planned.instance_id);
    // Which one it is now, not which it is to become.
    let it = prior.as_ref().unwrap_or(planned);
    let shown = shown(&it.instance_id);
    if let Some(key) = it.instance_id.known() {
        let it = Owned { kind: "Root user", key, shown: &shown };
        match prior {
            Some(_) => outlook.ownership.keeps(cx, &it)?,
            None => outlook.ownership.makes(&it).await?,
        }
    }
    let _at_work = outlook.ownership.at_work();
    let new_id = planned.instance_id.known().cloned();
    let was_read = new_id.as_ref().is_some_and(|id| outlook.has_read(&model::key(id)));
    let planned_place = Planned {
        shown,
        config: &config.region,
        was_read,
        prior: prior.as_ref().map(|prior| &prior.region),
        parent: Some(source::instance(&planned.instance_id)),
        region: &mut planned.region,
    };
    let client = place::plan(cx, planned_place).await?;
    if !is_new(prior.as_ref().map(|prior| &prior.instance_id), &planned.instance_id) {
        return Ok(());
    }
    let creation = Creation {
        shown: self::shown(&planned.instance_id),
        instance_id: &planned.instance_id,
        region: &config.region,
        again: was_read,
    };
    let client = creation.check_writable(cx, client.as_ref(), outlook).await?;
    creation.check_instance(cx, client.as_ref(), outlook).await?;
    // What was in the state is replaced.
    let replaces = was_read || is_ours || cx.replaces_on_demand();
    if let (Some(client), Some(id), false) = (client, new_id, replaces)
        && matches!(looking(cx, &client).root(&id).is_enabled_now().await, Ok(Some(true)))
    {
        creation.refuse(cx, already(&id))?;
    }
    Ok(())
}

/// What stays, and what becomes another one.
fn plan_password(cx: &PlanContext<Client>, change: &mut Change<RootUser>) {
    let Change { prior, planned, .. } = change;
    let Some(prior) = prior else { return };
    let open = cx.private(OPEN) == Some(true);
    if open {
        cx.warn(password_open(&shown(&prior.instance_id)));
    }
    planned.password =
        if open || planned.rotate != prior.rotate { Attr::Unknown } else { prior.password.clone() };
}

fn shown(instance_id: &Attr<String>) -> String {
    match instance_id.known() {
        Some(id) => model::shown(id),
        None => "the root user of a new instance".to_owned(),
    }
}

/// What a destruction does, for its plan.
pub(super) fn end(shown: &str, locks: bool) -> Diagnostic {
    if locks {
        return Diagnostic::warning("Root is locked and stays enabled").detail(format!(
            "The plan destroys the resource of {shown}, and the API cannot disable root. `on_destroy` is \"lock\" in the state: root gets a new password that nobody is told, and the one that it has ends. To leave that as it is, set `on_destroy = \"leave\"` and apply that first. Where the instance goes too, nothing of root is left."
        ));
    }
    Diagnostic::warning("Root stays enabled with its password").detail(format!(
        "The plan destroys the resource of {shown}, and the API cannot disable root. `on_destroy` is \"leave\" in the state: nothing is sent, Terraform forgets root, and whoever knows its password can go on using it. To end that, set `on_destroy = \"lock\"` and apply that first. Where the instance goes too, nothing of root is left."
    ))
}

/// Root was enabled by somebody else.
pub(super) fn already(instance_id: &str) -> Diagnostic {
    Diagnostic::error("Root is enabled already")
        .detail(format!(
            "Root was enabled on instance {instance_id} by somebody else, or by a run that ended in the middle. Its password may be in use, and enabling it again would end that, so nothing was sent. To manage it from now on, import it; it keeps its password, which Terraform does not know, until `rotate` changes:\n\n  \
             terraform import ADDRESS '{instance_id}'\n\n\
             If it is in the state under this address and is to be replaced, plan without `-refresh=false`, and remove `create_before_destroy` from the `lifecycle` block of the resource, and of what refers to it."
        ))
        .attribute("instance_id")
}

fn password_open(shown: &str) -> Diagnostic {
    Diagnostic::warning("Root gets a new password").detail(format!(
        "An earlier apply ended before it was known whether {shown} had a new password, so nobody knows the one that it has. This apply makes a new one."
    ))
}
