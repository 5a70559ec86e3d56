//! What there is to choose from, in the text of a refusal.

/// How many objects a message lists.
pub(super) const LISTED: usize = 20;

/// A line for each object, as far as a person reads them, and how many more there are.
pub(super) fn lines(objects: impl IntoIterator<Item = String>) -> String {
    let mut lines: Vec<String> = objects.into_iter().map(|it| format!("  {it}")).collect();
    let more = lines.len().saturating_sub(LISTED);
    if more > 0 {
        lines.truncate(LISTED);
        lines.push(format!("  and {more} more"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_ends_in_how_much_longer_it_is() {
        let objects = |count: usize| lines((0..count).map(|number| number.to_string()));

        assert_eq!(objects(2), "  0\n  1");
        assert!(objects(LISTED).ends_with("  19"));
        assert!(objects(LISTED + 3).ends_with("  19\n  and 3 more"));
    }
}
