//! The body of a reply, as its flow has it: whole, or in a way that a careful client ends by itself.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{Stream, StreamExt, stream};

use crate::message::reply::{Flow, Reply};

/// How much of a large body is written at once.
const CHUNK: usize = 64 << 10;

/// How large a huge body is.
const HUGE: usize = 100 << 20;

/// Between two bytes of a body that drips.
const PAUSE: Duration = Duration::from_millis(100);

/// The length that is announced, if the body itself does not tell it.
pub(crate) fn length(reply: &Reply) -> Option<usize> {
    match reply.flow {
        Flow::Huge => Some(padding(&reply.body) + reply.body.len()),
        Flow::Drip => Some(reply.body.len()),
        Flow::Whole | Flow::Endless => None,
    }
}

/// The body of this reply.
pub(crate) fn of(reply: Reply) -> Body {
    let is_json = reply.content_type.contains("json");
    let body = Bytes::from(reply.body);
    match reply.flow {
        Flow::Whole => Body::from(body),
        Flow::Endless => sent(stream::iter([body]).chain(stream::repeat(blanks(CHUNK)))),
        Flow::Drip => sent(stream::iter(body).then(|byte| async move {
            tokio::time::sleep(PAUSE).await;
            Bytes::copy_from_slice(&[byte])
        })),
        Flow::Huge => {
            let text = String::from_utf8_lossy(&body);
            let size = padding(&text);
            let filler = if is_json || body.is_empty() { blanks(CHUNK) } else { repeated(&body) };
            let (pieces, rest) = (size / filler.len(), size % filler.len());
            let padding = stream::repeat(filler.clone()).take(pieces);
            sent(padding.chain(stream::iter([filler.slice(..rest), body])))
        }
    }
}

fn padding(body: &str) -> usize {
    HUGE.saturating_sub(body.len())
}

fn blanks(count: usize) -> Bytes {
    Bytes::from(vec![b' '; count])
}

/// The same text over and over, about as long as a chunk.
fn repeated(body: &Bytes) -> Bytes {
    Bytes::from(body.repeat(CHUNK.div_ceil(body.len().max(1))))
}

fn sent(pieces: impl Stream<Item = Bytes> + Send + 'static) -> Body {
    Body::from_stream(pieces.map(Ok::<_, Infallible>))
}
