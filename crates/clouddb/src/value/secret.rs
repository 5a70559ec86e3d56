//! Keeping secrets out of logs and errors.
//!
//! The API repeats bad passwords in its refusals, so what it says is searched for the secrets of the
//! request before anybody sees it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What stands where a secret stood.
pub(crate) const MASK: &str = "(sensitive)";

/// Keys, in lower case, whose whole value is secret in requests and replies.
const SECRET_KEYS: [&str; 5] = ["password", "apikey", "token", "passcode", "x-auth-token"];

/// What is encoded in a URL.
const URL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Shorter secrets occur in ordinary text by chance; of these only quoted ones are cut out.
const LONG_ENOUGH: usize = 4;

/// The document with its secrets masked.
pub(crate) fn masked(document: &Value) -> Value {
    match document {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| {
                let value = if is_secret(key) { Value::from(MASK) } else { masked(value) };
                (key.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(masked).collect(),
        plain => plain.clone(),
    }
}

/// The secret texts in a document.
pub(crate) fn within(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(document, false, &mut found);
    found
}

/// All texts in a document.
pub(crate) fn texts(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(document, true, &mut found);
    found
}

fn collect(value: &Value, secret: bool, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(value, secret || is_secret(key), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, secret, found)),
        Value::String(text) if secret && !text.is_empty() => found.push(text.clone()),
        _ => {}
    }
}

fn is_secret(key: &str) -> bool {
    SECRET_KEYS.contains(&key.to_ascii_lowercase().as_str())
}

/// The text without the secrets, however a server spells them.
pub(crate) fn scrubbed(text: &str, secrets: &[String]) -> String {
    cut_out(text, &all_spellings(secrets))
}

/// The beginning of a longer text without the secrets. The one that stands across its end is not known
/// by its first part, so the end goes with it.
pub(crate) fn scrubbed_beginning(text: &str, secrets: &[String]) -> String {
    let spellings = all_spellings(secrets);
    let longest = spellings.first().map(String::len).unwrap_or_default();
    let mut text = cut_out(text, &spellings);
    text.truncate(text.floor_char_boundary(text.len().saturating_sub(longest)));
    text
}

/// The document without the secrets, in texts and in names.
pub(crate) fn scrubbed_document(document: &Value, secrets: &[String]) -> Value {
    cut_out_of_document(document, &all_spellings(secrets))
}

fn cut_out_of_document(document: &Value, spellings: &[String]) -> Value {
    match document {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (cut_out(key, spellings), cut_out_of_document(value, spellings)))
            .collect(),
        Value::Array(items) => {
            items.iter().map(|item| cut_out_of_document(item, spellings)).collect()
        }
        Value::String(text) => Value::from(cut_out(text, spellings)),
        plain => plain.clone(),
    }
}

/// Every spelling of every secret. The longest come first: a secret that begins with another would
/// leave its end behind.
fn all_spellings(secrets: &[String]) -> Vec<String> {
    let mut spellings: Vec<String> =
        secrets.iter().filter(|it| !it.is_empty()).flat_map(|it| spellings(it)).collect();
    spellings.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    spellings.dedup();
    spellings
}

fn cut_out(text: &str, spellings: &[String]) -> String {
    spellings.iter().fold(text.to_owned(), |text, it| without(text, it))
}

/// A secret as it is, and as it stands in a quoted string, in JSON, in a web page and in a URL.
fn spellings(secret: &str) -> Vec<String> {
    let escaped = secret.replace('\\', "\\\\");
    let json = Value::from(secret).to_string();
    let json = json.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or_default();
    let page = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let url = utf8_percent_encode(secret, URL).to_string();
    vec![
        escaped.replace('\'', "\\'"),
        escaped.replace('"', "\\\""),
        // As Rust's decoders quote it.
        secret.escape_debug().to_string().replace("\\'", "'"),
        ascii(json),
        page.replace('"', "&quot;").replace('\'', "&#x27;"),
        page.replace('"', "&#34;").replace('\'', "&#39;"),
        page,
        url.replace("%20", "+"),
        url,
        json.to_owned(),
        escaped,
        secret.to_owned(),
    ]
}

