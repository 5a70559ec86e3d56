//! Where the settings of the provider come from: the block, the environment, a credentials file.
//!
//! The block beats the environment, the environment beats the file, and `RAX_*` beats `RS_*`.
//! The names are those that other Rackspace tools read: pyrax and Ansible (`RAX_*`,
//! `~/.rackspace_cloud_credentials`), gophercloud and the `rack` command (`RS_*`).

use std::collections::BTreeMap;
use std::path::PathBuf;

use clouddb::{Credentials, Secret};
use configparser::ini::Ini;
use tfplug::value::Sensitive;
use tfplug::{Diagnostic, Result};
use url::Url;

/// The section of the credentials file that pyrax reads.
const SECTION: &str = "rackspace_cloud";

/// What one source says; everything is optional.
#[derive(Default)]
pub(crate) struct Source {
    pub(crate) username: Option<String>,
    pub(crate) api_key: Option<Sensitive<String>>,
    pub(crate) password: Option<Sensitive<String>>,
    pub(crate) token: Option<Sensitive<String>>,
    pub(crate) account_id: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) auth_url: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) credentials_file: Option<String>,
}

/// All sources, strongest first.
pub(crate) struct Sources(Vec<Source>);

/// Environment variables; a variable that is set to nothing counts as not set.
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    pub(crate) fn of_process() -> Self {
        Self::new(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))
    }

    pub(crate) fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(variables.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn secret(&self, name: &str) -> Option<Sensitive<String>> {
        self.get(name).map(Sensitive::new)
    }

    /// `RAX_*`: pyrax, Ansible's `rax_*` modules.
    fn rax(&self) -> Source {
        Source {
            username: self.get("RAX_USERNAME"),
            api_key: self.secret("RAX_API_KEY"),
            password: self.secret("RAX_PASSWORD"),
            token: self.secret("RAX_TOKEN"),
            account_id: self.get("RAX_ACCOUNT_ID"),
            region: self.get("RAX_REGION"),
            auth_url: self.get("RAX_AUTH_URL"),
            endpoint: self.get("RAX_DB_ENDPOINT"),
            credentials_file: self.get("RAX_CREDENTIALS_FILE"),
        }
    }

    /// `RS_*`: gophercloud, the `rack` command.
    fn rs(&self) -> Source {
        Source {
            username: self.get("RS_USERNAME"),
            api_key: self.secret("RS_API_KEY"),
            password: self.secret("RS_PASSWORD"),
            region: self.get("RS_REGION_NAME"),
            auth_url: self.get("RS_AUTH_URL"),
            ..Source::default()
        }
    }

    fn home(&self) -> Option<PathBuf> {
        self.get("HOME").or_else(|| self.get("USERPROFILE")).map(PathBuf::from)
    }
}

impl Sources {
    /// Gathers the sources; the credentials file is read if one is named or the usual one exists.
    pub(crate) fn read(block: Source, environment: &Environment) -> Result<Self> {
        let mut sources = vec![block, environment.rax(), environment.rs()];
        let named = sources.iter().find_map(|source| source.credentials_file.clone());
        let file = match named {
            Some(path) => Some(read_file(&expand(&path, environment))?),
            None => {
                match environment.home().map(|home| home.join(".rackspace_cloud_credentials")) {
                    Some(path) if path.exists() => Some(read_file(&path)?),
                    _ => None,
                }
            }
        };
        sources.extend(file);
        Ok(Self(sources))
    }

    /// The login of the strongest source that has a secret; the user name may come from another.
    pub(crate) fn credentials(&self) -> Result<Credentials> {
        for source in &self.0 {
            if let Some(token) = &source.token {
                let account_id = self.first(|source| &source.account_id).ok_or_else(no_account)?;
                return Ok(Credentials::Token { token: secret(token), account_id });
            }
            if let Some(api_key) = &source.api_key {
                let username = self.first(|source| &source.username).ok_or_else(no_username)?;
                return Ok(Credentials::ApiKey { username, api_key: secret(api_key) });
            }
            if let Some(password) = &source.password {
                let username = self.first(|source| &source.username).ok_or_else(no_username)?;
                return Ok(Credentials::Password { username, password: secret(password) });
            }
        }
        Err(no_credentials())
    }

