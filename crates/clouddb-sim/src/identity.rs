//! Identity v2.0: tokens and the service catalog.
//!
//! <https://docs.rackspace.com/docs/cloud-identity>

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::call::{Request, decode};
use crate::cloud::Cloud;
use crate::options::{Login, REGIONS};
use crate::reply::{Answer, Reply, put};

/// Tokens that are valid.
#[derive(Debug, Default)]
pub(crate) struct Tokens(BTreeMap<String, Token>);

#[derive(Debug, Clone)]
struct Token {
    user: String,
    account: String,
    method: &'static str,
    until: Instant,
    expires: SystemTime,
}

/// Within this time of its end, a token is replaced when somebody logs in again.
const RENEWAL: Duration = Duration::from_hours(1);

impl Tokens {
    /// Forgets every token.
    pub(crate) fn expire(&mut self) {
        self.0.clear();
    }

    /// The tokens that are valid now.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.keys().filter(|id| self.valid(id).is_some()).cloned().collect()
    }

    fn valid(&self, id: &str) -> Option<&Token> {
        self.0.get(id).filter(|token| token.until > Instant::now())
    }

    /// The same token for the same login, unless it is about to end.
    fn issue(&mut self, login: &Login, method: &'static str, life: Duration) -> String {
        let now = Instant::now();
        let fresh = self.0.iter().find(|(_, token)| {
            token.user == login.user && token.method == method && token.until > now + RENEWAL
        });
        if let Some((id, _)) = fresh {
            return id.clone();
        }
        let id = uuid::Uuid::new_v4().simple().to_string();
        let token = Token {
            user: login.user.clone(),
            account: login.account_id.clone(),
            method,
            until: now + life,
            expires: SystemTime::now() + life,
        };
        self.0.insert(id.clone(), token);
        id
    }
}

/// The account of the request's token.
pub(crate) fn authenticate(cloud: &Cloud, request: &Request) -> Result<String, Reply> {
    request
        .token
        .as_deref()
        .and_then(|token| cloud.tokens.valid(token))
        .map(|token| token.account.clone())
        .ok_or_else(|| Reply::unauthenticated(&format!("http://{}/v2.0", request.host)))
}

/// Answers what lies below `/v2.0`.
pub(crate) fn answer(cloud: &mut Cloud, request: &Request, below: &[&str]) -> Answer {
    match (request.method.as_str(), below) {
        ("GET", [] | [""]) => Ok(Reply::ok(&json!({ "version": {
            "id": "v2.0",
            "status": "CURRENT",
            "updated": "2013-11-06T00:00:00Z",
            "links": [{ "rel": "self", "href": format!("http://{}/v2.0/", request.host) }],
        } }))),
        ("POST", ["tokens"]) => log_in(cloud, request),
        ("GET", ["tokens", id]) => {
            authenticate(cloud, request)?;
            let id = decode(id);
            let Some(token) = cloud.tokens.valid(&id).cloned() else {
                return Err(Reply::no_route());
            };
            Ok(Reply::ok(&access(cloud, request, &id, &token, false)))
        }
        ("DELETE", ["tokens"]) => {
            authenticate(cloud, request)?;
            cloud.tokens.0.remove(request.token.as_deref().unwrap_or_default());
            Ok(Reply::empty(204))
        }
        ("DELETE", ["tokens", id]) => {
            authenticate(cloud, request)?;
            let known = cloud.tokens.0.remove(&decode(id)).is_some();
            if known { Ok(Reply::empty(204)) } else { Err(Reply::no_route()) }
        }
        _ => Err(Reply::no_route()),
    }
}

/// What a login offers to prove who it is.
#[derive(Clone, Copy)]
enum Proof<'a> {
    ApiKey(&'a str, &'a str),
    Password(&'a str, &'a str),
    Token(&'a str),
}

const UNREADABLE: &str =
    "Invalid request body: unable to parse Auth data. Please review XML or JSON formatting.";

fn log_in(cloud: &mut Cloud, request: &Request) -> Answer {
    let unreadable = || Reply::bad_request(UNREADABLE);
    let body: Value = serde_json::from_slice(&request.body).map_err(|_| unreadable())?;
    let auth = body.get("auth").and_then(Value::as_object).ok_or_else(unreadable)?;
    if auth.contains_key("tenantId") && auth.contains_key("tenantName") {
        return Err(Reply::bad_request(
            "Invalid request. Specify tenantId OR tenantName, not both.",
        ));
    }
    let tenant = auth.get("tenantId").or_else(|| auth.get("tenantName")).and_then(text);
    let (login, method) = prove(cloud, proof(auth).ok_or_else(unreadable)?, tenant.as_deref())?;
    let id = cloud.tokens.issue(&login, method, cloud.options.token_life);
    let Some(token) = cloud.tokens.0.get(&id).cloned() else { return Err(Reply::broken()) };
    Ok(Reply::ok(&access(cloud, request, &id, &token, true)))
}

/// Tenant IDs arrive as text and as numbers.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Exactly one proof, and nothing that is not known.
fn proof(auth: &serde_json::Map<String, Value>) -> Option<Proof<'_>> {
    const KEY: &str = "RAX-KSKEY:apiKeyCredentials";
    let known = [KEY, "passwordCredentials", "token", "tenantId", "tenantName"];
    if auth.keys().any(|key| !known.contains(&key.as_str())) {
        return None;
    }
    let field = |kind: &str, name: &str| auth.get(kind)?.get(name)?.as_str();
    match (auth.get(KEY), auth.get("passwordCredentials"), auth.get("token")) {
        (Some(_), None, None) => {
            Some(Proof::ApiKey(field(KEY, "username")?, field(KEY, "apiKey")?))
        }
        (None, Some(_), None) => Some(Proof::Password(
            field("passwordCredentials", "username")?,
            field("passwordCredentials", "password")?,
        )),
        (None, None, Some(_)) => Some(Proof::Token(field("token", "id")?)),
        _ => None,
    }
}

