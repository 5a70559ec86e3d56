//! Deforming inputs as JSON: what comes out is well-formed, and says something else.

use fastrand::Rng;
use serde_json::{Map, Value};

use crate::words::word;

/// The deepest that a value is put into others at once.
const DEEPEST: usize = 200;

/// The input with one of its values changed; `None` if it is not JSON.
pub(crate) fn deformed(input: &[u8], words: &[String], rng: &mut Rng) -> Option<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(input).ok()?;
    let whole = document.clone();
    let mut steps = rng.usize(..count(&document));
    change(&mut document, &mut steps, &mut |value| *value = changed(value, &whole, words, rng));
    serde_json::to_vec(&document).ok()
}

/// How many values there are in a value, itself included.
fn count(value: &Value) -> usize {
    1 + children(value).map(count).sum::<usize>()
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(fields) => Box::new(fields.values()),
        _ => Box::new(std::iter::empty()),
    }
}

/// Changes the value that is so many steps away.
fn change(value: &mut Value, steps: &mut usize, to: &mut impl FnMut(&mut Value)) {
    if *steps == 0 {
        to(value);
        *steps = usize::MAX;
        return;
    }
    *steps -= 1;
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, steps, to)),
        Value::Object(fields) => fields.values_mut().for_each(|field| change(field, steps, to)),
        _ => {}
    }
}

fn changed(value: &Value, whole: &Value, words: &[String], rng: &mut Rng) -> Value {
    match (rng.u8(..8), value) {
        (0, _) => leaf(words, rng),
        (1, _) => {
            (0..rng.usize(..DEEPEST)).fold(value.clone(), |inner, _| Value::from(vec![inner]))
        }
        (2, _) => Value::Object(Map::from_iter([(word(words, rng).to_owned(), value.clone())])),
        (3, _) => any(whole, rng).clone(),
        (_, Value::Array(items)) => Value::Array(with_changed_items(items, whole, words, rng)),
        (_, Value::Object(fields)) => Value::Object(with_changed_fields(fields, whole, words, rng)),
        (_, Value::String(text)) => Value::from(changed_text(text, words, rng)),
        _ => leaf(words, rng),
    }
}

fn leaf(words: &[String], rng: &mut Rng) -> Value {
    match rng.u8(..8) {
        0 => Value::Null,
        1 => Value::from(rng.bool()),
        2 => Value::from(rng.i64(..)),
        3 => Value::from(rng.u64(..)),
        4 => Value::from(rng.f64() * 1e6),
        5 => Value::from(vec![0_u8; rng.usize(..3)]),
        6 => Value::Object(Map::new()),
        _ => Value::from(word(words, rng)),
    }
}

/// One of the values in a document.
fn any<'a>(whole: &'a Value, rng: &mut Rng) -> &'a Value {
    let mut found = whole;
    while rng.u8(..4) > 0 {
        let below: Vec<&Value> = children(found).collect();
        match rng.choice(below) {
            Some(child) => found = child,
            None => break,
        }
    }
    found
}

fn with_changed_items(
    items: &[Value],
    whole: &Value,
    words: &[String],
    rng: &mut Rng,
) -> Vec<Value> {
    let mut items = items.to_vec();
    let at = rng.usize(..=items.len());
    match rng.u8(..4) {
        0 if at < items.len() => drop(items.remove(at)),
        1 if at < items.len() => items.extend(items.get(at).cloned()),
        2 => items.insert(at, leaf(words, rng)),
        _ => items.insert(at, any(whole, rng).clone()),
    }
    items
}

fn with_changed_fields(
    fields: &Map<String, Value>,
    whole: &Value,
    words: &[String],
    rng: &mut Rng,
) -> Map<String, Value> {
    let mut fields = fields.clone();
    let name = rng.choice(fields.keys()).cloned().unwrap_or_default();
    match rng.u8(..4) {
        0 => drop(fields.remove(&name)),
        1 => {
            let value = fields.remove(&name).unwrap_or_default();
            fields.insert(changed_text(&name, words, rng), value);
        }
        2 => drop(fields.insert(word(words, rng).to_owned(), leaf(words, rng))),
        _ => drop(fields.insert(name, any(whole, rng).clone())),
    }
    fields
}

fn changed_text(text: &str, words: &[String], rng: &mut Rng) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = rng.usize(..=characters.len());
    match rng.u8(..4) {
        0 => characters.truncate(at),
        1 => drop(characters.splice(at..at, word(words, rng).chars())),
        2 => characters.extend_from_within(at..),
        _ => {
            if let Some(character) = characters.get_mut(at) {
                *character = rng.char(..);
            }
        }
    }
    characters.into_iter().collect()
}
