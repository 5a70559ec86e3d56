//! The clock, and the buttons that move it.

use clouddb_sim::Simulator;
use jiff::Timestamp;

use crate::estate::Estate;
use crate::window::Window;

fn time(sim: &Simulator) -> Timestamp {
    let state = crate::http::send(sim.address(), "GET", "/sim/state", &[], None).unwrap().json();
    state["clock"]["time"].as_str().unwrap().parse().unwrap()
}

#[test]
fn the_clock_is_shown_and_moved_by_its_buttons() {
    let Estate { api, .. } = Estate::new();
    let Some(window) = Window::open(&api) else { return };
    let kind = window.evaluate("document.getElementById('clock').textContent").unwrap();
    assert_eq!(kind, "Phases end when they are told to.");
    let statuses = || api.sim.instances().into_iter().filter(|it| it.status == "BUILD").count();
    assert_eq!(statuses(), 1);

    window.click("#advance");
    window.says("clocks", "has ended");
    assert_eq!(statuses(), 0);

    let before = time(&api.sim);
    window.click("#hour");
    window.says("clocks", "An hour has passed.");
    let passed = before.duration_until(time(&api.sim)).as_secs();
    assert!((3600..7200).contains(&passed), "{passed}");

    // The schedules run meanwhile.
    let backups = api.sim.backups().len();
    window.click("#day");
    window.says("clocks", "A day has passed.");
    assert!(api.sim.backups().len() > backups);
    let passed = before.duration_until(time(&api.sim)).as_secs();
    assert!((90_000..93_600).contains(&passed), "{passed}");
    let shown = window.evaluate("document.getElementById('time').textContent").unwrap();
    let shown: Timestamp = shown.as_str().unwrap().parse().unwrap();
    assert!(before.duration_until(shown).as_secs() >= 90_000, "{shown}");
    assert!(window.rows("backups", &["Details"]).iter().any(|it| it[0].contains("by a schedule")));
}
