//! Laws that hold for every type and every value.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use tfplug::value::{Number, Type, Typed, Value, from_value, to_value};

fn types() -> impl Strategy<Value = Type> {
    let leaf =
        prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            btree_map("[a-c]{1,2}", inner, 0..4).prop_map(Type::Object),
        ]
    })
}

fn numbers() -> impl Strategy<Value = Number> {
    let finite = any::<f64>().prop_filter("a number", |float| float.is_finite());
    prop_oneof![
        any::<i64>().prop_map(Number::Int),
        (-200_i64..200).prop_map(Number::Int),
        finite.prop_map(Number::Float),
        (-8000_i32..8000).prop_map(|eighths| Number::Float(f64::from(eighths) / 8.0)),
        (any::<u32>(), 1_i32..60).prop_map(|(numerator, power)| {
            // All digits of a binary fraction, mostly more than its shortest spelling has.
            let float = f64::from(numerator) / 2_f64.powi(power);
            Number::Text(format!("{float:.60}").into())
        }),
        (any::<i128>(), -40_i32..40)
            .prop_map(|(digits, power)| { Number::Text(format!("{digits}e{power}").into()) }),
    ]
}

/// Values of a type, with unknown parts when they are wanted.
fn values(ty: &Type, unknowns: bool) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => numbers().prop_map(Value::Number).boxed(),
        Type::String => any::<String>().prop_map(Value::String).boxed(),
        Type::Dynamic => {
            let typed = |ty: Type| {
                values(&ty, true).prop_map(move |value| {
                    Value::Dynamic(Box::new(Typed { ty: ty.clone(), value }))
                })
            };
            let own = prop_oneof![
                Just(Type::Bool),
                Just(Type::String),
                Just(Type::set(Type::Number)),
                Just(Type::object([("a", Type::Dynamic)])),
            ];
            let known = own.prop_flat_map(typed);
            if unknowns { known.boxed() } else { known.prop_map(Value::nulls_for_unknowns).boxed() }
        }
        Type::List(element) | Type::Set(element) => {
            vec(values(element, unknowns), 0..5).prop_map(Value::List).boxed()
        }
        Type::Map(element) => {
            btree_map(any::<String>(), values(element, unknowns), 0..5).prop_map(Value::Map).boxed()
        }
        Type::Tuple(elements) => elements
            .iter()
            .map(|element| values(element, unknowns))
            .collect::<Vec<_>>()
            .prop_map(Value::List)
            .boxed(),
        Type::Object(attributes) => {
            let names: Vec<String> = attributes.keys().cloned().collect();
            attributes
                .values()
                .map(|ty| values(ty, unknowns))
                .collect::<Vec<_>>()
                .prop_map(move |values| names.iter().cloned().zip(values).collect())
                .boxed()
        }
    };
    let unknown = if unknowns { Value::Unknown } else { Value::Null };
    prop_oneof![6 => known, 1 => Just(Value::Null), 1 => Just(unknown)].boxed()
}

fn typed_values(unknowns: bool) -> impl Strategy<Value = (Type, Value)> {
    types()
        .prop_flat_map(move |ty| values(&ty, unknowns).prop_map(move |value| (ty.clone(), value)))
}

