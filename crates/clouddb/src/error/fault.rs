//! Reading the bodies of refusals: three JSON shapes, web pages, plain text, and nothing.

use serde_json::{Map, Value};

use crate::http::Reply;
use crate::rate::asked_pause;
use crate::{Error, Refusal, secret};

/// The longest text kept of a page that is no fault document, in characters.
const LONGEST_TEXT: usize = 300;

/// The longest text kept of anything that a server says, in characters. The longest message that
/// servers of this API are known to write has about 600.
const LONGEST_WORDS: usize = 2_000;

impl Reply {
    /// The error that a refusal means.
    pub(crate) fn refused(&self) -> Error {
        let refusal = Box::new(self.refusal());
        match self.status {
            401 => Error::Unauthorized(refusal),
            403 => Error::Forbidden(refusal),
            404 => Error::NotFound(refusal),
            409 | 422 => Error::Busy(refusal),
            413 if asked_pause(self).is_none() => Error::OverQuota(refusal),
            413 | 429 => Error::RateLimited { refusal, retry_after: asked_pause(self) },
            // 501 is for calls that the server does not have: no outage.
            501 => Error::Rejected(refusal),
            500.. => Error::Unavailable(refusal),
            _ => Error::Rejected(refusal),
        }
    }

    /// What the API said.
    pub(crate) fn refusal(&self) -> Refusal {
        let text = String::from_utf8_lossy(&self.body);
        let (fault, message, details) = match serde_json::from_str::<Map<String, Value>>(&text) {
            Ok(document) => {
                from_document(&secret::scrubbed_document(&Value::Object(document), &self.secrets))
            }
            Err(_) => (None, from_text(&text, &self.secrets), None),
        };
        let second_factor = self.status == 401
            && self.header("www-authenticate").is_some_and(|it| it.starts_with("OS-MF"));
        let details = details.or_else(|| {
            second_factor.then(|| {
                "the user has multi-factor authentication; log in with an API key".to_owned()
            })
        });
        Refusal {
            call: self.call.clone(),
            status: self.status,
            fault,
            message: message.unwrap_or_else(|| phrase(self.status)),
            details,
            request_id: self.request_id(),
        }
    }
}

type Fault = (Option<String>, Option<String>, Option<String>);

/// Trove: `{"itemNotFound": {"code": 404, "message": ".."}}`. The middleware before it:
/// `{"error": {"code": 401, "title": "Unauthorized", "message": ".."}}`. The framework beneath it:
/// `{"code": "403 Forbidden", "title": "Forbidden", "message": ".."}`.
fn from_document(document: &Value) -> Fault {
    let Some(document) = document.as_object() else { return (None, None, None) };
    let text = |fields: &Map<String, Value>, key: &str| {
        fields.get(key).and_then(Value::as_str).map(presentable).filter(|text| !text.is_empty())
    };
    if document.contains_key("message") {
        return (text(document, "title"), text(document, "message"), text(document, "details"));
    }
    let faults = || document.iter().filter_map(|(name, value)| Some((name, value.as_object()?)));
    let Some((name, fields)) =
        faults().find(|(_, fields)| fields.contains_key("message")).or_else(|| faults().next())
    else {
        let whole = serde_json::to_string(document).unwrap_or_default();
        let whole = shortened(&tidy(&whole), LONGEST_TEXT);
        return (None, (!document.is_empty()).then_some(whole), None);
    };
    let title = (name == "error").then(|| text(fields, "title")).flatten();
    (
        Some(title.unwrap_or_else(|| presentable(name))),
        text(fields, "message"),
        text(fields, "details"),
    )
}

/// A web page or plain text, from a proxy before the API. Secrets are cut out of it while they are
/// whole: before the text is put on one line, and before it is shortened.
fn from_text(body: &str, secrets: &[String]) -> Option<String> {
    let text = secret::scrubbed(body, secrets);
    let text = if text.contains('<') { without_markup(&text) } else { text };
    let text = tidy(&secret::scrubbed(&text, secrets));
    (!text.is_empty()).then(|| shortened(&text, LONGEST_TEXT))
}

fn without_markup(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let lower = tag.to_ascii_lowercase();
        // What style and script elements hold is not for people.
        let end = ["style", "script"].into_iter().find(|it| lower.starts_with(it));
        let from = end.and_then(|it| lower.find(&format!("</{it}"))).unwrap_or_default();
        rest = tag.get(from..).and_then(|tag| tag.split_once('>')).map_or("", |(_, rest)| rest);
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

/// What a server says, fit for a terminal: on one line, without control characters, and not endless.
pub(crate) fn presentable(text: &str) -> String {
    shortened(&tidy(text), LONGEST_WORDS)
}

/// The text on one line, without the line breaks of web pages that some faults have in them, and
/// without what could move the cursor of a terminal or turn its text around.
fn tidy(text: &str) -> String {
    let text = text.replace("<br />", " ");
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || turns(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a character is one of those that set the direction of writing.
fn turns(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn phrase(status: u16) -> String {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .map_or_else(|| format!("HTTP status {status}"), str::to_owned)
}

#[cfg(test)]
mod tests;
