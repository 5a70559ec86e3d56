//! Identity v2.0: tokens and the service catalog.
//!
//! <https://docs.rackspace.com/docs/cloud-identity>

use serde_json::{Map, Value, json};

use crate::api::catalog::{files_account, service_catalog};
use crate::message::fields;
use crate::message::path::decode;
use crate::message::reply::{Answer, Reply};
use crate::message::request::Request;
use crate::options::Login;
use crate::state::cloud::Cloud;
use crate::state::tokens::Token;

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
            cloud.tokens.revoke(request.token.as_deref().unwrap_or_default());
            Ok(Reply::empty(204))
        }
        ("DELETE", ["tokens", id]) => {
            authenticate(cloud, request)?;
            if cloud.tokens.revoke(&decode(id)) {
                Ok(Reply::empty(204))
            } else {
                Err(Reply::no_route())
            }
        }
        _ => Err(Reply::no_route()),
    }
}

/// What a login offers to show who it is.
#[derive(Clone, Copy)]
enum Credentials<'a> {
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
    let (login, method) =
        check(cloud, credentials(auth).ok_or_else(unreadable)?, tenant.as_deref())?;
    let (id, token) = cloud.tokens.issue(&login, &method, cloud.options.token_life);
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

/// Exactly one kind of credentials, and nothing that is not known.
fn credentials(auth: &Map<String, Value>) -> Option<Credentials<'_>> {
    const KEY: &str = "RAX-KSKEY:apiKeyCredentials";
    let known = [KEY, "passwordCredentials", "token", "tenantId", "tenantName"];
    if auth.keys().any(|key| !known.contains(&key.as_str())) {
        return None;
    }
    let field = |kind: &str, name: &str| auth.get(kind)?.get(name)?.as_str();
    match (auth.get(KEY), auth.get("passwordCredentials"), auth.get("token")) {
        (Some(_), None, None) => {
            Some(Credentials::ApiKey(field(KEY, "username")?, field(KEY, "apiKey")?))
        }
        (None, Some(_), None) => Some(Credentials::Password(
            field("passwordCredentials", "username")?,
            field("passwordCredentials", "password")?,
        )),
        (None, None, Some(_)) => Some(Credentials::Token(field("token", "id")?)),
        _ => None,
    }
}

fn check(
    cloud: &Cloud,
    credentials: Credentials<'_>,
    tenant: Option<&str>,
) -> Result<(Login, String), Reply> {
    let login =
        |wanted: &dyn Fn(&Login) -> bool| cloud.options.logins().find(|login| wanted(login));
    let refuse = |message: String| Reply::fault(401, message);
    let (login, method) = match credentials {
        Credentials::ApiKey(user, key) => {
            let login = login(&|login| login.user == user && login.api_key == key)
                .ok_or_else(|| refuse("Username or api key is invalid.".into()))?;
            (login, "APIKEY".into())
        }
        Credentials::Password(user, password) => {
            let login = login(&|login| login.user == user && login.password == password)
                .ok_or_else(|| {
                    refuse("Unable to authenticate user with credentials provided.".into())
                })?;
            (login, "PASSWORD".into())
        }
        Credentials::Token(id) => {
            let token = cloud.tokens.valid(id).ok_or_else(|| {
                refuse("Unable to authenticate user with credentials provided.".into())
            })?;
            let login =
                login(&|login| login.user == token.user).ok_or_else(Reply::internal_error)?;
            if let Some(other) = tenant.filter(|tenant| !owns(&login, tenant)) {
                return Err(refuse(format!(
                    "Token doesn't belong to Tenant with Id/Name: '{other}'"
                )));
            }
            (login, token.method.clone())
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
            "RAX-AUTH:defaultRegion": cloud.default_region,
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
        fields::set(
            &mut access,
            "serviceCatalog",
            service_catalog(request, account, &cloud.listed),
        );
    }
    json!({ "access": access })
}
