//! The page of the simulator, in a browser.
//!
//! Without Chromium on this machine nothing of it is proven, and one line says so.

#[cfg(all(test, unix))]
#[path = "../support/api.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod api;
#[cfg(all(test, unix))]
#[path = "../support/estate.rs"]
mod estate;
#[cfg(all(test, unix))]
#[path = "../support/http.rs"]
mod http;

#[cfg(all(test, unix))]
mod clock;
#[cfg(all(test, unix))]
mod faults;
#[cfg(all(test, unix))]
mod legibility;
#[cfg(all(test, unix))]
mod life;
#[cfg(all(test, unix))]
mod shown;
#[cfg(all(test, unix))]
mod window;
