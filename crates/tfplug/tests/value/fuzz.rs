//! What Terraform may send, deformed.

use std::collections::{BTreeMap, BTreeSet};

use fuzz_loop::Target;
use serde::{Deserialize, Serialize};
use tfplug::path::{Path, Step};
use tfplug::value::{Attr, Number, Sensitive, Type, Typed, Value, from_value, to_value};

use crate::{every_kind, hex, one_of_every_kind};

fn target(name: &'static str) -> Target {
    Target::new(name, env!("CARGO_MANIFEST_DIR"))
}

/// A model with every kind of attribute.
#[derive(Debug, Serialize, Deserialize)]
struct Model {
    flag: Option<bool>,
    float: Option<f64>,
    int: Attr<i64>,
    list: Option<Vec<Inner>>,
    map: Option<BTreeMap<String, f64>>,
    set: Option<BTreeSet<String>>,
    text: Option<Sensitive<String>>,
    tuple: Option<(bool, String)>,
    unknown: Attr<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Inner {
    a: Attr<String>,
}

fn model() -> Type {
    Type::object(every_kind())
}

fn types() -> [Type; 4] {
    [
        model(),
        Type::Dynamic,
        Type::list(Type::Dynamic),
        Type::object([("any", Type::Dynamic), ("ids", Type::set(Type::set(Type::Number)))]),
    ]
}

/// A value of the model's type, with unknown parts or without.
fn value(unknown: Value) -> Value {
    one_of_every_kind(unknown).into_iter().collect()
}

fn any() -> Value {
    let ty = Type::set(Type::set(Type::Number));
    let inner: Value = [Value::from(70_000), Value::from(0.1)].into_iter().collect();
    Value::Dynamic(Box::new(Typed { ty, value: [inner].into_iter().collect() }))
}

/// What holds for every value that was accepted.
fn sound(value: &Value, ty: &Type) {
    let bytes = value.to_msgpack(ty).unwrap();
    let again = Value::from_msgpack(&bytes, ty).unwrap();
    assert_eq!(again.to_msgpack(ty).unwrap(), bytes);
    assert!(value.equivalent(&again, ty) && again.equivalent(value, ty));
    let known = value.clone().nulls_for_unknowns();
    let stored = known.to_json().to_string();
    assert_eq!(Value::from_json(stored.as_bytes(), ty).unwrap(), known);
    if *ty == model()
        && let Ok(read) = from_value::<Model>(value)
    {
        assert!(!format!("{:?}", read.text).contains('x'), "a secret is shown");
        let written = to_value(&read).unwrap();
        let bytes = written.to_msgpack(ty).unwrap();
        from_value::<Model>(&Value::from_msgpack(&bytes, ty).unwrap()).unwrap();
    }
}

/// What holds for every error: it is short, and on one line.
fn told(error: &tfplug::value::ValueError) -> String {
    let words = error.message().to_owned();
    assert!(words.chars().count() < 2_000, "{} characters", words.chars().count());
    words
}

#[test]
fn fuzz_msgpack() {
    let types = types();
    let seeded = [value(Value::Unknown), value("z".into())].into_iter().fold(
        target("msgpack").seed(any().to_msgpack(&Type::Dynamic).unwrap()),
        |target, value| target.seed(value.to_msgpack(&types[0]).unwrap()),
    );
    seeded
        .seed([any(), any()].into_iter().collect::<Value>().to_msgpack(&types[2]).unwrap())
        // An unknown string that begins with "a" and is not null.
        .seed(hex("81a7756e6b6e6f776ec7070c8201c202a161"))
        .words(&["flag", "\"string\"", "[\"set\",\"number\"]", "[\"object\",{\"a\":\"bool\"}]"])
        .run(|input| {
            let read = types.each_ref().map(|ty| match Value::from_msgpack(input, ty) {
                Ok(value) => {
                    sound(&value, ty);
                    "accepted".to_owned()
                }
                Err(error) => told(&error),
            });
            read.join(";")
        });
}

#[test]
fn fuzz_states() {
    let types = types();
    let stored = value("z".into()).to_json().to_string();
    let listed = [any()].into_iter().collect::<Value>().to_json().to_string();
    let seeded = target("states").seed(stored).seed(any().to_json().to_string()).seed(listed);
    seeded.words(&["\"string\"", "value", "type", "1e1000000", "-0.0"]).run(|input| {
        let read = types.each_ref().map(|ty| match Value::from_json(input, ty) {
            Ok(value) => {
                assert!(value.is_wholly_known());
                sound(&value, ty);
                "accepted".to_owned()
            }
            Err(error) => told(&error),
        });
        read.join(";")
    });
}

#[test]
fn fuzz_types() {
    let seed = r#"["object",{"a":["list",["map","number"]],"b":["tuple",["bool",["set","string"]]],"c":"dynamic"}]"#;
    target("types").seed(seed).run(|input| match Type::from_json(input) {
        Ok(ty) => {
            assert_eq!(Type::from_json(ty.to_json().to_string().as_bytes()).unwrap(), ty);
            let null = Value::Null.to_msgpack(&ty).unwrap();
            assert_eq!(Value::from_msgpack(&null, &ty).unwrap(), Value::Null);
            "accepted".to_owned()
        }
        Err(error) => told(&error),
    });
}

#[test]
fn fuzz_numbers() {
    let seeds = ["0", "-1", "0.1", "1e308", "123456789012345678901234567890.5", "-1.5E-7", "+.5"];
    let seeded = seeds.iter().fold(target("numbers"), fuzz_loop::Target::seed);
    seeded.words(&["e", "E-", "1000000", ".", "+", "00"]).run(|input| {
        let Ok(text) = str::from_utf8(input) else { return "no text".to_owned() };
        let number: Number = match text.parse() {
            Ok(number) => number,
            Err(error) => return told(&error),
        };
        let plain: Number = number.to_string().parse().unwrap();
        assert_eq!(plain, number);
        let bytes = Value::Number(number.clone()).to_msgpack(&Type::Number).unwrap();
        let read = Value::from_msgpack(&bytes, &Type::Number).unwrap();
        assert_eq!(read, Value::Number(number.clone()));
        if let Some(whole) = number.to_i128() {
            assert_eq!(Number::from(whole), number);
        }
        assert!(!number.to_f64().is_nan());
        format!("{} {}", number.is_whole(), number.to_i128().is_some())
    });
}

#[test]
fn fuzz_paths() {
    let types = types();
    target("paths").seed("a:list;i:0;k:a").seed("k:map;a:key1").seed("a:any;i:-1").run(|input| {
        let text = String::from_utf8_lossy(input);
        let steps = text.split(';').filter_map(|step| match step.split_once(':')? {
            ("a", name) => Some(Step::Attribute(name.to_owned())),
            ("k", key) => Some(Step::Key(key.to_owned())),
            (_, index) => Some(Step::Index(index.parse().ok()?)),
        });
        let path: Path = steps.collect();
        let known = types.each_ref().map(|ty| {
            let addressable = path.addressable(ty);
            assert!(addressable.steps().len() <= path.steps().len());
            assert_eq!(addressable.addressable(ty), addressable);
            let there = value(Value::Null).at(&addressable).is_some();
            assert!(there || !addressable.is_root(), "{path}");
            "x".repeat(addressable.steps().len())
        });
        assert!(path.is_root() || path != Path::root(), "{path}");
        known.join(",")
    });
}
