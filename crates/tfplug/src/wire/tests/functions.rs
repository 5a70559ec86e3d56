//! What the provider computes.

use bytes::Bytes;

use super::notes::JOIN;
use super::{Type, Value, json, proto, served};

fn text(text: &str) -> proto::DynamicValue {
    super::dynamic(&json!(text), &Type::String)
}

/// An argument of which OpenTofu says nothing at all, which is its null.
fn nothing() -> proto::DynamicValue {
    proto::DynamicValue::default()
}

async fn called(name: &str, arguments: &[proto::DynamicValue]) -> proto::call_function::Response {
    let (mut client, _) = served().await;
    let request =
        proto::call_function::Request { name: name.to_owned(), arguments: arguments.to_vec() };
    client.call_function(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn functions_are_announced_in_both_answers() {
    let (mut client, _) = served().await;

    let schema = client.get_provider_schema(proto::get_provider_schema::Request {}).await.unwrap();
    let asked = client.get_functions(proto::get_functions::Request {}).await.unwrap().into_inner();

    assert_eq!(schema.into_inner().functions, asked.functions);
    assert!(asked.diagnostics.is_empty());
    let join = &asked.functions[JOIN];
    assert_eq!(join.r#return.as_ref().unwrap().r#type, Bytes::from(r#""string""#));
    assert_eq!(
        (join.summary.as_str(), join.description.as_str()),
        ("Notes on one line", "Joins *notes*.")
    );
    let [between] = join.parameters.as_slice() else { panic!("{join:?}") };
    assert_eq!(
        (between.name.as_str(), between.description.as_str()),
        ("between", "What stands between.")
    );
    assert_eq!(between.r#type, Bytes::from(r#""string""#));
    assert!(between.allow_null_value && !between.allow_unknown_values);
    let notes = join.variadic_parameter.as_ref().unwrap();
    assert_eq!((notes.name.as_str(), notes.allow_null_value), ("notes", false));
}

#[tokio::test]
async fn a_provider_without_a_configuration_computes() {
    let answer = called(JOIN, &[text("; "), text("one"), text("two")]).await;

    assert_eq!(answer.error, None);
    let result = Value::from_msgpack(&answer.result.unwrap().msgpack, &Type::String);
    assert_eq!(result, Ok("one; two".into()));
}

#[tokio::test]
async fn an_argument_that_says_nothing_is_null() {
    let answer = called(JOIN, &[nothing(), text("one"), text("two")]).await;

    let result = Value::from_msgpack(&answer.result.unwrap().msgpack, &Type::String);
    assert_eq!(result, Ok("one, two".into()));
}

/// Terraform puts a full stop behind the text, so it has none at its end.
#[tokio::test]
async fn an_error_names_its_argument_and_leaves_the_full_stop_to_terraform() {
    let answer = called(JOIN, &[text("; "), text("one"), text("")]).await;

    assert_eq!(answer.result, None);
    let error = answer.error.unwrap();
    assert_eq!((error.text.as_str(), error.function_argument), ("A note is empty", Some(2)));
}

#[tokio::test]
async fn what_cannot_be_called_is_an_error() {
    let unknown = called("gone", &[]).await.error.unwrap();
    assert_eq!(unknown.text, "Unknown function: The provider has no function gone");

    let few = called(JOIN, &[]).await.error.unwrap();
    assert!(few.text.ends_with("cannot be called with 0 arguments"), "{}", few.text);

    let broken = proto::DynamicValue { msgpack: "\u{1}".into(), ..Default::default() };
    let unread = called(JOIN, &[text(""), broken]).await.error.unwrap();
    assert!(unread.text.contains("A value from Terraform cannot be read"), "{}", unread.text);
    assert_eq!(unread.function_argument, Some(1));
}
