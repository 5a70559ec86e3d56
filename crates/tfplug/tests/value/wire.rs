//! The forms of `MessagePack` and the edges between them.

use tfplug::value::{Number, Type, Typed, Value};

use crate::{hex, spell};

fn read(bytes: &str, ty: &Type) -> Result<Value, String> {
    Value::from_msgpack(&hex(bytes), ty).map_err(|error| error.to_string())
}

fn written(value: &Value, ty: &Type) -> String {
    spell(&value.to_msgpack(ty).unwrap())
}

/// The value is written as these bytes, and these bytes are read as the value.
fn both_ways(bytes: &str, value: impl Into<Value>, ty: &Type) {
    let value = value.into();
    assert_eq!(written(&value, ty), bytes);
    assert_eq!(read(bytes, ty).unwrap(), value);
}

fn typed(ty: Type, value: impl Into<Value>) -> Value {
    Value::Dynamic(Box::new(Typed { ty, value: value.into() }))
}

#[test]
fn integers_take_the_smallest_form() {
    for (bytes, number) in [
        ("00", 0),
        ("7f", 127),
        ("cc80", 128),
        ("ccff", 255),
        ("cd0100", 256),
        ("cdffff", 65_535),
        ("ce00010000", 65_536),
        ("ceffffffff", 4_294_967_295),
        ("cf0000000100000000", 4_294_967_296),
        ("cf7fffffffffffffff", i64::MAX),
        ("ff", -1),
        ("e0", -32),
        ("d0df", -33),
        ("d080", -128),
        ("d1ff7f", -129),
        ("d18000", -32_768),
        ("d2ffff7fff", -32_769),
        ("d280000000", -2_147_483_648),
        ("d3ffffffff7fffffff", -2_147_483_649),
        ("d38000000000000000", i64::MIN),
    ] {
        both_ways(bytes, number, &Type::Number);
    }
}

#[test]
fn integers_are_read_from_every_form() {
    for bytes in ["07", "cc07", "cd0007", "ce00000007", "cf0000000000000007", "d007", "d10007"] {
        assert_eq!(read(bytes, &Type::Number).unwrap(), 7.into(), "{bytes}");
    }
    for bytes in ["d200000007", "d30000000000000007", "ca40e00000", "cb401c000000000000", "a137"] {
        assert_eq!(read(bytes, &Type::Number).unwrap(), 7.into(), "{bytes}");
    }
    let max = read("cfffffffffffffffff", &Type::Number).unwrap();
    assert_eq!(max, u64::MAX.into());
}

#[test]
fn numbers_that_no_integer_and_no_float_holds_are_text() {
    let text = |text: &str| Value::Number(Number::Text(text.into()));
    both_ways("a3302e31", text("0.1"), &Type::Number);
    both_ways("cb3ff8000000000000", text("1.5"), &Type::Number);
    both_ways("05", text("5.0"), &Type::Number);
    both_ways(
        "b339323233333732303336383534373735383038",
        text("9223372036854775808"),
        &Type::Number,
    );
    assert_eq!(written(&0.1.into(), &Type::Number), "a3302e31");
    assert_eq!(written(&3.0.into(), &Type::Number), "03");
    assert_eq!(written(&(-0.0).into(), &Type::Number), "00");
    assert_eq!(written(&f64::INFINITY.into(), &Type::Number), "cb7ff0000000000000");
    assert_eq!(written(&f64::NEG_INFINITY.into(), &Type::Number), "cbfff0000000000000");
    assert!(f64::NAN.to_string().parse::<Number>().is_err());
    assert!(Value::from(f64::NAN).to_msgpack(&Type::Number).is_err());
    assert!(text("twelve").to_msgpack(&Type::Number).is_err());
}

#[test]
fn a_fraction_is_a_float_only_when_the_float_is_exactly_it() {
    let text = |text: &str| Value::Number(Number::Text(text.into()));
    both_ways("cb3f50000000000000", text("0.0009765625"), &Type::Number);
    // The nearest float to 0.1, digit by digit, and a number beside it.
    for digits in [
        "0.1000000000000000055511151231257827021181583404541015625",
        "0.1000000000000000055511151231257827021181583404541015624",
    ] {
        let bytes = format!("d939{}", spell(digits.as_bytes()));
        both_ways(&bytes, text(digits), &Type::Number);
    }
    assert_eq!(read("cb3fb999999999999a", &Type::Number).unwrap(), text("0.1"));
    let smallest = Value::from(f64::from_bits(1));
    let bytes = smallest.to_msgpack(&Type::Number).unwrap();
    assert_eq!(Value::from_msgpack(&bytes, &Type::Number).unwrap(), smallest);
}

