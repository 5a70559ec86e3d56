//! Rules of the provider block and of the environment.

use super::rule::{Frame, Rule, Setup};

/// The block of the provider; the test adds a data source, because Terraform skips an idle one.
const PROVIDER: Frame = Frame { kind: "provider", name: "rackspace", valid: &[] };

const NO_LOGIN: Setup = Setup::In(&[("RAX_USERNAME", ""), ("RAX_API_KEY", "")]);

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = own_values();
    rules.extend(logins());
    rules.extend(surroundings());
    rules
}

fn own_values() -> Vec<Rule> {
    vec![
        PROVIDER
            .rule("auth_url", "a URL", &[("auth_url", "\"identity.example.com\"")])
            .with(Setup::Alone)
            .says(
                "Invalid value for \"auth_url\"",
                "\"auth_url\" must be an http or https URL, but the value is \"identity.example.com\". \"identity.example.com\" is not an http or https URL.",
            ),
        PROVIDER
            .rule("endpoint", "a URL", &[("endpoint", "\"ftp://db.example.com\"")])
            .with(Setup::Alone)
            .says(
                "Invalid value for \"endpoint\"",
                "\"endpoint\" must be an http or https URL, but the value is \"ftp://db.example.com\". \"ftp://db.example.com\" is not an http or https URL.",
            ),
        PROVIDER
            .rule(
                "password",
                "one of `api_key`, `password` and `token`",
                &[("api_key", "\"a\""), ("password", "\"b\"")],
            )
            .with(Setup::Alone)
            .says(
                "Two ways to log in",
                "The provider block sets both `api_key` and `password`. Keep one of `api_key`, `password` and `token`.",
            ),
    ]
}

fn logins() -> Vec<Rule> {
    vec![
        PROVIDER
            .rule("api_key", "some way to log in", &[])
            .at_plan()
            .with(NO_LOGIN)
            .at_the_block()
            .says(
                "Missing Rackspace credentials",
                "The provider needs a user name and an API key. Set the environment variables RAX_USERNAME and RAX_API_KEY, or `username` and `api_key` in the provider block, or write them into ~/.rackspace_cloud_credentials. The API key is shown in the Rackspace control panel under My Profile & Settings.",
            ),
        PROVIDER
            .rule("username", "given with an API key or a password", &[("api_key", "\"a\"")])
            .at_plan()
            .with(NO_LOGIN)
            .at_the_block()
            .says(
                "Missing Rackspace user name",
                "There is an API key or a password, but no user name. Set RAX_USERNAME, or `username` in the provider block.",
            ),
        PROVIDER
            .rule("account_id", "given with a token", &[("token", "\"t\"")])
            .at_plan()
            .with(NO_LOGIN)
            .at_the_block()
            .says(
                "Missing account number",
                "A token was given without the account it belongs to. Set RAX_ACCOUNT_ID, or `account_id` in the provider block.",
            ),
    ]
}

/// What is outside the configuration: a file and the environment.
fn surroundings() -> Vec<Rule> {
    vec![
        PROVIDER
            .rule(
                "credentials_file",
                "a file that can be read",
                &[("credentials_file", "\"no-such-file\"")],
            )
            .at_plan()
            .with(Setup::Alone)
            .says(
                "Unable to read the credentials file",
                "no-such-file: No such file or directory (os error 2). Correct the file, or name another with `credentials_file` or RAX_CREDENTIALS_FILE.",
            ),
        PROVIDER
            .rule(
                "credentials_file",
                "a section `[rackspace_cloud]`",
                &[("credentials_file", "\"main.tf\"")],
            )
            .at_plan()
            .with(Setup::Alone)
            .says(
                "Unable to read the credentials file",
                "main.tf: it has no section [rackspace_cloud]. Correct the file, or name another with `credentials_file` or RAX_CREDENTIALS_FILE.",
            ),
        PROVIDER
            .rule("auth_url", "a URL in the environment too", &[])
            .at_plan()
            .with(Setup::In(&[("RAX_AUTH_URL", "nowhere")]))
            .at_the_block()
            .says(
                "Invalid address",
                "\"nowhere\" is not a URL: relative URL without a base. Correct `auth_url` in the provider block or the environment variable RAX_AUTH_URL.",
            ),
        PROVIDER
            .rule("endpoint", "a URL in the environment too", &[])
            .at_plan()
            .with(Setup::In(&[("RAX_DB_ENDPOINT", "nowhere")]))
            .at_the_block()
            .says(
                "Invalid address",
                "\"nowhere\" is not a URL: relative URL without a base. Correct `endpoint` in the provider block or the environment variable RAX_DB_ENDPOINT.",
            ),
        PROVIDER
            .rule("RAX_DB_POLL_INTERVAL", "a duration", &[])
            .at_plan()
            .with(Setup::In(&[("RAX_DB_POLL_INTERVAL", "soon")]))
            .at_the_block()
            .says(
                "Invalid duration",
                "The environment variable RAX_DB_POLL_INTERVAL is \"soon\". Give a duration such as \"500ms\" or \"10s\", or unset it.",
            ),
    ]
}
