//! Types and their two spellings.

use tfplug::value::{Number, Type, Value};

fn everything() -> Type {
    Type::object([
        ("any", Type::Dynamic),
        ("empty", Type::object::<String>([])),
        ("list", Type::list(Type::Number)),
        ("map", Type::map(Type::object([("b", Type::Bool)]))),
        ("set", Type::set(Type::String)),
        ("tuple", Type::Tuple(vec![Type::String, Type::Bool])),
    ])
}

#[test]
fn a_type_has_ctys_json() {
    let json = r#"["object",{"any":"dynamic","empty":["object",{}],"list":["list","number"],"map":["map",["object",{"b":"bool"}]],"set":["set","string"],"tuple":["tuple",["string","bool"]]}]"#;
    assert_eq!(everything().to_json().to_string(), json);
    assert_eq!(Type::from_json(json.as_bytes()).unwrap(), everything());
}

#[test]
fn a_type_is_shown_as_a_type_constraint() {
    let shown = "object({ any = any, empty = object({}), list = list(number), \
                 map = map(object({ b = bool })), set = set(string), tuple = tuple([string, bool]) })";
    assert_eq!(everything().to_string(), shown);
}

#[test]
fn the_optional_attributes_of_an_object_type_are_attributes() {
    let json = br#"["object",{"a":"string","b":"bool"},["b"]]"#;
    let ty = Type::object([("a", Type::String), ("b", Type::Bool)]);
    assert_eq!(Type::from_json(json).unwrap(), ty);
}

#[test]
fn what_describes_no_type_is_refused() {
    for json in [
        "",
        "{}",
        "null",
        "7",
        "[]",
        "\"text\"",
        "[\"list\"]",
        "[\"list\",7]",
        "[\"list\",[]]",
        "[\"bag\",\"bool\"]",
        "[\"object\",[]]",
        "[\"object\",{\"a\":1}]",
        "[\"tuple\",\"bool\"]",
        "[\"tuple\",[\"bool\",1]]",
        "[\"list\",\"bool\",[]]",
        "\"bool\" x",
        "[\"set\",\"bool\"",
    ] {
        assert!(Type::from_json(json.as_bytes()).is_err(), "{json}");
    }
}

#[test]
fn a_type_nested_without_end_is_refused() {
    let json = format!("{}\"bool\"{}", "[\"list\",".repeat(100_000), "]".repeat(100_000));
    assert!(Type::from_json(json.as_bytes()).is_err());
}

#[test]
fn a_value_has_a_type_of_its_own() {
    let value: Value = [
        ("list", [Value::Number(Number::Int(1)), "x".into()].into_iter().collect()),
        ("no", Value::Null),
        ("later", Value::Unknown),
        ("yes", Value::Bool(true)),
    ]
    .into_iter()
    .collect();
    let ty = Type::object([
        ("list", Type::Tuple(vec![Type::Number, Type::String])),
        ("no", Type::Dynamic),
        ("later", Type::Dynamic),
        ("yes", Type::Bool),
    ]);
    assert_eq!(Type::of(&value), ty);
}
