//! Texts as Terraform compares them.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;

/// Whether two texts are the same to Terraform.
///
/// Terraform brings every string into Unicode normalization form C, so `é` as one character equals
/// `e` with a combining accent; an API may answer with either.
pub fn same_text(left: &str, right: &str) -> bool {
    compare(left, right).is_eq()
}

/// The order of the normalized texts.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() { left.cmp(right) } else { left.nfc().cmp(right.nfc()) }
}
