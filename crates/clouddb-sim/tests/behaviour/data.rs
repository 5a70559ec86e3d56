use std::path::{Path, PathBuf};
use std::time::Duration;

use clouddb_sim::{Clock, Durations, End, Fault, Login, Occasion, Options, Simulator};
use serde_json::{Value, json};

use crate::api::{Api, api_key, instance, log_in, message};
use crate::http::{Seen, send};
use crate::running::Running;

/// A folder for data, and the options that name it.
struct Disk {
    folder: tempfile::TempDir,
    options: Options,
}

impl Disk {
    fn new() -> Self {
        Self::with(Options::default())
    }

    fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { data: Some(folder.path().to_owned()), ..options };
        Self { folder, options }
    }

    fn start(&self) -> Api {
        Api::with(self.options.clone())
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("state.json")
    }

    /// Why the next simulator does not start; what is on disk stays as it is.
    fn refusal(&self, options: Options) -> String {
        let before = std::fs::read(self.file()).ok();
        let error = Simulator::start(options).unwrap_err().to_string();
        assert_eq!(std::fs::read(self.file()).ok(), before);
        error
    }
}

/// What the simulator tells of itself, but for the time and for the log of requests, which is of one run.
fn sim_state(sim: &Simulator) -> Value {
    let mut state = send(sim.address(), "GET", "/sim/state", &[], None).unwrap().json();
    state["clock"]["time"].take();
    state["requests"].take();
    state
}

fn id_in(seen: &Seen, key: &str) -> String {
    seen.json()[key]["id"].as_str().unwrap_or_else(|| panic!("{}", seen.body)).to_owned()
}

/// A cloud with one of everything, at rest and on the way.
fn fill(api: &Api) {
    let sim = &api.sim;
    let orders = sim.add_instance("orders", "2", 5);
    sim.add_database(&orders, "shop");
    sim.add_user(&orders, "ann", "10.%", "s3cret", &["shop", "gone"]);
    sim.enable_root(&orders, "r00t");
    sim.set_used(&orders, 1.37);
    let group = sim.add_configuration("fast", true);
    api.put(&format!("/instances/{orders}"), &json!({"instance": {"configuration": group}}));
    let full = sim.add_backup(&orders, "full");
    sim.add_backup_copy(&full, "ORD", "copy");
    let part = sim.add_backup(&orders, "part");
    sim.build_on(&part, &full);
    sim.add_schedule(&orders, 3, 30);
    let ha = sim.add_ha_group("ha", "2", 2, 2);
    sim.add_acl(&ha, "10.0.0.0/8");
    sim.add_ha_backup(&ha, "of a group");
    sim.add_ha_schedule(&ha, 4, 15);
    sim.add_instance_in("LON", "far", "1", 1);
    sim.add_instance_of("654321", "theirs", "1", 1);
    sim.add_hidden_instance_after(&orders);
    let upgraded = sim.add_instance("old", "2", 2);
    let upgrade = sim.add_instance("new", "2", 2);
    sim.set_upgrade(&upgrade, &upgraded);
    let broken = sim.add_instance("broken", "1", 1);
    sim.set_status(&broken, "ERROR");
    let stuck = sim.add_instance("stuck", "1", 1);
    sim.stick(&stuck, "SUSPENDED");
    // What follows is not finished.
    api.create("built");
    let resized = sim.add_instance("resized", "2", 2);
    let resize = json!({"resize": {"volume": {"size": 7}}});
    assert_eq!(api.post(&format!("/instances/{resized}/action"), &resize).status, 202);
    let gone = sim.add_instance("gone", "1", 1);
    assert_eq!(api.delete(&format!("/instances/{gone}")).status, 202);
    let saved = sim.add_instance("saved", "1", 1);
    let new = json!({"backup": {"name": "running", "instance": saved}});
    assert_eq!(api.post("/backups", &new).status, 202);
    api.create_ha("built", 1);
    let failing = sim.add_ha_group("failing", "2", 2, 1);
    assert!(sim.fail_over(&failing));
}

