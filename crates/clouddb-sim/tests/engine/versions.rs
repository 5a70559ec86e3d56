//! Instances with a version of a datastore for which a server is named run that.
//!
//! The second MariaDB is that of this machine again, in a folder of its own, whose programs say that they are
//! of a newer version, as whoever asks the server hears it too.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use clouddb_sim::{MariaDb, Options};
use mysql::Conn;
use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::api::ha_group;
use crate::backups::{fill, restore, wait};
use crate::cloud::{Cloud, can_copy, can_dump, column, find};
use crate::company::arrives;
use crate::end::wait_for;

/// The version of the second one.
const NEWER: &str = "11.4.9-MariaDB";

const ROWS: &str = "SELECT id FROM orders.lines ORDER BY id";

/// Makes the data folder of a newer one.
const INSTALLER: &str = r#"for it; do
    shift
    case $it in --basedir=*) ;; *) set -- "$@" "$it" ;; esac
    case $it in --datadir=*) data=${it#*=} ;; esac
done
REAL "$@" && printf NEWER > "$data/mysql_upgrade_info""#;

/// A MariaDB in a folder, which writes down how its programs are called.
struct Installation {
    folder: tempfile::TempDir,
}

impl Installation {
    /// None where this machine has not all of its programs.
    fn new() -> Option<Self> {
        if !can_copy() {
            return None;
        }
        let made = Self { folder: tempfile::tempdir().unwrap() };
        symlink("/usr/share", made.folder.path().join("share")).unwrap();
        fs::create_dir(made.folder.path().join("bin")).unwrap();
        made.write("mariadbd", r#"first=$1; shift; exec REAL "$first" --version=NEWER "$@""#);
        made.write("mariadb-install-db", INSTALLER);
        made.write("mariadb-backup", r#"exec REAL "$@""#);
        made.write(
            "mariadb-upgrade",
            r#"REAL "$@" --skip-version-check --force --upgrade-system-tables || exit
            data=$(mariadb "$1" "$2" --skip-column-names --execute 'SELECT @@datadir')
            printf NEWER > "$data/mysql_upgrade_info""#,
        );
        Some(made)
    }

    fn write(&self, name: &str, script: &str) {
        let real = find(name).unwrap().display().to_string();
        let calls = self.calls_file().display().to_string();
        let script = script.replace("REAL", &real).replace("NEWER", NEWER);
        let text = format!("#!/bin/sh\necho \"{name} $*\" >> {calls}\n{script}\n");
        let path = self.program(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn program(&self, name: &str) -> PathBuf {
        self.folder.path().join("bin").join(name)
    }

    fn calls_file(&self) -> PathBuf {
        self.folder.path().join("calls")
    }

    /// The calls of a program that name this.
    fn calls(&self, program: &str, part: &str) -> usize {
        let calls = fs::read_to_string(self.calls_file()).unwrap();
        let program = format!("{program} ");
        calls.lines().filter(|it| it.starts_with(&program) && it.contains(part)).count()
    }

    /// Runs the instances with version 8.0.
    fn engine(&self) -> MariaDb {
        let programs = [("8.0".to_owned(), self.program("mariadbd"))].into();
        MariaDb { programs, ..MariaDb::default() }
    }

    fn cloud(&self, options: Options) -> Cloud {
        Cloud::with_engine(self.engine(), options).unwrap()
    }
}

fn on_disk(folder: &Path) -> Options {
    Options { data: Some(folder.to_owned()), ..Options::default() }
}

/// An instance with this version of MySQL.
fn build(cloud: &Cloud, version: &str) -> String {
    let body = json!({ "instance": {
        "name": "shop", "flavorRef": 2, "volume": { "size": 2 },
        "datastore": { "type": "mysql", "version": version },
    } });
    let made = cloud.post("/instances", &body).json();
    let id = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    assert_eq!(cloud.wait(&id, "BUILD"), "ACTIVE", "{:?}", cloud.sim.instance(&id));
    id
}

fn is_newer(connection: &mut Conn) -> bool {
    column(connection, "SELECT @@version")[0].starts_with(NEWER)
}

fn ann(cloud: &Cloud, id: &str) -> Conn {
    cloud.log_in(id, "ann", "pw").unwrap()
}

fn back_up(cloud: &Cloud, id: &str, parent: Option<&str>) -> Value {
    let mut body = json!({ "backup": { "name": "friday", "instance": id } });
    if let Some(parent) = parent {
        body["backup"]["parent_id"] = json!(parent);
    }
    let seen = cloud.post("/backups", &body);
    let made = wait(
        cloud,
        seen.json()["backup"]["id"].as_str().unwrap_or_else(|| panic!("{}", seen.body)),
    );
    assert_eq!(made["status"], "COMPLETED", "{:?}", cloud.sim.backups());
    made
}

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

fn failure(cloud: &Cloud, id: &str) -> String {
    cloud.sim.instance(id).unwrap().server.unwrap().failure.unwrap()
}

/// What the upgrade of the system tables makes anew.
const TABLE: &str = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql' \
    AND TABLE_NAME = 'servers'";

#[test]
fn a_server_that_crashes_as_it_writes_the_first_tables_is_called_once_more() {
    let Some(newer) = Installation::new() else { return };
    let crashes = r#"if [ "$(grep -c ^mariadb-install-db CALLS)" = 1 ]; then
        echo "2026-11-30 12:00:00 0 [ERROR] /usr/sbin/mariadbd got signal 11 ;" >&2
        exit 1
    fi
    "#;
    let crashes = crashes.replace("CALLS", &newer.calls_file().display().to_string());
    newer.write("mariadb-install-db", &(crashes + INSTALLER));
    let cloud = newer.cloud(Options::default());

    build(&cloud, "8.0");

    assert_eq!(newer.calls("mariadb-install-db", "--datadir"), 2);
}

#[test]
fn an_upgrade_follows_its_source_on_the_newer_server_and_goes_on_alone() {
    let Some(newer) = Installation::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let cloud = newer.cloud(on_disk(folder.path()));
    let source = build(&cloud, "5.7");
    fill(&cloud, &source);
    let mut root = cloud.root(&source);
    assert!(!is_newer(&mut root));
    column(&mut root, "DROP TABLE mysql.servers");
    let to = json!({ "upgrade": { "datastore_type": "mysql", "datastore_version": "8.0" } });

    let made = cloud.post(&format!("/instances/{source}/action"), &to).json();
    let upgrade = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    assert_eq!(cloud.wait(&upgrade, "BUILD"), "VERIFY_UPGRADE", "{:?}", cloud.sim.instances());

    let mut reader = ann(&cloud, &upgrade);
    assert!(is_newer(&mut reader));
    assert_eq!(newer.calls("mariadb-upgrade", &upgrade), 1);
    assert_eq!(newer.calls("mariadb-backup", ""), 0, "the source is copied by its own programs");
    column(&mut ann(&cloud, &source), "INSERT INTO orders.lines VALUES (9, 'nine')");
    arrives(&mut reader, ROWS, &["7", "8", "9"]);
    reader.query_drop("INSERT INTO orders.lines VALUES (10, 'ten')").unwrap_err();
    let detach = json!({ "instance": { "replica_of": "" } });
    assert_eq!(cloud.patch(&format!("/instances/{upgrade}"), &detach).status, 202);
    assert_eq!(cloud.wait(&upgrade, "DETACH_REPLICA"), "ACTIVE");
    column(&mut ann(&cloud, &upgrade), "INSERT INTO orders.lines VALUES (10, 'ten')");
    assert_eq!(column(&mut cloud.root(&upgrade), TABLE), ["servers"]);
    assert_eq!(column(&mut ann(&cloud, &source), ROWS), ["7", "8", "9"]);
    assert_eq!(cloud.names(&upgrade, "users"), ["ann"]);
    let backup = back_up(&cloud, &upgrade, None);
    assert_eq!(newer.calls("mariadb-backup", "--backup"), 1);
    assert_eq!(newer.calls("mariadb-backup", "--prepare"), 1);
    drop((reader, root, cloud));

    let cloud = newer.cloud(on_disk(folder.path()));
    assert_eq!(cloud.wait(&upgrade, "REBOOT"), "ACTIVE", "{:?}", cloud.sim.instance(&upgrade));
    assert_eq!(cloud.wait(&source, "REBOOT"), "ACTIVE", "{:?}", cloud.sim.instance(&source));
    assert!(is_newer(&mut ann(&cloud, &upgrade)) && !is_newer(&mut ann(&cloud, &source)));
    let restored = restore(&cloud, id(&backup), &json!({}));
    for id in [&upgrade, &restored] {
        let mut ann = ann(&cloud, id);
        assert!(is_newer(&mut ann));
        assert_eq!(column(&mut ann, ROWS), ["7", "8", "9", "10"]);
    }
    assert_eq!(newer.calls("mariadb-upgrade", ""), 1, "what is of its version needs no upgrade");
}

#[test]
fn what_a_newer_server_has_run_no_older_one_runs() {
    let Some(newer) = Installation::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let cloud = newer.cloud(on_disk(folder.path()));
    let shop = build(&cloud, "8.0");
    fill(&cloud, &shop);
    assert!(is_newer(&mut ann(&cloud, &shop)));
    assert_eq!(newer.calls("mariadb-upgrade", ""), 0);
    let backup = back_up(&cloud, &shop, None);
    let body = json!({ "instance": {
        "name": "older", "flavorRef": 2, "volume": { "size": 2 },
        "datastore": { "type": "mysql", "version": "5.7" },
        "restorePoint": { "backupRef": backup["id"] },
    } });

    let made = cloud.post("/instances", &body).json();
    let restored = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    assert_eq!(cloud.wait(&restored, "BUILD"), "FAILED");
    let words = failure(&cloud, &restored);
    assert!(words.contains(&format!("is of {NEWER}")) && words.contains("older"), "{words}");
    drop(cloud);

    // Without the server that has run it, it waits for that.
    let cloud = Cloud::with(on_disk(folder.path())).unwrap();
    assert_eq!(cloud.wait(&shop, "REBOOT"), "BLOCKED");
    assert!(failure(&cloud, &shop).contains("--mariadbd"));
    drop(cloud);
    let cloud = newer.cloud(on_disk(folder.path()));
    assert_eq!(cloud.wait(&shop, "REBOOT"), "ACTIVE", "{:?}", cloud.sim.instance(&shop));
    assert_eq!(column(&mut ann(&cloud, &shop), ROWS), ["7", "8"]);
}

#[test]
fn backups_are_put_together_by_what_has_made_them_and_build_on_none_of_another_version() {
    let Some(newer) = Installation::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::with(on_disk(folder.path())).unwrap();
    let shop = build(&cloud, "8.0");
    fill(&cloud, &shop);
    let full = back_up(&cloud, &shop, None);
    column(&mut ann(&cloud, &shop), "INSERT INTO orders.lines VALUES (9, 'nine')");
    let part = back_up(&cloud, &shop, Some(id(&full)));
    drop(cloud);

    // From now on a newer server runs it.
    let cloud = newer.cloud(on_disk(folder.path()));
    assert_eq!(cloud.wait(&shop, "REBOOT"), "ACTIVE", "{:?}", cloud.sim.instance(&shop));
    assert!(is_newer(&mut ann(&cloud, &shop)));
    assert_eq!(newer.calls("mariadb-upgrade", &shop), 1);
    let restored = restore(&cloud, id(&part), &json!({}));
    assert_eq!(newer.calls("mariadb-backup", ""), 0);
    assert_eq!(newer.calls("mariadb-upgrade", &restored), 1);
    assert_eq!(column(&mut ann(&cloud, &restored), ROWS), ["7", "8", "9"]);
    column(&mut ann(&cloud, &shop), "INSERT INTO orders.lines VALUES (10, 'ten')");
    let next = back_up(&cloud, &shop, Some(id(&part)));
    assert_eq!(newer.calls("mariadb-backup", "--backup"), 1);
    assert_eq!(newer.calls("mariadb-backup", "--incremental-basedir"), 0);
    let restored = restore(&cloud, id(&next), &json!({}));
    assert_eq!(column(&mut ann(&cloud, &restored), ROWS), ["7", "8", "9", "10"]);
}

#[test]
fn the_members_of_an_ha_group_go_over_to_the_newer_server_and_follow_on() {
    let Some(newer) = Installation::new() else { return };
    let cloud = newer.cloud(Options::default());
    let mut body = ha_group("shop", 1);
    body["ha"]["datastore"]["version"] = json!("5.7");
    let made = cloud.post("/ha", &body).json();
    let group = made["ha_instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    let wait = |state: &str| {
        wait_for("the group has another state", || cloud.ha_state(group) != state);
        cloud.ha_state(group)
    };
    assert_eq!(wait("BUILD"), "ACTIVE", "{:?}", cloud.sim.instances());
    let members = cloud.sim.ha_group(group).unwrap();
    let (source, replica) = (members.source_id.unwrap(), &members.replica_ids[0]);
    fill(&cloud, &source);
    assert!(!is_newer(&mut ann(&cloud, &source)));

    let to = json!({ "upgrade": { "datastore_type": "mysql", "datastore_version": "8.0" } });
    assert_eq!(cloud.post(&format!("/ha/{group}/action"), &to).status, 202);
    assert_eq!(wait("UPGRADING"), "ACTIVE", "{:?}", cloud.sim.instances());

    let (mut writer, mut reader) = (ann(&cloud, &source), ann(&cloud, replica));
    assert!(is_newer(&mut writer) && is_newer(&mut reader));
    column(&mut writer, "INSERT INTO orders.lines VALUES (9, 'nine')");
    arrives(&mut reader, ROWS, &["7", "8", "9"]);
    reader.query_drop("INSERT INTO orders.lines VALUES (10, 'ten')").unwrap_err();
    for id in [&source, replica] {
        assert_eq!(newer.calls("mariadb-upgrade", id), 1);
    }
}

#[test]
fn programs_of_another_version_are_not_taken_for_those_of_the_server() {
    let Some(newer) = Installation::new().filter(|_| can_dump()) else { return };
    for name in ["mariadb-upgrade", "mariadb-backup"] {
        fs::remove_file(newer.program(name)).unwrap();
    }
    let cloud = newer.cloud(Options::default());
    let source = build(&cloud, "5.7");
    let to = json!({ "upgrade": { "datastore_type": "mysql", "datastore_version": "8.0" } });

    let made = cloud.post(&format!("/instances/{source}/action"), &to).json();
    let upgrade = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    assert_eq!(cloud.wait(upgrade, "BUILD"), "FAILED");
    let words = failure(&cloud, upgrade);
    assert!(words.contains(&format!("no mariadb-upgrade of {NEWER}")), "{words}");
    // It cannot be copied, so that there is a dump.
    let other = build(&cloud, "8.0");
    back_up(&cloud, &other, None);
    let data = PathBuf::from(column(&mut cloud.root(&other), "SELECT @@datadir").remove(0));
    let beside = fs::read_dir(data.parent().unwrap()).unwrap().map(|it| it.unwrap().path());
    assert_eq!(beside.filter(|it| it.join("dump.sql").exists()).count(), 1);
}

#[test]
fn what_is_named_in_error_is_told_before_anything_starts() {
    let told = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_clouddb-sim"));
        program.args(["--listen", "127.0.0.1:0", "--engine", "mariadb"]).args(arguments);
        let output = program.output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };

    assert_eq!(
        told(&["--mariadbd", "9.9=/bin/true"]),
        "clouddb-sim: a server is named for the version \"9.9\", and no datastore has that; the versions are \
         10, 10.1, 10.4, 10.4enc, 5.1, 5.6, 5.7, 8.0\n"
    );
    assert_eq!(
        told(&["--mariadbd", "8.0=/bin/true", "--mariadbd", "8.0=/bin/false"]),
        "clouddb-sim: --mariadbd names two servers for the version 8.0\n"
    );
    if can_copy() {
        let none = told(&["--mariadbd", "8.0=/bin/true"]);
        assert!(none.starts_with("clouddb-sim: /bin/true is no MariaDB: install"), "{none}");
        let none = told(&["--mariadbd", "8.0=/etc/passwd"]);
        assert!(none.starts_with("clouddb-sim: /etc/passwd cannot be run: "), "{none}");
    }
}
