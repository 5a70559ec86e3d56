//! The law that what Terraform is shown is what the catalogue says: of a new object of each resource,
//! and of what each data source reads.

use testkit::catalogue;
use testkit::catalogue::entry::{Block, Entry};
use testkit::catalogue::served::has;

use crate::account::Account;

/// What is wrong with the object that is created with the required values, and with what the server
/// holds of it.
async fn of_resource(entry: Entry) -> Vec<String> {
    let account = Account::new().await;
    let given = entry.required();
    let applied = account.harness.apply(entry.name, None, account.config(&given)).await;
    let Some(object) = applied.object.filter(|_| !applied.diagnostics.has_errors()) else {
        return vec![format!("{}: {}", entry.file, applied.diagnostics)];
    };
    let shown = object.json();
    let served = (entry.object.unwrap().served)(&account.cloud, &shown);
    let mut wrong = Vec::new();
    for it in entry.attributes.iter().filter(|it| given.get(&it.name).is_none()) {
        wrong.extend(it.misshown(&shown, &account.names));
    }
    // What is shown and is no secret is what the server holds.
    for (name, held) in served.as_object().into_iter().flatten() {
        let is_shown = !shown[name].is_null() && name != "flavor";
        if is_shown && !has(&shown[name], held) {
            wrong.push(format!("{name}: the server has {held}, and {} is shown", shown[name]));
        }
    }
    let place = format!("{}: a new {}", entry.file, entry.name);
    wrong.into_iter().map(|it| format!("{place}: {it}")).collect()
}

async fn of_data_source(entry: Entry) -> Vec<String> {
    let account = Account::new().await;
    let given = entry.required().and(&entry.asked);
    let place = format!("{}: {}", entry.file, entry.name);
    match account.harness.read_data(entry.name, account.config(&given)).await {
        Err(diagnostics) => vec![format!("{place}: {diagnostics}")],
        Ok(shown) => entry
            .attributes
            .iter()
            .filter(|it| given.get(&it.name).is_none())
            .filter_map(|it| it.misshown(&shown, &account.names))
            .map(|it| format!("{place}: {it}"))
            .collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_is_what_the_catalogue_says() {
    let mut tasks = Vec::new();
    for entry in catalogue::entries() {
        match entry.block {
            Block::Provider => {}
            Block::Resource => tasks.push(tokio::spawn(of_resource(entry))),
            Block::Data => tasks.push(tokio::spawn(of_data_source(entry))),
        }
    }
    assert!(tasks.len() >= 13, "the catalogue is cut short");
    let mut offences = Vec::new();
    for task in tasks {
        offences.extend(task.await.unwrap());
    }
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

/// Its state is of a version that did not know where its objects live.
#[tokio::test]
async fn what_lives_nowhere_in_the_state_is_found_where_it_lives() {
    for entry in catalogue::entries_of(Block::Resource) {
        let account = Account::new().await;
        let object = account.adopted(&entry, &account.made_by_hand(&entry)).await;
        let mut state = object.json();
        let lives = state["region"].take();
        let homeless = account.harness.upgrade(entry.name, 0, &state).unwrap();

        let read = account.read(entry.name, &homeless).await;
        assert_eq!(read.get("region"), lives, "{}", entry.name);

        let Some(instance_id) = object.json()["instance_id"].as_str().map(str::to_owned) else {
            continue;
        };
        account.cloud.set_status(&instance_id, "ERROR");
        let read = account.read(entry.name, &homeless).await;
        assert_eq!(read.get("region"), lives, "{} of a broken instance", entry.name);
    }
}
