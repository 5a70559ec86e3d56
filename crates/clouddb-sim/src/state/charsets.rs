//! Character sets and their collations, the first of which is the default.

/// Collations are given without the name of their character set, which begins each of them.
const TABLE: [(&str, &str); 37] = [
    ("big5", "chinese_ci bin"),
    ("dec8", "swedish_ci bin"),
    ("cp850", "general_ci bin"),
    ("hp8", "english_ci bin"),
    ("koi8r", "general_ci bin"),
    ("latin1", "swedish_ci german1_ci danish_ci german2_ci bin general_ci general_cs spanish_ci"),
    ("latin2", "general_ci czech_cs hungarian_ci croatian_ci bin"),
    ("swe7", "swedish_ci bin"),
    ("ascii", "general_ci bin"),
    ("ujis", "japanese_ci bin"),
    ("sjis", "japanese_ci bin"),
    ("hebrew", "general_ci bin"),
    ("tis620", "thai_ci bin"),
    ("euckr", "korean_ci bin"),
    ("koi8u", "general_ci bin"),
    ("gb2312", "chinese_ci bin"),
    ("greek", "general_ci bin"),
    ("cp1250", "general_ci czech_cs croatian_ci bin polish_ci"),
    ("gbk", "chinese_ci bin"),
    ("latin5", "turkish_ci bin"),
    ("armscii8", "general_ci bin"),
    ("utf8", UNICODE),
    ("ucs2", UNICODE),
    ("utf8mb4", UNICODE_WIDE),
    ("cp866", "general_ci bin"),
    ("keybcs2", "general_ci bin"),
    ("macce", "general_ci bin"),
    ("macroman", "general_ci bin"),
    ("cp852", "general_ci bin"),
    ("latin7", "general_ci estonian_cs general_cs bin"),
    ("cp1251", "general_ci bulgarian_ci ukrainian_ci bin general_cs"),
    ("cp1256", "general_ci bin"),
    ("cp1257", "general_ci lithuanian_ci bin"),
    ("binary", ""),
    ("geostd8", "general_ci bin"),
    ("cp932", "japanese_ci bin"),
    ("eucjpms", "japanese_ci bin"),
];

const UNICODE: &str = "general_ci bin unicode_ci icelandic_ci latvian_ci romanian_ci slovenian_ci \
    polish_ci estonian_ci spanish_ci swedish_ci turkish_ci czech_ci danish_ci lithuanian_ci \
    slovak_ci spanish2_ci roman_ci persian_ci esperanto_ci hungarian_ci";

/// MySQL 8.0 has these as well, and its server default is among them.
const UNICODE_WIDE: &str = "general_ci bin unicode_ci icelandic_ci latvian_ci romanian_ci \
    slovenian_ci polish_ci estonian_ci spanish_ci swedish_ci turkish_ci czech_ci danish_ci \
    lithuanian_ci slovak_ci spanish2_ci roman_ci persian_ci esperanto_ci hungarian_ci \
    unicode_520_ci 0900_ai_ci 0900_as_ci 0900_as_cs 0900_bin";

fn collations(charset: &str) -> Option<impl Iterator<Item = String> + use<'_>> {
    let (_, suffixes) = TABLE.iter().find(|(name, _)| *name == charset)?;
    // The one character set whose only collation has its own name.
    let alone = suffixes.is_empty().then(|| charset.to_owned());
    let rest = suffixes.split_whitespace().map(move |suffix| format!("{charset}_{suffix}"));
    Some(alone.into_iter().chain(rest))
}

pub(crate) fn is_charset(name: &str) -> bool {
    TABLE.iter().any(|(charset, _)| *charset == name)
}

pub(crate) fn default_collation(charset: &str) -> String {
    collations(charset).and_then(|mut all| all.next()).unwrap_or_default()
}

/// The character set that a collation belongs to.
pub(crate) fn charset_of(collation: &str) -> Option<&'static str> {
    let mut owners = TABLE.iter().map(|(charset, _)| *charset);
    owners
        .find(|charset| collations(charset).is_some_and(|mut all| all.any(|one| one == collation)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collation_names_its_charset() {
        assert_eq!(charset_of("utf8_general_ci"), Some("utf8"));
        assert_eq!(charset_of("binary"), Some("binary"));
        assert_eq!(charset_of("klingon_ci"), None);
        assert_eq!(default_collation("utf8mb4"), "utf8mb4_general_ci");
    }
}
