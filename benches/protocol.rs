//! What one call of Terraform costs the provider, without the process around it: values to and from
//! the wire, a plan, and the schemas.
//!
//! `cargo bench` runs these; `cargo xtask bench` measures the whole with Terraform.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run ends by panicking")]

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value as Json, json};
use terraform_provider_rackspace::Rackspace;
use tfplug::Provider as _;
use tfplug::schema::Schema;
use tfplug::testing::{Action, Harness, from_json};
use tfplug::value::Value;
use tokio::runtime;

const USER: &str = "rackspace_db_user";

fn schema(name: &str) -> Schema {
    let resources = Rackspace.resources();
    resources.iter().find(|it| it.name() == name).unwrap().schema()
}

/// What a configuration says of a user who may use these databases.
fn config(databases: &[&str]) -> Json {
    json!({
        "instance_id": "44b277eb-39be-4921-be31-3d61b43651d7",
        "name": "shop_app",
        "password": "correct-horse-battery",
        "databases": databases,
    })
}

const DATABASES: [&str; 3] = ["customers", "invoices", "orders"];

fn state() -> Json {
    json!({
        "id": "44b277eb-39be-4921-be31-3d61b43651d7/shop_app@%",
        "instance_id": "44b277eb-39be-4921-be31-3d61b43651d7",
        "name": "shop_app",
        "host": "%",
        "password": "correct-horse-battery",
        "databases": DATABASES,
    })
}

fn codec(criterion: &mut Criterion) {
    let ty = schema(USER).ty();
    let value = from_json(&state(), &ty);
    let bytes = value.to_msgpack(&ty).unwrap();
    let stored = value.to_json().to_string();
    let mut group = criterion.benchmark_group("codec");
    group.bench_function("a user to msgpack", |it| it.iter(|| value.to_msgpack(&ty).unwrap()));
    group.bench_function("a user from msgpack", |it| {
        it.iter(|| Value::from_msgpack(&bytes, &ty).unwrap());
    });
    group.bench_function("a user from the JSON of a state", |it| {
        it.iter(|| Value::from_json(stored.as_bytes(), &ty).unwrap());
    });
    group.finish();
}

/// As the harness plays it: validated, planned twice, and the plan compared with Terraform's rules.
fn plan(criterion: &mut Criterion) {
    let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let harness = Harness::new(Rackspace);
    let object = harness.upgrade(USER, 0, &state()).unwrap();
    let (same, other) = (config(&DATABASES), config(&["orders"]));
    let action = |config: &Json| runtime.block_on(harness.plan(USER, Some(&object), config)).action;
    assert_eq!((action(&same), action(&other)), (Action::NoOp, Action::Update));
    let mut group = criterion.benchmark_group("plan");
    group.bench_function("a user that does not change", |it| it.iter(|| action(&same)));
    group.bench_function("a user with other grants", |it| it.iter(|| action(&other)));
    group.finish();
}

fn schemas(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("schemas");
    group.bench_function("build and check all", |it| it.iter(|| Harness::new(Rackspace)));
    let harness = Harness::new(Rackspace);
    group.bench_function("encode all", |it| it.iter(|| harness.encoded_schemas()));
    group.finish();
}

criterion_group!(benches, codec, plan, schemas);
criterion_main!(benches);
