//! The answer to a login: the token, and where the services of the account are.

use serde::Deserialize;
use url::Url;

use crate::value::error::Error;
use crate::value::settings::{Credentials, Settings};
use crate::value::text::presentable;

/// The service types of Cloud Databases at Rackspace, and of Trove elsewhere.
const SERVICE_TYPES: [&str; 2] = ["rax:database", "database"];

/// What Identity answers. It has no `Debug`, since the token is in it.
#[derive(Deserialize)]
pub(crate) struct Access {
    pub(crate) token: Token,
    #[serde(rename = "serviceCatalog", default)]
    services: Vec<Service>,
    #[serde(default)]
    user: User,
}

#[derive(Deserialize)]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) expires: Option<String>,
    tenant: Option<Tenant>,
}

#[derive(Deserialize)]
struct Tenant {
    #[serde(deserialize_with = "crate::value::lenient::text")]
    id: String,
}

#[derive(Deserialize)]
struct Service {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    endpoints: Vec<Endpoint>,
}

#[derive(Deserialize)]
struct Endpoint {
    region: Option<String>,
    #[serde(
        rename = "tenantId",
        default,
        deserialize_with = "crate::value::lenient::optional_text"
    )]
    tenant_id: Option<String>,
    #[serde(rename = "publicURL")]
    public_url: String,
}

#[derive(Deserialize, Default)]
struct User {
    #[serde(rename = "RAX-AUTH:defaultRegion")]
    default_region: Option<String>,
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
            return with_account(endpoint, account).map_err(Trouble::Refused);
        }
        let text = &self.endpoint(settings.region.as_deref())?.public_url;
        let url: Url = text.parse().map_err(|error| {
            Trouble::Unclear(format!("the address of Cloud Databases in it is no URL: {error}"))
        })?;
        if url.cannot_be_a_base() {
            return Err(Trouble::Unclear(
                "the address of Cloud Databases in it is no base URL".to_owned(),
            ));
        }
        Ok(url)
    }

    fn databases(&self) -> impl Iterator<Item = &Endpoint> {
        self.services
            .iter()
            .filter(|service| SERVICE_TYPES.contains(&service.kind.as_str()))
            .flat_map(|service| &service.endpoints)
    }

    fn account<'a>(&'a self, credentials: &'a Credentials) -> Option<&'a str> {
        if let Credentials::Token { account_id, .. } = credentials {
            return Some(account_id);
        }
        let of_token = self.token.tenant.as_ref().map(|tenant| tenant.id.as_str());
        of_token.or_else(|| self.databases().find_map(|it| it.tenant_id.as_deref()))
    }

    /// The endpoint in the wanted region; without a wish, in the user's default region, and else the
    /// only one there is.
    fn endpoint(&self, wanted: Option<&str>) -> Result<&Endpoint, Trouble> {
        let within = |region: &str| {
            self.databases().find(|endpoint| {
                endpoint.region.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(region))
            })
        };
        let found = match (wanted, &self.user.default_region) {
            (Some(region), _) => within(region),
            (None, Some(region)) => within(region).or_else(|| self.only_endpoint()),
            (None, None) => self.only_endpoint(),
        };
        found.ok_or_else(|| {
            let mut known: Vec<String> =
                self.databases().filter_map(|it| it.region.as_deref()).map(presentable).collect();
            known.sort();
            known.dedup();
            Trouble::Refused(Error::UnknownRegion { region: wanted.map(str::to_owned), known })
        })
    }

    fn only_endpoint(&self) -> Option<&Endpoint> {
        let mut endpoints = self.databases();
        endpoints.next().filter(|_| endpoints.next().is_none())
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
