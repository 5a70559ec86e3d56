//! The answer to a login: the token, and where the services of the account are.

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::value::error::Error;
use crate::value::lenient::shown;
use crate::value::settings::{Credentials, Settings};
use crate::value::text::word;

/// The service types of Cloud Databases at Rackspace, and of Trove elsewhere.
const SERVICE_TYPES: [&str; 2] = ["rax:database", "database"];

/// What Identity answers, as far as it is needed: entries of other services and whatever else is in it
/// may have any shape. It has no `Debug`, since the token is in it.
#[derive(Deserialize)]
#[serde(from = "Document")]
pub(crate) struct Access {
    pub(crate) token: Token,
    /// Where Cloud Databases is, in each region.
    databases: Vec<Endpoint>,
    default_region: Option<String>,
}

/// As Identity writes it.
#[derive(Deserialize)]
struct Document {
    token: Token,
    #[serde(rename = "serviceCatalog", default)]
    services: Value,
    #[serde(default)]
    user: Value,
}

#[derive(Deserialize)]
pub(crate) struct Token {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "crate::value::lenient::any_text")]
    pub(crate) expires: Option<String>,
    #[serde(default)]
    tenant: Value,
}

struct Endpoint {
    region: Option<String>,
    tenant_id: Option<String>,
    public_url: Option<String>,
}

impl From<Document> for Access {
    fn from(document: Document) -> Self {
        let databases = entries(&document.services)
            .filter(|service| {
                let kind = service.get("type").and_then(Value::as_str);
                kind.is_some_and(|kind| SERVICE_TYPES.contains(&kind))
            })
            .filter_map(|service| service.get("endpoints"))
            .flat_map(entries)
            .map(|endpoint| {
                let text = |key| endpoint.get(key).and_then(shown);
                Endpoint {
                    region: text("region"),
                    tenant_id: text("tenantId"),
                    public_url: text("publicURL"),
                }
            })
            .collect();
        let default_region = document.user.get("RAX-AUTH:defaultRegion").and_then(shown);
        Self { token: document.token, databases, default_region }
    }
}

/// The entries of a list; of anything else none.
fn entries(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Why there is no endpoint.
#[cfg_attr(test, derive(Debug))]
pub(crate) enum Trouble {
    /// The account does not have what is wanted.
    Refused(Error),
    /// The answer is not as documented.
    Unclear(String),
}

/// Where Cloud Databases is in one region.
pub(crate) struct Place {
    /// The region's name, where it has one.
    pub(crate) region: Option<String>,
    /// The base URL of the API there.
    pub(crate) base: Url,
}

impl Access {
    /// Where the calls go that name no region: the endpoint of the settings, or that of the catalog in
    /// the wanted region.
    pub(crate) fn home(&self, settings: &Settings) -> Result<Place, Trouble> {
        if let Some(endpoint) = &settings.endpoint {
            let account = self
                .account(&settings.credentials)
                .ok_or_else(|| Trouble::Unclear("it does not name the account".to_owned()))?;
            let base = with_account(endpoint, &account).map_err(Trouble::Refused)?;
            return Ok(Place { region: settings.region.clone(), base });
        }
        let endpoint = self.endpoint(settings.region.as_deref())?;
        Ok(Place { region: endpoint.name(), base: endpoint.base()? })
    }

    /// Each region of the catalog, in its order; of one that is listed twice, the first endpoint.
    pub(crate) fn regions(&self) -> Vec<(String, Result<Url, Trouble>)> {
        let mut regions: Vec<(String, Result<Url, Trouble>)> = Vec::new();
        for endpoint in &self.databases {
            let Some(name) = endpoint.name() else { continue };
            if !regions.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                regions.push((name, endpoint.base()));
            }
        }
        regions
    }

    /// The number of the account that the token is good for.
    pub(crate) fn account(&self, credentials: &Credentials) -> Option<String> {
        if let Credentials::Token { account_id, .. } = credentials {
            return Some(account_id.clone());
        }
        let of_token = self.token.tenant.get("id").and_then(shown);
        of_token.or_else(|| self.databases.iter().find_map(|it| it.tenant_id.clone()))
    }

    /// The endpoint in the wanted region; without a wish, in the user's default region, and else the
    /// only one there is.
    fn endpoint(&self, wanted: Option<&str>) -> Result<&Endpoint, Trouble> {
        let within = |region: &str| {
            self.databases.iter().find(|endpoint| {
                endpoint.region.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(region))
            })
        };
        let found = match (wanted, &self.default_region) {
            (Some(region), _) => within(region),
            (None, Some(region)) => within(region).or_else(|| self.only_endpoint()),
            (None, None) => self.only_endpoint(),
        };
        found.ok_or_else(|| {
            let mut known: Vec<String> =
                self.databases.iter().filter_map(|it| it.region.as_deref()).map(word).collect();
            known.sort();
            known.dedup();
            Trouble::Refused(Error::UnknownRegion { region: wanted.map(str::to_owned), known })
        })
    }

    fn only_endpoint(&self) -> Option<&Endpoint> {
        match self.databases.as_slice() {
            [endpoint] => Some(endpoint),
            _ => None,
        }
    }
}

