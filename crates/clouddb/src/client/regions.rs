//! The regions of the account, and the way from one to another.

use crate::client::Client;
use crate::value::context::Awaited;
use crate::value::error::Error;
use crate::value::source::Source;

impl Client {
    /// Logs in and finds the endpoint, unless that has been done. Every call does this by itself; use
    /// it to learn early whether credentials and region are right.
    pub async fn sign_in(&self) -> Result<(), Error> {
        self.sender.regions().await?.base(self.sender.region()).map(drop)
    }

    /// The number of the account; `None` if neither the settings nor the login tell it.
    pub async fn account(&self) -> Result<Option<String>, Error> {
        Ok(self.sender.regions().await?.account.clone())
    }

    /// The name of the region that this client works in; `None` for an endpoint whose settings name no
    /// region.
    pub async fn region(&self) -> Result<Option<String>, Error> {
        let regions = self.sender.regions().await?;
        match self.sender.region() {
            Some(region) => Ok(Some(region.to_owned())),
            None => Ok(regions.home_name()?.map(str::to_owned)),
        }
    }

    /// The names of all regions of the account, in the order of the service catalog. With an endpoint in
    /// its place, there is that one region, if the settings name it.
    pub async fn regions(&self) -> Result<Vec<String>, Error> {
        Ok(self.sender.regions().await?.names().map(str::to_owned).collect())
    }

    /// The address that takes the place of the service catalog, if the settings give one.
    pub fn endpoint(&self) -> Option<String> {
        self.sender.endpoint().map(|url| {
            let mut shown = url.clone();
            shown.set_query(None);
            shown.set_fragment(None);
            shown.as_str().trim_end_matches('/').to_owned()
        })
    }

    /// The same client in a region of the account, by its name in any case. One that there is not is
    /// [`Error::UnknownRegion`].
    pub async fn in_region(&self, name: &str) -> Result<Self, Error> {
        let regions = self.sender.regions().await?;
        let name = regions.spelled(name)?;
        // Where calls go that name no region, all of them share the same.
        let home = regions.home_name().ok().flatten() == Some(name);
        Ok(self.at((!home).then_some(name)))
    }

    /// The same client in each of the other regions of the account.
    pub async fn elsewhere(&self) -> Result<Vec<Self>, Error> {
        let here = self.region().await.unwrap_or_default();
        let mut others = Vec::new();
        for name in self.regions().await? {
            if here.as_ref() != Some(&name) {
                others.push(self.in_region(&name).await?);
            }
        }
        Ok(others)
    }

    /// The same client in the region in which this or another call has seen an instance or a
    /// high-availability group.
    pub fn where_seen(&self, id: &str) -> Option<Self> {
        let (name, region) = self.regions.of(id)?;
        let sender = self.sender.to_region(name.as_deref());
        Some(Self { sender, region, ..self.clone() })
    }

    /// The same client in the region that has an instance which this region does not have. The other
    /// regions are asked once, however many want to know.
    pub async fn find_elsewhere(&self, instance_id: &str) -> Result<Option<Self>, Error> {
        self.find_source_elsewhere(&Source::Instance(instance_id.to_owned())).await
    }

    /// The same of an instance or a high-availability group.
    pub async fn find_source_elsewhere(&self, source: &Source) -> Result<Option<Self>, Error> {
        let (sender, id) = (self.sender.bounded(), source.id());
        let what = match source {
            Source::Instance(_) => "instance",
            Source::HaGroup(_) => "HA group",
        };
        let awaited = Awaited::new(what, id, "found in another region");
        let nowhere = sender.context().run(self.regions.nowhere.lock()).await;
        let mut nowhere = nowhere.map_err(|ended| awaited.ended(ended, None, None))?;
        if let Some(client) = self.where_seen(id) {
            return Ok(Some(client));
        }
        if nowhere.contains(id) {
            return Ok(None);
        }
        for other in self.elsewhere().await? {
            let is_there = match source {
                Source::Instance(id) => other.instances().get(id).await?.is_some(),
                Source::HaGroup(id) => other.ha_groups().get(id).await?.is_some(),
            };
            if is_there {
                return Ok(Some(other));
            }
        }
        nowhere.insert(id.to_owned());
        Ok(None)
    }

    /// The same client in a region by its name as the catalog writes it; without one, where calls go
    /// that name none.
    fn at(&self, name: Option<&str>) -> Self {
        let sender = self.sender.to_region(name);
        Self { sender, region: self.regions.get(name), ..self.clone() }
    }
}
