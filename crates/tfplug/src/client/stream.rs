//! Bytes in both directions.

use tokio::io::{AsyncRead, AsyncWrite};

/// A bare connection to a plugin.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for T {}
