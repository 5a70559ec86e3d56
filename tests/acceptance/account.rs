//! The provider in this process, in an account with all that the catalogue refers to.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};
use terraform_provider_rackspace::Rackspace;
use testkit::catalogue;
use testkit::catalogue::arguments::Arguments;
use testkit::catalogue::names::Names;
use tfplug::testing::Harness;

/// The label of every block here.
pub(crate) const LABEL: &str = "it";

/// A provider that is logged in.
pub(crate) struct Account {
    pub(crate) cloud: Simulator,
    pub(crate) names: Names,
    pub(crate) harness: Harness<Rackspace>,
}

impl Account {
    pub(crate) async fn new() -> Self {
        let cloud = Simulator::start(catalogue::options()).unwrap();
        let mut names = catalogue::seed(&cloud);
        names.add("LABEL", LABEL);
        let account = Self { cloud, names, harness: Harness::new(Rackspace) };
        account.begin().await;
        account
    }

    /// A run begins.
    pub(crate) async fn begin(&self) {
        let provider = json!({
            "username": "demo", "api_key": catalogue::login("api_key"), "region": "DFW",
            "auth_url": self.cloud.auth_url(),
        });
        assert!(!self.harness.configure(provider).await.has_errors());
    }

    /// A configuration with these arguments.
    pub(crate) fn config(&self, given: &Arguments) -> Json {
        self.names.fill_json(&given.json())
    }
}
