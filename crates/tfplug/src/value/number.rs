//! Numbers of any size and precision.

mod decimal;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::error::ValueError;
use decimal::Decimal;

/// A number as Terraform has it: decimal, of any size and precision.
///
/// The three forms are what the wire can carry. Numbers are equal when their decimal values are:
/// `Float(0.1)` equals `Text("0.1")`, and `Float(3.0)` equals `Int(3)`. A float that is a whole number
/// of 64 bits is that number; any other stands for the shortest decimal that reads back as the same
/// float.
#[derive(Debug, Clone)]
pub enum Number {
    /// A whole number of 64 bits.
    Int(i64),
    /// A binary fraction, or an infinity.
    Float(f64),
    /// Any number, as decimal text.
    Text(Box<str>),
}

/// The one form of a number that Terraform itself would send.
#[derive(Debug, PartialEq)]
pub(super) enum Canonical {
    Int(i64),
    Float(f64),
    Text(String),
}

impl Number {
    fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Int(number) => Decimal::parse(&number.to_string()),
            Self::Float(number) => Decimal::of(*number),
            Self::Text(text) => Decimal::parse(text),
        }
    }

    /// The whole number, if it is one and has at most 127 bits.
    pub fn to_i128(&self) -> Option<i128> {
        match self {
            Self::Int(number) => Some(i128::from(*number)),
            Self::Float(_) | Self::Text(_) => self.decimal()?.to_i128(),
        }
    }

    /// Whether there is nothing after the point.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Float(number) => number.is_finite() && number.fract() == 0.0,
            Self::Text(text) => {
                Decimal::parse(text).is_some_and(|decimal| decimal.fraction_digits() == 0)
            }
        }
    }

    /// The nearest float; infinite when the number is too large for one.
    ///
    /// NaN only for NaN itself and for a text that is no number.
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Int(number) => number.to_string().parse().unwrap_or(f64::NAN),
            Self::Float(number) => *number,
            Self::Text(text) => match Decimal::parse(text) {
                Some(_) => text.parse().unwrap_or(f64::NAN),
                None => f64::NAN,
            },
        }
    }

    /// The form that Terraform itself would send; none for NaN and for a text that is no number.
    ///
    /// Whole numbers of 64 bits are integers, fractions that a float holds exactly are
    /// floats, and all else is text:
    /// <https://github.com/zclconf/go-cty/blob/main/cty/msgpack/marshal.go>.
    pub(super) fn canonical(&self) -> Option<Canonical> {
        match self {
            Self::Int(number) => return Some(Canonical::Int(*number)),
            Self::Float(number) if number.is_infinite() => {
                return Some(Canonical::Float(*number));
            }
            Self::Float(_) | Self::Text(_) => {}
        }
        let decimal = self.decimal()?;
        if let Some(number) = decimal.to_i128().and_then(|number| i64::try_from(number).ok()) {
            return Some(Canonical::Int(number));
        }
        let plain = decimal.plain();
        match plain.parse() {
            Ok(float) if decimal.fraction_digits() > 0 && decimal.is_exactly(float) => {
                Some(Canonical::Float(float))
            }
            _ => Some(Canonical::Text(plain)),
        }
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => { $(
        impl From<$integer> for Number {
            fn from(number: $integer) -> Self {
                i64::try_from(number)
                    .map_or_else(|_| Self::Text(number.to_string().into()), Self::Int)
            }
        }
    )* };
}
from_integer!(i8, i16, i32, i64, i128, u8, u16, u32, u64, u128);

impl FromStr for Number {
    type Err = ValueError;

    /// Reads a decimal number, with an exponent or without.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        if let Ok(number) = text.parse() {
            return Ok(Self::Int(number));
        }
        match Decimal::parse(text) {
            Some(_) => Ok(Self::Text(text.into())),
            None => Err(ValueError::new("a number is required, but the text is not one")),
        }
    }
}

impl fmt::Display for Number {
    /// Writes all digits, without an exponent, as Terraform does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => return number.fmt(f),
            Self::Float(number) if !number.is_finite() => return number.fmt(f),
            Self::Float(_) | Self::Text(_) => {}
        }
        match (self.decimal(), self) {
            (Some(decimal), _) => f.write_str(&decimal.plain()),
            (None, Self::Text(text)) => f.write_str(text),
            (None, _) => Ok(()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    /// By decimal value; what is no number comes first.
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Self::Int(left), Self::Int(right)) = (self, other) {
            return left.cmp(right);
        }
        match (self.decimal(), other.decimal()) {
            (None, None) => self.to_string().cmp(&other.to_string()),
            (left, right) => left.cmp(&right),
        }
    }
}