/// What every GET below an account tells, by its path. Nothing is polled by it: the clock is explicit.
fn everything(api: &Api) -> Vec<(String, String)> {
    let lists = ["instances", "ha", "backups", "configurations", "schedules"];
    let mut paths: Vec<String> = ["/limits", "/flavors", "/datastores"].map(String::from).to_vec();
    for list in lists {
        paths.push(format!("/{list}"));
        let state = sim_state(&api.sim);
        let key = if list == "ha" { "ha_groups" } else { list };
        let ids = state[key].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap());
        for id in ids {
            paths.push(format!("/{list}/{id}"));
            if list == "instances" {
                let below = ["databases", "users", "root", "replicas", "backups", "configuration"];
                paths.extend(below.map(|below| format!("/{list}/{id}/{below}")));
            }
        }
    }
    let shown = |path: String| {
        let seen = api.get(&path);
        // A link names the port of the run.
        let body = seen.body.replace(&api.sim.address().to_string(), "HOST");
        let told = format!("{} {body}", seen.status);
        (path, told)
    };
    paths.into_iter().map(shown).collect()
}

#[test]
fn what_was_told_before_a_restart_is_told_after_it() {
    let disk = Disk::with(Options { clock: Clock::Explicit, ..Options::default() });
    let api = disk.start();
    fill(&api);
    api.sim.pass(Duration::from_hours(30));
    let (state, told) = (sim_state(&api.sim), everything(&api));
    let (instances, skew) = (api.sim.instances(), sim_time(&api.sim));
    assert!(told.iter().filter(|(_, told)| told.starts_with("200")).count() > 90, "{told:#?}");
    drop(api);

    let api = disk.start();

    assert_eq!(sim_state(&api.sim), state);
    for (before, after) in told.iter().zip(everything(&api)) {
        assert_eq!(*before, after);
    }
    // The passwords too, and the clock that was put forward.
    assert_eq!(api.sim.instances(), instances);
    assert!(sim_time(&api.sim) >= skew);
    for region in ["ORD", "LON"] {
        let api = elsewhere(&api, region);
        assert!(api.contains("\"id\""), "{api}");
    }
}

/// What `fill` has left on disk once, in the form of state with this number.
const SAMPLE: &str = include_str!("../fixtures/state-1.json");

#[test]
fn a_state_of_an_earlier_day_is_known_to_the_last_field() {
    let disk = Disk::with(Options { clock: Clock::Explicit, ..Options::default() });
    std::fs::write(disk.file(), SAMPLE).unwrap();

    drop(Simulator::start(disk.options.clone()).unwrap());

    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let written = std::fs::read_to_string(disk.file()).unwrap();
    assert_eq!(
        json(&written),
        json(SAMPLE),
        "the state has another form now: raise VERSION in src/disk/state_file.rs, and keep what `fill` \
         leaves as the sample of that number"
    );
}

/// The time by the clock of the service.
fn sim_time(sim: &Simulator) -> String {
    let state = send(sim.address(), "GET", "/sim/state", &[], None).unwrap().json();
    state["clock"]["time"].as_str().unwrap().to_owned()
}

/// What another region has of instances and backups.
fn elsewhere(api: &Api, region: &str) -> String {
    let get = |list: &str| {
        let path = format!("/{region}/v1.0/123456/{list}");
        send(api.sim.address(), "GET", &path, &[("X-Auth-Token", &api.token)], None).unwrap().body
    };
    get("instances") + &get("backups")
}

