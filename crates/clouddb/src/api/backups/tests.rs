use serde_json::{Value, json};

use crate::api::backups::model::{Backup, BackupCopy, BackupDatastore, BackupSource, NewBackup};
use crate::api::backups::requests::{create, delete, get, list};
use crate::api::status::BackupStatus;
use crate::value::source::Source;

fn fixture(text: &str) -> Backup {
    let document: Value = serde_json::from_str(text).unwrap();
    serde_json::from_value(document["backup"].clone()).unwrap()
}

#[test]
fn every_operation_has_its_call() {
    for (request, call) in [
        (list(), "GET /backups"),
        (get("b1"), "GET /backups/b1"),
        (delete("b1"), "DELETE /backups/b1"),
    ] {
        assert_eq!(request.call().to_string(), call);
        assert_eq!(request.body, None);
    }
}

#[test]
fn a_creation_has_what_is_wanted_and_nothing_else() {
    let bare = NewBackup {
        source: Source::Instance("i1".to_owned()),
        name: "b".to_owned(),
        description: None,
        parent_id: None,
        copy_to: Vec::new(),
    };
    let full = NewBackup {
        description: Some("d".to_owned()),
        parent_id: Some("p".to_owned()),
        copy_to: vec!["IAD".to_owned(), "ORD".to_owned()],
        ..bare.clone()
    };

    let of_group = NewBackup { source: Source::HaGroup("h1".to_owned()), ..bare.clone() };
    assert_eq!(
        create(&of_group).body,
        Some(
            json!({"backup": {"instance": null, "name": "b", "source": {"type": "ha", "id": "h1"}}})
        )
    );
    assert_eq!(create(&bare).body, Some(json!({"backup": {"instance": "i1", "name": "b"}})));
    assert_eq!(
        create(&full).body,
        Some(json!({"backup":
            {"instance": "i1", "name": "b", "description": "d", "parent_id": "p",
             "copy_to": ["IAD", "ORD"]}}))
    );
}

#[test]
fn a_complete_backup_is_read_with_all_its_parts() {
    let backup = fixture(include_str!("../../../tests/fixtures/backup.json"));

    assert_eq!(
        backup,
        Backup {
            id: "5e1d8f0b-7a3c-4c5b-8b67-d6b0d1e7a111".to_owned(),
            name: "nightly".to_owned(),
            description: None,
            instance_id: Some("2450c73f-7805-4afe-a42c-4094ab42666b".to_owned()),
            parent_id: Some("7b9a4a57-06f4-4b4d-9a3e-1f0b3b1f2c22".to_owned()),
            location_ref: Some(
                "https://snet-storage101.example.com/v1/account/z_CLOUDDB_BACKUPS/nightly.xbstream.gz"
                    .to_owned()
            ),
            size: Some(0.14),
            status: BackupStatus::Completed,
            created: Some("2024-03-05T11:00:00Z".to_owned()),
            updated: Some("2024-03-05T11:02:00Z".to_owned()),
            datastore: Some(BackupDatastore {
                kind: "mysql".to_owned(),
                version: Some("8.0".to_owned()),
                version_id: Some("0b058cca-ed2b-46e7-8736-abbb4242df83".to_owned()),
            }),
            kind: Some("InnoBackupExIncremental".to_owned()),
            is_automated: Some(false),
            flavor_ram: Some(2048),
            volume_size: Some(10),
            source: Some(BackupSource {
                kind: "instance".to_owned(),
                id: "2450c73f-7805-4afe-a42c-4094ab42666b".to_owned(),
            }),
        }
    );
}

#[test]
fn a_new_backup_is_read_although_it_has_no_size_yet() {
    let backup = fixture(include_str!("../../../tests/fixtures/backup_new.json"));

    assert_eq!(backup.status, BackupStatus::New);
    assert_eq!((backup.size, backup.datastore, backup.location_ref), (None, None, None));
    assert_eq!(backup.is_automated, Some(false));
    assert_eq!((backup.flavor_ram, backup.volume_size, backup.source), (None, None, None));
}

#[test]
fn what_nothing_depends_on_makes_no_backup_unreadable() {
    for odd in [json!("x"), json!({}), json!([1]), json!({ "type": "instance" })] {
        let backup = json!({ "id": "b", "name": "b", "status": "COMPLETED",
            "flavor_ram": odd, "volume_size": odd, "source": odd });

        let backup: Backup = serde_json::from_value(backup).unwrap();

        assert_eq!((backup.flavor_ram, backup.volume_size, backup.source), (None, None, None));
    }
}

#[test]
fn a_copy_has_the_wanted_name_and_is_of_the_same_instance_software_and_size() {
    let original = fixture(include_str!("../../../tests/fixtures/backup.json"));
    let wish = BackupCopy {
        region: "IAD".to_owned(),
        name: "far".to_owned(),
        description: Some("d".to_owned()),
    };
    let copy = Backup {
        id: "c".to_owned(),
        name: "far".to_owned(),
        description: Some("d".to_owned()),
        parent_id: None,
        ..original.clone()
    };
    let is_copy = |it: &Backup| it.is_copy_of(&original, &wish);

    assert!(is_copy(&copy));
    // Of one that is under way less is told.
    let under_way =
        Backup { size: None, datastore: None, flavor_ram: None, source: None, ..copy.clone() };
    assert!(is_copy(&under_way));
    assert!(!is_copy(&Backup { name: "other".to_owned(), ..copy.clone() }));
    assert!(!is_copy(&Backup { description: None, ..copy.clone() }));
    assert!(!is_copy(&Backup { instance_id: Some("i".to_owned()), ..copy.clone() }));
    assert!(!is_copy(&Backup { size: Some(3.0), ..copy.clone() }));
    assert!(!is_copy(&Backup { volume_size: Some(3), ..copy.clone() }));
    let datastore = BackupDatastore { kind: "percona".to_owned(), version: None, version_id: None };
    assert!(!is_copy(&Backup { datastore: Some(datastore), ..copy }));
}