/// The same value with all sets the other way round.
fn turned(value: &Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::List(elements), Type::Set(element)) => {
            elements.iter().rev().map(|value| turned(value, element)).collect()
        }
        (Value::List(elements), Type::List(element)) => {
            elements.iter().map(|value| turned(value, element)).collect()
        }
        (Value::List(elements), Type::Tuple(types)) => {
            elements.iter().zip(types).map(|(value, ty)| turned(value, ty)).collect()
        }
        (Value::Map(elements), Type::Map(element)) => {
            elements.iter().map(|(key, value)| (key, turned(value, element))).collect()
        }
        (Value::Map(elements), Type::Object(attributes)) => {
            elements.iter().map(|(key, value)| (key, turned(value, &attributes[key]))).collect()
        }
        (Value::Dynamic(typed), Type::Dynamic) => {
            let Typed { ty, value } = &**typed;
            Value::Dynamic(Box::new(Typed { ty: ty.clone(), value: turned(value, ty) }))
        }
        _ => value.clone(),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again((ty, value) in typed_values(true)) {
        let bytes = value.to_msgpack(&ty).unwrap();
        let read = Value::from_msgpack(&bytes, &ty).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(read.to_msgpack(&ty).unwrap(), bytes);
    }

    #[test]
    fn what_is_stored_is_read_again((ty, value) in typed_values(false)) {
        let json = value.to_json().to_string();
        prop_assert_eq!(Value::from_json(json.as_bytes(), &ty).unwrap(), value);
    }

    #[test]
    fn a_type_is_read_from_its_own_json(ty in types()) {
        let json = ty.to_json().to_string();
        prop_assert_eq!(Type::from_json(json.as_bytes()).unwrap(), ty);
    }

    #[test]
    fn random_bytes_are_a_value_or_an_error(ty in types(), bytes in vec(any::<u8>(), 0..64)) {
        if let Ok(value) = Value::from_msgpack(&bytes, &ty) {
            let written = value.to_msgpack(&ty).unwrap();
            prop_assert_eq!(Value::from_msgpack(&written, &ty).unwrap(), value);
        }
    }

    #[test]
    fn a_value_is_equivalent_to_itself_with_its_sets_turned((ty, value) in typed_values(true)) {
        let other = turned(&value, &ty);
        prop_assert!(value.equivalent(&other, &ty));
        prop_assert!(other.equivalent(&value, &ty));
    }

    #[test]
    fn equal_values_are_equivalent_both_ways(
        (ty, left, right) in types().prop_flat_map(|ty| {
            let pair = (values(&ty, true), values(&ty, true));
            pair.prop_map(move |(left, right)| (ty.clone(), left, right))
        })
    ) {
        prop_assert!(left != right || left.equivalent(&right, &ty));
        prop_assert_eq!(left.equivalent(&right, &ty), right.equivalent(&left, &ty));
    }

    #[test]
    fn nothing_unknown_remains_where_nulls_take_its_place((ty, value) in typed_values(true)) {
        let known = value.clone().nulls_for_unknowns();
        prop_assert!(known.is_wholly_known());
        prop_assert!(known.to_msgpack(&ty).is_ok());
        prop_assert_eq!(known == value, value.is_wholly_known());
    }

    #[test]
    fn equal_numbers_have_equal_bytes(left in numbers(), right in numbers()) {
        let bytes = |number: &Number| Value::Number(number.clone()).to_msgpack(&Type::Number);
        prop_assert_eq!(left == right, bytes(&left) == bytes(&right));
        let plain = Number::Text(left.to_string().into());
        prop_assert_eq!(bytes(&plain), bytes(&left));
        prop_assert_eq!(plain, left);
    }

    #[test]
    fn floats_are_ordered_as_numbers_are(left in any::<f64>(), right in any::<f64>()) {
        prop_assume!(!left.is_nan() && !right.is_nan());
        let order = Number::Float(left).cmp(&Number::Float(right));
        prop_assert_eq!(Some(order), left.partial_cmp(&right));
    }

    #[test]
    fn integers_and_floats_come_back_from_a_model(whole in any::<i128>(), float in any::<f64>()) {
        let value = to_value(&whole).unwrap();
        prop_assert_eq!(from_value::<i128>(&value).unwrap(), whole);
        prop_assume!(!float.is_nan());
        let value = to_value(&float).unwrap();
        let bytes = value.to_msgpack(&Type::Number).unwrap();
        let read = Value::from_msgpack(&bytes, &Type::Number).unwrap();
        prop_assert_eq!(Number::Float(from_value(&read).unwrap()), Number::Float(float));
    }
}
