//! Input that lies. Nothing of it may panic, hang or take memory that it does not have.

use tfplug::value::{Type, Typed, Value};

use crate::{every_kind, hex, one_of_every_kind};

fn message(bytes: &[u8], ty: &Type) -> String {
    Value::from_msgpack(bytes, ty).unwrap_err().message().to_owned()
}

/// A document with every kind of value in it.
fn document() -> (Type, Value) {
    let ty = Type::object(every_kind().into_iter().chain([("any", Type::Dynamic)]));
    let any =
        Typed { ty: Type::set(Type::Number), value: [Value::from(70_000)].into_iter().collect() };
    let any = [("any", Value::Dynamic(Box::new(any)))];
    (ty, one_of_every_kind(Value::Unknown).into_iter().chain(any).collect())
}

#[test]
fn every_cut_of_a_document_is_an_error() {
    let (ty, value) = document();
    let bytes = value.to_msgpack(&ty).unwrap();
    assert_eq!(Value::from_msgpack(&bytes, &ty).unwrap(), value);
    for length in 0..bytes.len() {
        assert!(Value::from_msgpack(&bytes[..length], &ty).is_err(), "cut at {length}");
    }
}

#[test]
fn every_cut_of_a_state_is_an_error() {
    let (ty, value) = document();
    let json = value.nulls_for_unknowns().to_json().to_string();
    assert!(Value::from_json(json.as_bytes(), &ty).is_ok());
    for length in 0..json.len() {
        assert!(Value::from_json(&json.as_bytes()[..length], &ty).is_err(), "cut at {length}");
    }
}

#[test]
fn a_document_with_any_one_byte_changed_does_not_panic() {
    let (ty, value) = document();
    let bytes = value.to_msgpack(&ty).unwrap();
    let mut refused = 0;
    for position in 0..bytes.len() {
        for byte in 0..=u8::MAX {
            let mut changed = bytes.clone();
            changed[position] = byte;
            match Value::from_msgpack(&changed, &ty) {
                Ok(read) => assert!(read.to_msgpack(&ty).is_ok()),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > bytes.len());
}

#[test]
fn what_follows_the_value_is_an_error() {
    assert_eq!(message(&hex("c3c3"), &Type::Bool), "1 bytes follow the value");
    assert_eq!(message(&hex("90c0c0"), &Type::list(Type::Bool)), "2 bytes follow the value");
}

#[test]
fn a_length_beyond_the_input_is_an_error_at_once() {
    let list = Type::list(Type::String);
    let map = Type::map(Type::String);
    for (bytes, ty) in [
        ("ddffffffff", &list),
        ("ddffffffffa178", &list),
        ("dcffff", &list),
        ("9f", &list),
        ("dfffffffff", &map),
        ("deffff", &map),
        ("8f", &map),
        ("dbffffffff", &Type::String),
        ("daffff", &Type::String),
        ("d9ff", &Type::String),
        ("bf", &Type::String),
        ("92c6ffffffff", &Type::Dynamic),
        ("ddffffffffc0c0", &Type::Dynamic),
        ("c7ff0c", &Type::Bool),
    ] {
        assert_eq!(message(&hex(bytes), ty), "the value is cut off", "{bytes}");
    }
    let too_long = "the description of an unknown value is too long";
    assert_eq!(message(&hex("c9ffffffff0c"), &Type::Bool), too_long);
}

#[test]
fn values_nest_128_deep_and_no_deeper() {
    let nested = |levels: usize| {
        let ty = (0..levels).fold(Type::Bool, |ty, _| Type::list(ty));
        let mut bytes = vec![0x91; levels];
        bytes.push(0xc3);
        Value::from_msgpack(&bytes, &ty)
    };
    assert!(nested(128).unwrap().is_wholly_known());
    assert_eq!(nested(129).unwrap_err().message(), "the value is nested too deeply");
}

#[test]
fn dynamic_values_in_dynamic_values_end_somewhere() {
    let mut bytes = hex("92c4092264796e616d696322").repeat(100_000);
    bytes.push(0xc0);
    assert_eq!(message(&bytes, &Type::Dynamic), "the value is nested too deeply");
}

#[test]
fn text_that_is_not_utf_8_is_an_error() {
    assert_eq!(message(&hex("a2c328"), &Type::String), "the text is not UTF-8");
    assert_eq!(message(&hex("81a2c328c0"), &Type::map(Type::Bool)), "the text is not UTF-8");
}

#[test]
fn bytes_without_meaning_and_numbers_that_are_none_are_errors() {
    let given = "a bool is required, but a byte without meaning was given";
    assert_eq!(message(&hex("c1"), &Type::Bool), given);
    assert_eq!(
        message(&hex("cb7ff8000000000000"), &Type::Number),
        "NaN is not a number to Terraform"
    );
    assert_eq!(message(&hex("ca7fc00000"), &Type::Number), "NaN is not a number to Terraform");
    let given = "a string as key is required, but a number was given";
    assert_eq!(message(&hex("8101c0"), &Type::map(Type::Bool)), given);
}
