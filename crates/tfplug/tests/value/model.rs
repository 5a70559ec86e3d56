//! Models: plain serde structs on one side, values with unknowns on the other.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tfplug::path::Path;
use tfplug::value::{
    Attr, Number, Sensitive, Type, Typed, Value, from_value, struct_fields, to_value,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tier {
    Small,
    ExtraLarge,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Rule {
    port: u16,
    cidr: Option<String>,
    id: Attr<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Server {
    id: Attr<String>,
    name: String,
    tier: Option<Tier>,
    weight: f64,
    labels: Option<BTreeMap<String, String>>,
    rules: Vec<Rule>,
    databases: BTreeSet<String>,
    datastore: Attr<Datastore>,
    password: Option<Sensitive<String>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Datastore {
    #[serde(rename = "type")]
    kind: Attr<String>,
    version: Attr<String>,
}

fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    attributes.into_iter().collect()
}

fn list<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Value {
    elements.into_iter().map(Into::into).collect()
}

fn server() -> Server {
    Server {
        id: Attr::Unknown,
        name: "web".into(),
        tier: Some(Tier::ExtraLarge),
        weight: 0.1,
        labels: Some([("a".to_owned(), "b".to_owned())].into()),
        rules: vec![Rule { port: 443, cidr: None, id: Attr::Unknown }],
        databases: ["two", "one"].map(String::from).into(),
        datastore: Attr::Known(Datastore { kind: Attr::Null, version: "8.0".to_owned().into() }),
        password: Some("hunter2".to_owned().into()),
    }
}

fn value() -> Value {
    object([
        ("id", Value::Unknown),
        ("name", "web".into()),
        ("tier", "extra_large".into()),
        ("weight", Value::Number(Number::Text("0.1".into()))),
        ("labels", object([("a", "b".into())])),
        (
            "rules",
            list([object([("port", 443.into()), ("cidr", Value::Null), ("id", Value::Unknown)])]),
        ),
        ("databases", list(["one", "two"])),
        ("datastore", object([("type", Value::Null), ("version", "8.0".into())])),
        ("password", "hunter2".into()),
    ])
}

/// The error of reading the server with one attribute changed.
fn misread(attribute: &str, with: impl Into<Value>) -> String {
    let mut value = value();
    *value.get_mut(attribute).unwrap() = with.into();
    from_value::<Server>(&value).unwrap_err().to_string()
}

#[test]
fn a_model_is_read_from_a_value_and_written_as_the_same_value() {
    assert_eq!(from_value::<Server>(&value()).unwrap(), server());
    assert_eq!(to_value(&server()).unwrap(), value());
}

#[test]
fn an_error_names_the_attribute_it_is_about() {
    let rule =
        |port: Value| list([object([("port", port), ("cidr", Value::Null), ("id", Value::Null)])]);
    assert_eq!(misread("rules", rule(70_000.into())), "rules[0].port: 70000 is out of range");
    assert_eq!(misread("rules", rule((-1).into())), "rules[0].port: -1 is out of range");
    assert_eq!(misread("rules", rule(1.5.into())), "rules[0].port: 1.5 is not a whole number");
    assert_eq!(misread("name", Value::Unknown), "name: the value is not known yet");
    assert_eq!(misread("name", Value::Null), "name: a value is required, but it is null");
    assert_eq!(misread("name", 5), "name: a string is required, but a number was given");
    assert_eq!(misread("weight", true), "weight: f64 is required, but a bool was given");
    assert_eq!(
        misread("databases", "x"),
        "databases: a sequence is required, but a string was given"
    );
    assert_eq!(
        misread("labels", object([("k", 1.into())])),
        "labels[\"k\"]: a string is required, but a number was given"
    );
    assert_eq!(
        misread("tier", "medium"),
        "tier: the value must be one of \"small\", \"extra_large\""
    );
    assert_eq!(misread("tier", 1), "tier: a string is required, but a number was given");
    assert_eq!(misread("tier", Value::Unknown), "tier: the value is not known yet");
    assert_eq!(
        misread("datastore", object([("type", 1.into()), ("version", Value::Null)])),
        "datastore.type: a string is required, but a number was given"
    );
    let mut short = value();
    if let Value::Map(attributes) = &mut short {
        attributes.remove("id");
    }
    let error = from_value::<Server>(&short).unwrap_err();
    assert_eq!(error.to_string(), "id: the attribute is missing");
    assert_eq!(*error.path(), Path::from("id"));
    assert_eq!(error.into_parts().1, "the attribute is missing");
}

#[test]
fn an_error_about_a_sensitive_value_does_not_show_it() {
    #[derive(Debug, Deserialize)]
    struct Secret {
        #[expect(dead_code, reason = "only reading it matters")]
        pin: Sensitive<u8>,
    }
    let read =
        |value: Value| from_value::<Secret>(&object([("pin", value)])).unwrap_err().to_string();
    let hidden = "pin: the value is not acceptable here; it is sensitive and not shown";
    assert_eq!(read(4321.into()), hidden);
    assert_eq!(read("hunter2".into()), hidden);
    assert_eq!(read(Value::Unknown), "pin: the value is not known yet");
    assert_eq!(read(Value::Null), "pin: a value is required, but it is null");
}

#[test]
fn a_sensitive_value_is_hidden_from_people_and_open_to_terraform() {
    let secret = Sensitive::new("hunter2".to_owned());
    assert_eq!(format!("{secret:?} {:?}", server().password), "(sensitive) Some((sensitive))");
    assert_eq!(secret.expose(), "hunter2");
    assert_eq!(to_value(&secret).unwrap(), "hunter2".into());
    assert_eq!(serde_json::to_string(&secret).unwrap(), "\"hunter2\"");
    assert_eq!(serde_json::from_str::<Sensitive<String>>("\"hunter2\"").unwrap(), secret);
    assert_eq!(secret.into_inner(), "hunter2");
}

#[test]
fn attributes_without_a_field_are_ignored_even_when_unknown() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Name {
        name: String,
    }
    assert_eq!(from_value::<Name>(&value()).unwrap(), Name { name: "web".into() });
}

#[test]
fn integers_of_all_sizes_are_read_and_written() {
    let text = |text: &str| Value::Number(Number::Text(text.into()));
    assert_eq!(from_value::<u64>(&text("18446744073709551615")).unwrap(), u64::MAX);
    assert_eq!(
        from_value::<i128>(&text("-9223372036854775809")).unwrap(),
        -9_223_372_036_854_775_809
    );
    assert_eq!(from_value::<u8>(&3.0.into()).unwrap(), 3);
    assert_eq!(from_value::<i64>(&text("7.0")).unwrap(), 7);
    assert_eq!(to_value(&u64::MAX).unwrap(), text("18446744073709551615"));
    assert_eq!(to_value(&i128::MIN).unwrap(), text("-170141183460469231731687303715884105728"));
    let error = |value: Value| from_value::<u64>(&value).unwrap_err().to_string();
    assert_eq!(error(text("18446744073709551616")), "18446744073709551616 is out of range");
    assert_eq!(error((-1).into()), "-1 is out of range");
    assert_eq!(error(text("1e60")), format!("1{} is out of range", "0".repeat(60)));
    assert!(error(0.5.into()).ends_with("is not a whole number"));
    assert!(error(f64::INFINITY.into()).ends_with("is not a whole number"));
}

#[test]
fn floats_are_read_from_every_form_of_number() {
    let text = Value::Number(Number::Text("0.1".into()));
    assert!((from_value::<f64>(&text).unwrap() - 0.1).abs() < f64::EPSILON);
    assert!((from_value::<f64>(&7.into()).unwrap() - 7.0).abs() < f64::EPSILON);
    assert!((from_value::<f32>(&text).unwrap() - 0.1).abs() < f32::EPSILON);
    assert_eq!(to_value(&0.1_f32).unwrap(), text);
    assert!(to_value(&f64::NAN).is_err());
}

#[test]
fn a_dynamic_value_is_read_as_the_value_in_it() {
    let dynamic = |ty, value| Value::Dynamic(Box::new(Typed { ty, value }));
    assert_eq!(from_value::<String>(&dynamic(Type::String, "x".into())).unwrap(), "x");
    assert_eq!(from_value::<Option<bool>>(&dynamic(Type::Bool, Value::Null)).unwrap(), None);
    assert_eq!(
        from_value::<Attr<bool>>(&dynamic(Type::Bool, Value::Unknown)).unwrap(),
        Attr::Unknown
    );
}

#[test]
fn a_value_can_be_read_without_a_model() {
    let mut known = value().nulls_for_unknowns();
    if let Value::Map(attributes) = &mut known {
        attributes.insert("big".into(), u64::MAX.into());
        attributes.insert("whole".into(), 3.0.into());
    }
    let json: serde_json::Value = from_value(&known).unwrap();
    assert_eq!(json, known.to_json());
    let error = from_value::<serde_json::Value>(&value()).unwrap_err();
    assert_eq!(error.to_string(), "[\"id\"]: the value is not known yet");
}

#[test]
fn tuples_have_as_many_elements_as_the_model() {
    let pair = list([Value::from("x"), 7.into()]);
    assert_eq!(from_value::<(String, u8)>(&pair).unwrap(), ("x".to_owned(), 7));
    assert_eq!(to_value(&("x", 7)).unwrap(), pair);
    let error = from_value::<(String,)>(&pair).unwrap_err();
    assert_eq!(error.to_string(), "there are 1 elements too many");
    assert!(from_value::<(String, u8, u8)>(&pair).is_err());
}

#[test]
fn what_terraform_cannot_hold_is_not_written() {
    #[derive(Serialize)]
    enum Shape {
        Circle(u8),
        Square { side: u8 },
    }
    #[derive(Serialize)]
    struct Drawing {
        shapes: Vec<Shape>,
    }
    let error = |shape| to_value(&Drawing { shapes: vec![shape] }).unwrap_err().to_string();
    let message = "shapes[0]: Terraform has no counterpart of an enum with data";
    assert_eq!(error(Shape::Circle(1)), message);
    assert_eq!(error(Shape::Square { side: 1 }), message);
    let keys = BTreeMap::from([(1, "x")]);
    let error = to_value(&keys).unwrap_err().to_string();
    assert_eq!(error, "a string as key is required, but a number was given");
}

#[test]
fn the_fields_of_a_model_are_known_without_a_value() {
    assert_eq!(struct_fields::<Rule>(), Some(&["port", "cidr", "id"][..]));
    assert_eq!(struct_fields::<Datastore>(), Some(&["type", "version"][..]));
    assert_eq!(struct_fields::<Box<Rule>>(), struct_fields::<Rule>());
    assert_eq!(struct_fields::<Option<Attr<Sensitive<Rule>>>>(), struct_fields::<Rule>());
    assert_eq!(struct_fields::<String>(), None);
    assert_eq!(struct_fields::<Vec<Rule>>(), None);
    assert_eq!(struct_fields::<BTreeMap<String, Rule>>(), None);
    assert_eq!(struct_fields::<Tier>(), None);
}
