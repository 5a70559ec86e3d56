//! The session by which the simulator speaks to a server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, Error, OptsBuilder};

use crate::engine::change::Refusal;

/// How long the server may take for one statement: nobody else is served meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a session begins with. Whoever holds a lock makes the others wait, and the API with them: it gives
/// up first.
const BEGIN: &str = "SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION', lock_wait_timeout = 2";

/// The user that the service itself has in each server.
pub(super) const ADMIN: &str = "os_admin";

/// A session that is opened when it is needed, and opened again when it broke.
pub(super) struct Connection {
    socket: PathBuf,
    password: String,
    open: Option<Conn>,
}

impl Connection {
    pub(super) fn new(socket: &Path, password: &str) -> Self {
        Self { socket: socket.to_owned(), password: password.to_owned(), open: None }
    }

    pub(super) fn password(&self) -> &str {
        &self.password
    }

    /// Runs statements, up to the first that fails.
    pub(super) fn execute(&mut self, statements: &[String]) -> Result<(), Refusal> {
        statements.iter().try_for_each(|statement| self.ask(|open| open.query_drop(statement)))
    }

    /// Asks something, once more if the session turns out to be broken.
    pub(super) fn ask<T>(
        &mut self,
        question: impl Fn(&mut Conn) -> Result<T, Error>,
    ) -> Result<T, Refusal> {
        let is_new = self.open.is_none();
        match self.try_to_ask(&question) {
            Err(Error::IoError(_) | Error::DriverError(_) | Error::CodecError(_)) if !is_new => {
                self.open = None;
                self.try_to_ask(&question).map_err(|error| refusal(&error))
            }
            other => other.map_err(|error| refusal(&error)),
        }
    }

    fn try_to_ask<T>(
        &mut self,
        question: impl Fn(&mut Conn) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.open.is_none() {
            self.open = Some(self.open()?);
        }
        let Some(open) = &mut self.open else {
            return Err(std::io::Error::from(std::io::ErrorKind::NotConnected).into());
        };
        question(open)
    }

    fn open(&self) -> Result<Conn, Error> {
        let options = OptsBuilder::new()
            .socket(Some(self.socket.display().to_string()))
            .user(Some(ADMIN))
            .pass(Some(self.password.as_str()))
            .read_timeout(Some(PATIENCE))
            .write_timeout(Some(PATIENCE))
            .max_allowed_packet(Some(16 << 20))
            .init(vec![BEGIN]);
        Conn::new(options)
    }

    /// The next question opens a session anew.
    pub(super) fn close(&mut self) {
        self.open = None;
    }
}

/// In the server's words, if they are its own.
fn refusal(error: &Error) -> Refusal {
    match error {
        Error::MySqlError(said) => Refusal { said: said.message.clone() },
        other => Refusal { said: other.to_string() },
    }
}
