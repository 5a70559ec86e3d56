//! Values in messages.

use crate::value::Value;

/// What is shown of a value at most, in characters.
const LONGEST: usize = 120;

/// The value as a user would write it, shortened, or nothing of it if it is sensitive.
pub(super) fn show(value: &Value, sensitive: bool) -> String {
    if sensitive && !value.is_null() && value.is_known() {
        return "(sensitive)".to_owned();
    }
    if value.is_unknown() {
        return "(not known yet)".to_owned();
    }
    let text = value.to_json().to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