impl Endpoint {
    /// The name of its region, as it is shown.
    fn name(&self) -> Option<String> {
        self.region.as_deref().map(word).filter(|name| !name.is_empty())
    }

    fn base(&self) -> Result<Url, Trouble> {
        let address = self.public_url.as_deref().ok_or_else(|| {
            Trouble::Unclear("it has no address of Cloud Databases in the region".to_owned())
        })?;
        let url: Url = address.parse().map_err(|error| {
            Trouble::Unclear(format!("the address of Cloud Databases in it is no URL: {error}"))
        })?;
        if url.cannot_be_a_base() {
            return Err(Trouble::Unclear(
                "the address of Cloud Databases in it is no base URL".to_owned(),
            ));
        }
        check_version("the address of Cloud Databases in the service catalog", &url)
            .map_err(Trouble::Refused)?;
        Ok(url)
    }
}

/// The version of the API whose addresses and documents this client knows, and those that are as good.
/// <https://github.com/rackerlabs/docs-cloud-databases/tree/master/api-docs/general-api-info>, "API
/// versions": minor versions are compatible.
const VERSION: &str = "v1.0";
const MAJOR: &str = "v1";

/// Refuses an address of another version of the API. One that names none is taken.
fn check_version(what: &str, url: &Url) -> Result<(), Error> {
    let named = url.path().split('/').rfind(|part| is_version(part));
    match named {
        Some(version) if version != MAJOR && !version.starts_with("v1.") => {
            Err(Error::Invalid(format!(
                "{what} leads to version {} of the API, and this client speaks {VERSION} only; an \
                 `endpoint` may lead to that",
                word(version)
            )))
        }
        _ => Ok(()),
    }
}

/// Whether the segment of a path names a version, such as `v1.0`.
fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_digit()))
}

/// A base URL that ends in the API's version and the account, both appended where they are missing.
pub(crate) fn with_account(endpoint: &Url, account: &str) -> Result<Url, Error> {
    check_version("the endpoint", endpoint)?;
    let mut url = endpoint.clone();
    url.set_query(None);
    url.set_fragment(None);
    let segments: Vec<String> =
        url.path().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let missing: &[&str] = match segments.iter().rposition(|part| is_version(part)) {
        Some(at) if at + 1 == segments.len() => &[account],
        Some(_) => &[],
        None => &[VERSION, account],
    };
    url.path_segments_mut()
        .map_err(|()| Error::Invalid(format!("the endpoint {endpoint} is not a base URL")))?
        .pop_if_empty()
        .extend(missing);
    Ok(url)
}

#[cfg(test)]
mod tests;
