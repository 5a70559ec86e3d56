//! The page of the simulator, in a browser.
//!
//! Without Chromium on this machine nothing of it is proven, and one line says so.
#![cfg(unix)]

#[cfg(test)]
#[path = "../support/api.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod api;
#[cfg(test)]
#[path = "../support/estate.rs"]
mod estate;
#[cfg(test)]
#[path = "../support/http.rs"]
mod http;

#[cfg(test)]
mod clock;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod legibility;
#[cfg(test)]
mod life;
#[cfg(test)]
mod shown;
#[cfg(test)]
mod window;
