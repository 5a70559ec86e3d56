//! The addresses of an HA group: clients reach its servers there, whichever is the source.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use clouddb_sim::{MariaDb, Options};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use serde_json::{Value, json};

use crate::cloud::{Cloud, can_copy, column};

/// How long a test waits for what comes by itself.
const TIMEOUT: Duration = Duration::from_mins(1);

fn settled(cloud: &Cloud, group: &str) {
    let until = Instant::now() + TIMEOUT;
    while cloud.ha_state(group) != "ACTIVE" {
        assert!(Instant::now() < until, "{:?}", cloud.sim.instances());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Where the API says that a group is reached for this.
fn address(cloud: &Cloud, group: &str, access: &str) -> SocketAddr {
    let shown = cloud.ha(group);
    let mut ways = shown["networks"].as_array().unwrap().iter();
    let way = ways.rfind(|it| it["access"] == access).unwrap_or_else(|| panic!("{shown}"));
    let ip: Ipv4Addr = way["address"].as_str().unwrap().parse().unwrap();
    (ip, u16::try_from(way["port"].as_u64().unwrap()).unwrap()).into()
}

fn log_in(from: Ipv4Addr, to: SocketAddr, user: &str) -> Result<Conn, String> {
    let options = OptsBuilder::new()
        .ip_or_hostname(Some(to.ip().to_string()))
        .tcp_port(to.port())
        .bind_address(Some(SocketAddr::from((from, 0))))
        .prefer_socket(false)
        .user(Some(user))
        .pass(Some("pw"));
    Conn::new(options).map_err(|error| error.to_string())
}

/// Logs in as soon as that is possible.
fn waits_to_log_in(to: SocketAddr, user: &str) -> Conn {
    let until = Instant::now() + TIMEOUT;
    loop {
        match log_in(Ipv4Addr::LOCALHOST, to, user) {
            Ok(open) => return open,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A group that lets this network in, with the user ann in it.
fn built(cloud: &Cloud, acl: &str) -> String {
    let group = cloud.create_ha("group", 1);
    assert_eq!(cloud.ha(&group)["networks"], json!([]), "it is reached when it is built");
    settled(cloud, &group);
    let source = source(cloud, &group);
    cloud.sim.add_database(&source, "orders");
    cloud.sim.add_user(&source, "ann", "%", "pw", &["orders"]);
    let seen = cloud.post(&format!("/ha/{group}/acls"), &json!({ "address": acl }));
    assert_eq!(seen.status, 200, "{}", seen.body);
    group
}

fn source(cloud: &Cloud, group: &str) -> String {
    cloud.ha(group)["replica_source"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_write_address_leads_to_the_source_also_after_a_failover() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let group = built(&cloud, "127.0.0.0/8");
    let (write, old) = (address(&cloud, &group, "write"), source(&cloud, &group));
    let numbers = |open: &mut Conn| column(open, "SELECT id FROM orders.lines ORDER BY id");
    let mut before = waits_to_log_in(write, "ann");
    column(&mut before, "CREATE TABLE orders.lines (id INT PRIMARY KEY)");
    column(&mut before, "INSERT INTO orders.lines VALUES (1)");
    let server = |open: &mut Conn| column(open, "SELECT @@server_id").remove(0);
    let old_server = server(&mut before);

    assert!(cloud.sim.fail_over(&group));
    while source(&cloud, &group) == old {
        std::thread::sleep(Duration::from_millis(10));
    }

    assert_eq!(address(&cloud, &group, "write"), write);
    let error = before.query_drop("SELECT 1");
    assert!(error.is_err(), "a connection with the old source is closed");
    let mut after = waits_to_log_in(write, "ann");
    assert_ne!(server(&mut after), old_server);
    column(&mut after, "INSERT INTO orders.lines VALUES (2)");
    assert_eq!(numbers(&mut after), ["1", "2"]);

    // The other one leads to a replica.
    settled(&cloud, &group);
    let read = address(&cloud, &group, "read");
    let mut reader = waits_to_log_in(read, "ann");
    assert_ne!(server(&mut reader), server(&mut after));
    let refused = reader.query_drop("INSERT INTO orders.lines VALUES (3)").unwrap_err();
    assert!(refused.to_string().contains("read-only"), "{refused}");
}

#[test]
fn an_address_ends_with_its_group() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let group = built(&cloud, "127.0.0.0/8");
    let ends = ["write", "read"].map(|access| address(&cloud, &group, access));
    let told = cloud.sim_state()["ha_groups"][0]["endpoints"].clone();
    assert_eq!(told, json!({ "write": ends[0].to_string(), "read": ends[1].to_string() }));
    let mut open = waits_to_log_in(ends[0], "ann");

    cloud.delete(&format!("/ha/{group}"));
    while cloud.ha_state(&group) != "GONE" {}

    assert!(open.query_drop("SELECT 1").is_err());
    let until = Instant::now() + TIMEOUT;
    while ends.iter().any(|it| TcpStream::connect(it).is_ok()) {
        assert!(Instant::now() < until, "somebody listens still");
    }
}

#[test]
fn only_whom_the_acls_name_is_let_in_and_a_user_only_from_its_host() {
    if !can_copy() {
        return;
    }
    // With one address for all as well.
    for one_address in [false, true] {
        let engine = MariaDb { one_address, ..MariaDb::default() };
        let Some(cloud) = Cloud::with_engine(engine, Options::default()) else { return };
        let group = built(&cloud, "127.0.0.4/30");
        cloud.sim.add_user(&source(&cloud, &group), "bob", "127.0.0.6", "pw", &["orders"]);
        let write = address(&cloud, &group, "write");
        let from = |last: u8, user: &str| log_in(Ipv4Addr::new(127, 0, 0, last), write, user);

        let hosts = "SELECT SUBSTRING_INDEX(USER(), '@', -1)";
        assert_eq!(column(&mut from(5, "ann").unwrap(), hosts), ["127.0.0.5"]);
        assert!(from(1, "ann").is_err(), "no ACL has that address");
        assert!(from(6, "bob").is_ok());
        let refused = from(5, "bob").unwrap_err();
        assert!(refused.contains("Access denied for user 'bob'@'127.0.0.5'"), "{refused}");

        let mut open = from(5, "ann").unwrap();
        let gone = cloud.delete(&format!("/ha/{group}/acls/127.0.0.4%25252F30"));
        assert_eq!(gone.status, 202, "{}", gone.body);
        assert_eq!(cloud.ha(&group)["acls"], Value::Array(Vec::new()));
        assert!(open.query_drop("SELECT 1").is_err(), "nobody is let in any more");
        assert!(from(5, "ann").is_err());
    }
}
