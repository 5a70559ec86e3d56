//! An order of values that ignores what Terraform ignores: the order of sets, the spelling of
//! numbers, the composition of accents.

use std::cmp::Ordering;

use super::text;
use super::tree::Value;
use super::ty::Type;

impl Value {
    /// Whether Terraform would call the two values of type `ty` the same.
    ///
    /// Numbers compare by value, strings by their
    /// [normalization form C](https://unicode.org/reports/tr15/), and sets without regard to order.
    pub fn equivalent(&self, other: &Self, ty: &Type) -> bool {
        compare(self, other, ty).is_eq()
    }
}

/// Compares two values of type `ty`; equal means the same to Terraform.
///
/// The order itself means nothing. It is total, so that sets can be sorted and then compared in
/// step.
fn compare(left: &Value, right: &Value, ty: &Type) -> Ordering {
    if *ty == Type::Dynamic {
        let own = Type::of(left);
        return own
            .cmp(&Type::of(right))
            .then_with(|| structure(left.peeled(), right.peeled(), &own));
    }
    structure(left.peeled(), right.peeled(), ty)
}

fn structure(left: &Value, right: &Value, ty: &Type) -> Ordering {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::String(left), Value::String(right)) => text::compare(left, right),
        (Value::List(left), Value::List(right)) => match ty {
            Type::Set(element) => sets(left, right, element),
            _ => lists(left, right, ty),
        },
        (Value::Map(left), Value::Map(right)) => left.keys().cmp(right.keys()).then_with(|| {
            left.iter().zip(right.values()).fold(Ordering::Equal, |order, ((name, a), b)| {
                order.then_with(|| compare(a, b, attribute(ty, name)))
            })
        }),
        _ => rank(left).cmp(&rank(right)),
    }
}

fn sets(left: &[Value], right: &[Value], element: &Type) -> Ordering {
    let [left, right] = [left, right].map(|elements| {
        let mut sorted: Vec<&Value> = elements.iter().collect();
        sorted.sort_by(|a, b| compare(a, b, element));
        sorted
    });
    left.len().cmp(&right.len()).then_with(|| {
        left.iter()
            .zip(right)
            .fold(Ordering::Equal, |order, (a, b)| order.then_with(|| compare(a, b, element)))
    })
}

fn lists(left: &[Value], right: &[Value], ty: &Type) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| {
        left.iter().zip(right).enumerate().fold(Ordering::Equal, |order, (position, (a, b))| {
            order.then_with(|| compare(a, b, element(ty, position)))
        })
    })
}

/// The type of a list's or tuple's element.
fn element(ty: &Type, position: usize) -> &Type {
    match ty {
        Type::List(element) => element,
        Type::Tuple(elements) => elements.get(position).unwrap_or(&Type::Dynamic),
        _ => &Type::Dynamic,
    }
}

/// The type of a map's element or an object's attribute.
fn attribute<'t>(ty: &'t Type, name: &str) -> &'t Type {
    match ty {
        Type::Map(element) => element,
        Type::Object(attributes) => attributes.get(name).unwrap_or(&Type::Dynamic),
        _ => &Type::Dynamic,
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Unknown => 1,
        Value::Bool(_) => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::List(_) => 5,
        Value::Map(_) => 6,
        Value::Dynamic(_) => 7,
    }
}
