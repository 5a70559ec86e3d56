//! How words are spelled: as a sentence begins with them, and what a misspelt one may have been meant to be.

/// The words as a sentence begins with them.
pub(crate) fn capital(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

/// The known word that is nearest to this one, if it is near: with every third letter changed, added or
/// left out at most.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|known| (strsim::levenshtein(word, known), known));
    let (edits, known) = near.min()?;
    (edits <= word.len() / 3).then_some(known)
}

/// A sentence for the end of a refusal, or nothing where no word is near.
pub(crate) fn did_you_mean(near: Option<impl AsRef<str>>) -> String {
    near.map(|near| format!(" Did you mean \"{}\"?", near.as_ref())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(capital("database \"shop\""), "Database \"shop\"");
        assert_eq!(capital("HA group"), "HA group");
        assert_eq!(capital(""), "");
    }
}
