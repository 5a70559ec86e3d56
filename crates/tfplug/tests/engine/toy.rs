//! A service that stores boxes in memory and fails on demand, and a provider for it.

mod functions;
mod keys;
mod service;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use tfplug::schema::{
    Schema, Timeouts, Validator, boolean, integer, list_of, map, number, object, set, string,
};
use tfplug::testing::{Harness, Object};
use tfplug::value::{Attr, Sensitive};
use tfplug::{
    BoxedDataSource, BoxedEphemeralResource, BoxedFunction, BoxedResource, Change,
    ConfigureContext, Context, DataSource, Diagnostic, Diagnostics, IdentitySchema, ImportKey,
    MoveContext, MoveSource, PlanContext, PrivateState, Provider, Resource, Result,
};

pub(crate) use keys::{KEY, Key, KeyConfig, Keys, ill, key_schema};
pub(crate) use service::{Mode, Service, StoredBox};

pub(crate) const BOX: &str = "toy_box";
pub(crate) const BOXES: &str = "toy_boxes";

/// A provider on an empty service, configured.
pub(crate) async fn toy() -> (Harness<Toy>, Service) {
    let service = Service::default();
    let harness = Harness::new(Toy { service: service.clone() });
    let diagnostics = harness.configure(json!({ "url": "memory" })).await;
    assert!(diagnostics.is_empty(), "{diagnostics}");
    (harness, service)
}

/// A toy provider with one box in its service and in the state.
pub(crate) async fn toy_with(config: Json) -> (Harness<Toy>, Service, Object) {
    let (harness, service) = toy().await;
    let applied = harness.apply(BOX, None, config).await;
    assert!(!applied.diagnostics.has_errors(), "{}", applied.diagnostics);
    let object = applied.object.expect("a box was created");
    service.forget_calls();
    (harness, service, object)
}

pub(crate) struct Toy {
    pub(crate) service: Service,
}

#[derive(Deserialize)]
pub(crate) struct ToyConfig {
    url: Attr<String>,
    token: Attr<Sensitive<String>>,
}

impl Provider for Toy {
    type Client = Service;
    type Config = ToyConfig;
    const NAME: &'static str = "toy";
    const ADDRESS: &'static str = "registry.terraform.io/toys/toy";
    const VERSION: &'static str = "1.2.3";

    fn schema(&self) -> Schema {
        Schema::new("Boxes in memory.")
            .attribute("url", string().optional().validator(Validator::length(1..=20)))
            .attribute("token", string().optional().sensitive())
    }

    fn validate(&self, config: ToyConfig, diagnostics: &mut Diagnostics) {
        if config.url.is_null() && config.token.is_null() {
            diagnostics.push(Diagnostic::error("Either url or token is needed").attribute("url"));
        }
    }

    async fn configure(&self, cx: &ConfigureContext, config: ToyConfig) -> Result<Option<Service>> {
        assert_eq!(cx.terraform_version(), "1.11.4");
        if config.token.known().is_some_and(|token| token.expose() == "wrong") {
            return Err(Diagnostic::error("Wrong token").attribute("token").into());
        }
        Ok(config.url.into_option().map(|_| self.service.clone()))
    }

    fn resources(&self) -> Vec<BoxedResource<Service>> {
        vec![tfplug::resource(Boxes)]
    }

    fn data_sources(&self) -> Vec<BoxedDataSource<Service>> {
        vec![tfplug::data_source(BoxList)]
    }

    fn ephemeral_resources(&self) -> Vec<BoxedEphemeralResource<Service>> {
        vec![tfplug::ephemeral_resource(Keys { odd: |schema| schema })]
    }

    fn functions(&self) -> Vec<BoxedFunction> {
        functions::all()
    }
}

