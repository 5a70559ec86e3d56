//! Faults are armed and cleared on the page, with a mouse or with the keyboard alone.

use serde_json::{Value, json};

use crate::api::{Api, instance};
use crate::http::send;
use crate::window::Window;

fn waiting(api: &Api) -> Value {
    send(api.sim.address(), "GET", "/sim/faults", &[], None).unwrap().json()
}

fn row(call: &str, happens: &str, times: &str) -> Vec<String> {
    [call, happens, times].map(str::to_owned).to_vec()
}

const HEADINGS: [&str; 3] = ["Call", "What happens", "Times"];

#[test]
fn a_fault_that_is_armed_strikes_and_a_cleared_one_does_not() {
    let api = Api::new();
    let Some(window) = Window::open(&api) else { return };
    window.fill("method", "POST");
    window.fill("status", "500");
    window.fill("times", "2");
    window.fill("more", r#"{"retry_after": {"seconds": 7}}"#);
    window.click("#arm [name=after_effect]");

    window.click("#arm [type=submit]");
    window.says("faults", "The fault waits.");

    let fault = json!([{ "method": "POST", "path": "/instances", "kind": "status", "status": 500,
        "times": 2, "after_effect": true, "retry_after": { "seconds": 7 } }]);
    assert_eq!(waiting(&api), fault);
    let happens = "answers 500/after its effect/Retry-After: 7 s";
    window.shows("faults", &HEADINGS, &[row("POST /instances", happens, "2")]);
    let seen = api.post("/instances", &instance("db"));
    assert_eq!((seen.status, seen.header("retry-after")), (500, Some("7")));
    assert_eq!(api.sim.instances().len(), 1, "it strikes after the effect");
    window.shows("faults", &HEADINGS, &[row("POST /instances", happens, "1")]);

    window.click("#clear");
    window.says("faults", "No fault waits any more.");

    assert_eq!(waiting(&api), json!([]));
    window.shows("faults", &HEADINGS, &[]);
    assert_eq!(api.post("/instances", &instance("db")).status, 200);
}

#[test]
fn what_does_not_fit_is_not_offered_and_what_is_refused_is_said() {
    let api = Api::new();
    let Some(window) = Window::open(&api) else { return };
    let arm = || window.click("#arm [type=submit]");

    window.fill("kind", "cut");
    let disabled =
        "Array.from(document.querySelectorAll('#arm :disabled'), (it) => it.name).join()";
    assert_eq!(window.evaluate(disabled).unwrap(), "status,after_effect");
    arm();
    window.says("faults", "The fault waits.");
    assert_eq!(waiting(&api)[0]["kind"], "cut");
    assert_eq!(waiting(&api)[0].get("status"), None);

    for (field, value, refusal) in [
        ("path", "/nowhere", "no call has the path"),
        ("more", "{", "The other fields are no JSON"),
        ("delay", "soon", "expected number"),
    ] {
        window.fill(field, value);
        arm();
        window.says("faults", refusal);
        window.fill(field, if field == "path" { "/instances" } else { "" });
    }
    assert_eq!(waiting(&api).as_array().unwrap().len(), 1);
}

/// Goes on with the tabulator until this has the focus.
fn tab_to(window: &Window, selector: &str) {
    let is_there = format!("document.activeElement.matches({})", Value::from(selector));
    for _ in 0..60 {
        window.press("Tab").unwrap();
        if window.evaluate(&is_there).unwrap() == true {
            return;
        }
    }
    panic!("the tabulator never comes to {selector}");
}

#[test]
fn the_keyboard_alone_arms_and_clears_a_fault() {
    let api = Api::new();
    let Some(window) = Window::open(&api) else { return };
    tab_to(&window, "a[href='#faults']");
    window.press("Enter").unwrap();
    window.wait_until("document.activeElement.id === 'faults'").unwrap();
    tab_to(&window, "[name=method]");
    window.press("ArrowDown").unwrap();
    tab_to(&window, "[name=path]");
    // What is in a field is selected when it is entered like that.
    window.type_text("/flavors").unwrap();
    tab_to(&window, "[name=kind]");
    window.press("ArrowDown").unwrap();
    tab_to(&window, "[name=times]");
    window.type_text("3").unwrap();
    tab_to(&window, "[type=submit]");
    window.press("Enter").unwrap();

    window.says("faults", "The fault waits.");
    let fault =
        json!([{ "method": "GET", "path": "/flavors", "kind": "html", "status": 503, "times": 3 }]);
    assert_eq!(waiting(&api), fault);
    assert_eq!(api.get("/flavors").header("content-type"), Some("text/html; charset=UTF-8"));
    // The page has looked again since, and the focus is where it was.
    let happens = "answers 503 with a page of HTML";
    window.shows("faults", &HEADINGS, &[row("GET /flavors", happens, "2")]);
    assert_eq!(window.evaluate("document.activeElement.type").unwrap(), "submit");

    tab_to(&window, "#clear");
    window.press("Space").unwrap();

    window.says("faults", "No fault waits any more.");
    assert_eq!(waiting(&api), json!([]));
}
