//! Where a request goes, and the token that opens it: what the sending needs of a login.

use url::Url;

use crate::value::context::CallContext;
use crate::value::error::Error;
use crate::value::settings::Secret;

/// Where a request goes, and with which token.
#[derive(Clone)]
pub(crate) struct Authorization {
    /// The URL below which the path of the request lies.
    pub(crate) base: Url,
    /// The token, where one is needed.
    pub(crate) token: Option<Secret>,
    /// Which login the token is from.
    pub(crate) generation: u64,
}

/// Hands out authorizations.
pub(crate) trait Authenticator: Sync {
    /// An authorization that should be good.
    fn authorize(
        &self,
        context: &CallContext,
    ) -> impl Future<Output = Result<Authorization, Error>> + Send;
    /// Whether an authorization that the server did not take can be replaced.
    fn renew(
        &self,
        context: &CallContext,
        refused: &Authorization,
    ) -> impl Future<Output = Result<bool, Error>> + Send;
}
