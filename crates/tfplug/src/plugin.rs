//! A provider as a process: what `main` calls.

use std::process::ExitCode;

use crate::provider::Provider;
use crate::serve::{Options, run};
use crate::wire::Service;

/// Serves a provider until Terraform asks the process to end: the whole `main` of a provider.
///
/// It needs a Tokio runtime whose workers are threads of their own; one worker is enough for a
/// provider whose calls only wait for the network. What the process may print and how it is debugged
/// is told by [`run`].
pub async fn serve<P: Provider>(provider: P) -> ExitCode {
    let options =
        Options { provider_address: P::ADDRESS.to_owned(), version: P::VERSION.to_owned() };
    run(Service::new(provider), options).await
}
