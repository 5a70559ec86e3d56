//! Everybody can read the page and use it: at every width, in both colour schemes, and by a screen reader.

use serde_json::json;

use crate::estate::Estate;
use crate::window::{Window, is_there};

/// The open page of a cloud with something of everything, a fault included.
fn full() -> Option<(Estate, Window)> {
    if !is_there() {
        return None;
    }
    let estate = Estate::new();
    let fault = clouddb_sim::Fault::on("POST", "/instances/*/databases").status(503).retry_after(5);
    estate.api.sim.inject(fault.after_effect());
    let window = Window::open(&estate.api)?;
    Some((estate, window))
}

/// What ends outside the screen, and what holds more than it shows; the log may scroll down.
const CUT_OFF: &str = "
    Array.from(document.querySelectorAll('body *')).filter((it) => {
        const { left, right, width } = it.getBoundingClientRect();
        const is_seen = width > 1 && !it.closest('.unseen, thead');
        return is_seen && (left < 0 || right > document.documentElement.clientWidth + 0.5
            || (it.matches('.table') && it.scrollWidth > it.clientWidth));
    }).map((it) => it.outerHTML.slice(0, 120))";

#[test]
fn nothing_is_cut_off_at_any_width() {
    let Some((_estate, window)) = full() else { return };
    for width in [400, 800, 1200, 1600] {
        window.resize(width, 900).unwrap();

        let document =
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(window.evaluate(document).unwrap(), true, "{width}: the document is wider");
        assert_eq!(window.evaluate(CUT_OFF).unwrap(), json!([]), "{width}");
    }
}

#[test]
fn a_screen_reader_is_told_what_everything_is() {
    let Some((_estate, window)) = full() else { return };
    for width in [400, 1600] {
        window.resize(width, 900).unwrap();
        let nodes = window.accessibility().unwrap();
        let names = |role: &str| -> Vec<&str> {
            let mut names: Vec<&str> =
                nodes.iter().filter(|it| it.role == role).map(|it| it.name.as_str()).collect();
            names.sort_unstable();
            names
        };

        let nameless: Vec<_> = nodes
            .iter()
            .filter(|it| it.is_focusable && it.name.is_empty() && it.role != "generic")
            .collect();
        assert!(nameless.is_empty(), "{width}: {nameless:?}");
        let things = ["Backup schedules", "Backups", "Clock", "Configuration groups", "Databases"];
        let things =
            [&things[..], &["Faults", "HA groups", "Instances", "Requests", "Users"]].concat();
        assert_eq!(names("heading"), [&things[..], &["clouddb-sim"]].concat(), "{width}");
        assert_eq!(names("link"), things, "{width}");
        let tables: Vec<&str> = things.iter().filter(|it| **it != "Clock").copied().collect();
        assert_eq!(names("table"), tables, "{width}: every list is a table with a name");
        for heading in ["Status", "Host", "Next run", "What happens", "Time (UTC)"] {
            assert!(names("columnheader").contains(&heading), "{width}: {heading}");
        }
        // On a narrow screen a cell says its heading too.
        assert!(names("cell").iter().any(|it| it.ends_with("BUILD")), "{width}");
        let buttons = ["Arm the fault", "Clear all faults", "End all phases"];
        let more = ["Forget the requests", "Let a day pass", "Let an hour pass"];
        assert_eq!(names("button"), [buttons, more].concat(), "{width}");
        for (role, name) in [("combobox", "Method"), ("spinbutton", "Status"), ("textbox", "Delay")]
        {
            assert!(names(role).contains(&name), "{width}: {role} {name}: {:?}", names(role));
        }
        // Connection, news, and what came of clock, faults and requests.
        assert_eq!(names("status").len(), 5, "{width}: what changes by itself is read out");
    }
}

/// The least contrast of a text with what is behind it, and the text.
const CONTRAST: &str = "
    (() => {
        const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
        const light = (color) => numbers(color).slice(0, 3).map((it) => it / 255)
            .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4))
            .reduce((sum, it, index) => sum + it * [0.2126, 0.7152, 0.0722][index], 0);
        const behind = (it) => {
            const color = getComputedStyle(it).backgroundColor;
            const is_clear = numbers(color)[3] === 0;
            return is_clear && it.parentElement ? behind(it.parentElement) : color;
        };
        const of = (it) => {
            const [one, other] = [light(getComputedStyle(it).color), light(behind(it))];
            return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        };
        const speaks = (it) => Array.from(it.childNodes).some((node) => (
            node.nodeType === Node.TEXT_NODE && node.textContent.trim()
        ));
        const texts = Array.from(document.querySelectorAll('body *')).filter(speaks);
        return texts.map((it) => [of(it), it.textContent.slice(0, 40)]).sort((a, b) => a[0] - b[0])[0];
    })()";

#[test]
fn texts_stand_out_in_light_and_in_dark() {
    let Some((_estate, window)) = full() else { return };
    for scheme in ["light", "dark"] {
        let feature = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        window.call("Emulation.setEmulatedMedia", &feature).unwrap();

        let least = window.evaluate(CONTRAST).unwrap();

        assert!(least[0].as_f64().unwrap() >= 4.5, "{scheme}: {least}");
        let page = window.evaluate("getComputedStyle(document.body).backgroundColor").unwrap();
        let is_dark = page == "rgb(18, 22, 28)";
        assert_eq!(is_dark, scheme == "dark", "{page}");
    }
}