struct Boxes;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Box {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    pub(crate) size: i64,
    pub(crate) color: String,
    pub(crate) shelf: Option<String>,
    pub(crate) material: Option<String>,
    pub(crate) locked: Option<bool>,
    pub(crate) revision: Option<i64>,
    pub(crate) weight: Option<f64>,
    pub(crate) tags: Option<BTreeSet<String>>,
    pub(crate) labels: Option<BTreeMap<String, String>>,
    pub(crate) origin: Option<Origin>,
    pub(crate) parts: Option<Vec<Part>>,
    pub(crate) pin: Option<Sensitive<String>>,
    pub(crate) seal: Option<String>,
    pub(crate) secret_version: Option<i64>,
}

/// What tells a box from all others.
#[derive(Serialize, Deserialize)]
pub(crate) struct BoxIdentity {
    id: String,
    name: Option<String>,
    house: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) country: String,
    pub(crate) code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) serial: Option<String>,
}

/// What planning looks at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BoxPlan {
    name: Attr<String>,
    size: Attr<i64>,
    color: Attr<String>,
    shelf: Attr<String>,
    secret_wo: Attr<Sensitive<String>>,
    secret_version: Attr<i64>,
}

pub(crate) fn box_schema() -> Schema {
    let minutes = |count: u64| Duration::from_secs(60 * count);
    Schema::new("A box.")
        .version(2)
        .attribute("id", string().computed().use_state_for_unknown())
        .attribute("name", string().required().validator(Validator::length(1..=12)))
        .attribute("size", integer().required().validator(Validator::at_least(1)))
        .attribute(
            "color",
            string().optional().default("red").validator(Validator::one_of(&[
                "red", "blue", "guarded", "odd", "broken", "doubtful",
            ])),
        )
        .attribute(
            "shelf",
            string().optional().computed().use_state_for_unknown().requires_replace(),
        )
        .attribute("material", string().optional().requires_replace())
        .attribute("locked", boolean().optional())
        .attribute("revision", integer().computed())
        .attribute("weight", number().optional())
        .attribute("tags", set(string()).optional().each(Validator::length(1..=4)))
        .attribute("labels", map(string()).optional().each(Validator::length(0..=4)))
        .attribute(
            "origin",
            object()
                .attribute("country", string().required().validator(Validator::length(2..=2)))
                .attribute("code", string().optional().computed().use_state_for_unknown())
                .optional(),
        )
        .attribute(
            "parts",
            list_of(
                object()
                    .attribute(
                        "name",
                        string().required().requires_replace().validator(Validator::length(1..=8)),
                    )
                    .attribute("serial", string().computed().use_state_for_unknown()),
            )
            .optional(),
        )
        .attribute("pin", string().optional().sensitive().validator(Validator::length(4..=4)))
        .attribute("seal", string().computed())
        .attribute("secret_wo", string().optional().sensitive().write_only().or_stored_as("pin"))
        .attribute("secret_version", integer().optional())
        .timeouts(Timeouts::new().create(minutes(30)).update(minutes(10)).delete(minutes(5)))
}

impl Resource for Boxes {
    type Client = Service;
    type Model = Box;
    type Plan = BoxPlan;
    type Identity = BoxIdentity;
    const NAME: &'static str = BOX;

