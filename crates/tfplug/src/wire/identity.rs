//! Identities: their attributes, and the values.

use std::collections::HashMap;

use super::convert::{decode, encode};
use super::generated::tfplugin6 as proto;
use super::schema::type_json;
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::{Engine, IDENTITY_VERSION, RegisteredIdentity};
use crate::provider::Provider;
use crate::value::{Type, Value};

/// The attributes of the identities of all resources by type name.
pub(super) fn schemas<P: Provider>(
    engine: &Engine<P>,
) -> HashMap<String, proto::ResourceIdentitySchema> {
    engine.resources.iter().map(|(name, it)| (name.to_owned(), schema(&it.identity))).collect()
}

fn schema(it: &RegisteredIdentity) -> proto::ResourceIdentitySchema {
    use proto::resource_identity_schema::IdentityAttribute;

    let attributes = it.schema.attributes().iter().map(|it| IdentityAttribute {
        name: it.name().to_owned(),
        r#type: type_json(&Type::String),
        required_for_import: it.is_required(),
        optional_for_import: !it.is_required(),
        description: it.description().to_owned(),
    });
    proto::ResourceIdentitySchema {
        version: IDENTITY_VERSION,
        identity_attributes: attributes.collect(),
    }
}

/// The identity that Terraform sent; nothing at all is null.
pub(super) fn decode_identity(
    sent: Option<proto::ResourceIdentityData>,
    it: &RegisteredIdentity,
) -> Result<Value> {
    decode(sent.and_then(|it| it.identity_data), &it.ty)
}

/// The identity for Terraform; nothing for null.
pub(super) fn encode_identity(
    identity: &Value,
    it: &RegisteredIdentity,
    diagnostics: &mut Diagnostics,
) -> Option<proto::ResourceIdentityData> {
    if identity.is_null() {
        return None;
    }
    let identity_data = diagnostics.absorb(encode(identity, &it.ty))?;
    Some(proto::ResourceIdentityData { identity_data: Some(identity_data) })
}
