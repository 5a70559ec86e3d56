//! Keeping secrets out of logs and errors.
//!
//! The API repeats bad passwords in its refusals, so what it says is searched for the secrets of the
//! request before anybody sees it.

use serde_json::Value;

/// What stands where a secret stood.
pub(crate) const MASK: &str = "(sensitive)";

/// Keys, in lower case, whose whole value is secret in requests and replies.
const SECRET_KEYS: [&str; 5] = ["password", "apikey", "token", "passcode", "x-auth-token"];

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

/// The text without the secrets, which may stand in it as they are or escaped.
pub(crate) fn scrubbed(text: &str, secrets: &[String]) -> String {
    let mut clean = text.to_owned();
    for secret in secrets {
        let escaped = secret.replace('\\', "\\\\");
        for form in [escaped.replace('\'', "\\'"), escaped.replace('"', "\\\""), escaped]
            .iter()
            .chain([secret])
        {
            clean = without(&clean, form);
        }
    }
    clean
}

fn without(text: &str, secret: &str) -> String {
    if secret.chars().count() >= LONG_ENOUGH {
        return text.replace(secret, MASK);
    }
    ['\'', '"'].iter().fold(text.to_owned(), |text, quote| {
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