    fn schema(&self) -> Schema {
        box_schema()
    }

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::new()
            .required("id", "ID of the box.")
            .optional("name", "Name of the box.")
            .optional("house", "Where the service keeps it.")
    }

    fn identify(&self, stored: PrivateState<'_>, state: &Box) -> Option<BoxIdentity> {
        assert_ne!(state.name, "unspeakable", "no such luck");
        let house = stored.get("house")?;
        Some(BoxIdentity { id: state.id.clone()?, name: Some(state.name.clone()), house })
    }

    fn validate(&self, config: BoxPlan, diagnostics: &mut Diagnostics) {
        assert_ne!(config.name.known().map(String::as_str), Some("panic-early"), "no such luck");
        if config.secret_wo.is_known() && config.secret_version.is_null() {
            diagnostics.push(
                Diagnostic::error("secret_wo needs secret_version").attribute("secret_version"),
            );
        }
    }

    async fn plan(&self, cx: &PlanContext<Service>, change: &mut Change<BoxPlan>) -> Result<()> {
        if let Some(service) = cx.client() {
            service.enter("plan").await?;
        }
        cx.hand_over("planned", &true);
        match change.config.color.known().map(String::as_str) {
            // Breaks the law that a configured value is planned as it is configured.
            Some("broken") => change.planned.color = "purple".to_owned().into(),
            Some("odd") => {
                cx.warn(Diagnostic::warning("Odd color").attribute("color"));
                change.planned.shelf = Attr::Unknown;
            }
            _ => {}
        }
        let Some(prior) = &change.prior else {
            assert_eq!(cx.private::<u32>("calls_of_create"), None, "a new object has no past");
            return Ok(());
        };
        // Names of boxes ignore case.
        if let (Some(old), Some(new)) = (prior.name.known(), change.planned.name.known())
            && old.eq_ignore_ascii_case(new)
        {
            change.planned.name = prior.name.clone();
        }
        if let (Some(old), Some(new)) = (prior.size.known(), change.planned.size.known()) {
            if new < old {
                return Err(Diagnostic::error("A box cannot shrink")
                    .detail(format!("It has size {old}; {new} is smaller."))
                    .attribute("size")
                    .into());
            }
            if *new >= 100 {
                cx.requires_replace("size");
            }
        }
        Ok(())
    }

    async fn plan_destroy(&self, cx: &PlanContext<Service>, prior: Box) -> Result<()> {
        if prior.color == "guarded" {
            return Err(Diagnostic::error("The box is guarded").attribute("color").into());
        }
        assert_eq!(cx.private::<u32>("calls_of_create"), Some(1));
        Ok(())
    }

    async fn create(&self, cx: &Context<Service>, plan: Box) -> Result<Box> {
        let service = cx.client();
        assert_eq!(cx.private::<u32>("calls_of_create"), None, "a new object has no past");
        if cx.handed_over("planned") != Some(true) {
            return Err(Diagnostic::error("What the plan has left is lost").into());
        }
        service.note_deadline(cx.deadline());
        if plan.color == "doubtful" {
            cx.reached(&Box { id: Some("box-?".to_owned()), ..plan.clone() });
        }
        service.enter("create").await?;
        let mut stored = StoredBox::new(plan);
        stored.secret = cx.write_only("secret_wo")?.map(Sensitive::into_inner);
        let made = service.add(stored);
        cx.set_private("calls_of_create", &1);
        cx.set_private("house", &"north");
        service.enter("after create").await?;
        let seal = (made.color == "doubtful").then(|| "first".to_owned());
        Ok(Box { seal, ..made })
    }

    async fn settle(&self, cx: &Context<Service>, made: &Box) -> Result<()> {
        assert!(made.id.is_some());
        cx.client().enter("settle").await?;
        cx.set_private("settled", &true);
        Ok(())
    }

    async fn read(&self, cx: &Context<Service>, state: Box) -> Result<Option<Box>> {
        let service = cx.client();
        service.note_deadline(cx.deadline());
        service.enter("read").await?;
        cx.set_private("house", &"north");
        let found = service.find(state.id.as_deref().unwrap_or_default());
        let pin =
            if service.forges() { Some(Sensitive::new("0000".to_owned())) } else { state.pin };
        Ok(found.map(|stored| Box { pin, seal: state.seal, ..stored.seen }))
    }

    async fn update(&self, cx: &Context<Service>, prior: Box, plan: Box) -> Result<()> {
        let service = cx.client();
        service.note_deadline(cx.deadline());
        let id = prior.id.clone().unwrap_or_default();
        service.enter("update").await?;
        service.change(&id, |stored| stored.seen.name.clone_from(&plan.name));
        cx.reached(&Box { pin: plan.pin.clone(), ..prior.clone() });
        service.enter("half an update").await?;
        let secret = cx.write_only("secret_wo")?.map(Sensitive::into_inner);
        if plan.color == "doubtful" {
            cx.reached(&Box { seal: Some("second".to_owned()), ..plan.clone() });
        }
        service.change(&id, |stored| stored.replace(plan, secret));
        cx.warn(Diagnostic::warning("The box was opened"));
        Ok(())
    }

    async fn delete(&self, cx: &Context<Service>, state: Box) -> Result<()> {
        cx.client().note_deadline(cx.deadline());
        if state.color == "doubtful" {
            cx.reached(&Box { seal: None, ..state.clone() });
        }
        cx.client().enter("delete").await?;
        cx.client().remove(state.id.as_deref().unwrap_or_default());
        Ok(())
    }

    async fn import(&self, cx: &Context<Service>, key: ImportKey<BoxIdentity>) -> Result<Box> {
        cx.client().enter("import").await?;
        cx.set_private("calls_of_create", &1);
        cx.set_private("house", &"north");
        let id = match key {
            ImportKey::Id(id) => id,
            ImportKey::Identity(BoxIdentity { house: Some(house), .. }) if house != "north" => {
                return Err(Diagnostic::error(format!("The house is north, not {house}")).into());
            }
            ImportKey::Identity(identity) => identity.id,
        };
        cx.client().find(&id).map(|stored| stored.seen).ok_or_else(|| {
            Diagnostic::error("Box not found").detail(format!("There is no box {id}.")).into()
        })
    }

    fn upgrade(&self, from: i64, mut raw: Json) -> Result<Json> {
        assert_ne!(raw["name"], json!("panic"), "an old box");
        if from == 0 {
            raw["size"] = raw["volume"].take();
        }
        Ok(raw)
    }

    fn moves(&self) -> &'static [MoveSource] {
        &[MoveSource { provider: "others/crates", type_name: "crates_crate" }]
    }

    fn move_from(&self, cx: &mut MoveContext, source: &MoveSource, raw: Json) -> Result<Box> {
        assert_ne!(raw["label"], json!("panic"), "an odd {}", source.type_name);
        cx.set_private("house", &"north");
        if !raw["lid"].is_null() {
            cx.warn(Diagnostic::warning("A box has no lid"));
        }
        let mut moved =
            json!({ "id": raw["id"], "name": raw["label"], "size": raw["volume"], "color": "red" });
        moved["secret_version"] = raw["secret_version"].clone();
        serde_json::from_value(moved).map_err(|error| Diagnostic::error(error.to_string()).into())
    }
}

