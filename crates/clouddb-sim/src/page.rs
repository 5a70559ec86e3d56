//! The window into the simulator: a page for people at `/`, which asks the interface below `/sim`.
//!
//! The API answers at `/` as well, so the page is for whoever accepts HTML: a browser.

use crate::message::reply::Reply;
use crate::message::request::Request;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const TABLES: &str = include_str!("page/tables.js");
const SCRIPT: &str = include_str!("page/page.js");

/// Nothing is loaded from anywhere else, and nothing is sent there.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page, or a part of it, if that is what is asked for.
pub(crate) fn answer(request: &Request) -> Option<Reply> {
    let wants_html = || request.accept.as_ref().is_some_and(|it| it.contains("text/html"));
    let (content_type, body) = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") if wants_html() => ("text/html; charset=UTF-8", PAGE),
        ("GET", "/sim/page.css") => ("text/css; charset=UTF-8", STYLE),
        ("GET", "/sim/tables.js") => ("text/javascript; charset=UTF-8", TABLES),
        ("GET", "/sim/page.js") => ("text/javascript; charset=UTF-8", SCRIPT),
        _ => return None,
    };
    let reply = Reply { content_type, body: body.to_owned(), ..Reply::empty(200) };
    let reply = reply.with("Content-Security-Policy", POLICY.to_owned());
    Some(reply.with("Cache-Control", "no-store".to_owned()))
}
