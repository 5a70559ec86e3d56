//! The provider binary that Terraform starts.

use std::process::ExitCode;

use terraform_provider_rackspace::Rackspace;

/// One worker: the calls wait for the network and compute little, so that a second one would only be
/// woken in vain, at a sixth of the whole processor time of a plan. The main thread stays free beside
/// it, for signals.
#[tokio::main(worker_threads = 1)]
async fn main() -> ExitCode {
    tfplug::serve(Rackspace).await
}