#[test]
fn what_was_not_finished_is_finished() {
    let disk = Disk::with(Options { clock: Clock::AfterPolls(2), ..Options::default() });
    let api = disk.start();
    let id = api.create("built");
    assert_eq!(api.status(&id), "BUILD");
    let saved = api.sim.add_instance("saved", "1", 1);
    let new = json!({"backup": {"name": "running", "instance": saved}});
    let backup = id_in(&api.post("/backups", &new), "backup");
    let group = api.create_ha("group", 1);
    drop(api);

    let api = disk.start();

    // One of the two polls was before the restart.
    assert_eq!(api.statuses(&id, 2), ["BUILD", "ACTIVE"]);
    assert_eq!(
        api.backup_statuses(&backup, 5),
        ["NEW", "NEW", "BUILDING", "BUILDING", "COMPLETED"]
    );
    assert_eq!([(); 3].map(|()| api.ha_state(&group)), ["BUILD", "BUILD", "ACTIVE"]);
}

#[test]
fn time_goes_on_between_two_runs() {
    let long = Duration::from_hours(1);
    let durations = Durations { build: long, backup: Duration::ZERO, ..Durations::default() };
    let disk = Disk::with(Options { clock: Clock::Timed(durations), ..Options::default() });
    let api = disk.start();
    let id = api.create("built");
    let token = api.token.clone();
    drop(api);
    let api = disk.start();
    assert_eq!(api.status(&id), "BUILD");
    assert_eq!(api.token, token, "the login from before holds");
    drop(api);

    // The same as if the next run came an hour later.
    let written = std::fs::read_to_string(disk.file()).unwrap();
    let until = written.split_once("\"Until\":\"").unwrap().1.split_once('"').unwrap().0;
    std::fs::write(disk.file(), written.replace(until, "2020-01-01T00:00:00Z")).unwrap();
    let api = disk.start();

    assert_eq!(api.status(&id), "ACTIVE");
}

#[test]
fn a_task_is_counted_by_the_clock_of_the_present_run() {
    let polls = |polls| Options { clock: Clock::AfterPolls(polls), ..Options::default() };
    let mut disk = Disk::with(Options { clock: Clock::Explicit, ..Options::default() });
    let api = disk.start();
    let (id, done) = (api.create("built"), api.create("done"));
    let backup = json!({"backup": {"name": "b", "instance": api.sim.add_instance("s", "1", 1)}});
    let backup = id_in(&api.post("/backups", &backup), "backup");
    drop(api);
    disk.options = Options { data: disk.options.data.clone(), ..polls(1) };
    let api = disk.start();

    assert_eq!(api.statuses(&id, 2), ["BUILD", "ACTIVE"]);
    assert_eq!(api.backup_statuses(&backup, 3), ["NEW", "BUILDING", "COMPLETED"]);
    drop(api);
    disk.options.clock = Clock::Explicit;
    let api = disk.start();
    assert_eq!(api.status(&done), "BUILD");
    api.sim.advance();
    assert_eq!(api.status(&done), "ACTIVE");
}

#[test]
fn what_is_of_a_run_ends_with_it() {
    let disk = Disk::new();
    let api = disk.start();
    api.sim.inject(Fault::on("GET", "/instances").status(503));
    api.sim.next(Occasion::Instance, End::Never);
    api.get("/backups");
    drop(api);

    let api = disk.start();

    assert_eq!(api.sim.waiting_faults(), 0);
    assert_eq!(api.sim.requests().len(), 0);
    let id = api.create("built");
    assert_eq!(api.statuses(&id, 2), ["BUILD", "ACTIVE"]);
}

#[test]
fn ids_and_quotas_go_on() {
    let mut disk = Disk::new();
    disk.options.quotas.instances = Some(1);
    let api = disk.start();
    api.create("first");
    drop(api);

    let api = disk.start();

    let refused = api.post("/instances", &instance("second"));
    assert_eq!(refused.status, 413, "{}", refused.body);
    let theirs = Login {
        user: "other".into(),
        api_key: "key".into(),
        password: "pw".into(),
        account_id: "654321".into(),
    };
    api.sim.add_instance_of("654321", "theirs", "1", 1);
    drop(api);
    disk.options.other_accounts = vec![theirs];
    let api = disk.start();
    let token = log_in(&api.sim, &api_key("other", "key")).json()["access"]["token"]["id"].clone();
    let headers = [("X-Auth-Token", token.as_str().unwrap())];
    let seen = send(api.sim.address(), "GET", "/v1.0/654321/instances", &headers, None).unwrap();
    assert_eq!(seen.json()["instances"][0]["name"], "theirs", "{}", seen.body);
}

