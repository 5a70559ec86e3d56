//! What is to be made of a high-availability group as a whole, and what the API is known to refuse of it.

use clouddb::{Client, HaGroup, Source};
use tfplug::value::Attr;
use tfplug::{Diagnostic, PlanContext, Result};

use super::creation::Creation;
use crate::place;
use crate::resources::choices;
use crate::resources::patience::looking;

impl Creation<'_> {
    /// Refuses it if there is no such group, which this argument names. Tells the group, and the client for its
    /// region, once it has been seen. A look that fails says nothing: the apply finds out.
    pub(crate) async fn check_group(
        &self,
        cx: &PlanContext<Client>,
        client: Option<&Client>,
        source: &Attr<Source>,
        argument: &'static str,
    ) -> Result<Option<(Client, HaGroup)>> {
        let (Attr::Known(parent @ Source::HaGroup(id)), Some(client)) = (source, client) else {
            return Ok(None);
        };
        let client = looking(cx, client);
        let group = match place::ha_group(&client, id).await {
            Ok(Some(group)) => group,
            Ok(None) => {
                self.refuse(cx, no_group(id, &client, argument).await)?;
                return Ok(None);
            }
            Err(_) => return Ok(None),
        };
        if let Some(wants) = self.region.known() {
            place::check_beside(&client, &self.shown, wants, parent).await?;
        }
        Ok(Some((client.where_seen(id).unwrap_or(client), group)))
    }
}

async fn no_group(id: &str, client: &Client, argument: &'static str) -> Diagnostic {
    let searched = place::searched_by(client).await;
    let mut groups = client.ha_groups().list().await.unwrap_or_default().items;
    groups.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let lines = choices::lines(groups.iter().map(|it| format!("{} \"{}\"", it.id, it.name)));
    let those = match (groups.is_empty(), client.region().await) {
        (true, _) => String::new(),
        (false, Ok(Some(region))) => format!("\n\nThese exist in {region} (ID, name):\n\n{lines}"),
        (false, _) => format!("\n\nThese exist (ID, name):\n\n{lines}"),
    };
    Diagnostic::error("No such HA group")
        .detail(format!(
            "There is no HA group {id} {searched}. The data source rackspace_db_ha_groups lists those that exist in a region.{those}"
        ))
        .attribute(argument)
}
