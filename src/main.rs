//! The provider binary that Terraform starts.

use std::process::ExitCode;

use terraform_provider_rackspace::Rackspace;

#[tokio::main]
async fn main() -> ExitCode {
    tfplug::serve(Rackspace).await
}
