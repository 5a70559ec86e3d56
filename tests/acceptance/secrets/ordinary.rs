//! Nothing goes wrong: plan, apply, change, other logins, destroy.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;
use testkit::world::World;

use super::search::{Search, packed};
use super::{API_KEY, LOGIN_PASSWORD, STORED, STORED_AGAIN, WRITE_ONLY_AGAIN, is_traced, world};

#[test]
fn no_secret_is_where_a_run_leaves_something() {
    let (mut world, mut search) = world();
    let world = &mut world;

    lives(world, &mut search, STORED);
    world.set("TF_VAR_stored", STORED_AGAIN);
    world.set("TF_VAR_write_only", WRITE_ONLY_AGAIN);
    world.set("TF_VAR_password_version", "2");
    lives(world, &mut search, STORED_AGAIN);
    let id = world.cloud().instances()[0].id.clone();
    let passwords: Vec<String> =
        world.cloud().users(&id).into_iter().map(|it| it.password).collect();
    assert_eq!(passwords, [WRITE_ONLY_AGAIN, STORED_AGAIN], "the passwords have arrived");

    logs_in_with(world, &mut search, ("RAX_PASSWORD", LOGIN_PASSWORD));
    let token = world.cloud().tokens().remove(0);
    search.add("token of the password's login", &token);
    world.set("RAX_ACCOUNT_ID", "123456");
    logs_in_with(world, &mut search, ("RAX_TOKEN", &token));
    world.set("RAX_TOKEN", "");
    world.set("RAX_API_KEY", API_KEY);

    let destroy = world.destroy();
    destroy.succeeds();
    search.look("output of destroy", &destroy.text);
    is_traced(world, "/users");
    look_at_the_folder(world, &mut search);
    look_at_the_simulator(world, &mut search);
    search.found_nothing();
}

/// Plans into a file, shows it, applies it, and searches what that left behind.
fn lives(world: &World, search: &mut Search, stored: &str) {
    let plan = world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]);
    plan.succeeds();
    search.look("output of plan", &plan.text);
    search.look("output of show", world.terraform(&["show", "-no-color", "tfplan"]).text);
    let mut json = world.json(&["show", "-json", "tfplan"]);
    assert!(without_stored(&mut json) > 0, "the plan has the password that the state shall have");
    search.look("plan as JSON", json.to_string());
    look_at_the_plan(world, search, stored);

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

/// A saved plan holds the stored password where it is planned, and as the variable that gives it.
fn look_at_the_plan(world: &World, search: &mut Search, stored: &str) {
    let bytes = std::fs::read(world.folder().join("tfplan")).unwrap();
    search.look("plan file", &bytes);
    let members = packed(&bytes);
    assert!(members.len() > 3, "a plan file is an archive");
    for (name, bytes) in members {
        match name.as_str() {
            "tfplan" => {
                let text = String::from_utf8_lossy(&bytes);
                let known = [STORED, STORED_AGAIN].map(|it| text.matches(it).count());
                let again = usize::from(stored == STORED_AGAIN);
                // The variable and the new value; in a change the old value too.
                assert_eq!(known, if again == 0 { [2, 0] } else { [1, 2] }, "{name}");
                let rest = text.replace(STORED, "").replace(STORED_AGAIN, "");
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
        let stored = without_stored(&mut state);
        assert_eq!(stored, text.matches("\"password\": \"").count(), "{name}");
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

/// Takes the password out of the one user who has it in the state, wherever a state or a plan tells
/// of that user, and the variable that gives it. Returns how many were there.
fn without_stored(value: &mut Value) -> usize {
    take_out(value, false)
}

fn take_out(value: &mut Value, within: bool) -> usize {
    match value {
        Value::Object(fields) => {
            let is_user = fields.get("address").is_some_and(|it| it == "rackspace_db_user.stored")
                || fields.get("type").is_some_and(|it| it == "rackspace_db_user")
                    && fields.get("name").is_some_and(|it| it == "stored");
            let mut taken = 0;
            for (name, field) in fields {
                let is_secret = within && name == "password" || name == "stored";
                if is_secret && field.is_string() {
                    *field = Value::Null;
                    taken += 1;
                } else if name == "stored" && field.get("value").is_some() {
                    field["value"] = Value::Null;
                    taken += 1;
                } else {
                    taken += take_out(field, within || is_user);
                }
            }
            taken
        }
        Value::Array(items) => items.iter_mut().map(|item| take_out(item, within)).sum(),
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
