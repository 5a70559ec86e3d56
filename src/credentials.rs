//! Where the settings of the provider come from: the block, the environment, a credentials file.
//!
//! The block beats the environment, the environment beats the file, and `RAX_*` beats `RS_*`.
//! The names are those that other Rackspace tools read: pyrax and Ansible (`RAX_*`,
//! `~/.rackspace_cloud_credentials`), gophercloud and the `rack` command (`RS_*`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clouddb::{Credentials, Secret};
use configparser::ini::Ini;
use tfplug::value::Sensitive;
use tfplug::{Diagnostic, Result};
use url::Url;

/// The section of the credentials file that pyrax reads.
const SECTION: &str = "rackspace_cloud";

/// The largest credentials file that is read, in bytes.
const LONGEST_FILE: u64 = 1024 * 1024;

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
    pub(crate) plain_http: Option<String>,
    pub(crate) credentials_file: Option<String>,
}

/// All sources, strongest first.
pub(crate) struct Sources(Vec<Source>);

/// Environment variables. White space around a value counts for nothing, and a variable that is set to
/// nothing as not set.
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
        self.0.get(name).map(|value| value.trim().to_owned())
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
            plain_http: self.get("RAX_PLAIN_HTTP"),
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
        self.0.get("HOME").or_else(|| self.0.get("USERPROFILE")).map(PathBuf::from)
    }
}

impl Source {
    /// The same without white space around its settings and without empty ones. What has a control
    /// character inside is refused with the place where the setting stands.
    fn tidy(self, place: impl Fn(&str) -> String) -> Result<Self> {
        let text = |name: &str, value: Option<String>| -> Result<Option<String>> {
            let value = value.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
            match value {
                Some(value) if value.contains(char::is_control) => {
                    Err(control_character(name, &place(name)))
                }
                value => Ok(value),
            }
        };
        let secret = |name: &str, value: Option<Sensitive<String>>| {
            let value = text(name, value.map(|it| it.expose().clone()))?;
            Ok::<_, tfplug::Diagnostics>(value.map(Sensitive::new))
        };
        Ok(Self {
            username: text("username", self.username)?,
            api_key: secret("api_key", self.api_key)?,
            password: secret("password", self.password)?,
            token: secret("token", self.token)?,
            account_id: text("account_id", self.account_id)?,
            region: text("region", self.region)?,
            auth_url: text("auth_url", self.auth_url)?,
            endpoint: text("endpoint", self.endpoint)?,
            plain_http: text("plain_http", self.plain_http)?,
            credentials_file: text("credentials_file", self.credentials_file)?,
        })
    }
}

impl Sources {
    /// Gathers the sources. A credentials file that is named is read; the usual one only when the others
    /// leave something open.
    pub(crate) fn read(block: Source, environment: &Environment) -> Result<Self> {
        let variable = |prefix: &str, name: &str| {
            let name = match (prefix, name) {
                ("RAX", "endpoint") => "DB_ENDPOINT".to_owned(),
                ("RS", "region") => "REGION_NAME".to_owned(),
                _ => name.to_ascii_uppercase(),
            };
            format!("the environment variable {prefix}_{name}")
        };
        let mut sources = Self(vec![
            block.tidy(|name| format!("`{name}` in the provider block"))?,
            environment.rax().tidy(|name| variable("RAX", name))?,
            environment.rs().tidy(|name| variable("RS", name))?,
        ]);
        if let Some(path) = sources.first(|source| &source.credentials_file) {
            let path = expand(&path, environment);
            let section = read_file(&path)?;
            sources.0.push(section.ok_or_else(|| unreadable(&path, &no_section()))?);
        } else if let Some(path) = usual_file(environment)
            && !sources.leave_nothing_open()
        {
            match read_file(&path)? {
                Some(section) => sources.0.push(section),
                // The file belongs to another tool, and has no region either.
                None if sources.credentials().is_ok() => {}
                None => return Err(unreadable(&path, &no_section())),
            }
        }
        Ok(sources)
    }

    /// Whether there is nothing that a credentials file could add.
    fn leave_nothing_open(&self) -> bool {
        let place = self.first(|source| &source.region).or(self.first(|source| &source.endpoint));
        place.is_some() && self.credentials().is_ok()
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

    /// Whether plain http may lead to another machine.
    pub(crate) fn plain_http(&self) -> Result<bool> {
        let Some(text) = self.first(|source| &source.plain_http) else { return Ok(false) };
        text.parse().map_err(|_| {
            Diagnostic::error("Neither true nor false")
                .detail(format!(
                    "The environment variable RAX_PLAIN_HTTP is \"{}\". Set it to true or false, or unset it.",
                    text.escape_debug()
                ))
                .attribute("plain_http")
                .into()
        })
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

/// The credentials file of pyrax, if there is one. One that is not to be seen is not there.
fn usual_file(environment: &Environment) -> Option<PathBuf> {
    let path = environment.home()?.join(".rackspace_cloud_credentials");
    path.symlink_metadata().is_ok().then_some(path)
}

/// A leading `~/` is the home directory, as in a shell.
fn expand(path: &str, environment: &Environment) -> PathBuf {
    match (path.strip_prefix("~/"), environment.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// The section of a credentials file, if it has one.
fn read_file(path: &Path) -> Result<Option<Source>> {
    let reason = match std::fs::metadata(path) {
        Ok(it) if it.is_dir() => Some("it is a directory"),
        Ok(it) if it.len() > LONGEST_FILE => Some("it is too large for a credentials file"),
        _ => None,
    };
    if let Some(reason) = reason {
        return Err(unreadable(path, reason));
    }
    let text =
        std::fs::read_to_string(path).map_err(|error| unreadable(path, &error.to_string()))?;
    let section = parse_file(&text).map_err(|reason| unreadable(path, &reason))?;
    section
        .map(|it| it.tidy(|name| format!("`{}` in {}", file_key(name), path.display())))
        .transpose()
}

/// What the file calls a setting.
fn file_key(name: &str) -> &str {
    if name == "account_id" { "tenant_id" } else { name }
}

/// The section of a credentials file, or why it is no such file, in words that repeat nothing of it: any
/// line may hold a secret.
fn parse_file(text: &str) -> std::result::Result<Option<Source>, String> {
    let mut ini = Ini::new_cs();
    // A secret may hold any character, so a comment needs a line of its own.
    ini.set_inline_comment_symbols(Some(&[]));
    // Some editors begin a file with a byte order mark.
    let sections = ini.read(text.trim_start_matches('\u{feff}').to_owned())?;
    if !sections.contains_key(SECTION) {
        return Ok(None);
    }
    let get = |key: &str| ini.get(SECTION, key);
    Ok(Some(Source {
        username: get("username"),
        api_key: get("api_key").map(Sensitive::new),
        password: get("password").map(Sensitive::new),
        account_id: get("tenant_id"),
        region: get("region"),
        ..Source::default()
    }))
}

fn no_section() -> String {
    format!("it has no section [{SECTION}]")
}

fn unreadable(path: &Path, reason: &str) -> tfplug::Diagnostics {
    Diagnostic::error("Unable to read the credentials file")
        .detail(format!(
            "{}: {reason}. Correct the file, or name another with `credentials_file` or RAX_CREDENTIALS_FILE.",
            path.display()
        ))
        .attribute("credentials_file")
        .into()
}

fn control_character(name: &str, place: &str) -> tfplug::Diagnostics {
    Diagnostic::error("Invalid provider setting")
        .detail(format!(
            "The value of {place} has a line break or another control character inside, which no such setting has. Nothing was sent. Write it on one line."
        ))
        .attribute(name)
        .into()
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
