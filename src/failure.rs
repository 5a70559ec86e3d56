//! The one place where an error of the API client becomes a diagnostic.
//!
//! Each is read once, by somebody who is in a hurry. So it says, in this order: what could not be done
//! and to which object (the summary), what the API or the network said, what is true now, what to do
//! next, and last the call, for those who ask support.
//!
//! A login that fails is told as that, whatever the call was for. All calls of a run fail with it, so
//! only the first diagnostic explains it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use clouddb::{Call, Client, Error, Refusal, Sent, Unreadable};
use tfplug::{Context, Diagnostic, Diagnostics};

mod advice;
mod words;

/// Reports `error`, which ended `doing`: a short phrase such as `Unable to create instance "web"`.
pub(crate) fn report(doing: impl Into<String>, error: &Error) -> Diagnostics {
    diagnostic(doing.into(), error).into()
}

/// The same for an action, which leaves nothing in the state.
pub(crate) fn of_action(doing: impl Into<String>, error: &Error) -> Diagnostics {
    advised(doing.into(), error, advice::of_action).into()
}

/// The same, for a refusal of which it is known what to do about it.
pub(crate) fn report_advised(doing: String, error: &Error, advice: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(format!("{}\n\n{advice}{}", said(error), reference(error)))
        .into()
}

/// The same, for a failure that belongs to one attribute.
pub(crate) fn report_at(doing: impl Into<String>, error: &Error, attribute: &str) -> Diagnostics {
    let diagnostic = diagnostic(doing.into(), error);
    // A failed login is no fault of the attribute.
    if login_title(error).is_some() {
        diagnostic.into()
    } else {
        diagnostic.attribute(attribute).into()
    }
}

/// Reports that a new object cannot be made because it is there already: `id` imports it.
pub(crate) fn report_existing(doing: impl Into<String>, error: &Error, id: &str) -> Diagnostics {
    Diagnostic::error(doing.into())
        .detail(format!(
            "{}\n\nIt exists already and was not touched. If it is the one that this apply replaces, two of one name cannot exist: remove `create_before_destroy` from the `lifecycle` block of the resource, and of what refers to it, and apply again. If it is not, import it to manage it from here, or choose another name:\n\n  terraform import ADDRESS '{id}'{}",
            said(error),
            reference(error)
        ))
        .attribute("name")
        .into()
}

/// A refusal that must not end the plan: the same as a warning, with what it means.
pub(crate) fn softened(refusal: &Diagnostic, meaning: &str) -> Diagnostic {
    let detail = format!("{}\n\n{meaning}", refusal.detail_text());
    let warning = Diagnostic::warning(refusal.summary()).detail(detail);
    match refusal.path() {
        Some(path) => warning.at(path.clone()),
        None => warning,
    }
}

/// Warns of a failure that ends nothing, and of what follows from it.
pub(crate) fn warning(doing: impl Into<String>, error: &Error, then: &str) -> Diagnostic {
    let summary = login_title(error).unwrap_or_else(|| doing.into());
    Diagnostic::warning(summary).detail(format!("{}\n\n{then}{}", said(error), reference(error)))
}

/// Warns of an object that was taken over after a creation whose effect is not known: `id` is its ID.
pub(crate) fn found(what: &str, name: &str, id: &str, lost: &Error) -> Diagnostic {
    Diagnostic::warning(format!("The {what} \"{name}\" was found, not returned")).detail(format!(
        "{} It was not sent again. One {what} is there now that is as wanted and was not there before: {id}. It is in the state, as what this run created.\n\n\
         Nobody can prove that no one else made it in the same moment. If that can be, compare it with what you expect; `terraform state rm` lets go of it without touching it.{}",
        said(lost),
        reference(lost)
    ))
}

/// Warns of what a list of `what` holds that cannot be read, and is left out of what is made of it.
pub(crate) fn warn_of_unreadable(cx: &Context<Client>, what: &str, items: &[Unreadable]) {
    const SHOWN: usize = 10;
    let Some(first) = items.first() else { return };
    let mut lines: Vec<String> = Vec::new();
    for item in items.iter().take(SHOWN) {
        let why = with_causes("", &item.error);
        lines.push(format!("  {}", why.trim_start_matches(": ")));
    }
    if items.len() > SHOWN {
        lines.push(format!("  and {} more", items.len() - SHOWN));
    }
    let (count, items) = (items.len(), if items.len() == 1 { "item" } else { "items" });
    cx.warn(Diagnostic::warning(format!("{count} {items} in the list of {what} cannot be read")).detail(format!(
        "They are not as the API documents them, and are left out here:\n\n{}\n\nWhether one of them is what was asked for nobody can tell. Rackspace support may know what is wrong with them.{}",
        lines.join("\n"),
        reference(&first.error)
    )));
}

