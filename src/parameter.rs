//! Values of MySQL's parameters: text in HCL, and in the API of the type that each parameter has.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/configuration-groups.rst>.
//!
//! Quirk: the API compares types strictly. It refuses `"120"` for an integer, and `1` for a boolean.

use clouddb::Parameter;
use serde_json::{Number, Value};

/// Up to this largest number a parameter counts as a switch, whose `ON` is 1: `query_cache_type` has
/// `OFF`, `ON` and `DEMAND`.
const LARGEST_SWITCH: i128 = 2;

/// A value of the API as HCL has it.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether two spellings set a parameter to the same: `1`, `01`, `ON` and `true` do.
pub(crate) fn means(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse::<i128>().ok().or_else(|| switch(text).map(i128::from));
    one == other || number(one).zip(number(other)).is_some_and(|(one, other)| one == other)
}

/// The value for the API, of the type of the parameter. The error is a sentence that says what is wrong
/// and what to write.
pub(crate) fn typed(parameter: &Parameter, text: &str) -> Result<Value, String> {
    match parameter.kind.as_deref() {
        Some("integer") => integer(parameter, text),
        Some("boolean") => match switch(text) {
            Some(on) => Ok(Value::Bool(on)),
            None => Err(format!("\"{text}\" is no switch: write \"ON\" or \"OFF\".")),
        },
        Some("float") => match text.parse().ok().and_then(Number::from_f64) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(format!("\"{text}\" is no number: write one such as \"0.5\".")),
        },
        _ => Ok(Value::String(text.to_owned())),
    }
}

/// The value for the API where nobody can tell the type of the parameter: a number if it looks like one.
pub(crate) fn guessed(text: &str) -> Value {
    let number = text.parse().ok().and_then(Number::from_i128);
    number.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn integer(parameter: &Parameter, text: &str) -> Result<Value, String> {
    let (least, most) = (bound(parameter.min.as_ref()), bound(parameter.max.as_ref()));
    let is_switch = most.is_some_and(|most| most <= LARGEST_SWITCH);
    let number = text.parse().ok().or_else(|| {
        let on = switch(text).filter(|_| is_switch)?;
        Some(i128::from(on))
    });
    let range = range(least, most);
    let Some(number) = number else {
        let instead = bytes(text).map(|bytes| format!(": write \"{bytes}\"")).unwrap_or_default();
        return Err(format!("\"{text}\" is not a whole number{range}{instead}."));
    };
    if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
        return Err(format!("\"{text}\" is not a whole number{range}."));
    }
    let exact = Number::from_i128(number).filter(|it| it.is_i64() || it.is_u64());
    exact.map(Value::Number).ok_or_else(|| format!("\"{text}\" is larger than any server takes."))
}

fn range(least: Option<i128>, most: Option<i128>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    }
}

/// A bound of whole numbers.
pub(crate) fn bound(number: Option<&Number>) -> Option<i128> {
    number?.as_i128()
}

/// The words by which MySQL turns something on or off.
fn switch(text: &str) -> Option<bool> {
    let is = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["on", "true"]) {
        Some(true)
    } else if is(["off", "false"]) {
        Some(false)
    } else {
        match text {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        }
    }
}

/// A size as MySQL's own files have it, such as `16M`, in bytes.
fn bytes(text: &str) -> Option<u64> {
    let shift = match text.chars().next_back()? {
        'k' | 'K' => 10,
        'm' | 'M' => 20,
        'g' | 'G' => 30,
        _ => return None,
    };
    let number: u64 = text.get(..text.len() - 1)?.parse().ok()?;
    number.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameter(it: Value) -> Parameter {
        serde_json::from_value(it).unwrap()
    }

    fn of_integer(min: u64, max: u64) -> Parameter {
        parameter(json!({ "name": "p", "type": "integer", "min": min, "max": max }))
    }

    #[test]
    fn numbers_are_exact_beyond_what_a_float_holds() {
        let any = of_integer(0, u64::MAX);

        for text in ["0", "9007199254740993", "9223372036854775808", "18446744073709551615"] {
            assert_eq!(typed(&any, text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_out_of_range_or_no_number_is_refused_with_what_to_write() {
        let said = |text: &str| typed(&of_integer(1024, 65535), text).unwrap_err();

        assert_eq!(said("1023"), "\"1023\" is not a whole number from 1024 to 65535.");
        assert_eq!(said("65536"), "\"65536\" is not a whole number from 1024 to 65535.");
        assert_eq!(
            said("16K"),
            "\"16K\" is not a whole number from 1024 to 65535: write \"16384\"."
        );
        assert_eq!(said("ON"), "\"ON\" is not a whole number from 1024 to 65535.");
        let open = parameter(json!({ "name": "p", "type": "integer" }));
        assert!(typed(&open, "18446744073709551616").unwrap_err().contains("larger than any"));
    }

    #[test]
    fn a_switch_takes_the_words_of_mysql_and_is_sent_as_its_type() {
        let (number, boolean) =
            (of_integer(0, 1), parameter(json!({ "name": "p", "type": "boolean" })));

        for (words, on) in [(["1", "ON", "true"], true), (["0", "off", "False"], false)] {
            for word in words {
                assert_eq!(typed(&number, word).unwrap(), json!(u8::from(on)), "{word}");
                assert_eq!(typed(&boolean, word).unwrap(), json!(on), "{word}");
            }
        }
        assert!(typed(&boolean, "2").unwrap_err().contains("write \"ON\" or \"OFF\""));
    }

    #[test]
    fn a_text_stays_a_text() {
        let it = parameter(json!({ "name": "p", "type": "string" }));

        assert_eq!(typed(&it, "1").unwrap(), json!("1"));
        assert_eq!(typed(&it, "").unwrap(), json!(""));
    }

    #[test]
    fn spellings_of_one_value_mean_the_same() {
        assert!(means("1", "ON") && means("true", "1") && means("OFF", "0") && means("010", "10"));
        assert!(!means("2", "ON") && !means("0", "ON") && !means("utf8", "utf8mb4"));
        assert!(!means("16M", "16777216"), "the service takes no such size");
    }
}
