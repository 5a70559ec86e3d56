//! Objects that a resource of another provider has managed so far, and a `moved` block brings here:
//! <https://developer.hashicorp.com/terraform/plugin/framework/resources/state-move>.

use serde::Serialize;

use crate::context::Private;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// A resource type of another provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoveSource {
    /// The provider without the host of its registry, which is not the same for Terraform and for
    /// OpenTofu: `terraform-provider-openstack/openstack`.
    pub provider: &'static str,
    /// The type, such as `openstack_db_instance_v1`.
    pub type_name: &'static str,
}

/// What a move leaves beside the state. There is no client: Terraform moves before it configures, and
/// reads the object next.
#[derive(Debug, Default)]
pub struct MoveContext {
    pub(crate) private: Private,
    pub(crate) warnings: Diagnostics,
}

impl MoveContext {
    /// Stores a fact beside the state. What the other provider has stored there is dropped.
    pub fn set_private(&mut self, key: impl Into<String>, value: &impl Serialize) {
        let key = key.into();
        match serde_json::to_value(value) {
            Ok(json) => drop(self.private.insert(key, json)),
            Err(error) => self.warn(
                Diagnostic::warning("Bug in the provider")
                    .detail(format!("Private state \"{key}\" cannot be stored: {error}")),
            ),
        }
    }

    /// Tells the user something that is not an error, such as what has no place here.
    pub fn warn(&mut self, diagnostic: Diagnostic) {
        self.warnings.push(diagnostic);
    }
}
