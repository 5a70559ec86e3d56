//! Values: the wire, stored state, models, and what counts as the same.

#[cfg(test)]
use tfplug::value::{Type, Value};

#[cfg(test)]
mod attr;
#[cfg(test)]
mod equivalence;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod model;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod property;
#[cfg(test)]
mod state;
#[cfg(test)]
mod types;
#[cfg(test)]
mod wire;

/// Attributes of every kind that has a type of its own.
#[cfg(test)]
fn every_kind() -> [(&'static str, Type); 9] {
    [
        ("flag", Type::Bool),
        ("float", Type::Number),
        ("int", Type::Number),
        ("list", Type::list(Type::object([("a", Type::String)]))),
        ("map", Type::map(Type::Number)),
        ("set", Type::set(Type::String)),
        ("text", Type::String),
        ("tuple", Type::Tuple(vec![Type::Bool, Type::String])),
        ("unknown", Type::String),
    ]
}

/// A value for each of these attributes.
#[cfg(test)]
fn one_of_every_kind(unknown: Value) -> [(&'static str, Value); 9] {
    [
        ("flag", true.into()),
        ("float", 2.5.into()),
        ("int", i64::MIN.into()),
        ("list", [[("a", Value::from("x"))].into_iter().collect::<Value>()].into_iter().collect()),
        ("map", (0..16).map(|n| (format!("key{n}"), Value::from(n * 1000))).collect()),
        ("set", ["a", "b"].map(Value::from).into_iter().collect()),
        ("text", "x".repeat(33).into()),
        ("tuple", [Value::Null, "y".into()].into_iter().collect()),
        ("unknown", unknown),
    ]
}

/// The bytes that a hexadecimal text spells.
#[cfg(test)]
fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Bytes as a hexadecimal text.
#[cfg(test)]
fn spell(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
