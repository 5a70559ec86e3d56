//! The sections `## Signature` and `## Arguments` of the page of a function, as the Registry's own
//! generator has them.

use std::fmt::Write as _;

use tfplug::value::Type;
use tfplug::{Signature, TypedParameter};

/// Both sections, beginning with an empty line.
pub(super) fn sections(signature: &Signature) -> String {
    let mut text = format!("\n## Signature\n\n```text\n{signature}\n```\n");
    if !signature.parameters().is_empty() {
        text.push_str("\n## Arguments\n\n");
    }
    // A list in Markdown counts by itself.
    for parameter in signature.parameters() {
        let (name, description) = (parameter.name(), parameter.description().trim());
        let _ = writeln!(text, "1. `{name}` ({}) {description}", type_and_flags(parameter));
    }
    text
}

fn type_and_flags(parameter: &TypedParameter) -> String {
    let variadic = if parameter.is_variadic() { "Variadic, " } else { "" };
    let nullable = if parameter.allows_null() { ", Nullable" } else { "" };
    format!("{variadic}{}{nullable}", word(parameter.ty()))
}

fn word(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", word(element)),
        Type::Set(element) => format!("Set of {}", word(element)),
        Type::Map(element) => format!("Map of {}", word(element)),
        Type::Object(_) => "Object".to_owned(),
        Type::Tuple(_) => "Tuple".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tfplug::{Function, FunctionError, Parameter, Variadic};

    use super::*;

    struct Longest;

    impl Function for Longest {
        type Arguments = (Option<f64>, Variadic<Vec<String>>);
        type Output = bool;
        const NAME: &'static str = "longest";
        const SUMMARY: &'static str = "The longest";
        const DESCRIPTION: &'static str = "The longest.";

        fn parameters(&self) -> [Parameter; 2] {
            [Parameter::new("least", "At least that."), Parameter::new("lists", "Of these.")]
        }

        fn call(&self, _: (Option<f64>, Variadic<Vec<String>>)) -> Result<bool, FunctionError> {
            Ok(true)
        }
    }

    #[test]
    fn a_signature_is_followed_by_what_each_argument_is() {
        let expected = "
## Signature

```text
longest(least number, lists list(string)...) bool
```

## Arguments

1. `least` (Number, Nullable) At least that.
1. `lists` (Variadic, List of String) Of these.
";
        assert_eq!(sections(&tfplug::function(Longest).signature()), expected);
    }
}