#[test]
fn texts_take_the_smallest_form_and_are_read_from_every_form() {
    for (length, prefix) in [
        (0, "a0"),
        (1, "a1"),
        (31, "bf"),
        (32, "d920"),
        (255, "d9ff"),
        (256, "da0100"),
        (65_535, "daffff"),
        (65_536, "db00010000"),
    ] {
        let text = "x".repeat(length);
        both_ways(&format!("{prefix}{}", "78".repeat(length)), text, &Type::String);
    }
    for bytes in ["a178", "d90178", "da000178", "db0000000178"] {
        assert_eq!(read(bytes, &Type::String).unwrap(), "x".into());
    }
    both_ways("a6c3a9e282ac7a", "é€z", &Type::String);
}

#[test]
fn lists_take_the_smallest_form_and_are_read_from_every_form() {
    let ty = Type::list(Type::Bool);
    for (length, prefix) in
        [(0, "90"), (15, "9f"), (16, "dc0010"), (65_535, "dcffff"), (65_536, "dd00010000")]
    {
        let list = vec![Value::Bool(true); length];
        both_ways(&format!("{prefix}{}", "c3".repeat(length)), Value::List(list), &ty);
    }
    for bytes in ["91c3", "dc0001c3", "dd00000001c3"] {
        assert_eq!(read(bytes, &ty).unwrap(), Value::List(vec![true.into()]));
    }
}

#[test]
fn maps_take_the_smallest_form_and_are_read_from_every_form() {
    let ty = Type::map(Type::Bool);
    for (length, prefix) in
        [(0, "80"), (15, "8f"), (16, "de0010"), (65_535, "deffff"), (65_536, "df00010000")]
    {
        let map: Value = (0..length).map(|key| (format!("{key:05}"), Value::Bool(false))).collect();
        let bytes = map.to_msgpack(&ty).unwrap();
        assert!(spell(&bytes).starts_with(prefix));
        assert_eq!(Value::from_msgpack(&bytes, &ty).unwrap(), map);
    }
    for bytes in ["81a16bc2", "de0001a16bc2", "df00000001a16bc2"] {
        assert_eq!(read(bytes, &ty).unwrap(), [("k", false.into())].into_iter().collect());
    }
    assert_eq!(read("82a16bc2a16bc3", &ty).unwrap_err(), "[\"k\"]: the key is there twice");
}

#[test]
fn every_extension_is_an_unknown_value() {
    let types = [Type::Bool, Type::Number, Type::String, Type::Dynamic, Type::list(Type::Bool)];
    let fixed = [(0xd4, 1), (0xd5, 2), (0xd6, 4), (0xd7, 8), (0xd8, 16)];
    for ty in &types {
        for (marker, length) in fixed {
            for code in [0, 12, 0x7f, 0xff] {
                let mut bytes = vec![marker, code];
                bytes.resize(2 + length, 0xa5);
                assert_eq!(Value::from_msgpack(&bytes, ty).unwrap(), Value::Unknown);
            }
        }
        for bytes in ["c7000c", "c7050c0102030405", "c800020c8101", "c9000000020c8101"] {
            assert_eq!(read(bytes, ty), Ok(Value::Unknown), "{bytes}");
        }
    }
}

#[test]
fn an_unknown_value_may_be_described_in_1024_bytes_and_no_more() {
    let with_length = |length: u16| {
        let mut bytes = vec![0xc8];
        bytes.extend(length.to_be_bytes());
        bytes.push(12);
        bytes.resize(4 + usize::from(length), 0);
        Value::from_msgpack(&bytes, &Type::String)
    };
    assert_eq!(with_length(1024).unwrap(), Value::Unknown);
    let error = with_length(1025).unwrap_err();
    assert_eq!(error.message(), "the description of an unknown value is too long");
}

#[test]
fn null_and_unknown_take_the_place_of_every_type() {
    let object = Type::object([("a", Type::String)]);
    for ty in [Type::Bool, Type::set(Type::String), Type::map(Type::Bool), object, Type::Dynamic] {
        both_ways("c0", Value::Null, &ty);
        both_ways("d40000", Value::Unknown, &ty);
    }
}

