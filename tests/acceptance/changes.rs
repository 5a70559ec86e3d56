//! The law that a change does what the catalogue says of it: it is planned so, it is applied so, and
//! the server then holds what was asked for. Nothing is destroyed by surprise.

use testkit::catalogue;
use testkit::catalogue::attribute::{Attribute, Change};
use testkit::catalogue::entry::{Block, Entry};
use tfplug::testing::Action;

use crate::account::{Account, settled};

/// What is wrong with one change of one attribute.
async fn offence(entry: Entry, attribute: Attribute) -> Option<String> {
    let (change, value) = attribute.change.clone()?;
    let account = Account::new().await;
    let object = account.adopted(&entry, &account.made_by_hand(&entry)).await;
    let given = settled(&entry).with(&attribute.name, value.json.clone()).and(&value.beside);
    let config = account.config(&given);
    let action = match change {
        Change::InPlace | Change::Ignored => Action::Update,
        Change::Replaces => Action::Replace,
        Change::Kept | Change::Refused => Action::NoOp,
    };
    account.cloud.clear_requests();

    let plan = account.harness.plan(entry.name, Some(&object), &config).await;
    if change == Change::Refused {
        let is_planned = !plan.diagnostics.has_errors();
        return is_planned.then(|| format!("is planned as {:?}", plan.action));
    }
    if plan.diagnostics.has_errors() || plan.action != action {
        return Some(format!(
            "is planned as {:?}, not {action:?}: {}",
            plan.action, plan.diagnostics
        ));
    }
    if change == Change::Kept {
        return plan.diagnostics.is_empty().then(|| "is passed over in silence".to_owned());
    }
    let applied = account.harness.apply(entry.name, Some(&object), &config).await;
    let (false, Some(object)) = (applied.diagnostics.has_errors(), applied.object) else {
        return Some(format!("is not applied: {}", applied.diagnostics));
    };
    if change == Change::Ignored {
        let writes = account.cloud.writes();
        return (!writes.is_empty()).then(|| format!("is sent: {writes:?}"));
    }
    let served = (entry.object?.served)(&account.cloud, &object.json());
    if let Some(wrong) = attribute.unserved(&served, &account.names) {
        return Some(wrong);
    }
    let again = account.harness.plan(entry.name, Some(&object), &config).await;
    (again.action != Action::NoOp).then(|| format!("is planned once more, as {:?}", again.action))
}

/// Each change waits for the service, so they are made at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_what_the_catalogue_says() {
    let mut tasks = Vec::new();
    for entry in catalogue::entries_of(Block::Resource) {
        for attribute in entry.attributes.clone().into_iter().filter(|it| it.change.is_some()) {
            let place = format!("{}: a change of {}.{}", entry.file, entry.name, attribute.name);
            tasks.push((place, tokio::spawn(offence(entry.clone(), attribute))));
        }
    }
    assert!(tasks.len() > 25, "the catalogue is cut short");
    let mut offences = Vec::new();
    for (place, task) in tasks {
        match task.await {
            Ok(None) => {}
            Ok(Some(wrong)) => offences.push(format!("{place} {wrong}")),
            Err(panic) => offences.push(format!("{place} ends the test: {panic}")),
        }
    }
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_word_of_the_catalogue_is_found() {
    let entries = catalogue::entries_of(Block::Resource);
    let entry = entries.into_iter().find(|it| it.name == "rackspace_db_user").unwrap();
    let of = |name: &str| entry.attribute(name).unwrap().clone();
    let wrong = [
        of("host").replaces("10.0.0.1"),
        of("host").ignored("10.0.0.1"),
        of("skip_destroy").in_place(true),
        of("databases").in_place(serde_json::json!(["a b@"])),
    ];
    for attribute in wrong {
        let name = attribute.name.clone();
        assert!(offence(entry.clone(), attribute).await.is_some(), "{name}");
    }
}
