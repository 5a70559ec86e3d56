//! How much is taken from a server.

/// The longest text kept of a page that is no fault document, in characters.
pub(crate) const LONGEST_TEXT: usize = 300;

/// The longest text kept of anything that a server says, in characters. The longest message that
/// servers of this API are known to write has about 600.
pub(crate) const LONGEST_WORDS: usize = 2_000;

/// How often a collection is read that changes meanwhile.
pub(crate) const READS_OF_A_CHANGING_LIST: u32 = 5;
