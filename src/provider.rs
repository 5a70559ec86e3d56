//! The `provider "rackspace"` block: its schema, and the way from there to a client.

use std::ops::RangeInclusive;
use std::time::Duration;

use clouddb::{Client, Settings, Timing};
use serde::Deserialize;
use tfplug::schema::{Schema, Validator, boolean, string};
use tfplug::value::{Attr, Sensitive};
use tfplug::{
    BoxedAction, BoxedDataSource, BoxedEphemeralResource, BoxedFunction, BoxedListResource,
    BoxedResource, ConfigureContext, Diagnostic, Diagnostics, Provider, Result,
};
use url::Url;

use crate::credentials::{Environment, Source, Sources};
use crate::{
    actions, data_sources, ephemeral_resources, failure, functions, list_resources, resources,
};

/// The Rackspace Cloud Databases provider.
pub struct Rackspace;

/// The attributes of the provider block, any of which may not be known yet.
#[derive(Deserialize)]
pub struct Config {
    username: Attr<String>,
    api_key: Attr<Sensitive<String>>,
    password: Attr<Sensitive<String>>,
    token: Attr<Sensitive<String>>,
    account_id: Attr<String>,
    region: Attr<String>,
    auth_url: Attr<String>,
    endpoint: Attr<String>,
    plain_http: Attr<bool>,
    credentials_file: Attr<String>,
}

impl Provider for Rackspace {
    type Client = Client;
    type Config = Config;
    const NAME: &'static str = "rackspace";
    const ADDRESS: &'static str = "registry.terraform.io/rackspace/rackspace";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn schema(&self) -> Schema {
        Schema::new(
            "Manages Rackspace Cloud Databases: MySQL instances, their databases, users, backups and settings.",
        )
        .attribute("username", string().optional().describe(
            "Rackspace user name. Environment: `RAX_USERNAME`, then `RS_USERNAME`.",
        ))
        .attribute("api_key", string().optional().sensitive().describe(
            "API key of the user. It works with multi-factor authentication switched on. Environment: `RAX_API_KEY`, then `RS_API_KEY`.",
        ))
        .attribute("password", string().optional().sensitive().describe(
            "Password of the user, instead of an API key. Environment: `RAX_PASSWORD`, then `RS_PASSWORD`.",
        ))
        .attribute("token", string().optional().sensitive().describe(
            "A ready authentication token, instead of an API key or a password. Needs `account_id`; it cannot be renewed when it expires. Environment: `RAX_TOKEN`.",
        ))
        .attribute("account_id", string().optional().describe(
            "Account (tenant) number. Only needed with `token`. Environment: `RAX_ACCOUNT_ID`.",
        ))
        .attribute("region", string().optional().describe(
            "Region in which new objects are made that name none, such as `DFW`, `ORD`, `IAD`, `LON`, `SYD` or `HKG`; those that exist stay where they are. Left out, the default region of the user. Environment: `RAX_REGION`, then `RS_REGION_NAME`.",
        ))
        .attribute("auth_url", string().optional().validator(url_rule()).describe(
            "Address of the Identity service. Default `https://identity.api.rackspacecloud.com/v2.0`. Environment: `RAX_AUTH_URL`, then `RS_AUTH_URL`.",
        ))
        .attribute("endpoint", string().optional().validator(url_rule()).describe(
            "Address of the Cloud Databases API, instead of the service catalog. It leads to one region, whose name is `region`. Environment: `RAX_DB_ENDPOINT`.",
        ))
        .attribute("plain_http", boolean().optional().describe(
            "Lets `auth_url` and `endpoint` be addresses with plain http on other machines, such as a simulator in another container. Credentials and tokens can then be read on the way. Default `false`. Environment: `RAX_PLAIN_HTTP`.",
        ))
        .attribute("credentials_file", string().optional().describe(
            "An INI file with a section `[rackspace_cloud]` that holds `username` and `api_key` (or `password`), as pyrax reads it. Default `~/.rackspace_cloud_credentials`, which is read if it exists and something is still missing. Environment: `RAX_CREDENTIALS_FILE`.",
        ))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        let given = |secret: &Attr<Sensitive<String>>| match secret {
            Attr::Known(secret) => !secret.expose().trim().is_empty(),
            Attr::Unknown | Attr::Null => false,
        };
        let secrets = [
            ("api_key", given(&config.api_key)),
            ("password", given(&config.password)),
            ("token", given(&config.token)),
        ];
        let given: Vec<&str> =
            secrets.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        if let [first, others @ ..] = given.as_slice() {
            for other in others {
                diagnostics.push(
                    Diagnostic::error("Two ways to log in")
                        .detail(format!(
                            "The provider block sets both `{first}` and `{other}`. Keep one of `api_key`, `password` and `token`."
                        ))
                        .attribute(*other),
                );
            }
        }
    }

    async fn configure(&self, cx: &ConfigureContext, config: Config) -> Result<Option<Client>> {
        let Ok(block) = config.known() else { return Ok(None) };
        let environment = Environment::of_process();
        let timing = timing(&environment)?;
        let sources = Sources::read(block, &environment)?;
        let mut settings = Settings {
            region: sources.region(),
            endpoint: sources.endpoint()?,
            plain_http: sources.plain_http()?,
            user_agent: user_agent(cx.terraform_version(), environment.get("TF_APPEND_USER_AGENT")),
            timing,
            ..Settings::new(sources.credentials()?)
        };
        if let Some(auth_url) = sources.auth_url()? {
            settings.auth_url = auth_url;
        }
        let client = Client::new(settings)
            .map_err(|error| failure::report("Unable to configure the provider", &error))?;
        Ok(Some(client))
    }

    fn resources(&self) -> Vec<BoxedResource<Client>> {
        resources::all()
    }

    fn data_sources(&self) -> Vec<BoxedDataSource<Client>> {
        data_sources::all()
    }

    fn ephemeral_resources(&self) -> Vec<BoxedEphemeralResource<Client>> {
        ephemeral_resources::all()
    }

    fn list_resources(&self) -> Vec<BoxedListResource<Client>> {
        list_resources::all()
    }

    fn actions(&self) -> Vec<BoxedAction<Client>> {
        actions::all()
    }

    fn functions(&self) -> Vec<BoxedFunction> {
        functions::all()
    }
}

