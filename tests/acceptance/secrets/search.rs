//! Searching for secrets, in every form that they could have taken on their way.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// How much is shown before and after a hit, in characters.
const SHOWN: usize = 200;

/// A secret with the forms by which it is recognized.
struct Secret {
    name: String,
    forms: BTreeSet<String>,
}

/// What was searched for, where, and what was found.
#[derive(Default)]
pub(crate) struct Search {
    secrets: Vec<Secret>,
    places: usize,
    bytes: usize,
    hits: BTreeSet<String>,
}

impl Search {
    /// Looks for this secret too, which has a name for the report.
    pub(crate) fn add(&mut self, name: &str, secret: &str) {
        self.secrets.push(Secret { name: name.to_owned(), forms: forms(secret) });
    }

    /// Searches one place.
    pub(crate) fn look(&mut self, place: &str, bytes: impl AsRef<[u8]>) {
        let text = String::from_utf8_lossy(bytes.as_ref());
        self.places += 1;
        self.bytes += text.len();
        for Secret { name, forms } in &self.secrets {
            for form in forms {
                let Some((before, after)) = text.split_once(form.as_str()) else { continue };
                let before: String = before.chars().rev().take(SHOWN).collect();
                let before: String = before.chars().rev().collect();
                let after: String = after.chars().take(SHOWN).collect();
                self.hits.insert(format!("{place}: {name} in {before}{form}{after}"));
            }
        }
    }

    /// Searches every file below a folder as it is, and what is packed into the saved plans.
    pub(crate) fn look_below(&mut self, place: &str, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let place = format!("{place}/{}", path.file_name().unwrap().to_string_lossy());
            if path.is_dir() {
                self.look_below(&place, &path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            self.look(&place, &bytes);
            for (name, bytes) in packed(&bytes) {
                self.look(&format!("{place}:{name}"), bytes);
            }
        }
    }

    /// No place may have had a secret; says how far the search went.
    #[track_caller]
    pub(crate) fn found_nothing(&self) {
        let forms: usize = self.secrets.iter().map(|secret| secret.forms.len()).sum();
        println!(
            "secrets: {} in {forms} forms; places: {} with {} bytes; hits: {}",
            self.secrets.len(),
            self.places,
            self.bytes,
            self.hits.len()
        );
        assert!(self.hits.is_empty(), "{:#?}", self.hits);
    }
}

/// The members of a saved plan, which is a zip archive; none for any other file.
pub(crate) fn packed(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let members = 0..archive.len();
    members
        .map(|number| {
            let mut member = archive.by_index(number).unwrap();
            let mut unpacked = Vec::new();
            member.read_to_end(&mut unpacked).unwrap();
            (member.name().unwrap().into_owned(), unpacked)
        })
        .collect()
}

/// The secret as it is, cut, escaped and encoded.
fn forms(secret: &str) -> BTreeSet<String> {
    let json = |text: &str| Value::from(text).to_string().trim_matches('"').to_owned();
    let upper = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let (first, last) = secret.split_at(secret.len() / 2);
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // The JSON of Go escapes what HTML would take for a tag.
    let go = [('&', "\\u0026"), ('<', "\\u003c"), ('>', "\\u003e")]
        .iter()
        .fold(json(secret), |text, (sign, escaped)| text.replace(*sign, escaped));
    let mut forms = BTreeSet::from([
        secret.to_owned(),
        first.to_owned(),
        last.to_owned(),
        json(secret),
        json(&json(secret)),
        go,
        html.replace('"', "&quot;"),
        html.replace('"', "&#34;").replace('+', "&#43;"),
        secret.replace('\\', "\\\\").replace('\'', "\\'"),
        upper.replace("%20", "+"),
        double(&upper),
        lower(&upper),
        upper,
    ]);
    forms.extend(in_base64(secret));
    forms
}

/// Percent signs encoded once more.
fn double(encoded: &str) -> String {
    encoded.replace('%', "%25")
}

/// With the digits of its percent signs in lower case.
fn lower(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (digits, rest) = part.split_at(2);
        text + "%" + &digits.to_lowercase() + rest
    })
}

/// The secret within a longer text in base64: its letters depend on where it begins.
fn in_base64(secret: &str) -> Vec<String> {
    let mut found = Vec::new();
    for engine in [STANDARD, URL_SAFE] {
        for before in 0..3 {
            let text = "x".repeat(before) + secret;
            let whole = engine.encode(&text);
            // The letters that also depend on what stands before and behind are left out.
            let from = (before * 8).div_ceil(6);
            let to = text.len() * 8 / 6;
            found.push(whole.chars().skip(from).take(to - from).collect());
        }
    }
    found
}

#[test]
fn a_secret_is_found_in_every_form() {
    let secret = "s3 cr\"et\\+<&>%/0123456789";
    let mut hidden: Vec<String> = vec![
        secret.to_owned(),
        format!("x{}y", Value::from(secret)),
        "cut off: s3 cr\"et\\+<&".to_owned(),
        "a=s3+cr%22et%5C%2B%3C%26%3E%25%2F0123456789".to_owned(),
        "s3%20cr%22et%5c%2b%3c%26%3e%25%2f0123456789".to_owned(),
        r#"{"p":"s3 cr\"et\\+\u003c\u0026\u003e%/0123456789"}"#.to_owned(),
        "<p>s3 cr&quot;et\\+&lt;&amp;&gt;%/0123456789".to_owned(),
    ];
    hidden.extend((0..3).map(|n| STANDARD.encode("u".repeat(n) + secret + " and more")));
    for text in hidden {
        let mut search = Search::default();
        search.add("secret", secret);
        search.look("here", format!("before {text} after"));
        assert!(!search.hits.is_empty(), "{text}");
    }
    let mut search = Search::default();
    search.add("secret", secret);
    search.look("here", "nothing of that kind");
    search.found_nothing();
}