fn diagnostic(doing: String, error: &Error) -> Diagnostic {
    advised(doing, error, advice::of)
}

fn advised(doing: String, error: &Error, advice: fn(&Error) -> String) -> Diagnostic {
    let Some(title) = login_title(error) else {
        let detail = format!("{}\n\n{}{}", said(error), advice(error), reference(error));
        return Diagnostic::error(doing).detail(detail);
    };
    let said = said(error);
    let untried = format!(
        "Without a login nothing else was tried ({}).",
        with_first(&doing, char::to_lowercase)
    );
    let detail = if told_before(&said) {
        format!("{said}\n\n{untried} Another error of this run says what to do.")
    } else {
        format!("{said}\n\n{untried} {}{}", advice::of_login(error), reference(error))
    };
    Diagnostic::error(title).detail(detail)
}

/// The summary for a failed login, whatever it was needed for.
fn login_title(error: &Error) -> Option<String> {
    match error {
        Error::UnknownRegion { known, .. } if known.is_empty() => {
            Some("No Cloud Databases in this account".to_owned())
        }
        Error::UnknownRegion { region: Some(region), .. } => {
            Some(format!("No Cloud Databases in region {region}"))
        }
        Error::UnknownRegion { region: None, .. } => Some("No region chosen".to_owned()),
        Error::Deadline { what: "login", .. } => Some("Unable to log in to Rackspace".to_owned()),
        _ if call_of(error).is_some_and(Call::is_login) => {
            Some("Unable to log in to Rackspace".to_owned())
        }
        _ => None,
    }
}

/// Whether these words about a failed login were told in this process already.
fn told_before(said: &str) -> bool {
    static TOLD: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    !told.get_or_insert_default().insert(said.to_owned())
}

fn call_of(error: &Error) -> Option<&Call> {
    match error {
        Error::Transport { call, .. }
        | Error::Untrusted { call, .. }
        | Error::Undecodable { call, .. }
        | Error::CutShort { call } => Some(call),
        error => error.refusal().map(|refusal| &refusal.call),
    }
}

/// What happened, in the words of the API, the network, or the client.
fn said(error: &Error) -> String {
    let text = match (error, error.refusal()) {
        (Error::RateLimited { retry_after: Some(pause), .. }, Some(refusal)) => format!(
            "{} The next call is allowed in {} s, which is later than the timeout.",
            sentence(&answer(refusal)),
            pause.as_secs() + u64::from(pause.subsec_nanos() > 0)
        ),
        (_, Some(refusal)) => answer(refusal),
        (Error::Transport { sent, .. }, _) => with_causes(
            if *sent == Sent::No { "No connection was made" } else { "No answer came" },
            error,
        ),
        (Error::Untrusted { .. }, _) => {
            with_causes("The certificate of the server is not trusted", error)
        }
        (Error::Undecodable { .. }, _) => with_causes("The answer cannot be understood", error),
        _ => with_causes(&error.to_string(), error),
    };
    sentence(&with_first(&text, char::to_uppercase))
}

/// The text with its first character changed.
fn with_first<C: ToString>(text: &str, change: impl Fn(char) -> C) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|it| change(it).to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

fn answer(refusal: &Refusal) -> String {
    let fault = refusal.fault.as_ref().map(|fault| format!(" {fault}")).unwrap_or_default();
    let details = refusal.details.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    format!("The API answered {}{fault}: {}{details}", refusal.status, refusal.message)
}

/// The text and the causes of the error, each once.
fn with_causes(text: &str, error: &Error) -> String {
    let mut text = text.to_owned();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// The call and the request ID, by which support finds what happened.
fn reference(error: &Error) -> String {
    let Some(call) = call_of(error) else { return String::new() };
    let id = error.refusal().and_then(|refusal| refusal.request_id.as_ref());
    let id = id.map(|id| format!(", request ID {id}")).unwrap_or_default();
    format!("\n\nCall: {call}{id}")
}

#[cfg(test)]
mod tests;
