//! The block of the provider, and the environment that it reads.

use super::attribute::{Attribute, optional, sensitive, value};
use super::entry::Entry;
use super::refusal::Refusal;

/// Full of characters that look different wherever they are escaped or encoded.
const API_KEY: &str = "K7 \"api\\key\"+%<&>/0123456789";
const PASSWORD: &str = "L8 'log in'\\+%<&>/0123456789";

/// An environment that says nothing of a login.
const NO_LOGIN: [(&str, &str); 2] = [("RAX_USERNAME", ""), ("RAX_API_KEY", "")];

pub(super) fn entries() -> Vec<Entry> {
    vec![
        Entry::provider("rackspace", file!())
            .attributes([
                optional("username", "demo").refuses(
                    Refusal::at_plan("given with an API key or a password")
                        .given("api_key", "a")
                        .in_environment(NO_LOGIN)
                        .on_block()
                        .says(
                            "Missing Rackspace user name",
                            "There is an API key or a password, but no user name. Set RAX_USERNAME, or `username` in the provider block.",
                        ),
                ),
                sensitive("api_key", API_KEY).refuses(no_login()),
                sensitive("password", PASSWORD).refuses(two_logins()),
                sensitive("token", value("READY_TOKEN").beside("account_id", "123456")),
                optional("account_id", value("123456").beside("token", "READY_TOKEN")).refuses(
                    Refusal::at_plan("given with a token")
                        .given("token", "t")
                        .in_environment(NO_LOGIN)
                        .on_block()
                        .says(
                            "Missing account number",
                            "A token was given without the account it belongs to. Set RAX_ACCOUNT_ID, or `account_id` in the provider block.",
                        ),
                ),
                optional("region", "DFW"),
            ])
            .attributes([
                address("auth_url", "URL_OF_IDENTITY", "identity.example.com", "RAX_AUTH_URL"),
                address("endpoint", "URL_OF_API", "ftp://db.example.com", "RAX_DB_ENDPOINT"),
                optional("plain_http", true).refuses(neither_true_nor_false()),
                optional("credentials_file", "login.ini")
                    .refuses(no_file("a file that can be read", "no-such-file", "No such file or directory (os error 2)"))
                    .refuses(no_file("a section `[rackspace_cloud]`", "main.tf", "it has no section [rackspace_cloud]")),
            ])
            .refuses(no_duration("RAX_DB_POLL_INTERVAL", "a duration", "soon"))
            .refuses(no_duration("RAX_DB_REQUEST_TIMEOUT", "from 1 ms to 24 h", "500000000000y"))
            .refuses(control_character())
            .seeds(|cloud, names| {
                names.add("URL_OF_IDENTITY", cloud.auth_url());
                names.add("URL_OF_API", cloud.endpoint("DFW"));
            }),
    ]
}

fn no_login() -> Refusal {
    Refusal::at_plan("some way to log in").in_environment(NO_LOGIN).on_block().says(
        "Missing Rackspace credentials",
        "The provider needs a user name and an API key. Set the environment variables RAX_USERNAME and RAX_API_KEY, or `username` and `api_key` in the provider block, or write them into ~/.rackspace_cloud_credentials. The API key is shown in the Rackspace control panel under My Profile & Settings.",
    )
}

fn neither_true_nor_false() -> Refusal {
    Refusal::at_plan("true or false in the environment too")
        .in_environment([("RAX_PLAIN_HTTP", "perhaps")])
        .on_block()
        .says(
            "Neither true nor false",
            "The environment variable RAX_PLAIN_HTTP is \"perhaps\". Set it to true or false, or unset it.",
        )
}

fn two_logins() -> Refusal {
    Refusal::at_validate("one of `api_key`, `password` and `token`")
        .given("api_key", "a")
        .given("password", "b")
        .alone()
        .says(
            "Two ways to log in",
            "The provider block sets both `api_key` and `password`. Keep one of `api_key`, `password` and `token`.",
        )
}

fn no_duration(variable: &'static str, rule: &'static str, value: &'static str) -> Refusal {
    let refusal = Refusal::at_plan(rule).in_environment([(variable, value)]).on_block();
    Refusal { about: variable.into(), ..refusal }.says(
        "Invalid duration",
        format!("The environment variable {variable} is \"{value}\". Give a duration from 1ms to 24h, such as \"500ms\" or \"10s\", or unset it."),
    )
}

fn control_character() -> Refusal {
    let rule = "no control character inside, as with every setting";
    let refusal = Refusal::at_plan(rule).in_environment([("RAX_REGION", "D\tFW")]).on_block();
    Refusal { about: "RAX_REGION".into(), ..refusal }.says(
        "Invalid provider setting",
        "The value of the environment variable RAX_REGION has a line break or another control character inside, which no such setting has. Nothing was sent. Write it on one line.",
    )
}

/// An address, which a variable of the environment can give too.
fn address(name: &'static str, good: &str, bad: &'static str, variable: &'static str) -> Attribute {
    let reason = format!("\"{bad}\" is not an http or https URL.");
    let mut it = optional(name, good).validator("an http or https URL", [("a URL", bad, &reason)]);
    it.refusals = it.refusals.into_iter().map(Refusal::alone).collect();
    it.refuses(
        Refusal::at_plan("a URL in the environment too")
            .in_environment([(variable, "nowhere")])
            .on_block()
            .says(
                "Invalid address",
                format!("\"nowhere\" is not a URL: relative URL without a base. Correct `{name}` in the provider block or the environment variable {variable}."),
            ),
    )
}

fn no_file(rule: &'static str, name: &'static str, reason: &str) -> Refusal {
    Refusal::at_plan(rule).given("credentials_file", name).alone().says(
        "Unable to read the credentials file",
        format!("{name}: {reason}. Correct the file, or name another with `credentials_file` or RAX_CREDENTIALS_FILE."),
    )
}
