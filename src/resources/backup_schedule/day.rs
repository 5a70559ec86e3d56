//! The day of the full backup, by its name and by the number that the API has for it.

use tfplug::schema::Validator;

use crate::spelling::{did_you_mean, nearest};

/// Each at the place of its number.
const DAYS: [&str; 8] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "daily"];

/// The number of a day that is given by name, in any case, or by number.
pub(super) fn number(day: &str) -> Option<u8> {
    let of = |(number, name): (u8, &str)| {
        (day.eq_ignore_ascii_case(name) || day == number.to_string()).then_some(number)
    };
    (0..).zip(DAYS).find_map(of)
}

/// The name of a day; of a number that the API does not document, the number.
pub(super) fn name(number: u64) -> String {
    let named = usize::try_from(number).ok().and_then(|number| DAYS.get(number));
    named.map_or_else(|| number.to_string(), |name| (*name).to_owned())
}

/// Whether both texts are the same day.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one == other || number(one).is_some_and(|number_of_one| number(other) == Some(number_of_one))
}

pub(super) fn validator() -> Validator {
    Validator::string("a day of the week or `daily`", |day| {
        if number(day).is_some() {
            return Ok(());
        }
        let near = did_you_mean(nearest(&day.to_lowercase(), DAYS));
        Err(format!(
            "Write \"sunday\" to \"saturday\", or \"daily\" for a full backup every day; 0 to 7 mean the same.{near}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_name_and_a_number() {
        for (number_of_day, name_of_day) in (0..).zip(DAYS) {
            assert_eq!(number(name_of_day), Some(number_of_day));
            assert_eq!(number(&number_of_day.to_string()), Some(number_of_day));
            assert_eq!(name(u64::from(number_of_day)), name_of_day);
        }
        assert_eq!(number("Sunday"), Some(0));
        for none in ["", "8", "-1", "00", "sun", "sunday ", "every day"] {
            assert_eq!(number(none), None, "{none}");
        }
        assert_eq!(name(9), "9");
    }

    #[test]
    fn the_same_day_may_be_spelled_otherwise() {
        assert!(is_same("0", "SUNDAY") && is_same("daily", "7") && is_same("9", "9"));
        assert!(!is_same("0", "7") && !is_same("9", "8"));
    }
}