/// A value of the block that Terraform does not know yet.
struct NotYetKnown;

impl Config {
    /// The block as a source of settings, once all of it is known.
    fn known(self) -> std::result::Result<Source, NotYetKnown> {
        fn given<T>(attr: Attr<T>) -> std::result::Result<Option<T>, NotYetKnown> {
            match attr {
                Attr::Unknown => Err(NotYetKnown),
                Attr::Null => Ok(None),
                Attr::Known(value) => Ok(Some(value)),
            }
        }
        Ok(Source {
            username: given(self.username)?,
            api_key: given(self.api_key)?,
            password: given(self.password)?,
            token: given(self.token)?,
            account_id: given(self.account_id)?,
            region: given(self.region)?,
            auth_url: given(self.auth_url)?,
            endpoint: given(self.endpoint)?,
            plain_http: given(self.plain_http)?.map(|it| it.to_string()),
            credentials_file: given(self.credentials_file)?,
        })
    }
}

fn url_rule() -> Validator {
    Validator::string("an http or https URL", |value| match Url::parse(value.trim()) {
        // An empty one counts as not given.
        _ if value.trim().is_empty() => Ok(()),
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
        _ => Err(format!("\"{value}\" is not an http or https URL.")),
    })
}

/// The usual timing, unless the environment says otherwise: `RAX_DB_POLL_INTERVAL` is an upper bound
/// between two polls, `RAX_DB_REQUEST_TIMEOUT` one on a request and its reply, and
/// `RAX_DB_LONGEST_OUTAGE` one on repeating a request while the API is out of order.
fn timing(environment: &Environment) -> Result<Timing> {
    let poll = duration(environment, "RAX_DB_POLL_INTERVAL")?;
    let mut timing = poll.map_or_else(Timing::default, Timing::every);
    if let Some(timeout) = duration(environment, "RAX_DB_REQUEST_TIMEOUT")? {
        timing.request_timeout = timeout;
    }
    if let Some(outage) = duration(environment, "RAX_DB_LONGEST_OUTAGE")? {
        timing.outage_timeout = outage;
    }
    Ok(timing)
}

/// The durations that a variable may have: without any pause a server would be overrun, and the sum of
/// longer ones could not be told in time.
const DURATIONS: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_hours(24);