    pub(crate) fn region(&self) -> Option<String> {
        self.first(|source| &source.region)
    }

    pub(crate) fn auth_url(&self) -> Result<Option<Url>> {
        self.first(|source| &source.auth_url)
            .map(|text| parse(&text, "auth_url", "RAX_AUTH_URL"))
            .transpose()
    }

    pub(crate) fn endpoint(&self) -> Result<Option<Url>> {
        self.first(|source| &source.endpoint)
            .map(|text| parse(&text, "endpoint", "RAX_DB_ENDPOINT"))
            .transpose()
    }

    fn first(&self, setting: impl Fn(&Source) -> &Option<String>) -> Option<String> {
        self.0.iter().find_map(|source| setting(source).clone())
    }
}

fn secret(value: &Sensitive<String>) -> Secret {
    Secret::from(value.expose().clone())
}

fn parse(text: &str, attribute: &str, variable: &str) -> Result<Url> {
    Url::parse(text).map_err(|error| {
        Diagnostic::error("Invalid address")
            .detail(format!(
                "\"{text}\" is not a URL: {error}. Correct `{attribute}` in the provider block or the environment variable {variable}."
            ))
            .attribute(attribute)
            .into()
    })
}

/// A leading `~/` is the home directory, as in a shell.
fn expand(path: &str, environment: &Environment) -> PathBuf {
    match (path.strip_prefix("~/"), environment.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

fn read_file(path: &std::path::Path) -> Result<Source> {
    let unreadable = |reason: String| -> tfplug::Diagnostics {
        Diagnostic::error("Unable to read the credentials file")
            .detail(format!(
                "{}: {reason}. Correct the file, or name another with `credentials_file` or RAX_CREDENTIALS_FILE.",
                path.display()
            ))
            .attribute("credentials_file")
            .into()
    };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    parse_file(&text).map_err(unreadable)
}

/// The section of a credentials file, or why there is none, in words that repeat nothing of the file:
/// any line may hold a secret.
fn parse_file(text: &str) -> std::result::Result<Source, String> {
    let mut ini = Ini::new_cs();
    // A secret may hold any character, so a comment needs a line of its own.
    ini.set_inline_comment_symbols(Some(&[]));
    // Some editors begin a file with a byte order mark.
    let sections = ini.read(text.trim_start_matches('\u{feff}').to_owned())?;
    if !sections.contains_key(SECTION) {
        return Err(format!("it has no section [{SECTION}]"));
    }
    let get = |key: &str| ini.get(SECTION, key).filter(|value| !value.is_empty());
    Ok(Source {
        username: get("username"),
        api_key: get("api_key").map(Sensitive::new),
        password: get("password").map(Sensitive::new),
        account_id: get("tenant_id"),
        region: get("region"),
        ..Source::default()
    })
}

fn no_credentials() -> tfplug::Diagnostics {
    Diagnostic::error("Missing Rackspace credentials")
        .detail(
            "The provider needs a user name and an API key. Set the environment variables RAX_USERNAME and RAX_API_KEY, \
             or `username` and `api_key` in the provider block, or write them into ~/.rackspace_cloud_credentials. \
             The API key is shown in the Rackspace control panel under My Profile & Settings.",
        )
        .into()
}

fn no_username() -> tfplug::Diagnostics {
    Diagnostic::error("Missing Rackspace user name")
        .detail("There is an API key or a password, but no user name. Set RAX_USERNAME, or `username` in the provider block.")
        .attribute("username")
        .into()
}

fn no_account() -> tfplug::Diagnostics {
    Diagnostic::error("Missing account number")
        .detail("A token was given without the account it belongs to. Set RAX_ACCOUNT_ID, or `account_id` in the provider block.")
        .attribute("account_id")
        .into()
}

#[cfg(test)]
mod tests;