#[test]
fn dynamic_values_carry_their_type() {
    both_ways("92c40822737472696e6722c0", typed(Type::String, Value::Null), &Type::Dynamic);
    both_ways("92c40822737472696e6722d40000", typed(Type::String, Value::Unknown), &Type::Dynamic);
    both_ways("92c40822737472696e6722a178", typed(Type::String, "x"), &Type::Dynamic);
    let tuple = Type::Tuple(vec![Type::Bool]);
    let json = spell(br#"["tuple",["bool"]]"#);
    let value = typed(tuple, Value::List(vec![true.into()]));
    both_ways(&format!("92c412{json}91c3"), value, &Type::Dynamic);
    for bytes in ["92c5000822737472696e6722a178", "dc0002c60000000822737472696e6722a178"] {
        assert_eq!(read(bytes, &Type::Dynamic).unwrap(), typed(Type::String, "x"));
    }
    let message = "a dynamic value is an array of its type and itself";
    for bytes in ["a178", "91c0", "92a178a178", "93c0c0c0"] {
        assert_eq!(read(bytes, &Type::Dynamic).unwrap_err(), message);
    }
    assert!(read("92c404226f6b22c0", &Type::Dynamic).is_err());
}

#[test]
fn a_plain_value_of_a_dynamic_attribute_gets_its_own_type() {
    let value: Value = [
        ("flags", [Value::Bool(true), Value::Null].into_iter().collect::<Value>()),
        ("size", 5.into()),
    ]
    .into_iter()
    .collect();
    let bytes = value.to_msgpack(&Type::Dynamic).unwrap();
    let ty = Type::object([
        ("flags", Type::Tuple(vec![Type::Bool, Type::Dynamic])),
        ("size", Type::Number),
    ]);
    assert_eq!(Value::from_msgpack(&bytes, &Type::Dynamic).unwrap(), typed(ty, value));
}

#[test]
fn an_object_has_exactly_the_attributes_of_its_type() {
    let ty = Type::object([("a", Type::String), ("b", Type::Number)]);
    let object: Value = [("a", "x".into()), ("b", 1.into())].into_iter().collect();
    both_ways("82a161a178a16201", object, &ty);
    assert_eq!(read("81a161a178", &ty).unwrap_err(), "b: the attribute is missing");
    assert_eq!(read("83a161a178a16201a163c0", &ty).unwrap_err(), "c: there is no such attribute");
    assert_eq!(read("82a161a178a161a178", &ty).unwrap_err(), "a: the attribute is there twice");
    let short: Value = [("a", "x".into())].into_iter().collect();
    assert_eq!(short.to_msgpack(&ty).unwrap_err().to_string(), "b: the attribute is missing");
    let long: Value = ["a", "b", "c"].map(|name| (name, Value::Null)).into_iter().collect();
    assert_eq!(long.to_msgpack(&ty).unwrap_err().to_string(), "c: there is no such attribute");
}

#[test]
fn a_tuple_has_exactly_the_elements_of_its_type() {
    let ty = Type::Tuple(vec![Type::String, Type::Number]);
    both_ways("92a17807", [Value::from("x"), 7.into()].into_iter().collect::<Value>(), &ty);
    let message = "a tuple of 2 elements is required, but 1 were given";
    assert_eq!(read("91a178", &ty).unwrap_err(), message);
    let short: Value = [Value::from("x")].into_iter().collect();
    assert_eq!(short.to_msgpack(&ty).unwrap_err().to_string(), message);
}

#[test]
fn an_error_says_where_and_what_but_not_the_value() {
    let rule = Type::object([("port", Type::Number)]);
    let ty = Type::object([
        ("rules", Type::list(rule.clone())),
        ("set", Type::set(rule)),
        ("tags", Type::map(Type::String)),
    ]);
    let good = |name| match name {
        "rules" => "a572756c657390",
        "set" => "a373657490",
        _ => "a47461677380",
    };
    let with = |rules: &str, set: &str, tags: &str| read(&format!("83{rules}{set}{tags}"), &ty);
    assert_eq!(
        with("a572756c65739181a4706f7274c3", good("set"), good("tags")).unwrap_err(),
        "rules[0].port: a number is required, but a bool was given"
    );
    assert_eq!(
        with(good("rules"), "a37365749181a4706f727490", good("tags")).unwrap_err(),
        "set.port: a number is required, but an array was given"
    );
    let error = with(good("rules"), good("set"), "a47461677381a16b01").unwrap_err();
    assert_eq!(error, "tags[\"k\"]: a string is required, but a number was given");
    let error = read("a6686964646572", &Type::Number).unwrap_err();
    assert_eq!(error, "a number is required, but the text is not one");
}

#[test]
fn a_value_of_another_type_is_not_written() {
    let ty = Type::object([("tags", Type::map(Type::list(Type::String)))]);
    let tags: Value =
        [("k", [Value::from(7)].into_iter().collect::<Value>())].into_iter().collect();
    let value: Value = [("tags", tags)].into_iter().collect();
    assert_eq!(
        value.to_msgpack(&ty).unwrap_err().to_string(),
        "tags[\"k\"][0]: a string is required, but a number was given"
    );
}
