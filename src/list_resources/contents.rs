//! What stands in instances: in one of them, or in all of a region.

use clouddb::{Client, Error, Instance, Listing};
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use tfplug::{Context, Diagnostic, Result};

use super::filter::Region;
use super::instance::stays;
use crate::failure;
use crate::place::Location;
use crate::resources::instance::named;

/// How many instances are looked into at a time.
const AT_A_TIME: usize = 4;

/// An instance that is looked into.
#[derive(Clone)]
pub(super) struct Home {
    pub(super) api: Client,
    pub(super) location: Location,
    pub(super) instance: Instance,
}

/// A page of what stands in an instance.
pub(super) type Page<T> = (Home, Listing<T>);

/// What is looked for, and where.
pub(super) struct Search<'a> {
    /// What stands there: `databases`.
    pub(super) kind: &'a str,
    pub(super) region: Option<&'a str>,
    pub(super) instance_id: Option<&'a str>,
}

impl Search<'_> {
    /// The pages, of the instance that is named or of all instances of the region, where one that cannot
    /// be looked into is a warning. Replicas have what their source has and are left out there.
    pub(super) async fn pages<'a, T, Pages>(
        &'a self,
        cx: &'a Context<Client>,
        pages: impl Fn(&Client, &str) -> Pages + Send + Sync + Copy + 'a,
    ) -> Result<BoxStream<'a, Result<Page<T>>>>
    where
        T: Send + 'a,
        Pages: Stream<Item = std::result::Result<Listing<T>, Error>> + Send + 'a,
    {
        if let Some(id) = self.instance_id {
            let home = self.one(cx, id).await?;
            let doing = self.doing(&home.instance);
            let found = pages(&home.api, &home.instance.id);
            let found = found.map_err(move |error| failure::report(&doing, &error));
            return Ok(found.map_ok(move |page| (home.clone(), page)).boxed());
        }
        let homes = self.all(cx).await?;
        let looked = homes.map(move |home| self.look_into(cx, home, pages)).buffered(AT_A_TIME);
        Ok(looked.map_ok(|pages| stream::iter(pages).map(Ok)).try_flatten().boxed())
    }

    /// All pages of one of many instances; none of one that cannot be looked into.
    async fn look_into<T, Pages>(
        &self,
        cx: &Context<Client>,
        home: Result<Home>,
        pages: impl Fn(&Client, &str) -> Pages,
    ) -> Result<Vec<Page<T>>>
    where
        Pages: Stream<Item = std::result::Result<Listing<T>, Error>>,
    {
        let home = home?;
        let pages: std::result::Result<Vec<_>, Error> =
            pages(&home.api, &home.instance.id).try_collect().await;
        match pages {
            Ok(pages) => Ok(pages.into_iter().map(|page| (home.clone(), page)).collect()),
            Err(error) => {
                for problem in failure::report(self.doing(&home.instance), &error) {
                    cx.warn(Diagnostic::warning(problem.summary()).detail(format!(
                        "{}\n\nWhat is in it is left out of the list.",
                        problem.detail_text()
                    )));
                }
                Ok(Vec::new())
            }
        }
    }

    fn doing(&self, instance: &Instance) -> String {
        let Instance { name, id, .. } = instance;
        format!("Unable to list the {} of instance \"{name}\" ({id})", self.kind)
    }

    /// The instance with that ID, in the region that is asked for or else wherever it is.
    async fn one(&self, cx: &Context<Client>, id: &str) -> Result<Home> {
        let doing = format!("Unable to list the {} of instance {id}", self.kind);
        let advice =
            "Correct `instance_id`, or leave it out to look into all instances of a region.";
        let found = named(cx, &doing, id, self.region, advice).await?;
        let location = Location::here(&found.client, &doing).await?;
        Ok(Home { api: found.client, location, instance: found.it })
    }

    /// All instances of the region that are there to stay and are no replicas.
    async fn all<'a>(&self, cx: &'a Context<Client>) -> Result<BoxStream<'a, Result<Home>>> {
        let doing = format!("Unable to list the {}", self.kind);
        let Region { api, location } = Region::asked(cx, &doing, self.region).await?;
        let pages = api.instances().pages_without_replicas();
        let pages = pages.map_err(move |error| failure::report(&doing, &error));
        let homes = pages.map_ok(move |page| {
            failure::warn_of_unreadable(cx, "instances", &page.unreadable);
            let (api, location) = (api.clone(), location.clone());
            let instances = page.into_iter().filter(|it| stays(cx, it)).collect::<Vec<_>>();
            stream::iter(instances).map(move |instance| {
                Ok(Home { api: api.clone(), location: location.clone(), instance })
            })
        });
        Ok(homes.try_flatten().boxed())
    }
}