fn prove(
    cloud: &Cloud,
    proof: Proof<'_>,
    tenant: Option<&str>,
) -> Result<(Login, &'static str), Reply> {
    let login =
        |wanted: &dyn Fn(&Login) -> bool| cloud.options.logins().find(|login| wanted(login));
    let refuse = |message: String| Reply::fault(401, message);
    let (login, method) = match proof {
        Proof::ApiKey(user, key) => {
            let login = login(&|login| login.user == user && login.api_key == key)
                .ok_or_else(|| refuse("Username or api key is invalid.".into()))?;
            (login, "APIKEY")
        }
        Proof::Password(user, password) => {
            let login = login(&|login| login.user == user && login.password == password)
                .ok_or_else(|| {
                    refuse("Unable to authenticate user with credentials provided.".into())
                })?;
            (login, "PASSWORD")
        }
        Proof::Token(id) => {
            let token = cloud.tokens.valid(id).ok_or_else(|| {
                refuse("Unable to authenticate user with credentials provided.".into())
            })?;
            let login = login(&|login| login.user == token.user).ok_or_else(Reply::broken)?;
            if let Some(other) = tenant.filter(|tenant| !owns(&login, tenant)) {
                return Err(refuse(format!(
                    "Token doesn't belong to Tenant with Id/Name: '{other}'"
                )));
            }
            (login, token.method)
        }
    };
    match tenant {
        Some(tenant) if !owns(&login, tenant) => Err(refuse(format!(
            "Tenant with Name/Id: '{tenant}' is not valid for User '{}' (id: '{}')",
            login.user,
            user_id(&login.user)
        ))),
        _ => Ok((login, method)),
    }
}

/// The account, or its tenant in the file service, which pyrax asks for with a token; with a password
/// pyrax gives the name of the user for a tenant.
fn owns(login: &Login, tenant: &str) -> bool {
    tenant == login.account_id || tenant == files_account(&login.account_id) || tenant == login.user
}

/// A number that is always the same for the same name.
fn user_id(user: &str) -> String {
    let sum: u32 = user.bytes().map(u32::from).sum();
    format!("{}", 170_000 + sum)
}

fn access(cloud: &Cloud, request: &Request, id: &str, token: &Token, catalog: bool) -> Value {
    let expires = jiff::Timestamp::try_from(token.expires).unwrap_or_default();
    let account = &token.account;
    let mut access = json!({
        "token": {
            "id": id,
            "expires": expires.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            "tenant": { "id": account, "name": account },
            "RAX-AUTH:authenticatedBy": [token.method],
        },
        "user": {
            "id": user_id(&token.user),
            "name": token.user,
            "RAX-AUTH:defaultRegion": cloud.options.default_region,
            "RAX-AUTH:sessionInactivityTimeout": "PT15M",
            "roles": [
                {
                    "id": "5",
                    "name": "object-store:default",
                    "tenantId": files_account(account),
                    "description": "Access to object storage.",
                },
                {
                    "id": "6",
                    "name": "compute:default",
                    "tenantId": account,
                    "description": "Access to compute.",
                },
                {
                    "id": "3",
                    "name": "identity:user-admin",
                    "description": "Administrator of the account.",
                },
            ],
        },
    });
    if catalog {
        put(&mut access, "serviceCatalog", service_catalog(request, account));
    }
    json!({ "access": access })
}

/// The tenant of the file service is another one than the account.
pub(crate) fn files_account(account: &str) -> String {
    format!("MossoCloudFS_{account}")
}

fn service_catalog(request: &Request, account: &str) -> Value {
    let databases: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            json!({
                "region": region,
                "tenantId": account,
                "publicURL": format!("http://{}/{region}/v1.0/{account}", request.host),
            })
        })
        .collect();
    let files: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            let (lower, tenant) = (region.to_lowercase(), files_account(account));
            json!({
                "region": region,
                "tenantId": tenant,
                "publicURL": format!("https://storage101.{lower}1.clouddrive.com/v1/{tenant}"),
                "internalURL":
                    format!("https://snet-storage101.{lower}1.clouddrive.com/v1/{tenant}"),
            })
        })
        .collect();
    let servers: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            let host = format!("https://{}.servers.api.rackspacecloud.com", region.to_lowercase());
            json!({
                "region": region,
                "tenantId": account,
                "publicURL": format!("{host}/v2/{account}"),
                "versionId": "2",
                "versionInfo": format!("{host}/v2"),
                "versionList": format!("{host}/"),
            })
        })
        .collect();
    let dns = json!([{
        "tenantId": account,
        "publicURL": format!("https://dns.api.rackspacecloud.com/v1.0/{account}"),
    }]);
    json!([
        { "name": "cloudFiles", "type": "object-store", "endpoints": files },
        { "name": "cloudServersOpenStack", "type": "compute", "endpoints": servers },
        { "name": "cloudDatabases", "type": "rax:database", "endpoints": databases },
        { "name": "cloudDNS", "type": "rax:dns", "endpoints": dns },
    ])
}
