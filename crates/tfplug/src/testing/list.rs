//! Lists, read as `terraform query` reads them.

use std::borrow::Borrow;

use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::core_rules::identity_faults;
use super::harness::{Harness, sent};
use super::json::{from_json, to_json};
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::{ListRequest, Listed, Offered, Registered};
use crate::provider::Provider;
use crate::value::Value;

/// What a list has found.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of the list.
    pub objects: Vec<FoundObject>,
    /// What else there is to say.
    pub warnings: Diagnostics,
}

/// An object that a list has found.
#[derive(Debug)]
pub struct FoundObject {
    /// What tells it from others.
    pub identity: Json,
    /// What a person calls it.
    pub display_name: String,
    /// Its state; null if it was not asked for.
    pub state: Json,
}

impl<P: Provider> Harness<P> {
    /// Validates what stands in the block `config` of a `list` block.
    pub fn validate_list(&self, name: &str, config: impl Borrow<Json>) -> Diagnostics {
        let ty = &self.list_resource(name).ty;
        let config = sent(&from_json(config.borrow(), ty), ty);
        self.engine.validate_list_resource(name, &config)
    }

    /// Validates a list and reads it to its end, or until there are `limit` objects.
    ///
    /// # Panics
    ///
    /// If there is no such list resource, and where Terraform would call the provider faulty, or lose
    /// something without a word: an object without an identity or a state, or one after the messages.
    pub async fn list(
        &self,
        name: &str,
        config: impl Borrow<Json>,
        with_objects: bool,
        limit: usize,
    ) -> Result<Found> {
        let ty = &self.list_resource(name).ty;
        let config = sent(&from_json(config.borrow(), ty), ty);
        self.engine.validate_list_resource(name, &config).into_result()?;
        let (sender, mut events) = mpsc::channel(1);
        let request = ListRequest { config, with_objects, limit };
        let reading = async {
            let mut all = Vec::new();
            while let Some(event) = events.recv().await {
                all.push(event);
            }
            all
        };
        let listing = async {
            let sender = sender;
            self.engine.list(name, &request, &sender).await;
        };
        let ((), events) = tokio::join!(listing, reading);
        let mut found = Found::default();
        for event in events {
            match event {
                Listed::Object { identity, display_name, object } => {
                    let object = self.found(name, &identity, display_name, &object);
                    assert_eq!(object.state.is_null(), !with_objects, "an object has a state");
                    assert!(found.warnings.is_empty(), "an object after a message may be lost");
                    found.objects.push(object);
                }
                Listed::Messages(messages) if messages.has_errors() => return Err(messages),
                Listed::Messages(messages) => found.warnings.extend(messages),
            }
        }
        Ok(found)
    }

    fn found(
        &self,
        name: &str,
        identity: &Value,
        display_name: String,
        object: &Value,
    ) -> FoundObject {
        let it = self.identity(name);
        let identity = sent(identity, &it.ty);
        let faults = identity_faults(&it.schema, &identity);
        assert!(faults.is_empty() && !identity.is_null(), "invalid identity: {faults:?}");
        let state = to_json(&self.received(name, object));
        FoundObject { identity: to_json(&identity), display_name, state }
    }

    fn list_resource(&self, name: &str) -> &Registered {
        match self.engine.list_resources.get(name) {
            Ok(Offered { it, .. }) => it,
            Err(_) => unreachable!("there is no list resource {name}"),
        }
    }
}
