//! The guides: every configuration in them is valid, and what they promise happens.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, Stdio};

use crate::guide::{Block, Guide};
use crate::world;
use crate::world::{HEADER, Run, World};

/// What a guide may show: configurations are proved here, the rest is for people.
const LANGUAGES: [&str; 8] = ["terraform", "hcl", "shell", "text", "ini", "json", "python", "yaml"];

#[test]
fn every_configuration_in_a_guide_is_formatted_and_valid() {
    for guide in Guide::all() {
        let world = world();
        let mut shown: Vec<&Block> = Vec::new();
        let mut after: BTreeMap<String, Vec<&Block>> = BTreeMap::new();
        for section in &guide.sections {
            if let Some(anchor) = &section.begins_with {
                shown.clone_from(&after[anchor]);
            }
            for block in &section.blocks {
                let language = block.language.as_str();
                assert!(LANGUAGES.contains(&language), "{}: a block of {language:?}", guide.name);
                for file in block.removed() {
                    shown.retain(|it| it.file.as_deref() != Some(file));
                }
                if language == "terraform" {
                    // What a later block declares again is how the story goes on.
                    let declared = block.declared();
                    shown.retain(|it| !it.declared().iter().any(|name| declared.contains(name)));
                    shown.push(block);
                    is_valid(&world, &guide.name, &shown);
                }
            }
            after.insert(Guide::anchor(&section.heading), shown.clone());
        }
    }
}

/// The blocks together are a configuration, and the last of them is formatted.
#[track_caller]
fn is_valid(world: &World, guide: &str, blocks: &[&Block]) {
    for entry in std::fs::read_dir(world.folder()).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    // What the guide on importing lets Terraform write.
    let estate = r#"{"instances": {}, "databases": {}, "users": {}, "backups": {}}"#;
    world.write("estate.json", estate);
    for (number, block) in blocks.iter().enumerate() {
        world.write(&format!("block_{number}.tf"), &block.text);
    }
    let formatted = world.terraform(&["fmt", "-check", "-diff", "-no-color"]);
    assert_eq!(formatted.code, Some(0), "{guide}: {}", formatted.text);
    if !blocks.iter().any(|block| block.text.contains("required_providers")) {
        world.write("versions.tf", HEADER);
    }
    let valid = world.terraform(&["validate", "-no-color"]);
    let all: String = blocks.iter().fold(String::new(), |mut all, block| {
        let _ = writeln!(all, "{}", block.text);
        all
    });
    assert_eq!(valid.code, Some(0), "{guide}:\n{all}\n{}", valid.text);
}

/// Does what a section says: writes its files, runs its commands, and compares what it shows of
/// their output.
#[track_caller]
fn follow(world: &World, blocks: &[Block]) {
    let mut run = String::new();
    for block in blocks {
        match (block.language.as_str(), &block.file) {
            ("terraform", Some(file)) => world.write(file, &block.text),
            ("shell", _) => run = shell(world, &block.text).succeeds().text.clone(),
            ("text", _) => {
                for line in block.text.lines() {
                    assert!(run.contains(line.trim()), "{line:?} is missing in:\n{run}");
                }
            }
            (language, _) => panic!("a block of {language} without a file:\n{}", block.text),
        }
    }
}

