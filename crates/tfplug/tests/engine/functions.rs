//! Functions: what is announced of them, and how they are called.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;
use tfplug::schema::Schema;
use tfplug::testing::{Harness, UNKNOWN};
use tfplug::value::{Attr, ImpliedType, Sensitive};
use tfplug::{
    BoxedDataSource, BoxedFunction, BoxedResource, ConfigureContext, Function, FunctionError,
    Parameter, Provider, Result, Variadic,
};

use crate::toy::{Service, Toy};

/// A provider that nobody has configured.
fn toy() -> Harness<Toy> {
    Harness::new(Toy { service: Service::default() })
}

fn refused(name: &str, arguments: &[serde_json::Value]) -> String {
    toy().call(name, arguments).unwrap_err().to_string()
}

#[test]
fn a_function_computes_an_object_of_what_it_is_given() {
    let toy = toy();

    let label = toy.call("label", &[json!("ab"), json!(3), json!("x"), json!("y")]).unwrap();
    let short = toy.call("label", &[json!("ab"), json!(null)]).unwrap();

    assert_eq!(label, json!({ "name": "ab", "size": 3, "tags": ["x", "y"] }));
    assert_eq!(short, json!({ "name": "ab", "size": null, "tags": [] }));
}

#[test]
fn an_error_points_at_its_argument_also_at_one_of_many() {
    let arguments = [json!("ab"), json!(3), json!("x"), json!("longer")];

    assert_eq!(refused("label", &arguments), "argument 3: A tag is too long.");
}

#[test]
fn what_does_not_fit_points_at_its_argument_and_says_where_in_it() {
    let within = refused("label", &[json!("ab"), json!(1.5)]);
    let one_of_many = refused("label", &[json!("ab"), json!(1), json!("x"), json!(null)]);
    let secret = refused("volume", &[json!([1, 2, 300])]);
    let null = refused("volume", &[json!([1, null])]);

    assert_eq!(within, "argument 1: The value cannot be used: 1.5 is not a whole number.");
    assert_eq!(one_of_many, "argument 3: argument must not be null");
    assert!(secret.starts_with("argument 0: The value cannot be used: [2]: "), "{secret}");
    assert!(!secret.contains("300"), "{secret}");
    assert_eq!(
        null,
        "argument 0: The value cannot be used: [1]: a value is required, but it is null."
    );
}

#[test]
fn what_is_not_known_is_left_to_terraform_unless_the_type_takes_it() {
    let toy = toy();

    assert_eq!(toy.call("volume", &[json!([1, UNKNOWN])]).unwrap(), UNKNOWN);
    assert_eq!(toy.call("count_of", &[json!(["a", UNKNOWN])]).unwrap(), UNKNOWN);
    assert_eq!(toy.call("count_of", &[json!(["a", "b"])]).unwrap(), 2);
    assert_eq!(toy.call("count_of", &[json!(null)]).unwrap(), json!(null));
}

#[test]
fn a_panic_is_an_error_and_so_is_a_result_that_is_no_value_or_not_known() {
    assert!(refused("misbehave", &[json!("panic")]).contains("up in smoke"));
    let nothing = refused("misbehave", &[json!("nothing")]);
    assert!(nothing.contains("The result of misbehave is no value: NaN"), "{nothing}");
    let unknown = refused("misbehave", &[json!("unknown")]);
    assert!(unknown.contains("is not known, although all arguments are"), "{unknown}");
    assert!(unknown.starts_with("Bug in the provider: "), "{unknown}");
}

#[test]
fn a_result_of_another_type_or_of_another_time_is_found_out() {
    let panics = |name: &str, arguments: &[serde_json::Value]| {
        let toy = toy();
        catch_unwind(AssertUnwindSafe(|| toy.call(name, arguments))).is_err()
    };

    assert!(panics("misbehave", &[json!("number")]));
    assert!(!panics("misbehave", &[json!("well")]));
    assert!(panics("next", &[]));
}

