//! `ConfigureProvider`: from the `provider` block to a client.

use std::sync::Arc;

use super::call::interruptible;
use super::model::from_config;
use super::registry::{Connection, Engine};
use crate::context::{ConfigureContext, lock};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// Makes the client for all later calls, which are those of a new run.
    pub(crate) async fn configure(&self, config: &Value, terraform_version: &str) -> Diagnostics {
        self.begin();
        let cx = ConfigureContext::new(terraform_version.to_owned(), self.token());
        let call = async {
            let config = from_config(config, &self.schema.schema)?;
            self.provider.configure(&cx, config).await
        };
        match interruptible("configuring the provider", cx.stop(), call).await {
            Ok(client) => {
                *lock(&self.connection) = match client {
                    Some(client) => Connection::Ready(Arc::new(client)),
                    None => Connection::Unknown,
                };
                Diagnostics::new()
            }
            Err(diagnostics) => self.schema.addressed(diagnostics),
        }
    }

    /// The client, for a call that cannot do without.
    pub(super) fn client(&self) -> Result<Arc<P::Client>> {
        match &*lock(&self.connection) {
            Connection::Ready(client) => Ok(Arc::clone(client)),
            Connection::Unknown => {
                Err(Diagnostic::error("Provider configuration is not known yet")
                    .detail(
                        "The provider configuration depends on values that are not known yet, so \
                     existing objects cannot be reached. First apply what it depends on, for \
                     example with -target, then plan again.",
                    )
                    .into())
            }
            Connection::Unconfigured => Err(Diagnostic::error("Provider is not configured")
                .detail(
                    "The configuration of the provider has not succeeded. Correct the errors that \
                     were reported for the provider block.",
                )
                .into()),
        }
    }

    /// The client, for planning.
    pub(super) fn client_if_known(&self) -> Option<Arc<P::Client>> {
        match &*lock(&self.connection) {
            Connection::Ready(client) => Some(Arc::clone(client)),
            Connection::Unknown | Connection::Unconfigured => None,
        }
    }
}
