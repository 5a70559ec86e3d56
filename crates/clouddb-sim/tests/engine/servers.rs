//! Each instance is a server with an address of its own.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use clouddb_sim::{Clock, MariaDb, Options};
use mysql::prelude::Queryable;
use serde_json::json;

use crate::cloud::{Cloud, column, find, is_there};
use crate::end::{calls, wait_for};

#[test]
fn an_instance_is_built_when_its_server_answers_and_each_has_its_own() {
    let Some(cloud) = Cloud::with(Options { clock: Clock::AfterPolls(0), ..Options::default() })
    else {
        return;
    };

    let first = cloud.create("first");
    assert_eq!(cloud.status(&first), "BUILD", "the clock alone does not build it");
    assert_eq!(cloud.get(&format!("/instances/{first}/databases")).status, 422);
    let second = cloud.create("second");
    let ends = [cloud.wait(&first, "BUILD"), cloud.wait(&second, "BUILD")];

    assert_eq!(ends, ["ACTIVE", "ACTIVE"]);
    assert_ne!(cloud.endpoint(&first), cloud.endpoint(&second));
    let (mut one, mut other) = (cloud.root(&first), cloud.root(&second));
    column(&mut one, "CREATE DATABASE ours");
    assert!(!column(&mut other, "SHOW DATABASES").contains(&"ours".to_owned()));
}

#[test]
fn with_one_address_the_simulator_says_at_which_port_a_server_is() {
    let engine = MariaDb { one_address: true, ..MariaDb::default() };
    let Some(cloud) = Cloud::with_engine(engine, Options::default()) else { return };
    let (first, second) = (cloud.build("first"), cloud.build("second"));

    let state = cloud.sim_state();
    let told = |id: &str| {
        let instances = state["instances"].as_array().unwrap();
        let instance = instances.iter().find(|it| it["id"] == id).unwrap();
        instance["server"]["endpoint"].as_str().unwrap().to_owned()
    };

    assert!(told(&first).starts_with("127.0.0.1:"), "{state}");
    assert_ne!(told(&first), told(&second));
    assert_eq!(told(&first), cloud.endpoint(&first).to_string());
    column(&mut cloud.root(&first), "SELECT 1");
    cloud.post(&format!("/instances/{first}/action"), &json!({ "restart": {} }));
    assert_eq!(cloud.wait(&first, "REBOOT"), "ACTIVE");
    assert_eq!(told(&first), cloud.endpoint(&first).to_string());
}

#[test]
fn databases_and_users_of_the_creation_are_there_when_it_is_active() {
    let Some(cloud) = Cloud::shared() else { return };
    let body = json!({ "instance": {
        "name": "shop",
        "flavorRef": 2,
        "volume": { "size": 1 },
        "databases": [{ "name": "orders", "character_set": "latin1", "collate": "latin1_bin" }],
        "users": [{ "name": "ann", "password": "pa55", "databases": [{ "name": "orders" }] }],
    } });

    let made = cloud.post("/instances", &body).json();
    let id = made["instance"]["id"].as_str().unwrap();
    cloud.wait(id, "BUILD");

    assert_eq!(made["instance"]["hostname"], cloud.endpoint(id).ip().to_string());
    let mut ann = cloud.log_in(id, "ann", "pa55").unwrap();
    column(&mut ann, "CREATE TABLE orders.lines (id INT PRIMARY KEY)");
    column(&mut ann, "USE orders");
    assert_eq!(column(&mut ann, "SELECT @@collation_database FROM dual"), ["latin1_bin"]);
}

#[test]
fn a_server_whose_data_goes_with_it_waits_for_no_disk() {
    let Some(cloud) = Cloud::shared() else { return };
    let kept = tempfile::tempdir().unwrap();
    let kept = Options { data: Some(kept.path().to_owned()), ..Options::default() };
    let waits = |cloud: &Cloud| {
        let id = cloud.build("x");
        let calls = calls(&id);
        assert_eq!(calls.len(), 1, "{calls:?}");
        !calls[0].contains("--loose-debug-no-sync")
    };

    assert!(!waits(cloud));
    assert!(waits(&Cloud::with(kept).unwrap()));
}

#[test]
fn a_group_that_is_put_there_is_active_with_all_its_servers() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };

    let group = cloud.sim.add_ha_group("shop", "2", 2, 1);

    let group = cloud.sim.ha_group(&group).unwrap();
    assert_eq!(group.state, "ACTIVE");
    for member in [group.source_id.as_ref().unwrap(), &group.replica_ids[0]] {
        assert_eq!(cloud.status(member), "ACTIVE");
        assert_eq!(cloud.names(member, "databases"), Vec::<String>::new());
    }
}

