//! Whether a reply that says yes is the API's.

use http::Method;

use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::value::error::Error;

/// An accepted write is answered with nothing or with a document. Anything else is from somebody in
/// between, and the API may never have seen the request.
pub(crate) fn accepted(request: &Request, reply: Reply) -> Result<Reply, Error> {
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
