//! The law that nothing is destroyed by surprise: for each attribute that a configuration may give,
//! a list says whether a change of it replaces the object, and the plan and the page must agree.

use clouddb_sim::{Options, Simulator};
use serde_json::{Value as Json, json};
use terraform_provider_rackspace::Rackspace;
use tfplug::Provider as _;
use tfplug::schema::{Attribute, Kind};
use tfplug::testing::{Action, Harness, Object};

use crate::obeyed;

const OTHER: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";

/// An attribute, what the configuration of the object becomes, and what the plan must then be.
struct Decision {
    resource: &'static str,
    attribute: &'static str,
    change: Json,
    action: Action,
}

#[rustfmt::skip]
fn decisions() -> Vec<Decision> {
    use Action::{Replace, Update};
    let of = |resource, decisions: Vec<(&'static str, Json, Action)>| {
        decisions.into_iter().map(move |(attribute, change, action)| Decision { resource, attribute, change, action })
    };
    let instance = vec![
        ("name", json!({ "name": "other" }), Update),
        ("flavor", json!({ "flavor": "3" }), Update),
        ("volume_size", json!({ "volume_size": 20 }), Update),
        ("configuration_id", json!({ "configuration_id": OTHER }), Update),
        ("restore_from_backup_id", json!({ "restore_from_backup_id": OTHER }), Update),
        ("deletion_protection", json!({ "deletion_protection": true }), Update),
        ("final_backup_name", json!({ "final_backup_name": "last" }), Update),
        ("replica_of", json!({ "replica_of": OTHER }), Replace),
        ("datastore.type", json!({ "datastore": { "type": "percona" } }), Replace),
        ("datastore.version", json!({ "datastore": { "type": "mysql", "version": "0.1" } }), Replace),
    ];
    let database = vec![
        ("deletion_protection", json!({ "deletion_protection": true }), Update),
        ("skip_destroy", json!({ "skip_destroy": true }), Update),
        ("instance_id", json!({ "instance_id": OTHER }), Replace),
        ("name", json!({ "name": "other" }), Replace),
        ("character_set", json!({ "character_set": "latin1", "collate": "latin1_bin" }), Replace),
        ("collate", json!({ "collate": "utf8_bin" }), Replace),
    ];
    let user = vec![
        ("name", json!({ "name": "other" }), Update),
        ("host", json!({ "host": "10.0.0.%" }), Update),
        ("password", json!({ "password": "two-2" }), Update),
        ("password_wo", json!({ "password": null, "password_wo": "two-2" }), Update),
        ("password_wo_version", json!({ "password": null, "password_wo": "two-2", "password_wo_version": 1 }), Update),
        ("databases", json!({ "databases": ["shop"] }), Update),
        ("skip_destroy", json!({ "skip_destroy": true }), Update),
        ("instance_id", json!({ "instance_id": OTHER }), Replace),
    ];
    let backup = vec![
        ("instance_id", json!({ "instance_id": OTHER }), Replace),
        ("name", json!({ "name": "other" }), Replace),
        ("description", json!({ "description": "Every Sunday" }), Replace),
        ("parent_id", json!({ "parent_id": OTHER }), Replace),
    ];
    of("rackspace_db_instance", instance)
        .chain(of("rackspace_db_database", database))
        .chain(of("rackspace_db_user", user))
        .chain(of("rackspace_db_backup", backup))
        .collect()
}

/// Each attribute that a configuration may give, with its resource and its path.
fn attributes() -> Vec<(&'static str, String, Attribute)> {
    let mut found = Vec::new();
    for resource in Rackspace.resources() {
        for (name, attribute) in resource.schema().attributes() {
            let given = |it: &Attribute| it.is_required() || it.is_optional();
            if let Kind::Nested(..) = attribute.kind() {
                let inner = attribute.nested().filter(|(_, it)| given(it));
                found.extend(
                    inner.map(|(inner, it)| {
                        (resource.name(), format!("{name}.{inner}"), it.clone())
                    }),
                );
            } else if given(attribute) {
                found.push((resource.name(), name.to_owned(), attribute.clone()));
            }
        }
    }
    found
}

