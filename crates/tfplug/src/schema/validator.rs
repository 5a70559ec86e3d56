//! Validators: what known values must be, checked while the configuration is validated.

use std::cmp::Ordering;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::value::{Number, Value};

type Test = dyn Fn(&Value) -> std::result::Result<(), String> + Send + Sync;

/// A test of a value with its description, which completes the sentence "The value must be …".
#[derive(Clone)]
pub struct Validator {
    description: String,
    test: Arc<Test>,
}

impl Validator {
    /// A validator of any known value. The error says why the value is refused and may be empty.
    pub fn value(
        description: impl Into<String>,
        test: impl Fn(&Value) -> std::result::Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self { description: description.into(), test: Arc::new(test) }
    }

    /// A validator of strings. The error is a sentence that says why the string is refused, without
    /// quoting the string; it may be empty.
    pub fn string(
        description: impl Into<String>,
        test: impl Fn(&str) -> std::result::Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self::value(description, move |value| match value {
            Value::String(given) => test(given),
            _ => Ok(()),
        })
    }

    /// The length of a string in characters, or the number of elements of a list, set or map.
    pub fn length(range: RangeInclusive<usize>) -> Self {
        let (least, most) = (*range.start(), *range.end());
        let description = match (least, most) {
            (least, usize::MAX) => format!("of length {least} or more"),
            (0, most) => format!("of length {most} or less"),
            (least, most) if least == most => format!("of length {least}"),
            (least, most) => format!("of length {least} to {most}"),
        };
        Self::value(description, move |value| {
            let length = match value {
                Value::String(text) => text.chars().count(),
                Value::List(elements) => elements.len(),
                Value::Map(elements) => elements.len(),
                _ => return Ok(()),
            };
            if range.contains(&length) { Ok(()) } else { Err(format!("Its length is {length}.")) }
        })
    }

    /// One of the given strings.
    pub fn one_of(allowed: &[&str]) -> Self {
        let allowed: Vec<String> = allowed.iter().map(|it| (*it).to_owned()).collect();
        let quoted: Vec<String> = allowed.iter().map(|it| format!("`{it}`")).collect();
        Self::string(format!("one of {}", quoted.join(", ")), move |text| {
            if allowed.iter().any(|it| it == text) { Ok(()) } else { Err(String::new()) }
        })
    }

    /// A number that is not smaller.
    pub fn at_least(least: i64) -> Self {
        Self::number(format!("at least {least}"), move |number| {
            compare(number, least).is_none_or(Ordering::is_ge)
        })
    }

    /// A number that is not larger.
    pub fn at_most(most: i64) -> Self {
        Self::number(format!("at most {most}"), move |number| {
            compare(number, most).is_none_or(Ordering::is_le)
        })
    }

    /// A number without a fraction; [`integer`](super::integer) brings it along.
    pub(crate) fn whole() -> Self {
        Self::number("a whole number", Number::is_whole)
    }

    fn number(
        description: impl Into<String>,
        test: impl Fn(&Number) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::value(description, move |value| match value {
            Value::Number(number) if !test(number) => Err(String::new()),
            _ => Ok(()),
        })
    }

    /// What a value must be: "at least 1".
    pub fn description(&self) -> &str {
        &self.description
    }

    /// `Err` with the reason, which may be empty, if the known `value` is refused.
    pub fn test(&self, value: &Value) -> std::result::Result<(), String> {
        (self.test)(value)
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Validator").field(&self.description).finish()
    }
}

#[expect(clippy::cast_precision_loss, reason = "only numbers that are no i64 are compared as f64")]
fn compare(number: &Number, bound: i64) -> Option<Ordering> {
    match number {
        Number::Int(int) => Some(int.cmp(&bound)),
        Number::Float(float) => float.partial_cmp(&(bound as f64)),
        Number::Text(text) => text.parse::<f64>().ok()?.partial_cmp(&(bound as f64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(int: i64) -> Value {
        Value::Number(Number::Int(int))
    }

    fn text(number: &str) -> Value {
        Value::Number(Number::Text(number.into()))
    }

    #[test]
    fn numbers_are_bounded_in_every_form() {
        let validator = Validator::at_least(1);
        assert!(validator.test(&int(1)).is_ok());
        assert!(validator.test(&int(0)).is_err());
        assert!(validator.test(&Value::Number(Number::Float(0.5))).is_err());
        assert!(validator.test(&text("0.1")).is_err());
        assert!(validator.test(&text("9223372036854775808")).is_ok());
        assert!(Validator::at_most(5).test(&text("9223372036854775808")).is_err());
        assert!(Validator::at_most(5).test(&int(5)).is_ok());
    }

    #[test]
    fn a_whole_number_has_no_fraction() {
        assert!(Validator::whole().test(&int(3)).is_ok());
        assert!(Validator::whole().test(&Value::Number(Number::Float(3.0))).is_ok());
        assert!(Validator::whole().test(&Value::Number(Number::Float(3.5))).is_err());
        assert!(Validator::whole().test(&text("0.1")).is_err());
        assert!(Validator::whole().test(&text("12345678901234567890")).is_ok());
        assert!(Validator::whole().test(&text("12345678901234567890.5")).is_err());
    }

    #[test]
    fn lengths_count_characters_and_elements() {
        let validator = Validator::length(1..=2);
        assert!(validator.test(&Value::String("éé".into())).is_ok());
        assert!(validator.test(&Value::String("ééé".into())).is_err());
        assert!(validator.test(&Value::List(vec![])).is_err());
        assert!(validator.test(&Value::Map([("a".to_owned(), Value::Null)].into())).is_ok());
        assert_eq!(validator.description(), "of length 1 to 2");
    }

    #[test]
    fn one_of_names_what_is_allowed() {
        let validator = Validator::one_of(&["a", "b"]);
        assert!(validator.test(&Value::String("b".into())).is_ok());
        assert!(validator.test(&Value::String("c".into())).is_err());
        assert_eq!(validator.description(), "one of `a`, `b`");
    }
}
