//! How much is taken from a server, whatever it sends.
//!
//! The guide about timeouts, retries and failures states these limits for users.

/// The longest body of an answer, in bytes. A page of a thousand instances has about 1.5 MB.
pub(crate) const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// The longest body of a refusal, in bytes; of a longer one the beginning is told.
pub(crate) const LONGEST_REFUSAL: usize = 64 * 1024;

/// The longest body that is written into the log, in bytes.
pub(crate) const LONGEST_LOGGED: usize = 256 * 1024;

/// The longest text kept of a page that is no fault document, in characters.
pub(crate) const LONGEST_TEXT: usize = 300;

/// The longest text kept of anything that a server says, in characters. The longest message that
/// servers of this API are known to write has about 600.
pub(crate) const LONGEST_WORDS: usize = 2_000;

/// The longest text kept of a name, a status, a time or an ID that is only shown, in characters.
pub(crate) const LONGEST_WORD: usize = 200;

/// With more secrets than this in a reply nothing is quoted from it: to search for them all would take
/// too long.
pub(crate) const MOST_SECRETS: usize = 2_000;

/// The most pages of one list. Servers that cut a page to 20 items then still tell of 20,000.
pub(crate) const MOST_PAGES: u32 = 1_000;

/// The most items of one list.
pub(crate) const MOST_ITEMS: usize = 20_000;

/// The most items of one list that cannot be understood; with more of them the list is none.
pub(crate) const MOST_UNREADABLE: usize = 1_000;

/// The longest query of a link to the next page, in bytes. A marker of the API is a name or an ID.
pub(crate) const LONGEST_LINK: usize = 4 * 1024;

/// How often a collection is read that changes meanwhile.
pub(crate) const READS_OF_A_CHANGING_LIST: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    /// Users are told these limits by the guide.
    #[test]
    fn the_guide_tells_these_limits() {
        let guide = include_str!("../../../../docs/guides/timeouts-retries-and-failures.md");
        let thousands = |count: usize| format!("{},{:03}", count / 1_000, count % 1_000);
        let pages = thousands(MOST_PAGES as usize);

        for row in [
            format!("| An answer | {} MB,", LONGEST_ANSWER / 1024 / 1024),
            format!("| {} KB; of a longer one", LONGEST_REFUSAL / 1024),
            format!("| {} items on {pages} pages, of which", thousands(MOST_ITEMS)),
            format!("of which {} may be unreadable", thousands(MOST_UNREADABLE)),
            format!("| A link to the next page | {} KB |", LONGEST_LINK / 1024),
        ] {
            assert!(guide.contains(&row), "{row:?} is not in the guide");
        }
    }
}
