//! Requests and replies as values: what the API's handlers read and write, with nothing here that
//! serves them. A handler can so be understood, and called, without a server.

pub(crate) mod fields;
pub(crate) mod path;
pub(crate) mod python;

pub(crate) mod reply;
pub(crate) mod request;

pub(crate) mod call;
pub(crate) mod pages;
pub(crate) mod schema;
pub(crate) mod validation;
