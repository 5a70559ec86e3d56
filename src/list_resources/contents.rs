//! What stands in instances, databases or users: in one of them, or in all of a region.

use clouddb::{Client, Error, Instance, LeftOut, Listing};
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use tfplug::schema::{Attribute, Schema, Validator, string};
use tfplug::value::Value;
use tfplug::{Context, Diagnostic, Result};

use super::filter::{self, Region, names};
use super::instance::stays;
use crate::place::Location;
use crate::resources::instance::named;
use crate::{failure, rules};

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
type Page<T> = (Home, Listing<T>);

/// What stands in instances.
pub(super) struct Kind<T> {
    pub(super) one: &'static str,
    pub(super) many: &'static str,
    pub(super) name: fn(&T) -> &str,
    /// What a name has to keep to that can be managed.
    pub(super) rule: Validator,
}

/// What is asked for.
#[derive(Deserialize)]
pub(super) struct Query {
    region: Option<String>,
    name: Option<String>,
    name_prefix: Option<String>,
    instance_id: Option<String>,
}

/// Which region it is for what stands in instances.
pub(super) const OF_INSTANCE: &str =
    "Left out, that of the instance which is named, or else that of the provider.";

/// The instance to look into.
pub(super) fn instance_id(kind: &str) -> Attribute {
    string().optional().validator(rules::id_of("an instance")).describe(format!(
        "ID of the instance whose {kind} are listed, which may be a replica. Left out, all instances of the region are looked into, except for replicas.",
    ))
}

/// The arguments of a list of what stands in instances.
pub(super) fn arguments(schema: Schema, kind: &str) -> Schema {
    filter::arguments(schema, kind, OF_INSTANCE).attribute("instance_id", instance_id(kind))
}

/// Whether something of that name can be managed at all; what cannot is told.
fn is_manageable(
    cx: &Context<Client>,
    kind: &str,
    name: &str,
    instance_id: &str,
    rule: &Validator,
) -> bool {
    let Err(why) = rule.test(&Value::from(name)) else { return true };
    cx.warn(
        Diagnostic::warning(format!("The {kind} \"{name}\" of instance {instance_id} is left out"))
            .detail(format!("It cannot be managed here. {why}")),
    );
    false
}

impl Query {
    /// What stands in that instance, or in all of a region, whatever its name.
    pub(super) fn of(region: Option<String>, instance_id: Option<String>) -> Self {
        Self { region, instance_id, name: None, name_prefix: None }
    }

    /// What fits, with the instance that it is in. What cannot be managed is told.
    pub(super) async fn find<'a, T, Pages>(
        &'a self,
        cx: &'a Context<Client>,
        kind: &'a Kind<T>,
        pages: impl Fn(&Client, &str) -> Pages + Send + Sync + Copy + 'a,
    ) -> Result<BoxStream<'a, Result<(Home, T)>>>
    where
        T: Send + 'a,
        Pages: Stream<Item = std::result::Result<Listing<T>, Error>> + Send + 'a,
    {
        let search = Search { what: kind.many, query: self };
        let fitting = move |(home, page): Page<T>| {
            failure::warn_of_unreadable(cx, kind.many, &page.unreadable);
            let fits = |it: &T| {
                let name = (kind.name)(it);
                names(name, self.name.as_deref(), self.name_prefix.as_deref())
                    && is_manageable(cx, kind.one, name, &home.instance.id, &kind.rule)
            };
            let found: Vec<_> = page.into_iter().filter(fits).collect();
            stream::iter(found).map(move |it| Ok((home.clone(), it)))
        };
        Ok(search.pages(cx, pages).await?.map_ok(fitting).try_flatten().boxed())
    }
}

/// The instances that are looked into.
#[derive(Clone, Copy)]
struct Search<'a> {
    what: &'static str,
    query: &'a Query,
}

impl<'a> Search<'a> {
    /// The pages, of the instance that is named or of all instances of the region, where one that cannot
    /// be looked into is a warning. Replicas have what their source has and are left out there.
    async fn pages<T, Pages>(
        self,
        cx: &'a Context<Client>,
        pages: impl Fn(&Client, &str) -> Pages + Send + Sync + Copy + 'a,
    ) -> Result<BoxStream<'a, Result<Page<T>>>>
    where
        T: Send + 'a,
        Pages: Stream<Item = std::result::Result<Listing<T>, Error>> + Send + 'a,
    {
        if let Some(id) = self.query.instance_id.as_deref() {
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
        self,
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
        format!("Unable to list the {} of instance \"{name}\" ({id})", self.what)
    }

    /// The instance with that ID, in the region that is asked for or else wherever it is.
    async fn one(&self, cx: &Context<Client>, id: &str) -> Result<Home> {
        let doing = format!("Unable to list the {} of instance {id}", self.what);
        let advice =
            "Correct `instance_id`, or leave it out to look into all instances of a region.";
        let found = named(cx, &doing, id, self.query.region.as_deref(), advice).await?;
        let location = Location::here(&found.client, &doing).await?;
        Ok(Home { api: found.client, location, instance: found.it })
    }

    /// All instances of the region that are there to stay and are no replicas.
    async fn all(self, cx: &'a Context<Client>) -> Result<BoxStream<'a, Result<Home>>> {
        let doing = format!("Unable to list the {}", self.what);
        let Region { api, location } =
            Region::asked(cx, &doing, self.query.region.as_deref()).await?;
        let pages = api.instances().pages_without(LeftOut { replicas: true, members: false });
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
