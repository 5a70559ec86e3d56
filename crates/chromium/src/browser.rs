//! A browser, in which pages are opened.

use std::path::Path;

use serde_json::json;

use crate::connection::Connection;
use crate::error::{Error, Result};
use crate::page::Page;
use crate::process::Process;

/// A browser of its own, which ends with this value.
#[derive(Debug)]
pub struct Browser {
    // It closes before the process is waited for, which that ends.
    connection: Connection,
    process: Process,
}

impl Browser {
    /// Starts this Chromium, with a new profile.
    pub fn start(program: &Path) -> Result<Self> {
        let (process, writer, reader) = Process::start(program)?;
        let connection = Connection::new(writer, reader);
        let answered = connection.call(None, "Browser.getVersion", &json!({}));
        if let Err(error) = answered {
            let words = process.last_words();
            return Err(Error::new(format!("Chromium does not start: {error}\n{words}")));
        }
        Ok(Self { connection, process })
    }

    /// The folder of everything that it writes.
    pub fn folder(&self) -> &Path {
        self.process.folder()
    }

    /// Opens a page and waits until it is loaded.
    pub fn open(&self, url: &str) -> Result<Page<'_>> {
        Page::open(&self.connection, url)
    }
}
