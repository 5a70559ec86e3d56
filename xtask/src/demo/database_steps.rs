//! What the demo shows with a database server behind each instance: what an application sees of it.

use std::net::SocketAddr;

use testkit::Result;

use super::client::Client;
use super::demonstration::{Demonstration, PASSWORD, check, say};
use super::steps::{RESTORED, SHOP, Step, destroy, initialise};

pub(super) const STEPS: [Step; 6] = [
    Step { title: "Terraform finds the provider", run: initialise },
    Step { title: "The user that was applied logs in and writes", run: create },
    Step { title: "Another flavor is a server with more memory and the same rows", run: resize },
    Step { title: "A new password lets in, and the old one does not", run: rotate },
    Step { title: "A restored instance has the rows of the backup", run: restore },
    Step { title: "Everything is destroyed", run: end },
];

const BACKUP: &str = "rackspace_db_backup.friday";

/// The password after its rotation.
const NEXT_PASSWORD: &str = "staple-correct-battery";

const ROWS: &str = "SELECT text FROM orders.lines ORDER BY id";
const MEMORY: &str = "SELECT @@innodb_buffer_pool_size DIV 1048576";

fn create(demo: &mut Demonstration) -> Result {
    demo.change(&[
        (SHOP, "create"),
        ("rackspace_db_database.shop[\"catalog\"]", "create"),
        ("rackspace_db_database.shop[\"orders\"]", "create"),
        ("rackspace_db_user.app", "create"),
    ])?;

    let mut app = Client::log_in(endpoint(demo, SHOP)?, PASSWORD)?;
    let seen = app.ask("SHOW DATABASES")?;
    let granted = ["catalog", "information_schema", "orders"];
    check(seen == granted, || format!("the user sees {seen:?}"))?;
    app.ask("CREATE TABLE orders.lines (id INT PRIMARY KEY, text VARCHAR(20))")?;
    app.ask("INSERT INTO orders.lines VALUES (1, 'a lamp'), (2, 'a chair')")?;
    say("The user of the configuration uses the databases that it was given, and no others.");
    Ok(())
}

fn resize(demo: &mut Demonstration) -> Result {
    let before = Client::log_in(endpoint(demo, SHOP)?, PASSWORD)?.ask(MEMORY)?;
    demo.assign("flavor", "\"4GB Instance\"")?;
    demo.change(&[(SHOP, "update")])?;

    let mut app = Client::log_in(endpoint(demo, SHOP)?, PASSWORD)?;
    let after = app.ask(MEMORY)?;
    check(before == ["32"] && after == ["64"], || format!("{before:?} MB became {after:?}"))?;
    has_rows(&mut app)?;
    say("The server at the same address has twice the memory for pages, and kept its rows.");
    Ok(())
}

fn rotate(demo: &mut Demonstration) -> Result {
    demo.edit("main.tf", "password_wo_version = 1", "password_wo_version = 2")?;
    demo.set("TF_VAR_app_password", NEXT_PASSWORD);
    demo.change(&[("rackspace_db_user.app", "update")])?;

    let endpoint = endpoint(demo, SHOP)?;
    let refused = Client::log_in(endpoint, PASSWORD).err();
    let refused = refused.ok_or("the old password lets in still")?.to_string();
    check(refused.contains("Access denied"), || format!("the server said: {refused}"))?;
    has_rows(&mut Client::log_in(endpoint, NEXT_PASSWORD)?)?;
    say("The server refuses the old password and accepts the new one, which is kept nowhere.");
    Ok(())
}

fn restore(demo: &mut Demonstration) -> Result {
    demo.add_file("backup.tf", include_str!("files/backup.tf"))?;
    demo.change(&[(BACKUP, "create")])?;
    let mut app = Client::log_in(endpoint(demo, SHOP)?, NEXT_PASSWORD)?;
    app.ask("DELETE FROM orders.lines")?;
    say("Somebody deletes every row. The backup has them.");

    demo.add_file("restore.tf", include_str!("files/restore.tf"))?;
    demo.change(&[(RESTORED, "create")])?;
    has_rows(&mut Client::log_in(endpoint(demo, RESTORED)?, NEXT_PASSWORD)?)?;
    let left = app.ask(ROWS)?;
    check(left.is_empty(), || format!("the first instance has {left:?}"))?;
    say(
        "The restored instance has the rows, the user and its password; the first one is as it was.",
    );
    Ok(())
}

fn end(demo: &mut Demonstration) -> Result {
    let endpoint = endpoint(demo, SHOP)?;
    destroy(demo)?;
    check(Client::log_in(endpoint, NEXT_PASSWORD).is_err(), || "somebody answers there".into())?;
    say("No server is left at the address of the instance.");
    Ok(())
}

/// Where the server of an instance listens: at the address that Terraform knows.
fn endpoint(demo: &Demonstration, address: &str) -> Result<SocketAddr> {
    let (id, hostname) = (demo.text(address, "id")?, demo.text(address, "hostname")?);
    let server = demo.simulator().instance(&id).and_then(|instance| instance.server);
    let endpoint = server.ok_or_else(|| format!("{address} has no server"))?.endpoint;
    check(endpoint.ip().to_string() == hostname, || format!("the server is not at {hostname}"))?;
    Ok(endpoint)
}

fn has_rows(app: &mut Client) -> Result {
    let seen = app.ask(ROWS)?;
    check(seen == ["a lamp", "a chair"], || format!("the rows are {seen:?}"))
}
