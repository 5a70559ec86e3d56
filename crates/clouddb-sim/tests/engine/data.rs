//! What servers have is there after a restart of the simulator.

use std::net::TcpListener;
use std::path::Path;

use clouddb_sim::{Clock, Engine, MariaDb, Options, Simulator};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use serde_json::{Value, json};

use crate::cloud::{Cloud, can_copy, column, is_there};
use crate::company::arrives;
use crate::end::{calls, wait_for};
use crate::running::Running;

const ROWS: &str = "SELECT id FROM orders.lines ORDER BY id";

fn options(folder: &Path) -> Options {
    Options { data: Some(folder.to_owned()), ..Options::default() }
}

#[test]
fn rows_logins_replication_and_backups_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let Some(cloud) = Cloud::with_backups(options(folder.path())) else { return };
    let source = cloud.build("source");
    cloud.sim.add_database(&source, "orders");
    cloud.sim.add_user(&source, "ann", "%", "pw", &["orders"]);
    let mut ann = cloud.log_in(&source, "ann", "pw").unwrap();
    column(&mut ann, "CREATE TABLE orders.lines (id INT PRIMARY KEY)");
    column(&mut ann, "INSERT INTO orders.lines VALUES (1)");
    let made = cloud.post("/backups", &json!({"backup": {"name": "b", "instance": source}}));
    let backup = made.json()["backup"]["id"].as_str().unwrap().to_owned();
    while cloud.backup_statuses(&backup, 1) != ["COMPLETED"] {}
    let replica = json!({"instance": {
        "name": "replica", "flavorRef": 2, "volume": {"size": 2}, "replica_of": source,
    }});
    let made = cloud.post("/instances", &replica).json();
    let replica = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    assert_eq!(cloud.wait(&replica, "BUILD"), "ACTIVE");
    assert_eq!(cloud.wait(&source, "RESTART"), "ACTIVE");
    let root = cloud.post(&format!("/instances/{source}/root"), &json!({})).json();
    let root = root["user"]["password"].as_str().unwrap().to_owned();
    let mut ann = cloud.log_in(&source, "ann", "pw").unwrap();
    // Whoever ends at once may leave a replica that has not heard of it yet.
    column(&mut ann, "INSERT INTO orders.lines VALUES (2)");
    let told = cloud.get("/backups").body;
    let endpoint = cloud.endpoint(&replica);
    drop(cloud);
    assert_eq!(calls(&folder.path().display().to_string()), Vec::<String>::new());
    // Where a server cannot start at once, its instance is restarted later.
    let taken = TcpListener::bind(endpoint).unwrap();

    let cloud = Cloud::with_backups(options(folder.path())).unwrap();

    assert_eq!(cloud.get("/backups").body, told);
    // Whoever sees it ACTIVE can log in.
    assert_eq!(cloud.wait(&source, "REBOOT"), "ACTIVE", "{:?}", cloud.sim.instance(&source));
    let mut ann = cloud.log_in(&source, "ann", "pw").unwrap();
    if cloud.wait(&replica, "REBOOT") == "BLOCKED" {
        drop(taken);
        cloud.post(&format!("/instances/{replica}/action"), &json!({"restart": {}}));
    }
    assert_eq!(cloud.wait(&replica, "REBOOT"), "ACTIVE", "{:?}", cloud.sim.instance(&replica));
    assert_eq!(column(&mut ann, ROWS), ["1", "2"]);
    cloud.log_in(&source, "ann", "other").unwrap_err();
    cloud.log_in(&source, "root", &root).unwrap();
    assert_eq!(cloud.names(&source, "users"), ["ann"]);
    column(&mut ann, "INSERT INTO orders.lines VALUES (3)");
    let mut reader = cloud.log_in(&replica, "ann", "pw").unwrap();
    arrives(&mut reader, ROWS, &["1", "2", "3"]);
    assert!(reader.query_drop("INSERT INTO orders.lines VALUES (4)").is_err());
    let restore = json!({"instance": {
        "name": "restored", "flavorRef": 2, "volume": {"size": 2}, "restorePoint": {"backupRef": backup},
    }});
    let made = cloud.post("/instances", &restore).json();
    let restored = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    assert_eq!(cloud.wait(restored, "BUILD"), "ACTIVE", "{:?}", cloud.sim.instance(restored));
    let mut ann = cloud.log_in(restored, "ann", "pw").unwrap();
    assert_eq!(column(&mut ann, ROWS), ["1"]);
}

