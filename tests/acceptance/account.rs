//! The provider in this process, in an account with all that the catalogue refers to.

use std::time::Duration;

use clouddb_sim::{Options, Simulator};
use serde_json::{Value as Json, json};
use terraform_provider_rackspace::Rackspace;
use testkit::catalogue;
use testkit::catalogue::arguments::Arguments;
use testkit::catalogue::attribute::Shown;
use testkit::catalogue::entry::Entry;
use testkit::catalogue::names::Names;
use tfplug::testing::{Action, Harness, Object, Plan};

/// The label of every block here.
const LABEL: &str = "it";

/// The required values, and beside them what an import cannot know and is not null.
pub(crate) fn settled(entry: &Entry) -> Arguments {
    let unknown = entry.attributes.iter().filter(|it| it.is_given() && !it.is_imported);
    unknown.fold(entry.required(), |given, it| match &it.shown {
        Shown::Value(value) => given.with(&it.name, value.clone()),
        Shown::Some | Shown::Nothing => given,
    })
}

/// A provider that is logged in.
pub(crate) struct Account {
    pub(crate) cloud: Simulator,
    pub(crate) names: Names,
    pub(crate) harness: Harness<Rackspace>,
}

impl Account {
    pub(crate) async fn new() -> Self {
        Self::with(catalogue::options()).await
    }

    /// The same at a service that is set up in some special way.
    pub(crate) async fn with(options: Options) -> Self {
        let cloud = Simulator::start(options).unwrap();
        let mut names = catalogue::seed(&cloud);
        names.add("LABEL", LABEL);
        let account = Self { cloud, names, harness: Harness::new(Rackspace) };
        account.begin().await;
        account
    }

    /// The same with an instance that has the databases `shop` and `stock`, and its ID.
    pub(crate) async fn with_instance() -> (Self, String) {
        let account = Self::new().await;
        let id = account.cloud.add_instance("host", "2", 10);
        account.cloud.add_database(&id, "shop");
        account.cloud.add_database(&id, "stock");
        (account, id)
    }

    /// Waits until such a call has come.
    pub(crate) async fn sees(&self, method: &str, path: &str) {
        for _ in 0..2000 {
            if self.cloud.count(method, path) > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("no {method} {path}");
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

    /// What a configuration makes of an object or of nothing, which must go well.
    pub(crate) async fn applied(
        &self,
        kind: &str,
        object: Option<&Object>,
        config: &Json,
    ) -> Object {
        self.begin().await;
        let applied = self.harness.apply(kind, object, config).await;
        assert!(!applied.diagnostics.has_errors(), "{}", applied.diagnostics);
        applied.object.unwrap()
    }

    /// The ID of the object of the resource that somebody has made.
    pub(crate) fn made_by_hand(&self, entry: &Entry) -> String {
        (entry.object.unwrap().create)(&self.cloud, &self.names, LABEL)
    }

    /// That object as Terraform has imported and adopted it.
    pub(crate) async fn adopted(&self, entry: &Entry, id: &str) -> Object {
        let found = self.harness.import(entry.name, id).await;
        assert!(!found.diagnostics.has_errors(), "{}", found.diagnostics);
        let config = self.config(&settled(entry));
        let applied = self.harness.apply(entry.name, found.object.as_ref(), config).await;
        assert!(!applied.diagnostics.has_errors(), "{}", applied.diagnostics);
        applied.object.unwrap()
    }

    /// The object as a run of its own reads it; the plan that comes next belongs to the same run.
    pub(crate) async fn read(&self, kind: &str, object: &Object) -> Object {
        self.begin().await;
        let read = self.harness.read(kind, object).await;
        assert!(!read.diagnostics.has_errors(), "{}", read.diagnostics);
        read.object.unwrap()
    }

    /// A plan for an object or for nothing, with what it says.
    pub(crate) async fn planned(
        &self,
        kind: &str,
        object: Option<&Object>,
        config: &Json,
    ) -> (Plan, String) {
        let plan = self.harness.plan(kind, object, config).await;
        let said = plan.diagnostics.to_string();
        (plan, said)
    }

    /// What a plan refuses, with the path of the argument: the only error.
    pub(crate) async fn refused(
        &self,
        kind: &str,
        object: Option<&Object>,
        config: &Json,
    ) -> String {
        self.begin().await;
        let (_, said) = self.planned(kind, object, config).await;
        assert_eq!(said.matches("Error: ").count(), 1, "{said}");
        said
    }

    /// What a plan says that changes nothing.
    pub(crate) async fn changes_nothing(
        &self,
        kind: &str,
        object: &Object,
        config: &Json,
    ) -> String {
        let (plan, said) = self.planned(kind, Some(object), config).await;
        assert_eq!(plan.action, Action::NoOp, "{said}");
        assert!(!plan.diagnostics.has_errors(), "{said}");
        said
    }

    /// What a plan of something new says in the run that has begun, in which it goes well.
    pub(crate) async fn accepted(&self, kind: &str, config: &Json) -> String {
        let (plan, said) = self.planned(kind, None, config).await;
        assert!(!plan.diagnostics.has_errors(), "{said}");
        said
    }
}