/// Runs the commands of a block in the world's folder. The provider is there without `init`.
fn shell(world: &World, text: &str) -> Run {
    let commands: String =
        text.lines().filter(|line| *line != "terraform init").collect::<Vec<_>>().join("\n");
    let terraform = world.command(&[]);
    let program = terraform.get_program().to_string_lossy().into_owned();
    let script = format!("set -eu\nterraform() {{ command '{program}' \"$@\"; }}\n{commands}\n");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(world.folder())
        .env_clear()
        .envs(terraform.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .envs([
            ("TF_CLI_ARGS_plan", "-no-color -input=false"),
            ("TF_CLI_ARGS_apply", "-no-color -input=false -auto-approve"),
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run::of(&output)
}

/// The estate of the guide: one instance, 41 databases, 41 users, 3 backups, none of them new.
struct Estate {
    world: World,
    instance: String,
}

impl Estate {
    fn new() -> Self {
        let world = world();
        let cloud = world.cloud();
        let instance = cloud.add_instance("orders", "3", 20);
        // Names and hosts of every kind, more of each than a page holds.
        let odd = ["a b", "a?b", "a#b", "a@b", "a-b"];
        for number in 0..41 {
            let name = odd.get(number).map_or(format!("db{number:02}"), |it| (*it).to_owned());
            cloud.add_database(&instance, &name);
            let user = odd.get(number).map_or(format!("u{number:02}"), |it| (*it).to_owned());
            let host = if number % 2 == 0 { "%" } else { "10.0.0.%" };
            cloud.add_user(&instance, &user, host, "old-password", &[&name]);
        }
        for name in ["monday", "tuesday", "wednesday"] {
            cloud.add_backup(&instance, name);
        }
        Self { world, instance }
    }

    /// The IDs of the users, as an import wants them.
    fn users(&self) -> Vec<String> {
        let users = self.world.cloud().users(&self.instance).into_iter();
        users.map(|it| format!("{}/{}@{}", self.instance, it.name, it.host)).collect()
    }

    /// The variable `passwords`: a password that is not the user's, which nobody may notice.
    fn passwords(&mut self) {
        let all: serde_json::Map<_, _> =
            self.users().into_iter().map(|id| (id, "new-password".into())).collect();
        self.world.set("TF_VAR_passwords", &serde_json::Value::from(all).to_string());
    }

    #[track_caller]
    fn is_as_it_was(&self) {
        assert_eq!(self.world.cloud().writes().len(), 0, "{:#?}", self.world.cloud().writes());
        let users = self.world.cloud().users(&self.instance);
        assert!(users.iter().all(|user| user.password == "old-password"));
        assert_eq!(self.managed(), 86);
    }

    fn managed(&self) -> usize {
        let state = self.world.json(&["show", "-json"]);
        let resources = state["values"]["root_module"]["resources"].as_array().unwrap().clone();
        resources.iter().filter(|it| it["mode"] == "managed").count()
    }
}

#[test]
fn an_estate_is_imported_with_a_generated_configuration() {
    let mut estate = Estate::new();
    let guide = Guide::named("importing-an-existing-estate");
    follow(&estate.world, guide.section("Look around"));
    follow(&estate.world, guide.section("Way one: a generated configuration"));
    estate.is_as_it_was();

    estate.passwords();
    let generated = std::fs::read_to_string(estate.world.folder().join("generated.tf")).unwrap();
    let own = with_passwords(&generated, &estate.users())
        .replace("flavor              = \"3\"", "flavor = \"2GB Instance\"")
        .replace("flavor                 = \"3\"", "flavor = \"2GB Instance\"");
    assert_eq!(own.matches("var.passwords").count(), 41);
    assert_eq!(own.matches("2GB Instance").count(), 1, "{own}");
    estate.world.write("generated.tf", &own);
    estate.world.write(
        "variables.tf",
        "variable \"passwords\" {\n  type      = map(string)\n  ephemeral = true\n}\n",
    );

    estate.world.plan().is_empty();
    estate.is_as_it_was();
}

/// The generated blocks of users with the passwords written in, as the guide says.
fn with_passwords(generated: &str, users: &[String]) -> String {
    let mut block = String::new();
    let mut own = String::new();
    for line in generated.lines() {
        block.push_str(line);
        block.push('\n');
        if line != "}" {
            continue;
        }
        let id = users.iter().find(|id| {
            let (instance, user) = id.split_once('/').unwrap();
            let (name, host) = user.rsplit_once('@').unwrap();
            block.contains("\"rackspace_db_user\"")
                && [("instance_id", instance), ("name", name), ("host", host)]
                    .iter()
                    .all(|(key, value)| has_line(&block, key, value))
        });
        match id {
            Some(id) => own.push_str(&block.replace(
                "password_wo         = null # sensitive",
                &format!("password_wo = var.passwords[\"{id}\"]"),
            )),
            None => own.push_str(&block),
        }
        block.clear();
    }
    own + &block
}

fn has_line(block: &str, key: &str, value: &str) -> bool {
    block
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .any(|(name, it)| name.trim() == key && it == format!("\"{value}\""))
}

#[test]
fn an_estate_is_imported_into_one_block_for_many() {
    let mut estate = Estate::new();
    let guide = Guide::named("importing-an-existing-estate");
    follow(&estate.world, guide.section("Look around"));
    follow(&estate.world, guide.section("Way two: one block for many"));
    estate.is_as_it_was();
    estate.passwords();

    follow(&estate.world, guide.section("Passwords"));

    estate.is_as_it_was();
    let users = std::fs::read_to_string(estate.world.folder().join("users.tf")).unwrap();
    let line = "  password_wo = var.passwords[each.key]\n";
    estate
        .world
        .write("users.tf", &users.replace(line, &format!("{line}  password_wo_version = 1\n")));
    estate.world.apply().succeeds().says(&["0 added, 41 changed, 0 destroyed"]);
    let users = estate.world.cloud().users(&estate.instance);
    assert!(users.iter().all(|user| user.password == "new-password"));
}