#[test]
fn an_ha_group_goes_on_at_other_ports_and_fails_over() {
    if !can_copy() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let engine = MariaDb { one_address: true, ..MariaDb::default() };
    let start = || Cloud::with_engine(engine.clone(), options(folder.path())).unwrap();
    let wait = |cloud: &Cloud, id: &str, state: &str| {
        wait_for("the group has another state", || cloud.ha_state(id) != state);
        cloud.ha_state(id)
    };
    let source = |cloud: &Cloud, group: &str| {
        cloud.ha(group)["replica_source"][0]["id"].as_str().unwrap().to_owned()
    };
    let cloud = start();
    let group = cloud.create_ha("group", 1);
    assert_eq!(wait(&cloud, &group, "BUILD"), "ACTIVE", "{:?}", cloud.sim.instances());
    let first = source(&cloud, &group);
    cloud.sim.add_database(&first, "orders");
    cloud.sim.add_user(&first, "ann", "%", "pw", &["orders"]);
    let mut ann = cloud.log_in(&first, "ann", "pw").unwrap();
    column(&mut ann, "CREATE TABLE orders.lines (id INT PRIMARY KEY)");
    column(&mut ann, "INSERT INTO orders.lines VALUES (1)");
    drop(cloud);

    let cloud = start();

    // Whoever sees it ACTIVE can log in to all of it.
    assert_eq!(wait(&cloud, &group, "REBOOT"), "ACTIVE", "{:?}", cloud.sim.instances());
    let mut ann = cloud.log_in(&first, "ann", "pw").unwrap();
    column(&mut ann, "INSERT INTO orders.lines VALUES (2)");
    let replica = cloud.ha(&group)["replicas"][0]["id"].as_str().unwrap().to_owned();
    arrives(&mut cloud.log_in(&replica, "ann", "pw").unwrap(), ROWS, &["1", "2"]);
    assert!(cloud.sim.fail_over(&group));
    wait(&cloud, &group, "HA_FAILOVER");
    assert_eq!(wait(&cloud, &group, "ADDING_REPLICA"), "ACTIVE", "{:?}", cloud.sim.instances());
    assert_eq!(source(&cloud, &group), replica);
    let mut ann = cloud.log_in(&replica, "ann", "pw").unwrap();
    column(&mut ann, "INSERT INTO orders.lines VALUES (3)");
    let last = cloud.ha(&group)["replicas"][0]["id"].as_str().unwrap().to_owned();
    arrives(&mut cloud.log_in(&last, "ann", "pw").unwrap(), ROWS, &["1", "2", "3"]);
}

#[test]
fn what_is_deleted_is_gone_from_the_folder_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let Some(cloud) = Cloud::with_backups(options(folder.path())) else { return };
    let (kept, gone) = (cloud.build("kept"), cloud.build("gone"));
    let backup = cloud.sim.add_backup(&gone, "b");
    let servers = folder.path().join("servers");
    let names = || {
        let names = std::fs::read_dir(&servers).unwrap().map(|it| it.unwrap().file_name());
        let mut names: Vec<String> = names.map(|it| it.into_string().unwrap()).collect();
        names.retain(|name| name != "lock");
        names
    };
    assert_eq!(names().len(), 3, "{:?}", names());

    cloud.delete(&format!("/instances/{gone}"));
    cloud.wait(&gone, "SHUTDOWN");
    cloud.delete(&format!("/backups/{backup}"));
    wait_for("the folders go", || {
        cloud.get("/backups");
        names() == [kept.clone()]
    });
    drop(cloud);

    // What a run has left that was killed goes with the next one.
    std::fs::create_dir(servers.join("backup-lost")).unwrap();
    let memory = Options { engine: Engine::Memory, ..options(folder.path()) };
    let error = Simulator::start(memory).unwrap_err().to_string();
    assert!(error.contains("was made with the engine mariadb, which is memory now"), "{error}");
    let cloud = Cloud::with(options(folder.path())).unwrap();
    assert_eq!(cloud.wait(&kept, "REBOOT"), "ACTIVE");
    assert_eq!(names(), [kept]);
}

/// A client of the server of an instance of a program.
fn log_in(program: &Running, id: &str) -> Conn {
    let server = &instance(program, id)["server"];
    let endpoint: std::net::SocketAddr = server["endpoint"].as_str().unwrap().parse().unwrap();
    let options = OptsBuilder::new()
        .ip_or_hostname(Some(endpoint.ip().to_string()))
        .tcp_port(endpoint.port())
        .prefer_socket(false)
        .user(Some("ann"))
        .pass(Some("pw"));
    Conn::new(options).unwrap()
}