struct BoxList;

#[derive(Serialize, Deserialize)]
struct BoxListModel {
    prefix: Option<String>,
    names: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct BoxListConfig {
    prefix: Attr<String>,
}

impl DataSource for BoxList {
    type Client = Service;
    type Model = BoxListModel;
    type Config = BoxListConfig;
    const NAME: &'static str = BOXES;

    fn schema(&self) -> Schema {
        Schema::new("All boxes.")
            .attribute("prefix", string().optional())
            .attribute("names", tfplug::schema::list(string()).computed())
            .timeouts(Timeouts::new().read(Duration::from_mins(1)))
    }

    fn validate(&self, config: BoxListConfig, diagnostics: &mut Diagnostics) {
        if config.prefix.known().is_some_and(String::is_empty) {
            diagnostics.push(Diagnostic::error("An empty prefix").attribute("prefix"));
        }
    }

    async fn read(&self, cx: &Context<Service>, config: BoxListModel) -> Result<BoxListModel> {
        cx.client().note_deadline(cx.deadline());
        cx.client().enter("list").await?;
        let prefix = config.prefix.clone().unwrap_or_default();
        let names = cx.client().names().into_iter().filter(|name| name.starts_with(&prefix));
        Ok(BoxListModel { names: Some(names.collect()), ..config })
    }
}

#[test]
fn models_and_schemas_agree() {
    tfplug::testing::assert_model::<Box>(&box_schema());
    tfplug::testing::assert_plan_view::<BoxPlan>(&box_schema());
    tfplug::testing::assert_model::<BoxListModel>(&DataSource::schema(&BoxList));
    tfplug::testing::assert_plan_view::<BoxListConfig>(&DataSource::schema(&BoxList));
}
