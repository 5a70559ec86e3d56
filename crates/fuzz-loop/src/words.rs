//! Words to put where they do not belong.

use fastrand::Rng;

/// Pieces of text that decoders have stumbled over.
const WORDS: [&str; 34] = [
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775809",
    "18446744073709551616",
    "1e400",
    "1e-400",
    "99999999999999999999999999",
    "0.1",
    "-0",
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "\\u0000",
    "\\ud800",
    "\u{0}",
    "\u{1b}[31m",
    "\u{feff}",
    "ü",
    "😀",
    "\u{202e}",
    "%",
    "%41",
    "%2525",
    "@",
    ".",
    "..",
    "/",
    "<",
    "&lt;",
    "\r\n",
    " ",
];

/// A word, of the target or of all.
pub(crate) fn word<'a>(words: &'a [String], rng: &mut Rng) -> &'a str {
    let own = rng.choice(words).map(String::as_str).filter(|_| rng.bool());
    own.or_else(|| rng.choice(WORDS)).unwrap_or_default()
}