fn duration(environment: &Environment, name: &str) -> Result<Option<Duration>> {
    let Some(text) = environment.get(name) else { return Ok(None) };
    match humantime::parse_duration(&text) {
        Ok(duration) if DURATIONS.contains(&duration) => Ok(Some(duration)),
        _ => Err(Diagnostic::error("Invalid duration")
            .detail(format!(
                "The environment variable {name} is \"{}\". Give a duration from 1ms to 24h, such as \"500ms\" or \"10s\", or unset it.",
                text.escape_debug()
            ))
            .into()),
    }
}

fn user_agent(terraform_version: &str, appended: Option<String>) -> String {
    let mut agent = format!(
        "Terraform/{} (+https://www.terraform.io) terraform-provider-rackspace/{}",
        terraform_version,
        Rackspace::VERSION,
    );
    if let Some(appended) = appended {
        // What cannot stand in a header would keep every request from being sent.
        let words = appended.split(|it: char| it.is_control() || it.is_whitespace());
        for word in words.filter(|word| !word.is_empty()) {
            agent.push(' ');
            agent.push_str(word);
        }
    }
    agent
}

#[cfg(test)]
mod tests {
    use tfplug::STOP_PATIENCE;
    use tfplug::testing::assert_plan_view;

    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Environment::new(variables.iter().map(owned))
    }

    #[test]
    fn the_environment_sets_the_timing() {
        let set = [
            ("RAX_DB_POLL_INTERVAL", "2ms"),
            ("RAX_DB_REQUEST_TIMEOUT", "3s"),
            ("RAX_DB_LONGEST_OUTAGE", "4s"),
        ];

        let timing = timing(&environment(&set)).unwrap();

        let millis = [timing.max_poll_interval, timing.request_timeout, timing.outage_timeout]
            .map(|duration| duration.as_millis());
        assert_eq!(millis, [2, 3000, 4000]);
    }

    #[test]
    fn without_an_environment_the_timing_is_the_usual_one() {
        assert_eq!(timing(&environment(&[])).unwrap(), Timing::default());
    }

    /// A write that is stopped waits for its reply and then looks at what it has done. Were that
    /// longer than the call may last, what it found would reach nobody; were the call to last much
    /// longer, whoever pressed Ctrl-C would wait for nothing.
    #[test]
    fn what_a_stopped_write_still_does_fits_into_what_its_call_is_given() {
        let for_the_words = Duration::from_millis(50);
        let for_nothing = Duration::from_millis(200);

        for timing in [Timing::default(), Timing::every(Duration::from_mins(1))] {
            let needed = timing.grace + timing.last_look;
            assert!(needed + for_the_words <= STOP_PATIENCE, "{needed:?} of {STOP_PATIENCE:?}");
            assert!(STOP_PATIENCE <= needed + for_nothing, "{needed:?} of {STOP_PATIENCE:?}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_with_the_name_of_its_variable() {
        let refusal = timing(&environment(&[("RAX_DB_REQUEST_TIMEOUT", "soon")])).unwrap_err();

        assert!(refusal.to_string().contains("RAX_DB_REQUEST_TIMEOUT"), "{refusal}");
    }

    #[test]
    fn a_duration_out_of_bounds_is_refused_with_the_name_of_its_variable() {
        for name in ["RAX_DB_POLL_INTERVAL", "RAX_DB_REQUEST_TIMEOUT", "RAX_DB_LONGEST_OUTAGE"] {
            for text in ["500000000000y", "25h", "0s", "-1s", "a\nb"] {
                let refusal = timing(&environment(&[(name, text)])).unwrap_err().to_string();

                assert!(refusal.contains(name) && refusal.contains("1ms to 24h"), "{refusal}");
                assert!(!refusal.contains("a\nb"), "{refusal}");
            }
            for text in ["1ms", "24h"] {
                assert!(timing(&environment(&[(name, text)])).is_ok(), "{name}={text}");
            }
        }
    }

    #[test]
    fn what_is_appended_to_the_user_agent_can_stand_in_a_header() {
        let agent = |appended: &str| user_agent("1.11.4", Some(appended.to_owned()));

        assert!(agent("a\nb: c\r\n").ends_with(" a b: c"));
        assert!(agent("\u{7f}pipeline/7\0").ends_with(" pipeline/7"));
        assert!(agent("\n").ends_with(Rackspace::VERSION));
    }

    #[test]
    fn the_block_and_its_schema_agree() {
        assert_plan_view::<Config>(&Rackspace.schema());
        assert_eq!(Rackspace.schema().check(), Ok(()));
    }
}
