//! Paths: how they read, and how far Terraform can follow them.

use tfplug::path::{Path, Step};
use tfplug::value::{Type, Value};

#[test]
fn a_path_reads_as_terraform_writes_addresses() {
    assert_eq!(Path::root().to_string(), "");
    assert_eq!(Path::from("name").to_string(), "name");
    assert_eq!(Path::from("rules").index(0).attribute("port").to_string(), "rules[0].port");
    assert_eq!(Path::from("tags").key("a b").to_string(), "tags[\"a b\"]");
    assert_eq!(Path::from("tags").key("a\"\\b").to_string(), r#"tags["a\"\\b"]"#);
}

#[test]
fn paths_sort_so_that_doubles_can_be_removed() {
    let mut paths = vec![Path::from("b"), Path::from("a").index(1), Path::from("a"), "b".into()];
    paths.sort();
    paths.dedup();
    assert_eq!(paths, [Path::from("a"), Path::from("a").index(1), Path::from("b")]);
}

#[test]
fn a_path_stops_at_a_set() {
    let rule = Type::object([("port", Type::Number)]);
    let ty = Type::object([("rules", Type::set(rule.clone())), ("list", Type::list(rule))]);
    let in_set = Path::from("rules").index(0).attribute("port");
    assert_eq!(in_set.addressable(&ty), Path::from("rules"));
    let in_list = Path::from("list").index(0).attribute("port");
    assert_eq!(in_list.addressable(&ty), in_list);
}

#[test]
fn a_path_takes_the_steps_that_the_type_asks_for() {
    let ty = Type::object([
        ("tags", Type::map(Type::String)),
        ("pair", Type::Tuple(vec![Type::Bool])),
        ("any", Type::Dynamic),
    ]);
    let mixed: Path = [Step::Key("tags".into()), Step::Attribute("k".into())].into_iter().collect();
    assert_eq!(mixed.addressable(&ty), Path::from("tags").key("k"));
    assert_eq!(Path::from("pair").index(0).addressable(&ty), Path::from("pair").index(0));
    assert_eq!(Path::from("pair").index(1).addressable(&ty), Path::from("pair"));
    assert_eq!(Path::from("pair").index(-1).addressable(&ty), Path::from("pair"));
    assert_eq!(Path::from("none").addressable(&ty), Path::root());
    assert_eq!(Path::from("tags").index(0).addressable(&ty), Path::from("tags"));
    let inside = Path::from("any").attribute("x").index(2);
    assert_eq!(inside.addressable(&ty), inside);
}

#[test]
fn a_path_leads_to_a_part_of_a_value() {
    let list: Value = [Value::from(1), Value::from(2)].into_iter().collect();
    let value: Value = [("list", list)].into_iter().collect();
    assert_eq!(value.at(&Path::from("list").index(1)), Some(&Value::from(2)));
    assert_eq!(value.at(&Path::root()), Some(&value));
    assert_eq!(value.at(&Path::from("list").index(2)), None);
    assert_eq!(value.at(&Path::from("list").index(-1)), None);
    assert_eq!(value.at(&Path::from("other")), None);
}

#[test]
fn steps_come_and_go_at_the_end() {
    let mut path = Path::from("a".to_owned());
    path.push(Step::Key("k".into()));
    assert_eq!(path.steps(), [Step::Attribute("a".into()), Step::Key("k".into())]);
    assert_eq!(path.pop(), Some(Step::Key("k".into())));
    assert_eq!(path.pop(), Some(Step::Attribute("a".into())));
    assert!(path.is_root());
    assert_eq!(path.pop(), None);
}