#[test]
fn signatures_tell_what_the_types_say() {
    let functions = Toy { service: Service::default() }.functions();

    let shown: Vec<String> = functions.iter().map(|it| it.signature().to_string()).collect();

    assert_eq!(
        shown,
        [
            "label(name string, size number, tags string...) object({ name = string, size = number, tags = list(string) })",
            "volume(edges list(number)) number",
            "count_of(boxes list(string)) number",
            "misbehave(how string) string",
            "next() number",
        ]
    );
    let label = functions[0].signature();
    assert_eq!(label.summary(), "What stands on a box");
    assert_eq!(label.description(), "Tells what stands on a *box*.");
    let flags: Vec<_> = label
        .parameters()
        .iter()
        .map(|it| (it.name(), it.allows_null(), it.allows_unknown(), it.is_variadic()))
        .collect();
    assert_eq!(
        flags,
        [("name", false, false, false), ("size", true, false, false), ("tags", false, false, true)]
    );
    let count = functions[2].signature();
    assert!(count.parameters()[0].allows_null() && count.parameters()[0].allows_unknown());
}

#[test]
fn a_type_of_rust_implies_one_of_terraform() {
    let shown = |ty: tfplug::value::Type| ty.to_string();

    assert_eq!(shown(bool::implied_type()), "bool");
    assert_eq!(shown(BTreeSet::<u8>::implied_type()), "set(number)");
    assert_eq!(shown(BTreeMap::<String, Option<bool>>::implied_type()), "map(bool)");
    assert_eq!(shown(Attr::<Sensitive<String>>::implied_type()), "string");
    const { assert!(!Sensitive::<String>::ALLOWS_NULL && Sensitive::<Option<u8>>::ALLOWS_NULL) };
    const { assert!(Option::<Attr<u8>>::ALLOWS_UNKNOWN && !Vec::<Attr<u8>>::ALLOWS_UNKNOWN) };
}

/// Breaks every law of a signature.
struct Lawless;

impl Function for Lawless {
    type Arguments = (Variadic<String>, String, String);
    type Output = bool;
    const NAME: &'static str = "law-less";
    const SUMMARY: &'static str = "Nothing";
    const DESCRIPTION: &'static str = "Nothing.";

    fn parameters(&self) -> [Parameter; 3] {
        ["a", "a", "1b"].map(|name| Parameter::new(name, "Nothing."))
    }

    fn call(
        &self,
        _: (Variadic<String>, String, String),
    ) -> std::result::Result<bool, FunctionError> {
        Ok(true)
    }
}

#[test]
fn names_are_identifiers_used_once_and_what_takes_the_rest_is_last() {
    let faults = tfplug::function(Lawless).signature().check().unwrap_err();

    let names =
        "a name has only lower-case letters, digits and underscores, and begins with a letter";
    assert_eq!(
        faults,
        [
            names.to_owned(),
            "parameter `a`: the name is used twice".to_owned(),
            format!("parameter `1b`: {names}"),
            "parameter `a`: a variadic one is the last".to_owned(),
        ]
    );
    for function in (Toy { service: Service::default() }).functions() {
        assert_eq!(function.signature().check(), Ok(()), "{}", function.name());
    }
}

/// Offers a function twice, and one that it should not.
struct Careless;

impl Provider for Careless {
    type Client = ();
    type Config = BTreeMap<String, String>;
    const NAME: &'static str = "careless";
    const ADDRESS: &'static str = "registry.terraform.io/toys/careless";
    const VERSION: &'static str = "1.2.3";

    fn schema(&self) -> Schema {
        Schema::new("Nothing.")
    }

    async fn configure(&self, _: &ConfigureContext, _: Self::Config) -> Result<Option<()>> {
        Ok(Some(()))
    }

    fn resources(&self) -> Vec<BoxedResource<()>> {
        Vec::new()
    }

    fn data_sources(&self) -> Vec<BoxedDataSource<()>> {
        Vec::new()
    }

    fn functions(&self) -> Vec<BoxedFunction> {
        vec![tfplug::function(Lawless), tfplug::function(Lawless)]
    }
}

#[test]
fn a_provider_that_terraform_would_refuse_says_what_is_wrong_with_its_functions() {
    let refusal = catch_unwind(AssertUnwindSafe(|| Harness::new(Careless))).err().unwrap();

    let words = refusal.downcast_ref::<String>().unwrap();
    let unlawful = "Schema of function law-less: parameter `a`: the name is used twice.";
    assert!(words.contains(unlawful), "{words}");
    assert!(words.contains("function law-less: the name is taken twice."), "{words}");
}
