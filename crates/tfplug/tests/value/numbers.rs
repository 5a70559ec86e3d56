//! Numbers compare by decimal value and keep all their digits.

use std::collections::BTreeSet;

use tfplug::value::{Number, Type, Value};

fn text(text: &str) -> Number {
    Number::Text(text.into())
}

#[test]
fn numbers_are_equal_by_decimal_value() {
    assert_eq!(Number::Float(0.1), text("0.1"));
    assert_eq!(Number::Float(3.0), Number::Int(3));
    assert_eq!(Number::Float(-0.0), Number::Int(0));
    assert_eq!(text("1.50"), Number::Float(1.5));
    assert_eq!(text("-1e3"), Number::Int(-1000));
    assert_eq!(text("+0.0012E4"), Number::Int(12));
    assert_eq!(text("000"), Number::Int(0));
    assert_eq!(text("-0"), Number::Int(0));
    assert_eq!(text("9223372036854775808"), Number::Float(9_223_372_036_854_775_808.0));
    assert_eq!(Number::Int(1 << 60), Number::Float(1_152_921_504_606_846_976.0));
    assert_eq!(text("1e30"), Number::Float(1e30));
    assert_eq!(Number::Float(f64::INFINITY), Number::Float(f64::INFINITY));
}

#[test]
fn numbers_that_differ_in_the_last_digit_are_not_equal() {
    assert_ne!(text("9007199254740993"), Number::Float(9_007_199_254_740_992.0));
    assert_ne!(text("0.10000000000000000001"), Number::Float(0.1));
    assert_ne!(text("18446744073709551616"), text("18446744073709551615"));
    assert_ne!(Number::Int(1), Number::Int(-1));
    assert_ne!(Number::Float(f64::INFINITY), Number::Float(f64::NEG_INFINITY));
    assert_ne!(text("one"), text("two"));
    assert_ne!(text("one"), Number::Int(1));
}

#[test]
fn numbers_are_ordered_by_value() {
    let ordered = [
        Number::Float(f64::NEG_INFINITY),
        text("-1e30"),
        Number::Int(i64::MIN),
        Number::Float(-10.5),
        Number::Int(-10),
        text("-0.001"),
        Number::Int(0),
        text("1e-30"),
        Number::Float(0.25),
        text("0.251"),
        Number::Int(9),
        Number::Float(10.0),
        Number::Int(i64::MAX),
        text("9223372036854775808"),
        Number::Float(f64::INFINITY),
    ];
    for pair in ordered.windows(2) {
        assert!(pair[0] < pair[1], "{} < {}", pair[0], pair[1]);
    }
    let set: BTreeSet<Number> = ordered.iter().cloned().chain([text("9.0")]).collect();
    assert_eq!(set.len(), ordered.len());
}

#[test]
fn numbers_are_shown_with_all_digits() {
    for (number, shown) in [
        (Number::Int(-42), "-42"),
        (Number::Float(1.5), "1.5"),
        (Number::Float(f64::NEG_INFINITY), "-inf"),
        (Number::Float(1e21), "1000000000000000000000"),
        (text("1e-10"), "0.0000000001"),
        (text("12.3400"), "12.34"),
        (text("-12e2"), "-1200"),
        (text("0e5"), "0"),
        (text("18446744073709551617"), "18446744073709551617"),
    ] {
        assert_eq!(number.to_string(), shown);
    }
}

#[test]
fn only_numbers_are_read_as_numbers() {
    for text in
        ["", ".", "-", "e5", "1e", "1.2.3", "0x10", "1_000", " 1", "NaN", "inf", "1e99999999"]
    {
        assert!(text.parse::<Number>().is_err(), "{text:?}");
    }
    for text in ["1e-9223372036854775808", "1e9223372036854775807", "1e-1000001"] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
    assert_eq!("5.".parse::<Number>().unwrap(), Number::Int(5));
    assert_eq!(".5".parse::<Number>().unwrap(), Number::Float(0.5));
}

#[test]
fn whole_numbers_convert_from_every_form() {
    assert_eq!(text("7.0").to_i128(), Some(7));
    assert_eq!(Number::Float(1e15).to_i128(), Some(1_000_000_000_000_000));
    assert_eq!(Number::from(u64::MAX).to_i128(), Some(i128::from(u64::MAX)));
    assert_eq!(Number::from(i128::MIN).to_i128(), Some(i128::MIN));
    assert_eq!(Number::from(u128::MAX).to_i128(), None);
    assert!(Number::from(u128::MAX).is_whole());
    assert_eq!(Number::Float(0.5).to_i128(), None);
    assert!(!text("0.5").is_whole());
    assert_eq!(Number::Float(f64::INFINITY).to_i128(), None);
    assert_eq!(text("seven").to_i128(), None);
}

#[test]
fn floats_are_the_nearest_to_every_form() {
    let close = |number: Number, float: f64| assert_eq!(number.to_f64().to_bits(), float.to_bits());
    close(Number::Int(3), 3.0);
    close(text("0.1"), 0.1);
    close(text("1e400"), f64::INFINITY);
    close(Number::Int(i64::MAX), 9_223_372_036_854_775_807.0);
    assert!(text("inf").to_f64().is_nan());
}

#[test]
fn of_two_shortest_spellings_of_a_float_the_even_one_is_meant() {
    // The float lies exactly between ...562 and ...563.
    let float = Number::Float(2.500_404_357_910_156_2);

    assert_eq!(float.to_string(), "2.5004043579101562");
    assert_eq!(float, "2.5004043579101562".parse::<Number>().unwrap());
    let stored = Value::Number(float.clone()).to_json().to_string();
    assert_eq!(Value::from_json(stored.as_bytes(), &Type::Number).unwrap(), Value::Number(float));
}
