//! The smallest program that can be served, for the tests of what surrounds a provider.

use std::process::ExitCode;

use tfplug::client::tfplugin6::provider_server::Provider;
use tfplug::client::tfplugin6::{get_metadata, read_data_source, validate_provider_config};
use tfplug::serve::{self, Options};
use tonic::{Request, Response, Status};

struct Bare;

#[tonic::async_trait]
impl Provider for Bare {
    /// Writes a line at each level.
    async fn get_metadata(
        &self,
        _: Request<get_metadata::Request>,
    ) -> Result<Response<get_metadata::Response>, Status> {
        tracing::trace!("A trace");
        tracing::debug!("Some debugging");
        tracing::info!(target: "bare::metadata", resources = 0, "Metadata asked for");
        Ok(Response::new(get_metadata::Response::default()))
    }

    /// Answers with what it was asked.
    async fn read_data_source(
        &self,
        request: Request<read_data_source::Request>,
    ) -> Result<Response<read_data_source::Response>, Status> {
        let state = request.into_inner().config;
        Ok(Response::new(read_data_source::Response { state, ..Default::default() }))
    }

    #[expect(clippy::panic, reason = "to see what becomes of a panic")]
    async fn validate_provider_config(
        &self,
        _: Request<validate_provider_config::Request>,
    ) -> Result<Response<validate_provider_config::Response>, Status> {
        panic!("no configuration is good enough");
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let provider_address = "registry.terraform.io/example/bare".to_owned();
    serve::run(Bare, Options { provider_address, version: "0.1.0".to_owned() }).await
}
