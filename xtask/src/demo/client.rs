//! A client of the database servers behind the instances: it logs in as an application does, and shows what
//! it asks and sees.

use std::net::SocketAddr;
use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, Error, OptsBuilder};
use testkit::Result;

/// The user of examples/complete.
pub(super) const USER: &str = "shop_app";

/// How long a server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who is logged in as the application's user.
pub(super) struct Client {
    connection: Conn,
}

impl Client {
    /// Logs in at the server of an instance. An error has the words of the server.
    pub(super) fn log_in(endpoint: SocketAddr, password: &str) -> Result<Self> {
        println!("\n$ mysql --host={} --port={} --user={USER}", endpoint.ip(), endpoint.port());
        let options = OptsBuilder::new()
            .ip_or_hostname(Some(endpoint.ip().to_string()))
            .tcp_port(endpoint.port())
            .prefer_socket(false)
            .tcp_connect_timeout(Some(PATIENCE))
            .read_timeout(Some(PATIENCE))
            .user(Some(USER))
            .pass(Some(password));
        let logged_in = Conn::new(options);
        match &logged_in {
            // As the program mysql says it.
            Err(Error::MySqlError(said)) => println!("{said}"),
            Err(other) => println!("{other}"),
            Ok(_) => {}
        }
        Ok(Self { connection: logged_in? })
    }

    /// Asks something, and returns the first column of what came.
    pub(super) fn ask(&mut self, query: &str) -> Result<Vec<String>> {
        println!("mysql> {query};");
        let seen: Vec<String> = self.connection.query(query)?;
        for row in &seen {
            println!("{row}");
        }
        Ok(seen)
    }
}
