//! What is to be made in an instance, and what the API is known to refuse of it.
//!
//! One look at an instance serves everything that the run makes in it, and nothing is looked at for
//! what stays as it is. A look that fails says nothing: the apply finds out.

use clouddb::{Client, Instance, InstanceStatus, Source};
use tfplug::value::Attr;
use tfplug::{Diagnostic, PlanContext, Result};

use crate::place;
use crate::resources::choices;
use crate::resources::namesake;
use crate::resources::outlook::{Outlook, Sight};
use crate::resources::patience::looking;

/// Something new in an instance.
pub(crate) struct Creation<'a> {
    /// Such as `database "shop" of instance ID`.
    pub(crate) shown: String,
    pub(crate) instance_id: &'a Attr<String>,
    /// `region` in the configuration.
    pub(crate) region: &'a Attr<String>,
    /// Whether an object of its name was in the state: it is made anew, or all is destroyed, and then
    /// a refusal would stand in the way.
    pub(crate) again: bool,
}

/// Whether something is made in an instance, because there is none yet or it has to be another one.
pub(crate) fn is_new<T: PartialEq>(prior: Option<&Attr<T>>, planned: &Attr<T>) -> bool {
    prior.is_none_or(|prior| prior != planned)
}

impl Creation<'_> {
    /// Refuses it if there is no such instance, and on a member of an HA group. Tells the client for the region
    /// of the instance, once that has been seen.
    pub(crate) async fn check_instance(
        &self,
        cx: &PlanContext<Client>,
        client: Option<&Client>,
        outlook: &Outlook,
    ) -> Result<Option<Client>> {
        let client = self.look(cx, client, outlook).await?;
        if let Some(id) = self.instance_id.known()
            && let Sight::There { ha_id: Some(group), .. } = outlook.seen(id)
        {
            self.refuse(cx, self.of_a_member(id, &group))?;
        }
        Ok(client)
    }

    async fn look(
        &self,
        cx: &PlanContext<Client>,
        client: Option<&Client>,
        outlook: &Outlook,
    ) -> Result<Option<Client>> {
        let Some((id, client)) = self.instance_id.known().zip(client) else { return Ok(None) };
        let client = looking(cx, client);
        match outlook.sight(id, Box::pin(Sight::of(&client, id))).await {
            Sight::There { .. } => {}
            Sight::Unknown => return Ok(None),
            Sight::Missing => {
                self.refuse(cx, no_instance(id, &client).await)?;
                return Ok(None);
            }
        }
        if let Some(wants) = self.region.known() {
            let parent = Source::Instance(id.clone());
            place::check_beside(&client, &self.shown, wants, &parent).await?;
        }
        Ok(Some(client.where_seen(id).unwrap_or(client)))
    }

    /// The same for what a replica has from its source only, and a group on its source: databases and users.
    pub(crate) async fn check_writable(
        &self,
        cx: &PlanContext<Client>,
        client: Option<&Client>,
        outlook: &Outlook,
    ) -> Result<Option<Client>> {
        let client = self.look(cx, client, outlook).await?;
        let Some((id, client)) = self.instance_id.known().zip(client) else { return Ok(None) };
        let sight = outlook.sight(id, async { Sight::Unknown }).await;
        let Sight::There { replica_of: Some(source), ha_id, .. } = sight else {
            return Ok(Some(client));
        };
        if let Some(group) = ha_id {
            self.refuse(cx, self.on_a_member(id, &group))?;
            return Ok(Some(client));
        }
        // What becomes of the replica in the same run is known when it has been planned.
        let goes = outlook.fate(id).await == Some(true);
        if !goes && !outlook.is_detached(id) {
            self.refuse(cx, self.on_a_replica(id, &source))?;
        }
        Ok(Some(client))
    }

    /// The same for what needs an instance at rest: none that waits for an upgrade to be verified, unless
    /// this run ends that.
    pub(crate) async fn check_at_rest(
        &self,
        cx: &PlanContext<Client>,
        client: Option<&Client>,
        outlook: &Outlook,
    ) -> Result<Option<Client>> {
        let client = self.check_instance(cx, client, outlook).await?;
        let Some((id, client)) = self.instance_id.known().zip(client) else { return Ok(None) };
        let sight = outlook.sight(id, async { Sight::Unknown }).await;
        let Sight::There { status: InstanceStatus::VerifyUpgrade, replica_of, replicas, .. } =
            sight
        else {
            return Ok(Some(client));
        };
        let upgrade = if replica_of.is_some() { Some(id) } else { replicas.first() };
        if let Some(upgrade) = upgrade
            && outlook.leaves_source(upgrade, false).await != Some(true)
        {
            self.refuse(cx, self.during_an_upgrade(id, upgrade))?;
        }
        Ok(Some(client))
    }

    fn during_an_upgrade(&self, id: &str, upgrade: &str) -> Diagnostic {
        Diagnostic::error("The upgrade of the instance waits to be verified")
            .detail(format!(
                "Instance {id} has the status VERIFY_UPGRADE, in which the service makes no backup of it. To make {}, let the upgrade {upgrade} be an instance of its own first: remove `upgrade_of` from its block and apply that.",
                self.shown
            ))
            .attribute("instance_id")
    }

    /// Ends the plan with the refusal, or warns where it must not.
    pub(crate) fn refuse(&self, cx: &PlanContext<Client>, refusal: Diagnostic) -> Result<()> {
        namesake::refuse(cx, self.again, refusal)
    }

    fn on_a_replica(&self, id: &str, source: &str) -> Diagnostic {
        Diagnostic::error("The instance is a replica")
            .detail(format!(
                "Instance {id} is a replica of {source}: it has the databases and users of its source, and the API refuses to make others. Write `instance_id = \"{source}\"`. To make {} on the replica itself, let it be an instance of its own first: remove `replica_of` or `upgrade_of` from its block and apply that.",
                self.shown
            ))
            .attribute("instance_id")
    }

    fn of_a_member(&self, id: &str, group: &str) -> Diagnostic {
        Diagnostic::error("The instance is a member of an HA group")
            .detail(format!(
                "Instance {id} is a member of HA group {group}, and all that the API takes for a member are databases and users, on the source. So there can be no {} by itself.",
                self.shown
            ))
            .attribute("instance_id")
    }

    fn on_a_member(&self, id: &str, group: &str) -> Diagnostic {
        Diagnostic::error("The instance is a replica")
            .detail(format!(
                "Instance {id} is a replica in HA group {group}: it has the databases and users of the source of the group, and the API refuses to make others. Write `source_instance_id` of the group as the `instance_id` of {}.",
                self.shown
            ))
            .attribute("instance_id")
    }
}

async fn no_instance(id: &str, client: &Client) -> Diagnostic {
    let searched = place::searched_by(client).await;
    let instances = client.instances().list().await.unwrap_or_default();
    let those = match (instances.is_empty(), client.region().await) {
        (true, _) => String::new(),
        (false, Ok(Some(region))) => {
            format!("\n\nThese exist in {region} (ID, name):\n\n{}", listed(&instances))
        }
        (false, _) => format!("\n\nThese exist (ID, name):\n\n{}", listed(&instances)),
    };
    Diagnostic::error("No such instance")
        .detail(format!(
            "There is no instance {id} {searched}. The data source rackspace_db_instances lists those that exist in a region.{those}"
        ))
        .attribute("instance_id")
}

fn listed(instances: &[Instance]) -> String {
    let mut named: Vec<(&str, &str)> =
        instances.iter().map(|it| (it.name.as_str(), it.id.as_str())).collect();
    named.sort_unstable();
    choices::lines(named.iter().map(|(name, id)| format!("{id} \"{name}\"")))
}