/// What the description of an attribute says against the decision.
fn misdescribed(decision: &Decision, description: &str) -> Option<String> {
    let says = description.to_lowercase().contains("changing it replaces the");
    (says != (decision.action == Action::Replace)).then(|| {
        format!(
            "{}: the description of {} does not say whether changing it replaces the object",
            decision.resource, decision.attribute
        )
    })
}

#[test]
fn each_attribute_has_a_decision_and_its_description_says_it() {
    let decisions = decisions();
    let attributes = attributes();
    let mut offences = Vec::new();
    for (resource, name, attribute) in &attributes {
        let decided = decisions.iter().find(|it| it.resource == *resource && it.attribute == name);
        match decided {
            None => offences.push(format!(
                "{resource}: decide in tests/tidy/replacement.rs whether a change of {name} replaces the object"
            )),
            Some(decision) => offences.extend(misdescribed(decision, attribute.description())),
        }
    }

    assert_eq!(decisions.len(), attributes.len(), "a decision about nothing");
    obeyed(&offences);
}

#[test]
fn a_description_that_hides_a_replacement_is_found() {
    let decision = |action| Decision { resource: "r", attribute: "a", change: Json::Null, action };

    assert!(misdescribed(&decision(Action::Replace), "Name.").is_some());
    assert!(misdescribed(&decision(Action::Update), "Changing it replaces the user.").is_some());
    assert!(misdescribed(&decision(Action::Replace), "Changing it replaces the user.").is_none());
}

/// An account with one object of each kind.
struct Estate {
    harness: Harness<Rackspace>,
    objects: Vec<(&'static str, Json, Object)>,
    _cloud: Simulator,
}

impl Estate {
    async fn new() -> Self {
        let cloud = Simulator::start(Options::default()).unwrap();
        let harness = Harness::new(Rackspace);
        let provider = json!({
            "username": "demo", "api_key": "demo-key", "region": "DFW",
            "auth_url": cloud.auth_url(),
        });
        assert!(!harness.configure(provider).await.has_errors());
        let instance = cloud.add_instance("web", "2", 10);
        let backup = cloud.add_backup(&instance, "nightly");
        cloud.add_database(&instance, "shop");
        cloud.add_user(&instance, "app", "%", "one-1", &[]);
        let wanted = [
            (
                "rackspace_db_instance",
                instance.clone(),
                json!({ "name": "web", "flavor": "2", "volume_size": 10 }),
            ),
            (
                "rackspace_db_database",
                format!("{instance}/shop"),
                json!({ "instance_id": instance, "name": "shop", "character_set": "utf8", "collate": "utf8_general_ci" }),
            ),
            (
                "rackspace_db_user",
                format!("{instance}/app@%"),
                json!({ "instance_id": instance, "name": "app", "password": "one-1" }),
            ),
            ("rackspace_db_backup", backup, json!({ "instance_id": instance, "name": "nightly" })),
        ];
        let mut objects = Vec::new();
        for (resource, id, config) in wanted {
            let imported = harness.import(resource, &id).await.object;
            let applied = harness.apply(resource, imported.as_ref(), &config).await;
            assert!(!applied.diagnostics.has_errors(), "{}", applied.diagnostics);
            objects.push((resource, config, applied.object.unwrap()));
        }
        Self { harness, objects, _cloud: cloud }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_planned_as_it_was_decided() {
    let estate = Estate::new().await;
    let mut offences = Vec::new();
    for Decision { resource, attribute, change, action } in decisions() {
        let found = estate.objects.iter().find(|(name, ..)| *name == resource);
        let (_, config, object) = found.unwrap();
        let mut config = config.clone();
        for (name, value) in change.as_object().unwrap() {
            config[name] = value.clone();
        }

        let plan = estate.harness.plan(resource, Some(object), config).await;

        assert!(!plan.diagnostics.has_errors(), "{attribute}: {}", plan.diagnostics);
        if plan.action != action {
            offences.push(format!(
                "{resource}: a change of {attribute} is planned as {:?}, not as {action:?}",
                plan.action
            ));
        }
    }
    obeyed(&offences);
}