/// JSON as servers write it that keep to ASCII.
fn ascii(json: &str) -> String {
    let mut text = String::new();
    let mut units = [0; 2];
    for character in json.chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            let escapes = character.encode_utf16(&mut units).iter();
            text.extend(escapes.map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

fn without(text: String, secret: &str) -> String {
    if !text.contains(secret) {
        return text;
    }
    if secret.chars().count() >= LONG_ENOUGH {
        return text.replace(secret, MASK);
    }
    ['\'', '"'].iter().fold(text, |text, quote| {
        text.replace(&format!("{quote}{secret}{quote}"), &format!("{quote}{MASK}{quote}"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_at_any_depth() {
        let login =
            json!({"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "u", "apiKey": "k"}}});
        let users = json!({"users": [{"name": "u", "password": "p"}]});
        let access = json!({"access": {"token": {"id": "t", "expires": "2030"}}});

        let shown = [masked(&login), masked(&users), masked(&access)].map(|it| it.to_string());

        assert_eq!(
            shown,
            [
                r#"{"auth":{"RAX-KSKEY:apiKeyCredentials":{"apiKey":"(sensitive)","username":"u"}}}"#,
                r#"{"users":[{"name":"u","password":"(sensitive)"}]}"#,
                r#"{"access":{"token":"(sensitive)"}}"#,
            ]
        );
    }

    #[test]
    fn a_secret_that_the_api_repeats_is_cut_out_of_its_words() {
        let body = json!({"users": [{"name": "u", "password": "it's \\ me"}]});

        let words = [r"'it\'s \\ me' is not a valid password.", r"it's \ me", r"it's \\ me"]
            .map(|said| scrubbed(said, &within(&body)));

        assert_eq!(words, ["'(sensitive)' is not a valid password.", "(sensitive)", "(sensitive)"]);
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let secret = ["s3cret \"ü\" & <\\>".to_owned()];

        for said in [
            "s3cret \"ü\" & <\\>",
            r#"s3cret \"ü\" & <\\>"#,
            r#"s3cret \"\u00fc\" & <\\>"#,
            "s3cret &quot;ü&quot; &amp; &lt;\\&gt;",
            "s3cret &#34;ü&#34; &amp; &lt;\\&gt;",
            "s3cret%20%22%C3%BC%22%20%26%20%3C%5C%3E",
            "s3cret+%22%C3%BC%22+%26+%3C%5C%3E",
        ] {
            assert_eq!(scrubbed(said, &secret), "(sensitive)", "{said}");
        }
    }

    #[test]
    fn a_secret_that_begins_with_another_leaves_nothing_behind() {
        let secrets = ["orders".to_owned(), "orders-2030".to_owned()];

        assert_eq!(scrubbed("orders-2030, orders", &secrets), "(sensitive), (sensitive)");
    }

    #[test]
    fn of_a_secret_across_the_end_of_a_beginning_nothing_is_left() {
        let secrets = ["s3cret-word".to_owned()];

        for beginning in ["told s3cret-word and more, s3cret-wor", "told and more ü s", "s3c"] {
            let text = scrubbed_beginning(beginning, &secrets);

            assert!(!text.contains("s3c"), "{text}");
            assert_eq!(text.contains("told"), beginning.contains("told"), "{text}");
        }
    }

    #[test]
    fn a_document_is_searched_in_its_texts_and_its_names() {
        let document = json!({"s3cret": ["a s3cret", 1], "b": {"c": "s3cret"}});

        assert_eq!(
            scrubbed_document(&document, &["s3cret".to_owned()]),
            json!({"(sensitive)": ["a (sensitive)", 1], "b": {"c": "(sensitive)"}})
        );
    }

    #[test]
    fn a_short_secret_is_cut_out_only_where_it_is_quoted() {
        let secrets = within(&json!({"password": "a"}));

        assert_eq!(
            scrubbed("a user with password 'a' is bad", &secrets),
            "a user with password '(sensitive)' is bad"
        );
    }

    #[test]
    fn everything_below_a_token_is_secret() {
        let secrets = within(&json!({"auth": {"tenantId": "1", "token": {"id": "abcdef"}}}));

        assert_eq!(secrets, ["abcdef"]);
    }
}
