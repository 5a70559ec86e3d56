//! What the demo shows, in order. A chapter that returns without an error did what its title says.

use clouddb_sim::InstanceSnapshot;

use super::stage::{PASSWORD, Stage, check, say};
use testkit::Result;

/// One thing that is shown.
pub(super) struct Chapter {
    pub(super) title: &'static str,
    pub(super) play: fn(&mut Stage) -> Result,
}

pub(super) const CHAPTERS: [Chapter; 10] = [
    Chapter { title: "Terraform finds the provider", play: initialise },
    Chapter { title: "An instance, two databases and a user are created", play: create },
    Chapter { title: "The same configuration again changes nothing", play: plan_again },
    Chapter { title: "Another flavor resizes the instance in place", play: resize_flavor },
    Chapter { title: "A larger volume grows in place", play: grow_volume },
    Chapter { title: "A smaller volume is refused before anything is sent", play: refuse_shrink },
    Chapter { title: "A backup is made and waited for", play: back_up },
    Chapter { title: "A second instance is restored from the backup", play: restore },
    Chapter { title: "A database made by hand is imported", play: import },
    Chapter { title: "Everything is destroyed", play: destroy },
];

const SHOP: &str = "rackspace_db_instance.shop";
const RESTORED: &str = "rackspace_db_instance.restored";

fn initialise(stage: &mut Stage) -> Result {
    say("A plain init takes the provider from a directory of this machine.");
    stage.succeed(&["init"])
}

fn create(stage: &mut Stage) -> Result {
    say("The configuration is examples/complete/main.tf, unchanged.");
    stage.change(&[
        (SHOP, "create"),
        ("rackspace_db_database.shop[\"catalog\"]", "create"),
        ("rackspace_db_database.shop[\"orders\"]", "create"),
        ("rackspace_db_user.app", "create"),
    ])?;

    let id = stage.text(SHOP, "id")?;
    holds_the_shop(stage, &id)?;
    say("The simulator has the instance, both databases, and the user with access to both.");
    let saved = serde_json::to_string(&stage.objects()?)?;
    check(!saved.contains(PASSWORD), || "the password is in the state".into())?;
    say("The user's password is not in the state.");
    Ok(())
}

fn plan_again(stage: &mut Stage) -> Result {
    stage.simulator().clear_requests();
    stage.settled()?;
    nothing_was_written(stage)
}

fn resize_flavor(stage: &mut Stage) -> Result {
    let before = stage.text(SHOP, "id")?;
    stage.assign("flavor", "\"4GB Instance\"")?;
    stage.change(&[(SHOP, "update")])?;

    check(stage.text(SHOP, "id")? == before, || "the instance was replaced".into())?;
    let after = instance(stage, &before)?;
    check(after.flavor_id == "4", || format!("the flavor is {}, not 4", after.flavor_id))?;
    say("The simulator runs the same instance with 4 GB of RAM.");
    say("The flavor by its RAM in MB is the same flavor: no change.");
    stage.assign("flavor", "4096")?;
    stage.settled()
}

fn grow_volume(stage: &mut Stage) -> Result {
    let before = stage.text(SHOP, "id")?;
    stage.assign("volume_size", "20")?;
    stage.change(&[(SHOP, "update")])?;

    check(stage.text(SHOP, "id")? == before, || "the instance was replaced".into())?;
    let after = instance(stage, &before)?;
    check(after.volume == 20, || format!("the volume has {} GB", after.volume))?;
    say("The simulator runs the same instance with a volume of 20 GB.");
    Ok(())
}

fn refuse_shrink(stage: &mut Stage) -> Result {
    stage.assign("volume_size", "5")?;
    stage.simulator().clear_requests();
    stage.end_with(1, &["plan"])?;
    say("The plan failed with exit code 1.");
    nothing_was_written(stage)?;
    stage.assign("volume_size", "20")
}

fn back_up(stage: &mut Stage) -> Result {
    stage.add_file("backup.tf", include_str!("steps/backup.tf"))?;
    stage.change(&[("rackspace_db_backup.friday", "create")])?;

    let id = stage.text("rackspace_db_backup.friday", "id")?;
    let backups = stage.simulator().backups();
    let made = backups.iter().find(|backup| backup.id == id);
    let status = made.map_or("missing", |backup| backup.status.as_str());
    check(status == "COMPLETED", || format!("the backup is {status}"))?;
    say("The simulator has the backup, and it is COMPLETED.");
    Ok(())
}

fn restore(stage: &mut Stage) -> Result {
    stage.add_file("restore.tf", include_str!("steps/restore.tf"))?;
    stage.change(&[(RESTORED, "create")])?;

    let id = stage.text(RESTORED, "id")?;
    check(id != stage.text(SHOP, "id")?, || "no second instance was made".into())?;
    holds_the_shop(stage, &id)?;
    say("The new instance has both databases, and the user with the old password and access.");
    Ok(())
}

fn import(stage: &mut Stage) -> Result {
    let shop = stage.text(SHOP, "id")?;
    stage.simulator().add_database(&shop, "reports");
    say("Somebody made the database \"reports\" outside Terraform.");
    stage.add_file("import.tf", include_str!("steps/import.tf"))?;
    stage.simulator().clear_requests();
    stage.change(&[("rackspace_db_database.reports", "import")])?;
    nothing_was_written(stage)?;

    let id = stage.text("rackspace_db_database.reports", "id")?;
    check(id == format!("{shop}/reports"), || format!("the imported ID is {id}"))?;
    stage.settled()
}

fn destroy(stage: &mut Stage) -> Result {
    stage.succeed(&["destroy", "-auto-approve"])?;
    let left = stage.objects()?;
    check(left.is_empty(), || format!("{} objects are left in the state", left.len()))?;
    check(stage.simulator().is_empty(), || "something is left at the simulator".into())?;
    say("Nothing is left in the state or at the simulator.");
    Ok(())
}

/// The instance at the simulator of this ID.
fn instance(stage: &Stage, id: &str) -> Result<InstanceSnapshot> {
    let instances = stage.simulator().instances();
    let found = instances.into_iter().find(|instance| instance.id == id);
    found.ok_or_else(|| format!("the simulator has no instance {id}").into())
}

/// Whether the instance has what examples/complete describes.
fn holds_the_shop(stage: &Stage, id: &str) -> Result {
    let shop = instance(stage, id)?;
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

fn nothing_was_written(stage: &Stage) -> Result {
    let writes = stage.simulator().writes();
    check(writes.is_empty(), || format!("{} write requests were sent", writes.len()))?;
    say("The simulator saw no write request.");
    Ok(())
}