/// What the program tells of an instance.
fn instance(program: &Running, id: &str) -> Value {
    let state = crate::http::send(program.address, "GET", "/sim/state", &[], None).unwrap().json();
    let instances = state["instances"].as_array().unwrap();
    instances.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{state}")).clone()
}

fn is_active(program: &Running, id: &str) -> bool {
    program.get(&format!("/instances/{id}"))["instance"]["status"] == "ACTIVE"
}

#[test]
fn nothing_runs_on_and_nothing_is_lost_when_the_program_is_killed() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display().to_string();
    let arguments = ["--polls", "0", "--engine", "mariadb", "--data", &name];
    let mut program = Running::start(&arguments);
    let new = json!({"instance": {
        "name": "db", "flavorRef": 1, "volume": {"size": 1},
        "databases": [{"name": "orders"}],
        "users": [{"name": "ann", "password": "pw", "databases": [{"name": "orders"}]}],
    }});
    let create = |program: &Running| {
        let made = program.call("POST", "/instances", &new).unwrap().json();
        made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
    };
    let id = create(&program);
    wait_for("the server is built", || is_active(&program, &id));
    let mut ann = log_in(&program, &id);
    ann.query_drop("CREATE TABLE orders.lines (id INT PRIMARY KEY)").unwrap();
    // This one is killed while it is built.
    let built = create(&program);

    let mut written = 0;
    for _ in 0..3 {
        for _ in 0..50 {
            ann.query_drop(format!("INSERT INTO orders.lines VALUES ({written})")).unwrap();
            written += 1;
        }
        drop(program);
        // At once: what was killed may not have ended yet.
        program = Running::start(&arguments);
        wait_for("the server runs again", || is_active(&program, &id));
        ann = log_in(&program, &id);
        let count: Option<i32> = ann.query_first("SELECT COUNT(*) FROM orders.lines").unwrap();
        assert_eq!(count, Some(written));
    }
    wait_for("the other one is built", || is_active(&program, &built));
    let lock = folder.path().join("servers/lock").canonicalize().unwrap();
    assert_eq!(holders(&name, &lock), 2, "the next run waits for the end of both");
    log_in(&program, &built).query_drop("CREATE TABLE orders.lines (id INT)").unwrap();
    drop(program);

    wait_for("nothing runs on", || calls(&name).is_empty());
    assert!(folder.path().join("servers").join(&id).join("ibdata1").exists());
}

/// How many servers of this folder have this file open.
fn holders(folder: &str, file: &Path) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|it| it.path());
    let servers = processes.filter(|it| {
        let call = std::fs::read(it.join("cmdline")).unwrap_or_default();
        let call = String::from_utf8_lossy(&call).into_owned();
        call.contains("mariadbd\0") && call.contains(folder)
    });
    let has = |process: &std::path::PathBuf| {
        let files = std::fs::read_dir(process.join("fd")).unwrap().flatten();
        files.flat_map(|it| std::fs::read_link(it.path())).any(|it| it == file)
    };
    servers.filter(has).count()
}

#[test]
fn a_backup_whose_writing_was_interrupted_is_written_anew() {
    if !can_copy() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::Explicit;
    let cloud = Cloud::with(Options { clock, ..options(folder.path()) }).unwrap();
    let id = cloud.sim.add_instance("db", "1", 1);
    let made = cloud.post("/backups", &json!({"backup": {"name": "b", "instance": id}}));
    let backup = made.json()["backup"]["id"].as_str().unwrap().to_owned();
    let is_written = |folder: &Path| {
        let folders = std::fs::read_dir(folder.join("servers")).unwrap();
        folders.flatten().any(|it| it.path().join("written").exists())
    };
    wait_for("the data is written", || is_written(folder.path()));
    drop(cloud);
    // As if it had not come to its end.
    for folder in std::fs::read_dir(folder.path().join("servers")).unwrap().flatten() {
        let _ = std::fs::remove_file(folder.path().join("written"));
    }

    let cloud = Cloud::with(Options { clock, ..options(folder.path()) }).unwrap();
    assert_eq!(cloud.backup_statuses(&backup, 1), ["NEW"]);
    cloud.sim.advance();
    assert_eq!(cloud.backup_statuses(&backup, 1), ["BUILDING"]);
    wait_for("it is complete", || {
        cloud.sim.advance();
        cloud.backup_statuses(&backup, 1) == ["COMPLETED"]
    });

    assert!(is_written(folder.path()));
    assert_eq!(cloud.sim.backups()[0].failure, None);
}
