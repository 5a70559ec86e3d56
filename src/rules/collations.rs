//! The character sets and collations of MySQL 5.1 to 9, of MariaDB to 11 and of Percona Server.
//!
//! The character sets are few and settled. A collation is the name of one, `_`, and words out of a
//! small vocabulary, so the words are listed and not the thousand names: what is put together of them
//! may be known to one server and not to another, and the API of that server decides. A word that no
//! server has is refused by all of them.

use tfplug::schema::Validator;

use super::is_made_up;
use crate::spelling::{self, did_you_mean};

const CHARACTER_SETS: &str = "armscii8 ascii big5 binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 \
    cp866 cp932 dec8 eucjpms euckr gb18030 gb2312 gbk geostd8 greek hebrew hp8 keybcs2 koi8r koi8u \
    latin1 latin2 latin5 latin7 macce macroman sjis swe7 tis620 ucs2 ujis utf16 utf16le utf32 utf8 \
    utf8mb3 utf8mb4";

/// Languages, as they are spelled before and since MySQL 8.0.
const LANGUAGES: &str = "bulgarian chinese croatian czech danish english esperanto estonian german1 \
    german2 hungarian icelandic japanese korean latvian lithuanian myanmar persian polish roman \
    romanian sinhala slovak slovenian spanish spanish2 swedish thai turkish ukrainian vietnamese \
    bg bs cs cyrl da de eo es et gl hr hu is ja la latn lt lv mn nb nn pb pl ro ru sk sl sr sv tr \
    trad vi zh";

/// How, and by which edition of the Unicode standard, strings are compared.
const MANNERS: &str = "ai as bin ci cs general general1400 general50 ks maxuserid mysql500 mysql561 \
    nopad phone tolower unicode w2 0900 520 uca1400";

/// MariaDB names its newest collations without their character set too: they fit all of Unicode.
const ANY_UNICODE: &str = "uca1400";
const UNICODE: [&str; 7] = ["ucs2", "utf16", "utf16le", "utf32", "utf8", "utf8mb3", "utf8mb4"];

/// Name of a character set.
pub(crate) fn character_set() -> Validator {
    Validator::string("a character set of MySQL or MariaDB", |name| {
        if is_made_up(name) || is_character_set(name) {
            return Ok(());
        }
        Err(format!(
            "No server on offer has it.{} `SHOW CHARACTER SET` lists those of a server.",
            did_you_mean(nearest(&lower(name), CHARACTER_SETS))
        ))
    })
}

/// Name of a collation.
pub(crate) fn collation() -> Validator {
    Validator::string("a collation of MySQL or MariaDB", |name| {
        if is_made_up(name) || is_collation(name) {
            return Ok(());
        }
        Err(format!(
            "No server on offer has it.{} `SHOW COLLATION` lists those of a server.",
            did_you_mean(corrected(&lower(name)))
        ))
    })
}

/// Why a collation and a character set do not go together; nothing if they do, or if one of them is
/// unknown.
pub(crate) fn disagreement(character_set: &str, collation: &str) -> Option<String> {
    let (wanted, has) = (lower(character_set), lower(&character_set_of(collation)));
    let names_one = is_character_set(&wanted) && is_collation(collation);
    let unicode = is_of_any(collation) && UNICODE.contains(&wanted.as_str());
    let plain = |name: &str| matches!(name, "utf8" | "utf8mb3");
    // MySQL 8 names the collations of `utf8` after `utf8mb3`, its other name.
    let agree = wanted == has || unicode || (plain(&wanted) && plain(&has));
    (names_one && !agree).then(|| {
        format!(
            "The collation \"{collation}\" belongs to the character set \"{}\"",
            character_set_of(collation)
        )
    })
}

/// The character set that a collation belongs to: what stands before its first underscore.
pub(crate) fn character_set_of(collation: &str) -> String {
    if is_of_any(collation) {
        return "utf8mb4".to_owned();
    }
    collation.split_once('_').map_or(collation, |(character_set, _)| character_set).to_owned()
}

fn is_of_any(collation: &str) -> bool {
    lower(collation).split('_').next() == Some(ANY_UNICODE)
}

fn is_character_set(name: &str) -> bool {
    has(CHARACTER_SETS, &lower(name))
}

fn is_collation(name: &str) -> bool {
    let name = lower(name);
    match name.split_once('_') {
        None => name == "binary",
        Some((first, rest)) => {
            let known = if first == ANY_UNICODE {
                true
            } else {
                first != "binary" && is_character_set(first)
            };
            known && rest.split('_').all(is_word)
        }
    }
}

fn is_word(word: &str) -> bool {
    has(LANGUAGES, word) || has(MANNERS, word)
}

/// The collation with the nearest known word in the place of each unknown one.
fn corrected(name: &str) -> Option<String> {
    let (first, rest) = name.split_once('_')?;
    let first =
        if is_character_set(first) { first.to_owned() } else { nearest(first, CHARACTER_SETS)? };
    let words: Option<Vec<String>> = rest
        .split('_')
        .map(|word| {
            let near = || nearest(word, LANGUAGES).or_else(|| nearest(word, MANNERS));
            if is_word(word) { Some(word.to_owned()) } else { near() }
        })
        .collect();
    Some(format!("{first}_{}", words?.join("_")))
}

/// The word of a list that is nearest to this one, if it is near.
fn nearest(word: &str, list: &str) -> Option<String> {
    spelling::nearest(word, list.split_whitespace()).map(str::to_owned)
}

fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|it| it == word)
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}
