//! Objects that exist before Terraform knows of them: imported, or moved from another provider.

use std::borrow::Borrow;

use serde_json::Value as Json;

use super::harness::{Harness, applied, sent};
use super::json::from_json;
use super::object::Applied;
use crate::engine::{MoveRequest, RawState};
use crate::provider::Provider;
use crate::resource::identity::ImportKey;
use crate::value::Value;

impl<P: Provider> Harness<P> {
    /// Imports the object that `id` names, and refreshes it.
    pub async fn import(&self, name: &str, id: &str) -> Applied {
        self.import_by(name, ImportKey::Id(id.to_owned())).await
    }

    /// Imports the object with that identity, and refreshes it.
    pub async fn import_identity(&self, name: &str, identity: impl Borrow<Json>) -> Applied {
        let ty = &self.identity(name).ty;
        let identity = sent(&from_json(identity.borrow(), ty), ty);
        self.import_by(name, ImportKey::Identity(identity)).await
    }

    async fn import_by(&self, name: &str, key: ImportKey<Value>) -> Applied {
        let outcome = self.engine.import(name, key).await;
        self.check_identity(name, &Value::Null, &outcome);
        match self.kept(name, &outcome, false) {
            Some(object) if !outcome.diagnostics.has_errors() => self.read(name, &object).await,
            _ => applied(outcome),
        }
    }

    /// Moves the stored state of an object of another provider's type here, as a `moved` block does, and
    /// refreshes nothing.
    ///
    /// # Panics
    ///
    /// If the provider gives neither an object nor an error, or both.
    pub fn move_state(
        &self,
        name: &str,
        provider: &str,
        type_name: &str,
        stored: &Json,
    ) -> Applied {
        let request = MoveRequest {
            provider: provider.to_owned(),
            type_name: type_name.to_owned(),
            state: RawState::Json(stored.to_string().into_bytes()),
        };
        let outcome = self.engine.move_state(name, &request);
        assert_ne!(outcome.state.is_null(), !outcome.diagnostics.has_errors(), "neither nor both");
        Applied { object: self.kept(name, &outcome, false), ..applied(outcome) }
    }
}
