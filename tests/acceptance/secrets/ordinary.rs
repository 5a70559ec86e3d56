//! Nothing goes wrong: plan, apply, change, other logins, destroy.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;
use testkit::catalogue;
use testkit::world::World;

use super::kept::Kept;
use super::search::{Search, packed};
use super::{is_traced, world};

#[test]
fn no_secret_is_where_a_run_leaves_something() {
    let (mut world, mut search) = world();
    let world = &mut world;

    lives(world, &mut search, false);
    for kept in Kept::all() {
        let [_, other] = kept.values();
        kept.set(world, &other);
    }
    world.set("TF_VAR_password_version", "2");
    lives(world, &mut search, true);
    for kept in Kept::all() {
        let [_, other] = kept.values();
        assert_eq!(kept.arrived(world), other.as_str(), "{} has arrived", kept.attribute.name);
    }

    let (api_key, password) = (catalogue::login("api_key"), catalogue::login("password"));
    logs_in_with(world, &mut search, ("RAX_PASSWORD", &password));
    let token = world.cloud().tokens().remove(0);
    search.add("token of the password's login", &token);
    world.set("RAX_ACCOUNT_ID", "123456");
    logs_in_with(world, &mut search, ("RAX_TOKEN", &token));
    world.set("RAX_TOKEN", "");
    world.set("RAX_API_KEY", &api_key);

    let destroy = world.destroy();
    destroy.succeeds();
    search.look("output of destroy", &destroy.text);
    is_traced(world, "/users");
    look_at_the_folder(world, &mut search);
    look_at_the_simulator(world, &mut search);
    search.found_nothing();
}

/// Plans into a file, shows it, applies it, and searches what that left behind. The second time the
/// secrets are changed.
fn lives(world: &World, search: &mut Search, again: bool) {
    let plan = world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]);
    plan.succeeds();
    search.look("output of plan", &plan.text);
    search.look("output of show", world.terraform(&["show", "-no-color", "tfplan"]).text);
    let mut json = world.json(&["show", "-json", "tfplan"]);
    assert!(without_stored(&mut json) > 0, "the plan has the password that the state shall have");
    search.look("plan as JSON", json.to_string());
    look_at_the_plan(world, search, again);

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    apply.succeeds();
    search.look("output of apply", &apply.text);
    look_at_the_folder(world, search);
}

fn logs_in_with(world: &mut World, search: &mut Search, (name, secret): (&str, &str)) {
    for other in ["RAX_API_KEY", "RAX_PASSWORD", "RAX_TOKEN"] {
        world.set(other, if other == name { secret } else { "" });
    }
    let plan = world.plan();
    plan.is_empty();
    search.look(&format!("output with {name}"), &plan.text);
}

/// A saved plan holds a stored secret where it is planned, and as the variable that gives it.
fn look_at_the_plan(world: &World, search: &mut Search, again: bool) {
    let bytes = std::fs::read(world.folder().join("tfplan")).unwrap();
    search.look("plan file", &bytes);
    let members = packed(&bytes);
    assert!(members.len() > 3, "a plan file is an archive");
    for (name, bytes) in members {
        match name.as_str() {
            "tfplan" => {
                let mut rest = String::from_utf8_lossy(&bytes).into_owned();
                for kept in Kept::stored() {
                    let values = kept.values();
                    let known = values.each_ref().map(|it| rest.matches(it.as_str()).count());
                    // The variable and the new value; in a change the old value too.
                    assert_eq!(known, if again { [1, 2] } else { [2, 0] }, "{name}");
                    rest = values.iter().fold(rest, |rest, it| rest.replace(it.as_str(), ""));
                }
                search.look("plan file:tfplan", rest);
            }
            "tfstate" | "tfstate-prev" => {
                let mut state: Value = serde_json::from_slice(&bytes).unwrap();
                without_stored(&mut state);
                search.look(&format!("plan file:{name}"), state.to_string());
            }
            _ => search.look(&format!("plan file:{name}"), bytes),
        }
    }
}

/// Everything in the folder: the state and its backup, the log, what Terraform keeps for itself.
fn look_at_the_folder(world: &World, search: &mut Search) {
    for name in ["terraform.tfstate", "terraform.tfstate.backup"] {
        let path = world.folder().join(name);
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let mut state: Value = serde_json::from_str(&text).unwrap();
        let names: BTreeSet<String> =
            Kept::stored().into_iter().map(|it| it.attribute.name).collect();
        let written = texts_named(&names, &state);
        assert_eq!(without_stored(&mut state), written, "{name}");
        search.look(name, state.to_string());
    }
    search.look("trace log", std::fs::read(world.folder().join("trace.log")).unwrap());
    let hidden = world.folder().join(".terraform");
    if hidden.exists() {
        search.look_below(".terraform", &hidden);
    }
    let known = ["main.tf", "trace.log", "terraform.tfstate", "terraform.tfstate.backup"];
    for entry in std::fs::read_dir(world.folder()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let seen = known.contains(&name.as_str()) || name == "tfplan" || name == ".terraform";
        assert!(seen, "{name} is not searched");
    }
    assert!(!world.folder().join("crash.log").exists());
}

/// How many fields with one of these names have a text, wherever they are.
fn texts_named(names: &BTreeSet<String>, value: &Value) -> usize {
    let below = |value| texts_named(names, value);
    match value {
        Value::Object(fields) => {
            let is_one =
                |(name, field): &(&String, &Value)| names.contains(*name) && field.is_string();
            fields.iter().filter(is_one).count() + fields.values().map(below).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(below).sum(),
        _ => 0,
    }
}

/// Takes out each stored secret of its block, wherever a state or a plan tells of that, and the
/// variable that gives it. Returns how many were there.
fn without_stored(value: &mut Value) -> usize {
    Kept::stored().iter().map(|kept| take_out(kept, value, false)).sum()
}

fn take_out(kept: &Kept, value: &mut Value, within: bool) -> usize {
    match value {
        Value::Object(fields) => {
            let has = |name: &str, text: &str| fields.get(name).is_some_and(|it| it == text);
            let is_block = has("address", &kept.entry.address(&kept.label))
                || has("type", kept.entry.name) && has("name", &kept.label);
            let mut taken = 0;
            for (name, field) in fields {
                let is_secret = within && *name == kept.attribute.name || *name == kept.label;
                if is_secret && field.is_string() {
                    *field = Value::Null;
                    taken += 1;
                } else if *name == kept.label && field.get("value").is_some() {
                    field["value"] = Value::Null;
                    taken += 1;
                } else {
                    taken += take_out(kept, field, within || is_block);
                }
            }
            taken
        }
        Value::Array(items) => items.iter_mut().map(|item| take_out(kept, item, within)).sum(),
        _ => 0,
    }
}

/// What the simulator tells of itself. It knows every secret, and may show none.
fn look_at_the_simulator(world: &World, search: &mut Search) {
    for path in ["/sim/requests", "/sim/state"] {
        let mut stream = TcpStream::connect(world.cloud().address()).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
        search.look(path, reply);
    }
    search.look("requests for a test", format!("{:?}", world.cloud().requests()));
}
