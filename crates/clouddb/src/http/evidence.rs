//! Whether a reply is the API's.

use http::Method;

use crate::http::reply::Reply;
use crate::http::request::{Repeat, Request};
use crate::value::error::Error;

/// An accepted write is answered with nothing or with a document. Anything else is from somebody in
/// between, and the API may never have seen the request. The same is true of a body that is too long or
/// compressed, whatever was asked for.
pub(crate) fn accepted(request: &Request, reply: Reply) -> Result<Reply, Error> {
    if let Some(trouble) = reply.unreadable() {
        return Err(reply.undecodable(trouble));
    }
    let foreign = request.method != Method::GET
        && reply.is_success()
        && !reply.body.is_empty()
        && serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&reply.body)
            .is_err();
    if foreign {
        return Err(reply.undecodable("it is neither empty nor a JSON object"));
    }
    Ok(reply)
}

/// The error that a refusal means. What must not be done twice is refused by the API alone: the word
/// of anybody in between says nothing of its effect. Logins are checked before anything else, by
/// whoever does it, so a 401 is taken from everybody.
pub(crate) fn refused(request: &Request, reply: &Reply) -> Error {
    if request.repeat == Repeat::Never
        && reply.status < 500
        && reply.status != 401
        && !reply.is_fault()
    {
        return reply.undecodable(format!(
            "a {} that is not the API's word about the request: {}",
            reply.status,
            reply.refusal().message
        ));
    }
    reply.refused()
}
