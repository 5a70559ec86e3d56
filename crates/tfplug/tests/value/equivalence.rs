//! What Terraform calls the same, and the questions a value answers about itself.

use tfplug::value::{Number, Type, Typed, Value, same_text};

fn list<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Value {
    elements.into_iter().map(Into::into).collect()
}

fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    attributes.into_iter().collect()
}

fn dynamic(ty: Type, value: impl Into<Value>) -> Value {
    Value::Dynamic(Box::new(Typed { ty, value: value.into() }))
}

#[test]
fn sets_are_the_same_in_any_order() {
    let ty = Type::set(Type::String);
    assert!(list(["a", "b", "c"]).equivalent(&list(["c", "a", "b"]), &ty));
    assert!(!list(["a", "b"]).equivalent(&list(["a", "c"]), &ty));
    assert!(!list(["a", "b"]).equivalent(&list(["a", "b", "c"]), &ty));
    assert!(!list(["a", "a", "b"]).equivalent(&list(["a", "b", "b"]), &ty));
}

#[test]
fn lists_and_tuples_are_the_same_only_in_order() {
    let ty = Type::list(Type::String);
    assert!(list(["a", "b"]).equivalent(&list(["a", "b"]), &ty));
    assert!(!list(["a", "b"]).equivalent(&list(["b", "a"]), &ty));
    let ty = Type::Tuple(vec![Type::set(Type::String), Type::list(Type::String)]);
    let pair = |set: [&str; 2], rest: [&str; 2]| list([list(set), list(rest)]);
    assert!(pair(["a", "b"], ["c", "d"]).equivalent(&pair(["b", "a"], ["c", "d"]), &ty));
    assert!(!pair(["a", "b"], ["c", "d"]).equivalent(&pair(["a", "b"], ["d", "c"]), &ty));
}

#[test]
fn sets_inside_sets_of_objects_are_the_same_in_any_order() {
    let user = Type::object([("name", Type::String), ("hosts", Type::set(Type::Number))]);
    let ty = Type::object([("users", Type::map(Type::set(user)))]);
    let user =
        |name: &str, hosts: [f64; 2]| object([("name", name.into()), ("hosts", list(hosts))]);
    let all = |users: [Value; 2]| object([("users", object([("k", list(users))]))]);
    let left = all([user("a", [1.0, 2.0]), user("b", [3.0, 4.0])]);
    assert!(left.equivalent(&all([user("b", [4.0, 3.0]), user("a", [2.0, 1.0])]), &ty));
    assert!(!left.equivalent(&all([user("b", [4.0, 3.0]), user("a", [2.0, 5.0])]), &ty));
}

#[test]
fn numbers_are_the_same_in_any_form() {
    let text = Value::Number(Number::Text("2.50".into()));
    assert!(text.equivalent(&2.5.into(), &Type::Number));
    assert!(!text.equivalent(&2.25.into(), &Type::Number));
    let ty = Type::set(Type::Number);
    assert!(list([2.5, 1.0]).equivalent(&list([1.into(), text]), &ty));
}

#[test]
fn texts_are_the_same_however_their_accents_are_composed() {
    let (composed, decomposed) = ("Zo\u{e9}", "Zoe\u{301}");
    assert!(same_text(composed, decomposed));
    assert!(!same_text("Zoe", composed));
    assert!(Value::from(composed).equivalent(&decomposed.into(), &Type::String));
    let ty = Type::set(Type::String);
    assert!(list([composed, "zz"]).equivalent(&list(["zz", decomposed]), &ty));
}

#[test]
fn null_unknown_and_empty_are_three_things() {
    let ty = Type::set(Type::String);
    let values = [Value::Null, Value::Unknown, Value::List(Vec::new())];
    for (i, a) in values.iter().enumerate() {
        for (j, b) in values.iter().enumerate() {
            assert_eq!(a.equivalent(b, &ty), i == j);
        }
    }
}

#[test]
fn objects_are_the_same_when_all_attributes_are() {
    let ty = Type::object([("a", Type::Number), ("b", Type::String)]);
    let value = |a: i64, b: &str| object([("a", a.into()), ("b", b.into())]);
    assert!(value(1, "x").equivalent(&value(1, "x"), &ty));
    assert!(!value(1, "x").equivalent(&value(2, "x"), &ty));
    assert!(!value(1, "x").equivalent(&value(1, "y"), &ty));
    assert!(!object([("a", 1.into())]).equivalent(&object([("b", 1.into())]), &ty));
}

#[test]
fn dynamic_values_are_the_same_when_type_and_value_are() {
    let ty = Type::Dynamic;
    let set = |elements: [&str; 2]| dynamic(Type::set(Type::String), list(elements));
    assert!(set(["a", "b"]).equivalent(&set(["b", "a"]), &ty));
    assert!(!set(["a", "b"]).equivalent(&dynamic(Type::list(Type::String), list(["a", "b"])), &ty));
    assert!(dynamic(Type::String, "x").equivalent(&"x".into(), &ty));
    assert!(!dynamic(Type::String, "5").equivalent(&dynamic(Type::Number, 5), &ty));
    assert!(!dynamic(Type::String, Value::Null).equivalent(&dynamic(Type::Bool, Value::Null), &ty));
}

#[test]
fn nulls_take_the_place_of_all_unknowns_and_of_nothing_else() {
    let value = object([
        ("id", Value::Unknown),
        ("list", list([Value::Unknown, 1.into()])),
        ("any", dynamic(Type::String, Value::Unknown)),
        ("map", object([("k", Value::Unknown), ("l", true.into())])),
    ]);
    assert!(!value.is_wholly_known());
    let expected = object([
        ("id", Value::Null),
        ("list", list([Value::Null, 1.into()])),
        ("any", dynamic(Type::String, Value::Null)),
        ("map", object([("k", Value::Null), ("l", true.into())])),
    ]);
    assert!(expected.is_wholly_known());
    assert_eq!(value.nulls_for_unknowns(), expected);
    assert_eq!(Value::Unknown.nulls_for_unknowns(), Value::Null);
}

#[test]
fn a_dynamic_value_answers_for_the_value_in_it() {
    let null = dynamic(Type::String, Value::Null);
    assert!(null.is_null() && null.is_known() && null.is_wholly_known());
    let unknown = dynamic(Type::String, Value::Unknown);
    assert!(unknown.is_unknown() && !unknown.is_null() && !unknown.is_wholly_known());
    assert_eq!(dynamic(Type::String, "x").as_str(), Some("x"));
    let mut map = dynamic(Type::map(Type::Bool), object([("k", true.into())]));
    *map.get_mut("k").unwrap() = false.into();
    assert_eq!(map.get("k"), Some(&Value::Bool(false)));
    assert_eq!(map.get("l"), None);
    assert_eq!(Value::from("x").get("k"), None);
}

#[test]
fn values_are_made_from_what_rust_has() {
    assert_eq!(Value::from(None::<bool>), Value::Null);
    assert_eq!(Value::from(Some("x")), Value::String("x".into()));
    assert_eq!(Value::from(u64::MAX), Value::Number(Number::from(u64::MAX)));
    assert_eq!(Value::from(3), Value::from(3.0));
    assert_eq!(Value::default(), Value::Null);
}
