//! The page about the interface below `/sim` names every call, and each call does what its example says.

use serde_json::{Value, json};

use crate::estate::Estate;
use crate::http::send;

const PAGE: &str = include_str!("../../INTERFACE.md");
const SOURCE: &str = include_str!("../../src/faults/control.rs");

/// The ID in the examples.
const EXAMPLE: &str = "6c0a1e7e-3f0b-4a55-9a39-5a2f0b6c1d11";

/// Method, path and example of each call that has a section.
fn documented() -> Vec<(&'static str, &'static str, Option<&'static str>)> {
    let sections = PAGE.split("\n### `").skip(1);
    let call = |section: &'static str| {
        let (title, text) = section.split_once('`').unwrap();
        let (method, path) = title.split_once(' ').unwrap();
        let example = text.split("```json\n").nth(1).and_then(|it| it.split("\n```").next());
        (method, path, example)
    };
    sections.map(call).collect()
}

/// The calls that are routed, as the page would write them.
fn routed() -> Vec<String> {
    let arms =
        SOURCE.lines().filter_map(|line| line.trim().strip_prefix("(\"")?.split_once("\", ["));
    let path = |segments: &str| {
        let segments = segments.split_once("])").unwrap().0.split(", ");
        let segments = segments.map(|it| match it.trim_matches('"') {
            "id" => "{id}".to_owned(),
            text => text.to_owned(),
        });
        segments.collect::<Vec<_>>().join("/")
    };
    arms.map(|(method, segments)| format!("{method} /{}", path(segments))).collect()
}

#[test]
fn every_call_is_documented_and_none_that_does_not_exist() {
    let mut documented: Vec<String> =
        documented().iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    let mut routed = routed();
    documented.sort();
    routed.sort();

    assert!(routed.len() > 15, "the source is not read as it is written: {routed:?}");
    assert_eq!(documented, routed);
    for call in documented {
        assert!(PAGE.contains(&format!("| [`{call}`](#")), "the table lacks {call}");
    }
}

#[test]
fn every_call_does_what_its_example_says() {
    let Estate { api, shop, .. } = Estate::new();
    (0..3).for_each(|_| api.sim.advance());
    let id_for = |path: &str| match path {
        it if it.contains("ha/") || it.contains("failover") => api.sim.ha_groups()[0].id.clone(),
        it if it.contains("backups") => api.sim.backups()[0].id.clone(),
        _ => shop.clone(),
    };
    for (method, path, example) in documented() {
        let needs_body = !matches!(path, "/sim/advance" | "/sim/expire-tokens");
        assert_eq!(example.is_some(), method == "POST" && needs_body, "{method} {path}");
        let id = id_for(path);
        let body = example.map(|it| it.replace(EXAMPLE, &id));
        let path = path.replace("{id}", &id);
        let call = |path: &str, body: Option<&str>| {
            send(api.sim.address(), method, path, &[], body.map(str::as_bytes)).unwrap()
        };

        let seen = call(&path, body.as_deref());

        assert_eq!(seen.status, 200, "{method} {path}: {}", seen.body);
        match method {
            "GET" => assert!(!seen.json().is_null()),
            _ => assert_eq!(seen.json(), json!({ "done": true }), "{method} {path}"),
        }
        // What is lost is not lost again, and what is not known is not taken.
        if let Some(body) = body {
            let mut body: Value = serde_json::from_str(&body).unwrap();
            body["undocumented"] = json!(1);
            let seen = call(&path, Some(&body.to_string()));
            assert_eq!(
                (seen.status, seen.fault().unwrap().0.as_str()),
                (400, "badRequest"),
                "{path}"
            );
        } else if path.ends_with(&id) {
            assert_eq!(call(&path, None).status, 404, "{path}");
        }
    }
}
