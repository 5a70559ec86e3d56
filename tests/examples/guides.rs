//! The guides: every configuration in them is valid, and what they promise happens.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde_json::json;
use testkit::feature::Feature;
use testkit::openstack;
use testkit::world::{HEADER, Run, World};

use crate::guide::{Block, Guide};
use crate::world;

/// What a guide may show: configurations are proved here, the rest is for people.
const LANGUAGES: [&str; 8] = ["terraform", "hcl", "shell", "text", "ini", "json", "python", "yaml"];

#[test]
fn every_configuration_in_a_guide_is_formatted_and_valid() {
    for guide in Guide::all() {
        is_formatted(&guide);
        let mut shown: Vec<Block> = Vec::new();
        let mut after: BTreeMap<String, Vec<Block>> = BTreeMap::new();
        for section in &guide.sections {
            if let Some(anchor) = &section.begins_with {
                shown.clone_from(&after[anchor]);
            }
            for block in &section.blocks {
                // A file that is written again, or removed, is not what it was.
                for file in block.removed().chain(block.file.as_deref()) {
                    shown.retain(|it| it.file.as_deref() != Some(file));
                }
                for piece in block.pieces().iter().filter(|it| it.language == "terraform") {
                    // What is declared again later is how the story goes on.
                    let declared = piece.declared();
                    shown.retain(|it| !it.declared().iter().any(|name| declared.contains(name)));
                    shown.push(piece.clone());
                }
            }
            let place = format!("{}, {:?}", guide.name, section.heading);
            if section.blocks.iter().any(|block| block.language == "terraform") {
                is_valid(&place, &shown);
            }
            after.insert(Guide::anchor(&section.heading), shown.clone());
        }
    }
}

/// The blocks of HCL, those for other providers too, are as `terraform fmt` writes them.
#[track_caller]
fn is_formatted(guide: &Guide) {
    let world = world();
    for (number, block) in guide.sections.iter().flat_map(|it| &it.blocks).enumerate() {
        let language = block.language.as_str();
        assert!(LANGUAGES.contains(&language), "{}: a block of {language:?}", guide.name);
        if language == "terraform" || language == "hcl" {
            world.write(&format!("block_{number}.tf"), &block.text);
        }
    }
    let formatted = world.terraform(&["fmt", "-check", "-diff", "-no-color"]);
    assert_eq!(formatted.code, Some(0), "{}: {}", guide.name, formatted.text);
}

/// The blocks together are a configuration.
#[track_caller]
fn is_valid(place: &str, blocks: &[Block]) {
    let world = world();
    if blocks.iter().any(Block::has_actions) && !world.knows(Feature::Actions) {
        return;
    }
    let (queries, blocks): (Vec<_>, Vec<_>) = blocks.iter().partition(|it| it.is_query());
    let mut all: String = blocks.iter().map(|it| it.text.as_str()).collect();
    if !all.contains("required_providers") {
        all.push_str(HEADER);
    }
    world.write("main.tf", &all);
    // What the guide on importing lets Terraform write.
    let estate = r#"{"instances": {}, "databases": {}, "users": {}, "backups": {}}"#;
    world.write("estate.json", estate);
    let mut commands = vec![vec!["validate", "-no-color"]];
    if !queries.is_empty() && world.knows(Feature::Query) {
        let queries: String = queries.iter().map(|it| it.text.as_str()).collect();
        world.write("estate.tfquery.hcl", &queries);
        commands.push(vec!["validate", "-no-color", "-query"]);
    }
    for command in commands {
        let valid = world.terraform(&command);
        assert_eq!(valid.code, Some(0), "{place}: {command:?}\n{all}\n{}", valid.text);
    }
}

