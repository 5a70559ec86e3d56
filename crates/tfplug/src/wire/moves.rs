//! Objects that come from another provider.

use super::answer::Sent;
use super::generated::tfplugin6 as proto;
use crate::diagnostic::Result;
use crate::engine::{Engine, MoveRequest, RawState};
use crate::provider::Provider;

/// Decodes, moves and encodes. An object that could not be moved is left out: Terraform would take a null
/// for it.
pub(super) fn moved<P: Provider>(
    engine: &Engine<P>,
    request: proto::move_resource_state::Request,
) -> Result<proto::move_resource_state::Response> {
    let name = &request.target_type_name;
    let managed = engine.resources.get(name)?;
    let outcome = engine.move_state(
        name,
        &MoveRequest {
            provider: request.source_provider_address,
            type_name: request.source_type_name,
            state: RawState::from(request.source_state),
        },
    );
    let found = !outcome.state.is_null();
    let sent = Sent::new(outcome, &managed.it.ty, &managed.identity);
    Ok(proto::move_resource_state::Response {
        target_state: sent.state.filter(|_| found),
        target_private: sent.private,
        target_identity: sent.identity,
        diagnostics: sent.diagnostics,
    })
}

impl From<Option<proto::RawState>> for RawState {
    fn from(raw: Option<proto::RawState>) -> Self {
        match raw {
            Some(raw) if !raw.flatmap.is_empty() => Self::Flatmap,
            raw => Self::Json(raw.unwrap_or_default().json.into()),
        }
    }
}
