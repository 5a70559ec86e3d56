//! Reading the bodies of refusals: three JSON shapes, web pages, plain text, and nothing.

use serde_json::{Map, Value};

use crate::value::limits::LONGEST_TEXT;
use crate::value::secret;
use crate::value::text::{presentable, shortened, tidy, word};

/// What the body of a refusal says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The HTTP status that it says it comes with.
    pub(crate) code: Option<u16>,
    /// The API's name of the fault, such as `itemNotFound`.
    pub(crate) name: Option<String>,
    /// The message to a person.
    pub(crate) message: Option<String>,
    /// More of that.
    pub(crate) details: Option<String>,
}

impl Fault {
    /// Reads a body of any shape, without these secrets. It may be the beginning of a longer one.
    pub(crate) fn read(body: &[u8], whole: bool, secrets: &[String]) -> Self {
        let text = String::from_utf8_lossy(body);
        match serde_json::from_str::<Map<String, Value>>(&text) {
            Ok(document) => {
                Self::from_document(&secret::scrubbed_document(&Value::Object(document), secrets))
            }
            Err(_) => Self { message: from_text(&text, whole, secrets), ..Self::default() },
        }
    }

    /// Trove: `{"itemNotFound": {"code": 404, "message": ".."}}`. The middleware before it:
    /// `{"error": {"code": 401, "title": "Unauthorized", "message": ".."}}`. The framework beneath it:
    /// `{"code": "403 Forbidden", "title": "Forbidden", "message": ".."}`.
    fn from_document(document: &Value) -> Self {
        let Some(document) = document.as_object() else { return Self::default() };
        let text = |fields: &Map<String, Value>, key: &str| {
            fields.get(key).and_then(Value::as_str).map(presentable).filter(|text| !text.is_empty())
        };
        if document.contains_key("message") {
            return Self {
                code: code(document),
                name: text(document, "title").as_deref().map(word),
                message: text(document, "message"),
                details: text(document, "details"),
            };
        }
        let faults =
            || document.iter().filter_map(|(name, value)| Some((name, value.as_object()?)));
        let Some((name, fields)) =
            faults().find(|(_, fields)| fields.contains_key("message")).or_else(|| faults().next())
        else {
            let whole = serde_json::to_string(document).unwrap_or_default();
            let whole = shortened(&tidy(&whole), LONGEST_TEXT);
            return Self { message: (!document.is_empty()).then_some(whole), ..Self::default() };
        };
        let title = (name == "error").then(|| text(fields, "title")).flatten();
        Self {
            code: code(fields),
            name: Some(word(&title.unwrap_or_else(|| name.clone()))),
            message: text(fields, "message"),
            details: text(fields, "details"),
        }
    }
}

/// The status in a fault document: `404`, `"404"` or `"404 Not Found"`.
fn code(fields: &Map<String, Value>) -> Option<u16> {
    match fields.get("code")? {
        Value::Number(code) => code.as_u64().and_then(|code| code.try_into().ok()),
        Value::String(code) => code.split_whitespace().next()?.parse().ok(),
        _ => None,
    }
}

/// A web page or plain text, from a proxy before the API. Secrets are cut out of it while they are
/// whole: before the text is put on one line, and before it is shortened.
fn from_text(body: &str, whole: bool, secrets: &[String]) -> Option<String> {
    let text = if whole {
        secret::scrubbed(body, secrets)
    } else {
        secret::scrubbed_beginning(body, secrets)
    };
    let text = if text.contains('<') { without_markup(&text) } else { text };
    let text = tidy(&secret::scrubbed(&text, secrets));
    (!text.is_empty()).then(|| shortened(&text, LONGEST_TEXT))
}

/// The text between the tags of a page, which is gone through once.
fn without_markup(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        // What style and script elements hold is not for people.
        let hidden = ["style", "script"].into_iter().find(|name| begins_with(tag, name));
        let tag = hidden.map_or(Some(tag), |name| from_end_tag(tag, name));
        rest = tag.and_then(|tag| tag.split_once('>')).map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    for (entity, sign) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, sign);
    }
    text
}

/// What follows from the end tag of an element on; without one the element is never over.
fn from_end_tag<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let mut tags = page.match_indices("</");
    tags.find_map(|(at, mark)| {
        let tag = page.get(at + mark.len()..)?;
        begins_with(tag, name).then_some(tag)
    })
}

fn begins_with(text: &str, name: &str) -> bool {
    text.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name))
}
