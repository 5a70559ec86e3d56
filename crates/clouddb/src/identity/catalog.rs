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

impl Access {
    /// The base URL of Cloud Databases for the account and the wanted region.
    pub(crate) fn base(&self, settings: &Settings) -> Result<Url, Trouble> {
        if let Some(endpoint) = &settings.endpoint {
            let account = self
                .account(&settings.credentials)
                .ok_or_else(|| Trouble::Unclear("it does not name the account".to_owned()))?;
            return with_account(endpoint, &account).map_err(Trouble::Refused);
        }
        let endpoint = self.endpoint(settings.region.as_deref())?;
        let address = endpoint.public_url.as_deref().ok_or_else(|| {
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
        Ok(url)
    }

    fn account(&self, credentials: &Credentials) -> Option<String> {
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

/// A base URL that ends in the API's version and the account, both appended where they are missing.
pub(crate) fn with_account(endpoint: &Url, account: &str) -> Result<Url, Error> {
    let mut url = endpoint.clone();
    url.set_query(None);
    url.set_fragment(None);
    let segments: Vec<String> =
        url.path().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let is_version = |part: &String| {
        part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_digit()))
    };
    let missing: &[&str] = match segments.iter().rposition(is_version) {
        Some(at) if at + 1 == segments.len() => &[account],
        Some(_) => &[],
        None => &["v1.0", account],
    };
    url.path_segments_mut()
        .map_err(|()| Error::Invalid(format!("the endpoint {endpoint} is not a base URL")))?
        .pop_if_empty()
        .extend(missing);
    Ok(url)
}

#[cfg(test)]
mod tests;
