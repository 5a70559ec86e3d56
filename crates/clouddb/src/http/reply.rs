//! Replies: what was asked for, or the error that a refusal means.

use std::time::Duration;

use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::http::retry_after;
use crate::value::error::{Call, Error, Refusal};
use crate::value::fault::Fault;
use crate::value::limits::{LONGEST_ANSWER, LONGEST_WORDS, MOST_SECRETS};
use crate::value::secret;
use crate::value::text::{presentable, word};

/// The API's name of the fault that something does not exist.
const NOT_FOUND: &str = "itemNotFound";

/// What the API says of an address that it does not have.
const NO_SUCH_ADDRESS: &str = "The resource could not be found.";

/// A reply of the API.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) call: Call,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the body is all that the server sent.
    pub(crate) whole: bool,
    /// The secrets of the request, its token among them, to be cut out of what the reply says.
    pub(crate) secrets: Vec<String>,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The ID under which the API's operators find the request.
    pub(crate) fn request_id(&self) -> Option<String> {
        ["x-request-id", "x-openstack-request-id", "x-compute-request-id", "x-trans-id"]
            .into_iter()
            .find_map(|name| self.header(name))
            .map(|id| word(&secret::scrubbed(id, &self.secrets)))
    }

    /// The whole body, decoded. It must be JSON to its end before any of it is looked at: what is
    /// wrong with a document is told without its secrets, and those are only found in a whole one.
    pub(crate) fn decoded<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body: Value =
            serde_json::from_slice(&self.body).map_err(|error| self.undecodable(error))?;
        serde_json::from_value(body).map_err(|error| self.undecodable(error))
    }

    /// The object under `key`, which is how the API wraps whatever it returns.
    pub(crate) fn unwrapped<T: DeserializeOwned>(&self, key: &str) -> Result<T, Error> {
        let mut body: serde_json::Map<String, Value> = self.decoded()?;
        let value = body
            .remove(key)
            .ok_or_else(|| self.undecodable(format!("there is no \"{key}\" in it")))?;
        serde_json::from_value(value).map_err(|error| self.undecodable(error))
    }

    /// Why nothing can be made of the body, whatever it is to be.
    pub(crate) fn unreadable(&self) -> Option<String> {
        if !self.whole {
            return Some(format!(
                "it is longer than {} MB, and the rest was not read",
                LONGEST_ANSWER / 1024 / 1024
            ));
        }
        let coding = self.coding()?;
        Some(format!("it is encoded as {coding}, which was not asked for"))
    }

    /// How the body is compressed, which no server does unasked.
    fn coding(&self) -> Option<String> {
        let coding = self.header("content-encoding").map(word)?;
        (!coding.is_empty() && !coding.eq_ignore_ascii_case("identity")).then_some(coding)
    }

    /// The error for a body that is not what the API documents. What is wrong is told without the
    /// secrets of the body, which a decoder may quote; in the answer to a login that may be any text.
    pub(crate) fn undecodable(&self, what: impl std::fmt::Display) -> Error {
        self.undecodable_without(&self.all_secrets(), what)
    }

    /// The same for what is told of many parts of one body: without these, which are
    /// [`all_secrets`](Self::all_secrets).
    pub(crate) fn undecodable_without(
        &self,
        secrets: &[String],
        what: impl std::fmt::Display,
    ) -> Error {
        let what = presentable(&without_secrets(secrets, &what.to_string()));
        let source: Box<dyn std::error::Error + Send + Sync> = what.into();
        Error::Undecodable { call: self.call.clone(), source: source.into() }
    }

    /// The secrets of the request and of the body.
    pub(crate) fn all_secrets(&self) -> Vec<String> {
        let mut secrets = self.secrets.clone();
        if let Ok(body) = serde_json::from_slice(&self.body) {
            secrets.extend(if self.call.is_login() {
                secret::texts(&body)
            } else {
                secret::within(&body)
            });
        }
        secrets
    }

    /// The error that a refusal means.
    pub(crate) fn refused(&self) -> Error {
        let refusal = Box::new(self.refusal());
        match self.status {
            401 => Error::Unauthorized(refusal),
            403 => Error::Forbidden(refusal),
            404 if self.tells_absence() => Error::NotFound(refusal),
            404 => self.undecodable(format!(
                "a 404 that is not the API's word about what was asked for: {}",
                refusal.message
            )),
            409 | 422 => Error::Busy(refusal),
            413 if self.asked_pause().is_none() => Error::OverQuota(refusal),
            413 | 429 => {
                let retry_after = self.asked_pause().filter(|pause| !pause.is_zero());
                Error::RateLimited { refusal, retry_after }
            }
            _ if self.is_passing() => Error::Unavailable(refusal),
            _ => Error::Rejected(refusal),
        }
    }

    /// Whether the status means a trouble that passes: the server was too slow, too busy or out of
    /// order. What it does not have (501, 505) or does not let through (511) it has not later either.
    pub(crate) fn is_passing(&self) -> bool {
        match self.status {
            408 | 421 | 425 | 429 | 499 => true,
            501 | 505 | 511 => false,
            status => status >= 500,
        }
    }

    /// Whether it says that what was asked for does not exist: a 404 in the API's own fault document,
    /// and about an object. A gateway answers in other documents, and of an address that leads nowhere
    /// the API speaks in words of their own.
    pub(crate) fn tells_absence(&self) -> bool {
        let fault = self.fault(&[]);
        self.status == 404
            && self.whole
            && fault.name.as_deref() == Some(NOT_FOUND)
            && fault.message.as_deref() != Some(NO_SUCH_ADDRESS)
    }

    /// Whether it is a fault document of the API: it repeats the status that it comes with.
    pub(crate) fn is_fault(&self) -> bool {
        self.whole && self.fault(&[]).code == Some(self.status)
    }

    /// Whether it is the API's word that a quota is reached, which no waiting lifts. The API has the same
    /// fault for quotas and for rate limits, and may tell a time to come back with both.
    fn is_quota(&self) -> bool {
        let fault = self.fault(&[]);
        let mut words = [fault.message, fault.details].into_iter().flatten();
        self.status == 413
            && self.is_fault()
            && words.any(|it| it.to_ascii_lowercase().contains("quota"))
    }

    /// What the API said.
    pub(crate) fn refusal(&self) -> Refusal {
        let fault = self.fault(&self.secrets);
        let second_factor = self.status == 401
            && self.header("www-authenticate").is_some_and(|it| it.starts_with("OS-MF"));
        let details = fault.details.or_else(|| {
            second_factor
                .then_some("the user has multi-factor authentication; log in with an API key")
                .or((!self.whole).then_some("only the beginning of this reply was read"))
                .map(str::to_owned)
        });
        Refusal {
            call: self.call.clone(),
            status: self.status,
            fault: fault.name,
            message: fault.message.unwrap_or_else(|| phrase(self.status)),
            details,
            request_id: self.request_id(),
        }
    }

    fn fault(&self, secrets: &[String]) -> Fault {
        if self.coding().is_some() {
            return Fault::default();
        }
        Fault::read(&self.body, self.whole, secrets)
    }

    /// How long the reply asks to wait.
    pub(crate) fn asked_pause(&self) -> Option<Duration> {
        let pause = retry_after::asked_pause(self.status, &self.headers, &self.body);
        pause.filter(|_| !self.is_quota())
    }
}

/// So much of a text as can be shown, without these secrets.
fn without_secrets(secrets: &[String], text: &str) -> String {
    if secrets.len() > MOST_SECRETS {
        return "it is not as documented".to_owned();
    }
    let beginning = text.get(..text.floor_char_boundary(4 * LONGEST_WORDS)).unwrap_or_default();
    if beginning.len() < text.len() {
        secret::scrubbed_beginning(beginning, secrets)
    } else {
        secret::scrubbed(text, secrets)
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
