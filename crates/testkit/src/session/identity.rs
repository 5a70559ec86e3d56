//! The law that what exists has its identity: Terraform drops one that an answer leaves out, without a
//! word.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use terraform_provider_rackspace::Rackspace;
use tfplug::client::tfplugin6::ResourceIdentityData;
use tfplug::value::{Type, Value};
use tfplug::{IdentitySchema, Provider};

use super::dynamic::received;
use crate::Result;

/// The attributes of identities, by resource type.
static SCHEMAS: LazyLock<BTreeMap<&'static str, IdentitySchema>> = LazyLock::new(|| {
    Rackspace.resources().iter().map(|it| (it.name(), it.identity_schema())).collect()
});

/// Fails if an object of that type exists without an identity, or with that of another one.
pub(super) fn check(kind: &str, sent: Option<&ResourceIdentityData>, state: &Value) -> Result {
    if state.is_null() {
        return Ok(());
    }
    let schema = SCHEMAS.get(kind).ok_or_else(|| format!("no resource is named {kind}"))?;
    let ty = Type::object(schema.attributes().iter().map(|it| (it.name(), Type::String)));
    let identity = received(sent.and_then(|it| it.identity_data.as_ref()), &ty)?;
    for attribute in schema.attributes() {
        let name = attribute.name();
        let told = identity.get(name).and_then(Value::as_str);
        // The state has no account, and spells the region as the configuration does.
        let fits = match (told, state.get(name).and_then(Value::as_str)) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(told), Some(is)) => told.eq_ignore_ascii_case(is),
        };
        if !fits {
            return Err(format!("{kind} has lost its identity: `{name}` is {told:?}").into());
        }
    }
    Ok(())
}
