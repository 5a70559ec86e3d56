//! Stored state: JSON in, JSON out.

use serde_json::json;
use tfplug::value::{Number, Type, Typed, Value};

fn read(json: &str, ty: &Type) -> Result<Value, String> {
    Value::from_json(json.as_bytes(), ty).map_err(|error| error.to_string())
}

fn text(text: &str) -> Value {
    Value::Number(Number::Text(text.into()))
}

#[test]
fn a_state_of_every_type_is_read() {
    let ty = Type::object([
        ("bool", Type::Bool),
        ("list", Type::list(Type::Number)),
        ("map", Type::map(Type::String)),
        ("null", Type::String),
        ("object", Type::object([("a", Type::String)])),
        ("set", Type::set(Type::String)),
        ("tuple", Type::Tuple(vec![Type::String, Type::Number])),
    ]);
    let state = r#" { "bool" : true, "list":[1, 2.5 ],"map":{"k":"v","é\n\"":"w"},
        "null":null, "object":{"a":"x"}, "set":["a","b"], "tuple":["t",7] } "#;
    let value = read(state, &ty).unwrap();
    assert_eq!(value.get("bool"), Some(&Value::Bool(true)));
    assert_eq!(value.get("list"), Some(&[1.0, 2.5].map(Value::from).into_iter().collect()));
    let map = [("k", "v".into()), ("é\n\"", "w".into())].into_iter().collect();
    assert_eq!(value.get("map"), Some(&map));
    assert_eq!(value.get("null"), Some(&Value::Null));
    assert_eq!(value.get("object").unwrap().get("a"), Some(&"x".into()));
    assert_eq!(value.get("set"), Some(&["a", "b"].map(Value::from).into_iter().collect()));
    assert_eq!(value.get("tuple"), Some(&[Value::from("t"), 7.into()].into_iter().collect()));
    assert_eq!(Value::from_json(value.to_json().to_string().as_bytes(), &ty).unwrap(), value);
}

#[test]
fn attributes_of_an_older_schema_are_ignored_and_new_ones_are_null() {
    let inner = Type::object([("kept", Type::String), ("added", Type::list(Type::Bool))]);
    let ty = Type::object([("outer", Type::list(inner)), ("added", Type::Number)]);
    let state = r#"{"gone":{"a":[1,{"b":"]}"}]},"outer":[{"kept":"x","gone":[[]]}]}"#;
    let inner = [("kept", "x".into()), ("added", Value::Null)].into_iter().collect::<Value>();
    let outer = [inner].into_iter().collect::<Value>();
    let expected = [("outer", outer), ("added", Value::Null)].into_iter().collect();
    assert_eq!(read(state, &ty).unwrap(), expected);
    let empty = [("outer", Value::Null), ("added", Value::Null)].into_iter().collect();
    assert_eq!(read("{}", &ty).unwrap(), empty);
    assert_eq!(read("null", &ty).unwrap(), Value::Null);
}

#[test]
fn no_digit_of_a_number_is_lost() {
    for digits in [
        "9007199254740993",
        "18446744073709551615",
        "18446744073709551617",
        "0.1",
        "-123456789012345678901234567890.123456789",
        "1e400",
    ] {
        assert_eq!(read(digits, &Type::Number).unwrap(), text(digits));
        assert_eq!(read(&format!("\"{digits}\""), &Type::Number).unwrap(), text(digits));
    }
}

#[test]
fn a_primitive_that_had_another_primitive_type_is_converted_as_terraform_does() {
    assert_eq!(read("\"true\"", &Type::Bool).unwrap(), Value::Bool(true));
    assert_eq!(read("\"0\"", &Type::Bool).unwrap(), Value::Bool(false));
    assert_eq!(read("1.50", &Type::String).unwrap(), "1.5".into());
    assert_eq!(read("false", &Type::String).unwrap(), "false".into());
    assert_eq!(read("\"12\"", &Type::Number).unwrap(), 12.into());
    assert!(read("1", &Type::Bool).is_err());
    assert!(read("\"yes\"", &Type::Bool).is_err());
    assert!(read("true", &Type::Number).is_err());
    assert!(read("\"twelve\"", &Type::Number).is_err());
}

