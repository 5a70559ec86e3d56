//! Servers that listen for others than this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};

use clouddb_sim::{MariaDb, Options};
use mysql::{Conn, OptsBuilder};
use serde_json::json;

use crate::cloud::{Cloud, can_copy, column};

fn cloud(ip: Ipv4Addr) -> Option<Cloud> {
    let listen = Some(SocketAddrV4::new(ip, 0));
    Cloud::with_engine(MariaDb { listen, ..MariaDb::default() }, Options::default())
}

/// An address of this machine that is not a loopback one. No packet is sent.
fn own_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(ip) if !ip.is_loopback() => Some(ip),
        _ => None,
    }
}

#[test]
fn where_servers_listen_everywhere_their_host_is_the_one_that_the_simulator_is_called_by() {
    let Some(cloud) = cloud(Ipv4Addr::UNSPECIFIED) else { return };
    let (first, second) = (cloud.build("first"), cloud.build("second"));
    let endpoint = |id: &str| cloud.sim.instance(id).unwrap().server.unwrap().endpoint;

    let shown = cloud.get(&format!("/instances/{first}")).json();
    assert_eq!(shown["instance"]["hostname"], cloud.sim.address().ip().to_string());
    assert_eq!(endpoint(&first).ip(), Ipv4Addr::UNSPECIFIED);
    assert_ne!(endpoint(&first).port(), endpoint(&second).port());
    cloud.sim.enable_root(&first, "pw");
    // Whatever name leads to this machine.
    for ip in [Some(Ipv4Addr::new(127, 0, 0, 9)), own_address()].into_iter().flatten() {
        let options = OptsBuilder::new()
            .ip_or_hostname(Some(ip.to_string()))
            .tcp_port(endpoint(&first).port())
            .prefer_socket(false)
            .user(Some("root"))
            .pass(Some("pw"));
        column(&mut Conn::new(options).unwrap(), "SELECT 1");
    }
}

#[test]
fn servers_at_an_address_that_others_reach_follow_each_other() {
    if !can_copy() {
        return;
    }
    for ip in [Some(Ipv4Addr::UNSPECIFIED), own_address()].into_iter().flatten() {
        let Some(cloud) = cloud(ip) else { return };
        let source = cloud.build("source");
        cloud.sim.enable_root(&source, "pw");
        let body = json!({ "instance": { "name": "r", "flavorRef": 2, "volume": { "size": 1 },
            "replica_of": source } });
        let made = cloud.post("/instances", &body).json();
        let replica = made["instance"]["id"].as_str().unwrap();
        assert_eq!(cloud.wait(replica, "BUILD"), "ACTIVE");
        cloud.wait(&source, "RESTART");
        let log_in = |id: &str| {
            let SocketAddr::V4(endpoint) = cloud.sim.instance(id).unwrap().server.unwrap().endpoint
            else {
                panic!("{ip}")
            };
            let host = if ip.is_unspecified() { Ipv4Addr::LOCALHOST } else { ip };
            let options = OptsBuilder::new()
                .ip_or_hostname(Some(host.to_string()))
                .tcp_port(endpoint.port())
                .prefer_socket(false)
                .user(Some("root"))
                .pass(Some("pw"));
            Conn::new(options).unwrap()
        };

        column(&mut log_in(&source), "CREATE DATABASE later");
        column(&mut log_in(&source), "CREATE TABLE later.t (id INT)");

        let position = column(&mut log_in(&source), "SELECT @@GLOBAL.gtid_binlog_pos").remove(0);
        let mut follower = log_in(replica);
        let wait = format!("SELECT CAST(MASTER_GTID_WAIT('{position}', 60) AS CHAR)");
        assert_eq!(column(&mut follower, &wait), ["0"], "{ip}");
        column(&mut follower, "SELECT * FROM later.t");
    }
}
