//! The decimal value behind every form of a number.

use std::cmp::Ordering;
use std::fmt::Write;

/// The largest power of ten that a number may be written with, up or down.
///
/// Written out, such a number has a million digits: far beyond any use, and still harmless.
const MAX_EXPONENT: u64 = 1_000_000;

/// A decimal number in its one normal form: ±0.`digits` times ten to the `exponent`.
///
/// The digits begin and end with one that is not zero; zero itself has none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    exponent: i64,
    digits: String,
}

impl Decimal {
    /// What Terraform takes a float for: the shortest decimal that reads back as it.
    pub(super) fn of(number: f64) -> Option<Self> {
        const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
        if number.is_infinite() {
            let negative = number.is_sign_negative();
            return Some(Self { negative, exponent: i64::MAX, digits: "1".to_owned() });
        }
        if number.fract() == 0.0 && number.abs() < TWO_TO_64 {
            return Self::parse(&format!("{number:.0}"));
        }
        // Of two shortest spellings Go takes the even one, as JSON does here, and `format!` does not.
        Self::parse(&serde_json::Value::from(number).to_string())
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, power) = match text.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i64>().ok()?),
            None => (text, 0),
        };
        if power.unsigned_abs() > MAX_EXPONENT {
            return None;
        }
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits = String::with_capacity(mantissa.len());
        digits.push_str(whole);
        digits.push_str(fraction);
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        let leading = digits.len() - significant.len();
        let exponent = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()? + power;
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, exponent: 0, digits });
        }
        Some(Self { negative, exponent, digits })
    }

    pub(super) fn to_i128(&self) -> Option<i128> {
        // The digits of the largest number of 127 bits.
        const DIGITS: i64 = 39;
        if self.exponent > DIGITS || self.fraction_digits() > 0 {
            return None;
        }
        self.plain().parse().ok()
    }

    /// How many digits stand after the point.
    pub(super) fn fraction_digits(&self) -> i64 {
        i64::try_from(self.digits.len()).unwrap_or(i64::MAX).saturating_sub(self.exponent).max(0)
    }

    /// All digits, without an exponent.
    pub(super) fn plain(&self) -> String {
        if self.digits.is_empty() {
            return "0".to_owned();
        }
        let mut text = String::new();
        if self.negative {
            text.push('-');
        }
        let zeros = |count: usize| "0".repeat(count);
        match usize::try_from(self.exponent) {
            Ok(whole) if whole >= self.digits.len() => {
                text.push_str(&self.digits);
                text.push_str(&zeros(whole - self.digits.len()));
            }
            Ok(whole) if whole > 0 => {
                let (before, after) = self.digits.split_at(whole);
                // Writing to a string cannot fail.
                let _ = write!(text, "{before}.{after}");
            }
            _ => {
                text.push_str("0.");
                text.push_str(&zeros(usize::try_from(-self.exponent).unwrap_or(0)));
                text.push_str(&self.digits);
            }
        }
        text
    }

    /// Whether the float is this very number, and is compared as this number.
    ///
    /// Terraform compares a float by the shortest decimal that reads back as it. So of two decimals
    /// that a float could carry, the shortest and the one with all its digits, it carries neither
    /// unless they are the same.
    pub(super) fn is_exactly(&self, float: f64) -> bool {
        // No float has more digits after the point.
        const DIGITS: usize = 1074;
        Self::of(float).as_ref() == Some(self)
            && Self::parse(&format!("{float:.DIGITS$}")).as_ref() == Some(self)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |decimal: &Self| match (decimal.digits.is_empty(), decimal.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = || (self.exponent, &self.digits).cmp(&(other.exponent, &other.digits));
        sign(self)
            .cmp(&sign(other))
            .then_with(|| if self.negative { size().reverse() } else { size() })
    }
}