#[test]
fn a_folder_is_of_one_simulator_and_of_one_kind() {
    let disk = Disk::new();
    let api = disk.start();
    let id = api.create("kept");
    let error = disk.refusal(disk.options.clone());
    assert!(error.contains("used by another simulator"), "{error}");
    drop(api);

    for (change, what) in [
        (Options { account_id: "7".into(), ..disk.options.clone() }, "the account 123456"),
        (
            Options { default_region: "ORD".into(), ..disk.options.clone() },
            "the default region DFW",
        ),
    ] {
        let error = disk.refusal(change);
        assert!(error.contains(what) && error.contains("state.json was made with"), "{error}");
    }
    let written = std::fs::read_to_string(disk.file()).unwrap();
    let spoilt = [
        (written.trim_end().trim_end_matches('}').to_owned(), "is damaged"),
        (written.replace("\"version\":1", "\"version\":2"), "has version 2 of its format"),
        ("{\"format\": \"x\", \"version\": 1}".into(), "of the format \"x\""),
    ];
    for (text, what) in spoilt {
        std::fs::write(disk.file(), text).unwrap();
        let error = disk.refusal(disk.options.clone());
        assert!(error.contains(what) && error.contains("state.json"), "{error}");
        assert!(error.contains("name another folder with --data"), "{error}");
    }
    std::fs::write(disk.file(), written).unwrap();
    assert_eq!(disk.start().status(&id), "BUILD");
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let disk = Disk::new();
    let api = disk.start();
    // Nothing can be written where a folder is.
    let next = disk.folder.path().join("state.json.new");
    std::fs::create_dir(&next).unwrap();

    let refused = api.post("/instances", &instance("lost"));

    assert_eq!(refused.status, 500, "{}", refused.body);
    assert!(message(&refused).starts_with("cannot write "), "{}", refused.body);
    assert!(message(&refused).contains("state.json"), "{}", refused.body);
    std::fs::remove_dir(&next).unwrap();
    assert_eq!(api.get("/instances").status, 200);
}

#[test]
#[cfg(unix)]
fn nobody_else_reads_the_passwords() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let _api = Api::with(Options { data: Some(data.clone()), ..Options::default() });

    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&data), mode(&data.join("state.json"))], [0o700, 0o600]);
}

#[test]
fn a_simulator_without_a_folder_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_clouddb-sim"));
    let program = Running::start_as(program.current_dir(folder.path()));
    program.call("POST", "/instances", &instance("lost")).unwrap();
    drop(program);

    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_was_answered_is_there_after_the_program_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--data", folder.path().to_str().unwrap(), "--instance-quota", "1000"];
    let mut answered = Vec::new();
    for round in 1..=8 {
        let program = Running::start(&arguments);
        let number = program.number().to_string();
        let (reply, replies) = std::sync::mpsc::channel();
        // It is killed in the middle of whatever it does after that many replies.
        let killer = std::thread::spawn(move || {
            replies.into_iter().take(round).for_each(drop);
            std::process::Command::new("kill").args(["-s", "KILL", &number]).status().unwrap()
        });
        while let Some(seen) = program.call("POST", "/instances", &instance("db")) {
            answered.push(id_in(&seen, "instance"));
            let _ = reply.send(());
        }
        drop(reply);
        assert!(killer.join().unwrap().success());
    }
    let program = Running::start(&arguments);

    assert!(answered.len() >= 36, "{answered:?}");
    for id in answered {
        let shown = program.get(&format!("/instances/{id}"));
        assert_eq!(shown["instance"]["id"], id, "{shown}");
    }
}
