//! How an object is named and found, whatever kind it is of.

use clouddb::{Client, Error, Listing, Source};
use tfplug::schema::{Schema, Validator, string};
use tfplug::value::Attr;
use tfplug::{Context, Diagnostic, Diagnostics, PlanContext, Result};

use crate::place::{self, Answer, Found, Object};
use crate::ways::{Way, not_one_of, only_one};
use crate::{failure, rules};

/// What an action can be about, as the API tells it.
pub(crate) trait Kind: Sized {
    /// Such as `instance`.
    const NOUN: &'static str;
    /// The same with its article.
    const ONE: &'static str;
    /// The argument for its ID.
    const ID: &'static str;
    /// The argument for its name.
    const NAME: &'static str;

    /// The ID and the name.
    fn key(&self) -> (&str, &str);

    /// Whether it is being deleted, so that its name means another one.
    fn goes(&self) -> bool;

    /// The one of that ID, as a source of backups.
    fn source(id: String) -> Source;

    /// How it is looked for by its ID.
    fn look(id: &str) -> impl Fn(Client) -> Answer<Self> + 'static;

    /// All of a region.
    async fn list(api: &Client) -> std::result::Result<Listing<Self>, Error>;

    /// `instance "web" (ID)`, for messages.
    fn shown(&self) -> String {
        let (id, name) = self.key();
        format!("{} \"{name}\" ({id})", Self::NOUN)
    }
}

/// The arguments, before those of the action.
pub(super) fn arguments<K: Kind>(schema: Schema) -> Schema {
    let (noun, one, id, name) = (K::NOUN, K::ONE, K::ID, K::NAME);
    schema
        .attribute(id, string().optional().validator(rules::id_of(one)).describe(format!(
            "ID of the {noun}. Exactly one of `{id}` and `{name}` is needed.",
        )))
        .attribute(name, string().optional().validator(Validator::length(1..=255)).describe(format!(
            "Name of the {noun}, which no other one may have. An action that is triggered before a change of the {noun} needs it: Terraform calls it a cycle if such an action refers to the {noun}.",
        )))
        .attribute("region", string().optional().validator(Validator::length(1..=64)).describe(format!(
            "Region of the {noun}, such as `DFW`, in any case. Left out, an ID is looked for in all regions, and a name in that of the provider.",
        )))
}

/// The arguments that name it, while they are validated and planned.
pub(super) struct Named<'a> {
    pub(super) id: &'a Attr<String>,
    pub(super) name: &'a Attr<String>,
}

impl Named<'_> {
    /// Refuses none and two.
    pub(super) fn validate<K: Kind>(&self, diagnostics: &mut Diagnostics) {
        if not_one_of(&[Way::from(self.id), Way::from(self.name)]).is_some() {
            diagnostics.push(
                Diagnostic::error(format!("Exactly one way to find {}", K::ONE)).detail(format!(
                    "Set either `{}` or `{}`.",
                    K::ID,
                    K::NAME
                )),
            );
        }
    }

    /// Refuses an ID that there is not, before anything of the plan is applied. A name may come to be.
    pub(super) async fn plan<K: Kind>(&self, cx: &PlanContext<Client>, doing: &str) -> Result<()> {
        let (Some(api), Some(id)) = (place::planning_api(cx), self.id.known()) else {
            return Ok(());
        };
        let is_there = place::is_there(&api, &K::source(id.clone())).await;
        if is_there.map_err(|error| failure::report(doing, &error))? {
            return Ok(());
        }
        Err(nowhere::<K>(doing, id, &place::searched_by(&api).await))
    }
}

/// The values of the arguments that name it.
pub(super) struct Target<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) region: Option<&'a str>,
}

impl Target<'_> {
    /// What is to be said if this cannot be done to it: `Unable to restart instance "web"`.
    pub(super) fn unable<K: Kind>(&self, to: &str) -> String {
        match (self.id, self.name) {
            (Some(id), _) => format!("Unable to {to} {} {id}", K::NOUN),
            (None, name) => {
                format!("Unable to {to} {} \"{}\"", K::NOUN, name.unwrap_or_default())
            }
        }
    }

    pub(super) async fn find<K: Kind>(
        &self,
        cx: &Context<Client>,
        doing: &str,
    ) -> Result<Found<K>> {
        let Some(id) = self.id else { return self.by_name::<K>(cx, doing).await };
        let shown = format!("{} {id}", K::NOUN);
        let wanted = Object { shown, region: self.region, instance_id: None };
        match place::find(cx, doing, &wanted, K::look(id)).await? {
            Some(found) => Ok(found),
            None => Err(nowhere::<K>(doing, id, &place::searched(cx).await)),
        }
    }

    async fn by_name<K: Kind>(&self, cx: &Context<Client>, doing: &str) -> Result<Found<K>> {
        let name = self.name.unwrap_or_default();
        let (client, region) = place::asked(cx, doing, self.region).await?;
        let all = K::list(&client).await.map_err(|error| failure::report(doing, &error))?;
        failure::warn_of_unreadable(cx, &format!("{}s", K::NOUN), &all.unreadable);
        let stay = all.into_iter().filter(|it| !K::goes(it));
        let why = match only_one(stay, K::key, name) {
            Ok(it) => return Ok(Found { it, region, client }),
            Err(ids) if ids.is_empty() => {
                let region = region.unwrap_or_else(|| "this region".to_owned());
                format!(
                    "No {} in {region} has the name \"{name}\". Correct `{}` or `region`.",
                    K::NOUN,
                    K::NAME
                )
            }
            Err(ids) => format!(
                "Names are not unique: \"{name}\" is the name of {}. Use `{}`.",
                ids.join(", "),
                K::ID
            ),
        };
        Err(Diagnostic::error(doing).detail(why).attribute(K::NAME).into())
    }
}

/// There is none with that ID where it was looked for.
fn nowhere<K: Kind>(doing: &str, id: &str, searched: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(format!(
            "There is no {} with the ID \"{id}\" {searched}. Correct `{}`.",
            K::NOUN,
            K::ID
        ))
        .attribute(K::ID)
        .into()
}
