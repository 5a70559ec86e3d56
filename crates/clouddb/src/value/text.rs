//! What a server says, made fit for a terminal and a log.

use crate::value::limits::{LONGEST_WORD, LONGEST_WORDS};

/// What a server says, fit for a terminal: on one line, without control characters, and not endless.
pub(crate) fn presentable(text: &str) -> String {
    shortened(&tidy(text), LONGEST_WORDS)
}

/// A name, a status, a time or an ID of a server, fit to be shown.
pub(crate) fn word(text: &str) -> String {
    shortened(&tidy(text), LONGEST_WORD)
}

/// The text on one line, without the line breaks of web pages that some faults have in them, and
/// without what could move the cursor of a terminal or turn its text around.
pub(crate) fn tidy(text: &str) -> String {
    let text = text.replace("<br />", " ");
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || turns(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a character is one of those that set the direction of writing.
fn turns(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

pub(crate) fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