/// Does what a section says: writes its files, runs its commands, and compares what it shows of
/// their output.
#[track_caller]
pub(crate) fn follow(world: &World, blocks: &[Block]) {
    let mut run = String::new();
    for block in blocks {
        match (block.language.as_str(), &block.file) {
            ("terraform" | "hcl", Some(file)) => world.write(file, &block.text),
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
            ("TF_CLI_ARGS_query", "-no-color"),
            ("TF_CLI_ARGS_test", "-no-color"),
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

    /// Does with a generated configuration what the guide says that may be done, and nothing is a change.
    #[track_caller]
    fn is_made_ones_own(&self, file: &str, generated: &str) {
        let own = with_passwords(generated, &self.users());
        let lines = own.lines().filter(|it| !it.trim_start().starts_with("region "));
        let lines = lines.map(|line| {
            let is_flavor = line.trim_start().starts_with("flavor ");
            if is_flavor { "  flavor = \"2GB Instance\"" } else { line }
        });
        let own = lines.collect::<Vec<_>>().join("\n");
        assert_eq!(own.matches("var.passwords").count(), 41);
        assert_eq!(own.matches("2GB Instance").count(), 1, "{own}");
        self.world.write(file, &own);
        self.world.write(
            "variables.tf",
            "variable \"passwords\" {\n  type      = map(string)\n  ephemeral = true\n}\n",
        );
        self.world.plan().is_empty();
        self.is_as_it_was();
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
    follow(&estate.world, guide.section("Without a query: look around"));
    follow(&estate.world, guide.section("Without a query: a generated configuration"));
    estate.is_as_it_was();

    estate.passwords();
    let generated = std::fs::read_to_string(estate.world.folder().join("generated.tf")).unwrap();
    estate.is_made_ones_own("generated.tf", &generated);
}

#[test]
fn an_estate_is_imported_by_a_query() {
    let mut estate = Estate::new();
    if !estate.world.knows(Feature::Query) {
        return;
    }
    let guide = Guide::named("importing-an-existing-estate");
    let section = guide.section("A query");
    follow(&estate.world, section);
    estate.is_as_it_was();

    estate.passwords();
    let written = std::fs::read_to_string(estate.world.folder().join("resources.tf")).unwrap();
    estate.is_made_ones_own("resources.tf", &written);

    let lines = |blocks: &[Block]| -> usize {
        let written = blocks.iter().filter(|it| it.language == "terraform");
        written.map(|it| it.text.lines().count()).sum()
    };
    let other_way = ["look around", "a generated configuration"];
    // The blocks that stay of the file that finds the objects are not written again.
    let other_way = other_way.map(|it| guide.section(&format!("Without a query: {it}")));
    let by_hand = lines(other_way[0]) + lines(&other_way[1][..1]);
    let text = std::fs::read_to_string(Guide::path("importing-an-existing-estate")).unwrap();
    for said in [
        format!("has written {} lines for that", lines(section)),
        format!("the {} of `resources.tf`", written.lines().count()),
        format!("takes {by_hand} lines"),
    ] {
        assert!(text.contains(&said), "{said:?} is not in the guide");
    }
}

#[test]
fn a_query_asks_several_regions() {
    let world = world();
    if !world.knows(Feature::Query) {
        return;
    }
    for region in ["ORD", "DFW"] {
        world.cloud().add_instance_in(region, "orders", "3", 20);
    }
    let guide = Guide::named("importing-an-existing-estate");
    follow(&world, &guide.section("A query")[..1]);
    follow(&world, guide.section("A query in several regions"));

    shell(&world, "terraform query -generate-config-out=generated.tf").succeeds();

    world.plan().says(&[
        "rackspace_db_instance.all_0_0 will be imported",
        "rackspace_db_instance.all_2_0 will be imported",
        "2 to import, 0 to add, 0 to change, 0 to destroy",
    ]);
}

/// The generated blocks of users with the passwords written in, as the guide says.
fn with_passwords(generated: &str, users: &[String]) -> String {
    let mut block = String::new();
    let mut own = String::new();
    for line in generated.lines() {
        if line == "}" && block.contains("\"rackspace_db_user\"") {
            let value = |key| value_of(&block, key);
            let host = value("host").unwrap_or("%");
            let id = format!("{}/{}@{host}", value("instance_id").unwrap(), value("name").unwrap());
            assert!(users.contains(&id), "{id}");
            block.extend(["  password_wo = var.passwords[\"", &id, "\"]\n"]);
        }
        // What is unset says the same as what is not there.
        if !line.ends_with("= null # sensitive") {
            block.extend([line, "\n"]);
        }
        if line == "}" {
            own.push_str(&std::mem::take(&mut block));
        }
    }
    own + &block
}

fn value_of<'a>(block: &'a str, key: &str) -> Option<&'a str> {
    let lines = block.lines().filter_map(|line| line.split_once(" = "));
    let mut found = lines.filter(|(name, _)| name.trim() == key);
    Some(found.next()?.1.trim_matches('"'))
}

#[test]
fn an_estate_is_imported_into_one_block_for_many() {
    let mut estate = Estate::new();
    let guide = Guide::named("importing-an-existing-estate");
    follow(&estate.world, guide.section("Without a query: look around"));
    follow(&estate.world, guide.section("Without a query: one block for many"));
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

#[test]
fn what_another_tool_has_made_is_taken_over_without_a_change() {
    for (section, host) in
        [("From pyrax", "10.0.0.%"), ("From Ansible", "%"), ("From the OpenStack provider", "%")]
    {
        let mut world = world();
        let cloud = world.cloud();
        let id = cloud.add_instance("orders", "3", 20);
        cloud.add_database(&id, "invoices");
        cloud.add_user(&id, "billing", host, "old-password", &["invoices"]);
        let guide = Guide::named("moving-from-other-tools");
        let known = |text: &str| text.replace("44b277eb-39be-4921-be31-3d61b43651d7", &id);
        let of = |language| guide.section(section).iter().filter(move |it| it.language == language);
        let hcl: String = of("terraform").map(|block| known(&block.text)).collect();
        let variable = if hcl.contains("variable ") {
            ""
        } else {
            "variable \"billing_password\" {\n  ephemeral = true\n}\n"
        };
        world.configure(&format!("{hcl}{variable}"));
        if section == "From the OpenStack provider" {
            is_moved(&mut world, &id);
            continue;
        }

        if section == "From Ansible" {
            let import = known(&of("shell").next().unwrap().text);
            shell(&world, &import).succeeds().says(&["No changes."]);
        } else {
            world.plan().says(&["3 to import, 0 to add, 0 to change, 0 to destroy"]);
        }

        world.apply().succeeds();
        world.plan().is_empty();
        assert!(world.cloud().writes().is_empty(), "{section}");
    }
}

/// The OpenStack provider has a state of its own, and one of the three objects is in the block of another.
fn is_moved(world: &mut World, id: &str) {
    let instance = json!({ "id": id, "name": "orders", "flavor_id": "3", "size": 20,
        "datastore": [{ "type": "mysql", "version": "8.0" }],
        "database": [{ "name": "invoices", "charset": null, "collate": null }] });
    let user = json!({ "name": "billing", "password": "old-password", "databases": ["invoices"] });
    world.write(
        "terraform.tfstate",
        &openstack::state("orders", &instance, &[], &[user]).to_string(),
    );
    openstack::stand_in(world).unwrap();

    world.plan().says(&[
        "has moved to rackspace_db_instance.orders",
        "to = rackspace_db_database.invoices",
        "1 to import, 0 to add, 1 to change, 0 to destroy",
    ]);

    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(world.cloud().writes().len(), 1, "the password: {:?}", world.cloud().writes());
}

/// The world after the first apply of the guide on actions, and its `main.tf`.
fn with_actions(guide: &Guide) -> Option<(World, String)> {
    let world = world();
    if !world.knows(Feature::Actions) {
        return None;
    }
    let main = guide.section("A backup before every update");
    follow(&world, main);
    world.apply().succeeds();
    world.plan().is_empty();
    assert!(world.cloud().backups().is_empty(), "a creation is no update");
    Some((world, main.first()?.text.clone()))
}

/// Applies another size of the volume.
fn grow(world: &World, main: &str, gb: u64) -> Run {
    world.write("main.tf", &main.replace("volume_size = 20", &format!("volume_size = {gb}")));
    world.cloud().clear_requests();
    world.apply()
}

#[test]
fn an_action_backs_up_before_every_update_and_keeps_the_newest() {
    let Some((world, main)) = with_actions(&Guide::named("actions")) else { return };
    let instance = world.cloud().instances()[0].id.clone();
    world.cloud().add_backup(&instance, "orders-20260101T000000Z");

    for (gb, backups) in [(30, 2), (40, 3), (50, 4)] {
        let applied = grow(&world, &main, gb);
        applied.succeeds().says(&["Actions: 1 invoked."]);
        let calls: Vec<_> = world.cloud().writes().into_iter().map(|it| it.call).collect();
        assert_eq!(calls, ["/backups".to_owned(), format!("/instances/{instance}/action")]);
        assert_eq!(world.cloud().backups().len(), backups);
    }
    grow(&world, &main, 60).succeeds().says(&["Deleting the older backup"]);
    let left = world.cloud().backups();
    assert_eq!(left.len(), 4);
    assert!(left.iter().any(|it| it.description.is_none()), "somebody else's is gone");

    world.cloud().next_backup_ends_in("FAILED");
    grow(&world, &main, 70).fails_with(&["Unable to back up instance"]);
    assert_eq!(world.cloud().instances()[0].volume, 60);

    // The ID of the instance itself is what the guide warns of, and its name is what it says.
    let cycle = "instance_id = rackspace_db_instance.orders.id";
    let wrong = main.replace("instance_name = \"orders\"", cycle);
    grow(&world, &wrong, 70).fails_with(&["Cycle"]);
    let renamed = main.replace("\"orders\"\n  flavor", "\"new\"\n  flavor");
    grow(&world, &renamed, 60).succeeds().says(&["Actions: 1 invoked."]);
    grow(&world, &renamed, 70).fails_with(&["No instance in", "has the name \"orders\""]);
    let both = renamed.replace("instance_name = \"orders\"", "instance_name = \"new\"");
    grow(&world, &both, 70).succeeds();
}

#[test]
fn actions_come_after_a_change_and_by_hand() {
    let guide = Guide::named("actions");
    let Some((world, _)) = with_actions(&guide) else { return };
    let calls = |what: &str| {
        let writes = world.cloud().writes();
        writes.iter().filter(|it| it.body.get(what).is_some()).count()
    };
    let instance = world.cloud().instances()[0].id.clone();
    follow(&world, guide.section("A restart after a change of settings"));
    assert_eq!(calls("restart"), 0);
    world.apply().succeeds();
    world.cloud().set_status(&instance, "RESTART_REQUIRED");
    world.plan().is_empty();
    shell(&world, "terraform apply -var settings_version=2").succeeds();
    assert_eq!((calls("restart"), calls("save_logs")), (1, 0));

    follow(&world, guide.section("By hand"));
    assert_eq!((calls("restart"), calls("save_logs")), (1, 1));
    assert_eq!(world.state("terraform_data.settings")["input"], 2, "no resource was changed");

    follow(&world, guide.section("A copy in another region"));
    world.apply().succeeds();
    world.plan().is_empty();
    let copies = || {
        let backups = world.cloud().backups().into_iter();
        backups.filter(|it| it.name == "orders-release").map(|it| it.region).collect::<Vec<_>>()
    };
    let mut regions = copies();
    regions.sort();
    assert_eq!(regions, ["DFW", "ORD"]);
    world.destroy().succeeds();
    assert_eq!(copies(), ["DFW"], "no state has the copy");
}

#[test]
fn the_first_configuration_applies() {
    let world = world();
    let guide = Guide::named("getting-started");
    follow(&world, guide.section("A first configuration"));

    world.apply().succeeds();

    world.plan().is_empty();
    assert_eq!(world.cloud().instances()[0].users.len(), 1);
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}
