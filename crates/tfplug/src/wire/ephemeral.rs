//! Ephemeral resources: what they look like, and their four calls.

use std::collections::HashMap;
use std::sync::Arc;

use super::convert::{decode, diagnostics, encode};
use super::generated::tfplugin6 as proto;
use super::schema::schema;
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::Engine;
use crate::provider::Provider;

/// The names of all ephemeral resources.
pub(super) fn names<P: Provider>(
    engine: &Engine<P>,
) -> Vec<proto::get_metadata::EphemeralMetadata> {
    let named = |name: &str| proto::get_metadata::EphemeralMetadata { type_name: name.to_owned() };
    engine.ephemeral_resources.iter().map(|(name, _)| named(name)).collect()
}

/// The schemas of all ephemeral resources by type name.
pub(super) fn schemas<P: Provider>(engine: &Engine<P>) -> HashMap<String, proto::Schema> {
    engine
        .ephemeral_resources
        .iter()
        .map(|(name, it)| (name.to_owned(), schema(&it.it.schema)))
        .collect()
}

/// Decodes and validates.
pub(super) fn validate<P: Provider>(
    engine: &Engine<P>,
    request: proto::validate_ephemeral_resource_config::Request,
) -> Result<Diagnostics> {
    let config =
        decode(request.config, &engine.ephemeral_resources.get(&request.type_name)?.it.ty)?;
    Ok(engine.validate_ephemeral_resource(&request.type_name, &config))
}

/// Decodes, opens and encodes. Neither a time for a renewal nor anything private is sent.
pub(super) async fn open<P: Provider>(
    engine: Arc<Engine<P>>,
    request: proto::open_ephemeral_resource::Request,
) -> Result<proto::open_ephemeral_resource::Response> {
    let ty = &engine.ephemeral_resources.get(&request.type_name)?.it.ty;
    let config = decode(request.config, ty)?;
    let (opened, mut messages) = engine.open(&request.type_name, &config).await;
    Ok(proto::open_ephemeral_resource::Response {
        result: opened.and_then(|opened| messages.absorb(encode(&opened, ty))),
        diagnostics: diagnostics(messages),
        ..Default::default()
    })
}

/// What a renewal and an end have to say: nothing has to be done, if there is such a type at all.
pub(super) fn nothing_to_do<P: Provider>(engine: &Engine<P>, name: &str) -> Vec<proto::Diagnostic> {
    diagnostics(engine.ephemeral_resources.get(name).err().unwrap_or_default())
}
