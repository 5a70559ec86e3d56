//! Decoding what servers of this API write in more than one way.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An ID, or a name that serves as one, which is never empty: an empty one in a path would address the
/// whole collection.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = text(deserializer)?;
    if id.is_empty() { Err(serde::de::Error::custom("an ID or a name is empty")) } else { Ok(id) }
}

/// A string that may come as a number: flavors have numeric IDs in one place and strings in another.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    optional_text(deserializer)?.ok_or_else(|| serde::de::Error::custom("a string is missing"))
}

/// The same where there may be none.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(serde::de::Error::custom("neither a string nor a number")),
    }
}

/// A text that nothing depends on: what is neither a string nor a number counts as missing.
pub(crate) fn any_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(shown(&Value::deserialize(deserializer)?))
}

/// The ID or the name of an item that may be anything else.
pub(crate) fn id_in(item: &Value, field: &str) -> Option<String> {
    item.get(field).and_then(shown).filter(|id| !id.is_empty())
}

/// A string or a number as text.
pub(crate) fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number that nothing depends on: what is none counts as missing.
pub(crate) fn any_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    Ok(Value::deserialize(deserializer)?.as_f64())
}

/// A size that nothing depends on: what is none counts as missing.
pub(crate) fn any_size<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    Ok(optional_size(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// A size that may come as a string of digits or as a decimal that is whole.
pub(crate) fn optional_size<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    let size = match Option::<Value>::deserialize(deserializer)? {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => {
            let text = number.to_string();
            text.strip_suffix(".0").unwrap_or(&text).parse().ok()
        }
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    size.map(Some).ok_or_else(|| serde::de::Error::custom("not a whole size"))
}

/// The same where there must be one.
pub(crate) fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    optional_size(deserializer)?.ok_or_else(|| serde::de::Error::custom("a size is missing"))
}

/// A truth value that may come as 0 or 1.
pub(crate) fn optional_bool<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<bool>, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(truth)) => Ok(Some(truth)),
        Some(Value::Number(number)) => Ok(Some(number.as_u64() != Some(0))),
        Some(_) => Err(serde::de::Error::custom("neither true, false, 0 nor 1")),
    }
}

/// A list that may be missing or null.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// `{"id": ".."}`, of which only the ID matters.
#[derive(Deserialize)]
pub(crate) struct Identified {
    #[serde(deserialize_with = "id")]
    pub(crate) id: String,
}

/// `[{"id": ".."}]`, of which what has no ID is left out, as IDs.
pub(crate) fn any_ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let entries = Value::deserialize(deserializer)?;
    let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(entries.iter().filter_map(|entry| shown(entry.get("id")?)).collect())
}

/// `[{"id": ".."}]`, which may be missing or null, as IDs.
pub(crate) fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(list::<D, Identified>(deserializer)?.into_iter().map(|it| it.id).collect())
}

/// `{"name": ".."}`, of which only the name matters.
#[derive(Deserialize)]
struct Named {
    name: String,
}

/// `[{"name": ".."}]`, which may be missing or null, as names.
pub(crate) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(list::<D, Named>(deserializer)?.into_iter().map(|it| it.name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Document {
        #[serde(deserialize_with = "text")]
        id: String,
        #[serde(default, deserialize_with = "optional_size")]
        size: Option<u64>,
        #[serde(default, deserialize_with = "optional_bool")]
        automated: Option<bool>,
        #[serde(default, deserialize_with = "list")]
        items: Vec<u8>,
    }

    fn document(id: &str, size: Option<u64>, automated: Option<bool>) -> Document {
        Document { id: id.to_owned(), size, automated, items: Vec::new() }
    }

    #[test]
    fn numbers_strings_and_truth_values_are_taken_in_every_spelling() {
        let read = |text| serde_json::from_str::<Document>(text).unwrap();

        assert_eq!(
            read(r#"{"id": 3, "size": 2, "automated": 0}"#),
            document("3", Some(2), Some(false))
        );
        assert_eq!(
            read(r#"{"id": "3", "size": "2", "automated": true}"#),
            document("3", Some(2), Some(true))
        );
        assert_eq!(read(r#"{"id": "3", "size": 2.0}"#), document("3", Some(2), None));
        assert_eq!(
            read(r#"{"id": "x", "size": null, "automated": null, "items": null}"#),
            document("x", None, None)
        );
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Unneeded {
        #[serde(default, deserialize_with = "any_text")]
        text: Option<String>,
        #[serde(default, deserialize_with = "any_number")]
        number: Option<f64>,
        #[serde(default, deserialize_with = "any_size")]
        size: Option<u64>,
        #[serde(default, deserialize_with = "any_ids")]
        ids: Vec<String>,
    }

    #[test]
    fn what_nothing_depends_on_may_have_any_shape() {
        let none = Unneeded { text: None, number: None, size: None, ids: Vec::new() };
        for odd in ["null", "true", "{}", "[]", "[[]]", r#"{"id": 1}"#, r#"[{"id": null}]"#] {
            let text =
                format!(r#"{{"text": {odd}, "number": {odd}, "size": {odd}, "ids": {odd}}}"#);

            assert_eq!(serde_json::from_str::<Unneeded>(&text).unwrap(), none, "{odd}");
        }
        let good = r#"{"text": 1, "number": 2, "size": "3", "ids": [5, {"id": 3}]}"#;
        let good = serde_json::from_str::<Unneeded>(good).unwrap();
        assert_eq!((good.text.as_deref(), good.number), (Some("1"), Some(2.0)));
        assert_eq!((good.size, good.ids.as_slice()), (Some(3), ["3".to_owned()].as_slice()));
    }

    #[test]
    fn what_is_no_size_is_an_error() {
        for text in
            [r#"{"id": 1, "size": 1.5}"#, r#"{"id": 1, "size": -1}"#, r#"{"id": 1, "size": []}"#]
        {
            assert!(serde_json::from_str::<Document>(text).is_err(), "{text}");
        }
    }
}