#[test]
fn others_are_answered_while_what_is_put_there_waits_for_its_server() {
    let Some(server) = find("mariadbd").filter(|_| is_there()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (program, gate) = (folder.path().join("mariadbd"), folder.path().join("gate"));
    let script = format!(
        "#!/bin/sh\ncase $* in *--socket=*) while [ ! -e {} ]; do sleep 0.02; done;; esac\nexec {} \"$@\"\n",
        gate.display(),
        server.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let engine = MariaDb { program: Some(program), ..MariaDb::default() };
    let cloud = Cloud::with_engine(engine, Options::default()).unwrap();

    std::thread::scope(|scope| {
        let put = scope.spawn(|| cloud.sim.add_instance("shop", "2", 2));
        let shown = || cloud.get("/instances").json()["instances"].clone();
        wait_for("it is seen", || shown() != json!([]));
        assert_eq!(shown()[0]["status"], "REBOOT");
        assert!(!put.is_finished());
        std::fs::write(gate, "").unwrap();
        assert_eq!(cloud.status(&put.join().unwrap()), "ACTIVE");
    });
}

#[test]
fn nobody_gets_in_without_a_password() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");

    for user in ["root", "os_admin", ""] {
        let refused = cloud.log_in(&id, user, "").unwrap_err();
        let words = ["Access denied", "is not allowed to connect"];
        assert!(words.iter().any(|it| refused.contains(it)), "{refused}");
    }
}

#[test]
fn a_restart_keeps_the_data_and_takes_as_long_as_the_server() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    let mut root = cloud.root(&id);
    column(&mut root, "CREATE DATABASE orders");
    column(&mut root, "CREATE TABLE orders.lines (id INT PRIMARY KEY)");
    column(&mut root, "INSERT INTO orders.lines VALUES (7)");

    let restart = cloud.post(&format!("/instances/{id}/action"), &json!({ "restart": {} }));
    assert_eq!(restart.status, 202);
    assert_eq!(cloud.status(&id), "REBOOT");
    assert_eq!(cloud.wait(&id, "REBOOT"), "ACTIVE");

    let mut root = cloud.root(&id);
    assert_eq!(column(&mut root, "SELECT id FROM orders.lines"), ["7"]);
}

#[test]
fn a_larger_flavor_is_a_server_with_more_memory() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    let memory = |cloud: &Cloud| {
        column(&mut cloud.root(&id), "SELECT @@innodb_buffer_pool_size DIV 1048576")
    };
    let before = memory(cloud);

    cloud.post(&format!("/instances/{id}/action"), &json!({ "resize": { "flavorRef": 4 } }));
    assert_eq!(cloud.status(&id), "RESIZE");
    assert_eq!(cloud.wait(&id, "RESIZE"), "ACTIVE");

    assert_eq!([before, memory(cloud)], [["16"], ["64"]]);
}

#[test]
fn a_volume_that_is_full_takes_nothing_more_until_it_is_larger() {
    let small = MariaDb { gigabyte: 1, ..MariaDb::default() };
    let Some(cloud) = Cloud::with_engine(small, Options::default()) else { return };
    let id = cloud.build("shop");
    cloud.sim.add_database(&id, "orders");
    cloud.sim.add_user(&id, "ann", "%", "pw", &["orders"]);
    let mut ann = cloud.log_in(&id, "ann", "pw").unwrap();
    let insert = "INSERT INTO orders.lines (text) VALUES (REPEAT('x', 60000))";
    column(
        &mut ann,
        "CREATE TABLE orders.lines (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT)",
    );

    let mut refused = None;
    for _ in 0..2000 {
        refused = ann.query_drop(insert).err();
        if refused.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }

    let words = refused.unwrap().to_string();
    assert!(words.contains("--read-only"), "{words}");
    let shown = cloud.get(&format!("/instances/{id}")).json();
    assert_eq!(shown["instance"]["status"], "ACTIVE");
    assert!(shown["instance"]["volume"]["used"].as_f64().unwrap() > 2.0, "{shown}");

    let resize = json!({ "resize": { "volume": { "size": 900 } } });
    assert_eq!(cloud.post(&format!("/instances/{id}/action"), &resize).status, 202);
    assert_eq!(cloud.wait(&id, "RESIZE"), "ACTIVE");
    let until = Instant::now() + Duration::from_mins(1);
    while ann.query_drop(insert).is_err() {
        assert!(Instant::now() < until, "the volume is full still");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_server_that_has_ended_blocks_its_instance_until_it_is_restarted() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");

    // It ends before it answers.
    let _ = cloud.root(&id).query_drop("SHUTDOWN");
    assert_eq!(cloud.wait(&id, "ACTIVE"), "BLOCKED");
    assert!(cloud.sim.instance(&id).unwrap().server.unwrap().failure.is_some());
    assert_eq!(cloud.get(&format!("/instances/{id}/databases")).status, 422);
    cloud.post(&format!("/instances/{id}/action"), &json!({ "restart": {} }));

    assert_eq!(cloud.wait(&id, "REBOOT"), "ACTIVE");
    assert_eq!(cloud.names(&id, "databases"), Vec::<String>::new());
}
