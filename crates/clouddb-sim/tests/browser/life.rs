//! The page follows the simulator by itself.

use clouddb_sim::{Clock, Options};

use crate::api::Api;
use crate::window::Window;

fn explicit() -> Api {
    Api::with(Options { clock: Clock::Explicit, ..Options::default() })
}

fn status(of: &str) -> Vec<Vec<String>> {
    vec![vec![of.to_owned()]]
}

#[test]
fn a_status_changes_on_the_page_without_a_reload() {
    let api = explicit();
    let Some(window) = Window::open(&api) else { return };
    window.evaluate("window.mark = 'not loaded again'").unwrap();
    assert_eq!(
        window.evaluate("document.querySelector('#instances .table').innerText").unwrap(),
        "None."
    );
    let id = api.create("db");
    window.shows("instances", &["Status"], &status("BUILD"));
    window.evaluate("window.cell = document.querySelector('#instances td')").unwrap();

    api.sim.advance();

    window.shows("instances", &["Status"], &status("ACTIVE"));
    assert_eq!(api.status(&id), "ACTIVE");
    assert_eq!(
        window.evaluate("document.getElementById('news').textContent").unwrap(),
        "db is ACTIVE."
    );
    assert_eq!(window.evaluate("window.mark").unwrap(), "not loaded again");
    let same = window.evaluate("window.cell === document.querySelector('#instances td')").unwrap();
    assert_eq!(same, true, "what has not changed stays in the document");
}

#[test]
fn an_end_of_the_simulator_is_told_and_another_one_is_followed() {
    let api = explicit();
    let Some(window) = Window::open(&api) else { return };
    for _ in 0..3 {
        api.get("/instances");
    }
    window.shows("requests", &["Call"], &vec![vec!["GET /instances".to_owned()]; 3]);
    let listen = api.sim.address();

    drop(api);

    let said = "document.getElementById('connection').textContent";
    window
        .wait_until(&format!("{said} === 'The simulator does not answer. Trying again.'"))
        .unwrap();
    window.click("#advance");
    window.says("clocks", "The simulator does not answer.");
    let api = Api::with(Options { listen, ..Options::default() });
    window.wait_until(&format!("{said} === 'Connected.'")).unwrap();
    api.get("/backups");
    window.shows("requests", &["Call"], &[vec!["GET /backups".to_owned()]]);
}
