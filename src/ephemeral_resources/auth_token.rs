//! The token of the provider's login, for scripts that call the API by themselves.
//!
//! [Identity](https://github.com/rackerlabs/docs-cloud-identity/blob/master/api-docs/api-reference/token-operations.rst)
//! extends no token, so there is no renewal; and all programs of a user share one until its last hour,
//! so it is not revoked at the end.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, string};
use tfplug::value::Sensitive;
use tfplug::{Context, EphemeralResource, Result};

use crate::{failure, place};

/// The ephemeral resource `rackspace_auth_token`.
pub(crate) struct AuthToken;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    token: Option<Sensitive<String>>,
    expires_at: Option<String>,
    account_id: Option<String>,
    endpoint: Option<String>,
}

/// Nothing has to be checked before the region is looked up.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl EphemeralResource for AuthToken {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_auth_token";

    fn schema(&self) -> Schema {
        Schema::new(
            "Gives the authentication token of the provider's login, and where it is good: for scripts, for other providers, and for a provider block without a key. It is in no state and in no plan. Needs Terraform 1.10 or OpenTofu 1.11.\n\n\
             Each plan and each apply asks for it anew, and gets the token with which the provider itself calls the API: no login is made for it beyond that one. A token that is about to end is replaced before it is handed out; it cannot be extended later, so a script that runs for hours has to log in by itself. The token stays good after the run, until `expires_at`.\n\n\
             With the argument `token` in the provider block, or `RAX_TOKEN`, this gives that token. If the address of the API is set too (`endpoint`, `RAX_DB_ENDPOINT`), nobody is asked about it: whether it is good shows at its first use, and `expires_at` is null.",
        )
        .attribute("region", place::argument("Region that `endpoint` leads to, such as `DFW`, in any case. Left out, that of the provider. The token is good in all of them."))
        .attribute(
            "token",
            string().computed().sensitive().describe("The token, for the header `X-Auth-Token`."),
        )
        .attribute(
            "expires_at",
            string().computed().describe(
                "When the token ends, such as `2026-05-04T12:00:00Z` (RFC 3339, in UTC); null if that is not known.",
            ),
        )
        .attribute(
            "account_id",
            string().computed().describe("Number of the account (tenant) that the token is good for."),
        )
        .attribute(
            "endpoint",
            string().computed().describe(
                "Address of Cloud Databases in `region`, such as `https://dfw.databases.api.rackspacecloud.com/v1.0/123456`. What is appended begins with a slash: `/instances`.",
            ),
        )
    }

    async fn open(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to get an authentication token";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let login = api.login().await.map_err(|error| failure::report(doing, &error))?;
        Ok(Model {
            region,
            token: Some(Sensitive::new(login.expose_token().to_owned())),
            expires_at: login.expires_at,
            account_id: login.account,
            endpoint: Some(login.base_url),
        })
    }
}
