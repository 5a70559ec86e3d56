//! What the real Terraform sent must be read, and written again byte for byte.

use tfplug::value::{Number, Type, Typed, Value};

use crate::{hex, spell};

const CAPTURED: &str = include_str!("../golden/terraform-1.11.4.txt");

struct Case {
    name: &'static str,
    attribute: &'static str,
    bytes: Vec<u8>,
}

fn cases() -> Vec<Case> {
    CAPTURED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let [name, attribute, bytes] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("three words are expected: {line}");
            };
            Case { name, attribute, bytes: hex(bytes) }
        })
        .collect()
}

fn type_of(attribute: &str) -> Type {
    match attribute {
        "any" => Type::Dynamic,
        "bl" => Type::list(Type::object([("v", Type::String)])),
        "bs" => Type::object([("v", Type::String)]),
        "bset" => Type::set(Type::object([("v", Type::String)])),
        "flag" => Type::Bool,
        "list" => Type::list(Type::Number),
        "name" | "oc" | "secret_wo" => Type::String,
        "nested" => Type::list(Type::object([("x", Type::String), ("y", Type::String)])),
        "num" => Type::Number,
        "obj" => Type::object([("a", Type::String), ("b", Type::Number)]),
        "set" => Type::set(Type::String),
        "tags" => Type::map(Type::String),
        "tup" => Type::Tuple(vec![Type::String, Type::Number]),
        other => panic!("no type for {other}"),
    }
}

fn decoded(name: &str, attribute: &str) -> Vec<Value> {
    cases()
        .iter()
        .filter(|case| case.name == name && case.attribute == attribute)
        .map(|case| Value::from_msgpack(&case.bytes, &type_of(attribute)).unwrap())
        .collect()
}

fn one(name: &str, attribute: &str) -> Value {
    let mut values = decoded(name, attribute);
    assert_eq!(values.len(), 1, "{name} {attribute}");
    values.remove(0)
}

fn texts(texts: [&str; 2]) -> Value {
    texts.into_iter().map(Value::from).collect()
}

#[test]
fn what_terraform_sent_is_written_again_byte_for_byte() {
    let cases = cases();
    assert_eq!(cases.len(), 86);
    let mut refined = 0;
    for Case { name, attribute, bytes } in cases {
        let ty = type_of(attribute);
        let value = Value::from_msgpack(&bytes, &ty).unwrap();
        // cty's code of a refined unknown; refinements are read over, never repeated.
        let expected = if bytes.starts_with(&[0xc7]) {
            refined += 1;
            hex("d40000")
        } else {
            bytes
        };
        let written = value.to_msgpack(&ty).unwrap();
        assert_eq!(spell(&written), spell(&expected), "{name} {attribute}");
    }
    assert_eq!(refined, 4);
}

#[test]
fn captured_numbers_have_the_values_of_the_configuration() {
    let third = format!("0.{}5", "3".repeat(154));
    let huge = format!("1{}", "0".repeat(400));
    let expected = [
        ("zero", "0"),
        ("one", "1"),
        ("neg", "-1"),
        ("n127", "127"),
        ("n128", "128"),
        ("n32", "-32"),
        ("n33", "-33"),
        ("n255", "255"),
        ("n256", "256"),
        ("n65535", "65535"),
        ("n65536", "65536"),
        ("u32", "4294967295"),
        ("u33", "4294967296"),
        ("i64max", "9223372036854775807"),
        ("i64max1", "9223372036854775808"),
        ("u64max", "18446744073709551615"),
        ("over", "18446744073709551616"),
        ("i64min", "-9223372036854775808"),
        ("under", "-9223372036854775809"),
        ("half", "1.5"),
        ("tenth", "0.1"),
        ("big", "1e30"),
        ("tiny", "1e-10"),
        ("third", &third),
        ("p53", "9007199254740993"),
        ("huge", &huge),
    ];
    for (name, text) in expected {
        let number: Number = text.parse().unwrap();
        assert_eq!(one(name, "num"), Value::Number(number), "{name}");
    }
}

#[test]
fn captured_collections_have_the_values_of_the_configuration() {
    assert_eq!(one("strings", "list"), [1.0, 2.5].into_iter().map(Value::from).collect());
    assert_eq!(one("strings", "set"), texts(["a", "b"]));
    assert_eq!(
        one("strings", "tags"),
        [("a", "1".into()), ("b", Value::Null)].into_iter().collect()
    );
    assert_eq!(one("strings", "obj"), [("a", "x".into()), ("b", 2.into())].into_iter().collect());
    assert_eq!(one("strings", "tup"), [Value::from("t"), 7.into()].into_iter().collect());
    assert_eq!(one("strings", "flag"), Value::Bool(true));
    assert_eq!(
        one("strings", "any"),
        Value::Dynamic(Box::new(Typed { ty: Type::String, value: "dyn".into() }))
    );
    assert_eq!(one("strings", "nested").as_list().unwrap()[1].get("x"), Some(&Value::Null));
    assert_eq!(one("prefixed", "list"), Value::List(Vec::new()));
}

#[test]
fn captured_unknown_values_are_unknown_with_a_refinement_and_without() {
    assert!(decoded("prefixed", "name").iter().all(Value::is_unknown));
    assert!(one("dynunknown", "flag").is_unknown());
    assert!(decoded("dynunknown", "num").iter().all(Value::is_unknown));
    assert!(one("dynunknown", "set").is_known());
    assert!(!one("dynunknown", "set").is_wholly_known());
    let [typed, untyped] = &decoded("dynunknown", "any")[..] else { panic!("two are captured") };
    assert_eq!(*typed, Value::Dynamic(Box::new(Typed { ty: Type::String, value: Value::Unknown })));
    assert!(typed.is_unknown());
    assert_eq!(*untyped, Value::Unknown);
}

#[test]
fn captured_dynamic_objects_carry_their_type() {
    let Value::Dynamic(typed) = one("prefixed", "any") else { panic!("it is dynamic") };
    let element = Type::Tuple(vec![Type::Bool, Type::Dynamic, Type::Number]);
    assert_eq!(typed.ty, Type::object([("k", element)]));
    let elements = typed.value.get("k").unwrap().as_list().unwrap();
    assert_eq!(elements, [Value::Bool(true), Value::Null, Value::from(1.5)]);
}