#[test]
fn a_dynamic_value_is_read_in_either_order() {
    let expected = Value::Dynamic(Box::new(Typed {
        ty: Type::list(Type::String),
        value: ["a"].map(Value::from).into_iter().collect(),
    }));
    for state in [
        r#"{"value":["a"],"type":["list","string"]}"#,
        r#"{ "type" : ["list","string"], "value" : [ "a" ] }"#,
    ] {
        assert_eq!(read(state, &Type::Dynamic).unwrap(), expected);
    }
    assert_eq!(read("null", &Type::Dynamic).unwrap(), Value::Null);
    assert!(read("{\"value\":1}", &Type::Dynamic).is_err());
    assert!(read("{\"value\":1,\"type\":\"text\"}", &Type::Dynamic).is_err());
    assert!(read("7", &Type::Dynamic).is_err());
}

#[test]
fn an_error_says_where_and_what_but_not_the_value() {
    let rule = Type::object([("port", Type::Number)]);
    let ty = Type::object([
        ("rules", Type::list(rule.clone())),
        ("set", Type::set(rule)),
        ("tags", Type::map(Type::String)),
        ("pair", Type::Tuple(vec![Type::Bool])),
    ]);
    for (state, message) in [
        (
            r#"{"rules":[{"port":[]}]}"#,
            "rules[0].port: a number is required, but an array was given",
        ),
        (r#"{"rules":"hidden"}"#, "rules: a list is required, but a string was given"),
        (r#"{"set":[{"port":{}}]}"#, "set.port: a number is required, but an object was given"),
        (r#"{"tags":{"k":[]}}"#, "tags[\"k\"]: a string is required, but an array was given"),
        (r#"{"tags":[]}"#, "tags: a map is required, but an array was given"),
        (r#"{"pair":[true,1]}"#, "pair: a tuple of 1 elements is required, but 2 were given"),
        (r#"{"pair":["hidden"]}"#, "pair[0]: a bool is required, but a string was given"),
    ] {
        assert_eq!(read(state, &ty).unwrap_err(), message);
    }
}

#[test]
fn what_is_not_json_is_refused() {
    let ty = Type::object([("a", Type::list(Type::String))]);
    for state in ["", " ", "{", "{\"a\":[\"x\"}", "{\"a\":[]}}", "{\"a\":[\"x\",]}", "{\"a\":01}"] {
        assert!(read(state, &ty).is_err(), "{state}");
    }
    assert!(read("{\"a\":[\"\\ud800\"]}", &ty).is_err());
    assert!(Value::from_json(&[b'"', 0xff, b'"'], &Type::String).is_err());
}

#[test]
fn deep_states_are_refused_or_ignored_but_never_exhaust_the_stack() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let ty = (0..200).fold(Type::Bool, |ty, _| Type::list(ty));
    assert_eq!(
        Value::from_json(nested.as_bytes(), &ty).unwrap_err().message(),
        "the value is nested too deeply"
    );
    let state = format!("{{\"ignored\":{nested},\"a\":true}}");
    let value = read(&state, &Type::object([("a", Type::Bool)])).unwrap();
    assert_eq!(value.get("a"), Some(&Value::Bool(true)));
}

#[test]
fn json_shows_what_it_can() {
    let value: Value = [
        ("any", Value::Dynamic(Box::new(Typed { ty: Type::Bool, value: true.into() }))),
        ("big", u64::MAX.into()),
        ("half", 0.5.into()),
        ("huge", text("18446744073709551617")),
        ("list", ["x".into(), Value::Null].into_iter().collect()),
        ("tenth", text("0.1")),
        ("unknown", Value::Unknown),
        ("whole", 3.0.into()),
    ]
    .into_iter()
    .collect();
    let expected = json!({
        "any": {"type": "bool", "value": true},
        "big": u64::MAX,
        "half": 0.5,
        "huge": "18446744073709551617",
        "list": ["x", null],
        "tenth": 0.1,
        "unknown": null,
        "whole": 3,
    });
    assert_eq!(value.to_json(), expected);
}
