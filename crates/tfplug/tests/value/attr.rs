//! The three things that an attribute can be while Terraform plans.

use tfplug::value::{Attr, Value, from_value, to_value};

#[test]
fn an_attribute_keeps_unknown_null_and_known_apart() {
    let read = |value: Value| from_value::<Attr<u64>>(&value).unwrap();
    assert_eq!(read(Value::Unknown), Attr::Unknown);
    assert_eq!(read(Value::Null), Attr::Null);
    assert_eq!(read(7.into()), Attr::Known(7));
    for value in [Value::Unknown, Value::Null, 7.into()] {
        assert_eq!(to_value(&read(value.clone())).unwrap(), value);
    }
    assert_eq!(
        from_value::<Attr<u64>>(&"x".into()).unwrap_err().to_string(),
        "u64 is required, but a string was given"
    );
}

#[test]
fn an_attribute_answers_what_it_is() {
    let known = Attr::Known(7);
    assert!(known.is_known() && !known.is_unknown() && !known.is_null());
    assert_eq!((known.known(), known.into_option()), (Some(&7), Some(7)));
    assert_eq!(known.as_ref().map(ToString::to_string), Attr::Known("7".to_owned()));
    let unknown: Attr<i32> = Attr::Unknown;
    assert!(unknown.is_unknown() && !unknown.is_known() && !unknown.is_null());
    assert_eq!((unknown.known(), unknown.into_option()), (None, None));
    assert_eq!(unknown.map(|number| number + 1), Attr::Unknown);
    let null: Attr<i32> = Attr::default();
    assert!(null.is_null() && !null.is_unknown() && !null.is_known());
    assert_eq!(null.as_ref(), Attr::Null);
    assert_eq!(Attr::<i32>::from(None), Attr::Null);
    assert_eq!(Attr::<i32>::from(Some(1)), Attr::Known(1));
    assert_eq!(Attr::<i32>::from(1), Attr::Known(1));
}

#[test]
fn an_attribute_survives_other_formats() {
    for attribute in [Attr::Unknown, Attr::Null, Attr::Known(5)] {
        let json = serde_json::to_string(&attribute).unwrap();
        assert_eq!(serde_json::from_str::<Attr<i32>>(&json).unwrap(), attribute);
    }
    assert!(serde_json::from_str::<Attr<i32>>("\"Other\"").is_err());
}
