//! What the demo shows, in order. A step that returns without an error did what its title says.

use clouddb_sim::InstanceSnapshot;

use super::demonstration::{Demonstration, PASSWORD, check, say};
use testkit::Result;

/// One thing that is shown.
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) run: fn(&mut Demonstration) -> Result,
}

pub(super) const STEPS: [Step; 10] = [
    Step { title: "Terraform finds the provider", run: initialise },
    Step { title: "An instance, two databases and a user are created", run: create },
    Step { title: "The same configuration again changes nothing", run: plan_again },
    Step { title: "Another flavor resizes the instance in place", run: resize_flavor },
    Step { title: "A larger volume grows in place", run: grow_volume },
    Step { title: "A smaller volume is refused before anything is sent", run: refuse_shrink },
    Step { title: "A backup is made and waited for", run: back_up },
    Step { title: "A second instance is restored from the backup", run: restore },
    Step { title: "A database made by hand is imported", run: import },
    Step { title: "Everything is destroyed", run: destroy },
];

pub(super) const SHOP: &str = "rackspace_db_instance.shop";
pub(super) const RESTORED: &str = "rackspace_db_instance.restored";

pub(super) fn initialise(demo: &mut Demonstration) -> Result {
    say("A plain init takes the provider from a directory of this machine.");
    demo.succeed(&["init"])
}

fn create(demo: &mut Demonstration) -> Result {
    say("The configuration is examples/complete/main.tf, unchanged.");
    demo.change(&[
        (SHOP, "create"),
        ("rackspace_db_database.shop[\"catalog\"]", "create"),
        ("rackspace_db_database.shop[\"orders\"]", "create"),
        ("rackspace_db_user.app", "create"),
    ])?;

    let id = demo.text(SHOP, "id")?;
    holds_the_shop(demo, &id)?;
    say("The simulator has the instance, both databases, and the user with access to both.");
    let saved = serde_json::to_string(&demo.objects()?)?;
    check(!saved.contains(PASSWORD), || "the password is in the state".into())?;
    say("The user's password is not in the state.");
    Ok(())
}

fn plan_again(demo: &mut Demonstration) -> Result {
    demo.simulator().clear_requests();
    demo.settled()?;
    nothing_was_written(demo)
}

fn resize_flavor(demo: &mut Demonstration) -> Result {
    let before = demo.text(SHOP, "id")?;
    demo.assign("flavor", "\"4GB Instance\"")?;
    demo.change(&[(SHOP, "update")])?;

    check(demo.text(SHOP, "id")? == before, || "the instance was replaced".into())?;
    let after = instance(demo, &before)?;
    check(after.flavor_id == "4", || format!("the flavor is {}, not 4", after.flavor_id))?;
    say("The simulator runs the same instance with 4 GB of RAM.");
    say("The flavor by its RAM in MB is the same flavor: no change.");
    demo.assign("flavor", "4096")?;
    demo.settled()
}

fn grow_volume(demo: &mut Demonstration) -> Result {
    let before = demo.text(SHOP, "id")?;
    demo.assign("volume_size", "20")?;
    demo.change(&[(SHOP, "update")])?;

    check(demo.text(SHOP, "id")? == before, || "the instance was replaced".into())?;
    let after = instance(demo, &before)?;
    check(after.volume == 20, || format!("the volume has {} GB", after.volume))?;
    say("The simulator runs the same instance with a volume of 20 GB.");
    Ok(())
}

fn refuse_shrink(demo: &mut Demonstration) -> Result {
    demo.assign("volume_size", "5")?;
    demo.simulator().clear_requests();
    demo.end_with(1, &["plan"])?;
    say("The plan failed with exit code 1.");
    nothing_was_written(demo)?;
    demo.assign("volume_size", "20")
}

fn back_up(demo: &mut Demonstration) -> Result {
    demo.add_file("backup.tf", include_str!("files/backup.tf"))?;
    demo.change(&[("rackspace_db_backup.friday", "create")])?;

    let id = demo.text("rackspace_db_backup.friday", "id")?;
    let backups = demo.simulator().backups();
    let made = backups.iter().find(|backup| backup.id == id);
    let status = made.map_or("missing", |backup| backup.status.as_str());
    check(status == "COMPLETED", || format!("the backup is {status}"))?;
    say("The simulator has the backup, and it is COMPLETED.");
    Ok(())
}

fn restore(demo: &mut Demonstration) -> Result {
    demo.add_file("restore.tf", include_str!("files/restore.tf"))?;
    demo.change(&[(RESTORED, "create")])?;

    let id = demo.text(RESTORED, "id")?;
    check(id != demo.text(SHOP, "id")?, || "no second instance was made".into())?;
    holds_the_shop(demo, &id)?;
    say("The new instance has both databases, and the user with the old password and access.");
    Ok(())
}

fn import(demo: &mut Demonstration) -> Result {
    let shop = demo.text(SHOP, "id")?;
    demo.simulator().add_database(&shop, "reports");
    say("Somebody made the database \"reports\" outside Terraform.");
    demo.add_file("import.tf", include_str!("files/import.tf"))?;
    demo.simulator().clear_requests();
    demo.change(&[("rackspace_db_database.reports", "import")])?;
    nothing_was_written(demo)?;

    let id = demo.text("rackspace_db_database.reports", "id")?;
    check(id == format!("{shop}/reports"), || format!("the imported ID is {id}"))?;
    demo.settled()
}

pub(super) fn destroy(demo: &mut Demonstration) -> Result {
    demo.succeed(&["destroy", "-auto-approve"])?;
    let left = demo.objects()?;
    check(left.is_empty(), || format!("{} objects are left in the state", left.len()))?;
    check(demo.simulator().is_empty(), || "something is left at the simulator".into())?;
    say("Nothing is left in the state or at the simulator.");
    Ok(())
}

/// The instance at the simulator of this ID.
fn instance(demo: &Demonstration, id: &str) -> Result<InstanceSnapshot> {
    let instances = demo.simulator().instances();
    let found = instances.into_iter().find(|instance| instance.id == id);
    found.ok_or_else(|| format!("the simulator has no instance {id}").into())
}

/// Whether the instance has what examples/complete describes.
fn holds_the_shop(demo: &Demonstration, id: &str) -> Result {
    let shop = instance(demo, id)?;
    check(shop.status == "ACTIVE", || format!("the instance is {}", shop.status))?;
    for name in ["catalog", "orders"] {
        let made = shop.databases.iter().any(|database| database.name == name);
        check(made, || format!("there is no database \"{name}\""))?;
    }
    let app = shop.users.iter().find(|user| user.name == "shop_app" && user.host == "%");
    let app = app.ok_or("there is no user \"shop_app\"")?;
    check(app.password == PASSWORD, || "the user has another password".into())?;
    let granted = &app.databases;
    check(granted == &["catalog", "orders"], || format!("the user may use {granted:?}"))
}

fn nothing_was_written(demo: &Demonstration) -> Result {
    let writes = demo.simulator().writes();
    check(writes.is_empty(), || format!("{} write requests were sent", writes.len()))?;
    say("The simulator saw no write request.");
    Ok(())
}
