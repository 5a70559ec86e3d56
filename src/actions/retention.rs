//! Which backups an action has made itself, and which of them go.

use clouddb::{Backup, BackupStatus};
use jiff::Timestamp;
use jiff::civil::DateTime;

/// The description of what the action makes: nothing else has it, so nothing else is ever deleted.
pub(super) const MARK: &str = "Made by the Terraform action rackspace_db_instance_backup";

/// The form of the time at the end of a name, which is UTC, and how long that is.
const TIME: &str = "%Y%m%dT%H%M%SZ";
pub(super) const TIME_LENGTH: usize = "20260131T235959Z".len();

/// The name of a backup that is made at that time.
pub(super) fn name(prefix: &str, at: Timestamp) -> String {
    format!("{prefix}-{}", at.strftime(TIME))
}

/// What becomes of the older backups.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Retention {
    /// Those that go, the oldest first.
    pub(super) outdated: Vec<Backup>,
    /// Those that would go, and on which others build.
    pub(super) built_upon: Vec<Backup>,
}

impl Retention {
    /// Of those that the action has made of this instance under this prefix, the `new` one stays, and of
    /// the complete ones so many of the newest that `kept` are left. What has failed restores nothing and
    /// goes; what is still being made stays, and counts for nothing.
    pub(super) fn among(
        all: &[Backup],
        new: &str,
        instance_id: &str,
        prefix: &str,
        kept: usize,
    ) -> Self {
        let is_older = |it: &&Backup| it.id != new && is_own(it, instance_id, prefix);
        let of_status = |status: &BackupStatus| -> Vec<&Backup> {
            all.iter().filter(is_older).filter(|it| it.status == *status).collect()
        };
        let mut complete = of_status(&BackupStatus::Completed);
        complete
            .sort_by(|one, other| (&one.name, &one.created).cmp(&(&other.name, &other.created)));
        let outdated = complete.len().saturating_sub(kept.saturating_sub(1));
        let failed = of_status(&BackupStatus::Failed);
        let has_child =
            |it: &&Backup| all.iter().any(|other| other.parent_id.as_ref() == Some(&it.id));
        let (built_upon, outdated): (Vec<_>, Vec<_>) =
            failed.into_iter().chain(complete.into_iter().take(outdated)).partition(has_child);
        Self {
            outdated: outdated.into_iter().cloned().collect(),
            built_upon: built_upon.into_iter().cloned().collect(),
        }
    }
}

fn is_own(it: &Backup, instance_id: &str, prefix: &str) -> bool {
    let time = it.name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
    let is_time = |time: &str| time.len() == TIME_LENGTH && DateTime::strptime(TIME, time).is_ok();
    it.instance_id.as_deref() == Some(instance_id)
        && it.description.as_deref() == Some(MARK)
        && time.is_some_and(is_time)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn backup(id: &str, name: &str, description: &str, parent: Option<&str>) -> Backup {
        serde_json::from_value(json!({
            "id": id, "name": name, "description": description, "parent_id": parent,
            "instance_id": "i", "status": "COMPLETED",
        }))
        .unwrap()
    }

    fn ids(backups: &[Backup]) -> Vec<&str> {
        backups.iter().map(|it| it.id.as_str()).collect()
    }

    #[test]
    fn only_what_the_action_made_goes_and_the_newest_stay() {
        let all = [
            backup("4", "web-20260104T000000Z", MARK, None),
            backup("3", "web-20260103T000000Z", MARK, None),
            backup("1", "web-20260101T000000Z", MARK, None),
            backup("2", "web-20260102T000000Z", MARK, None),
            backup("by hand", "web-20250101T000000Z", "mine", None),
            backup("other prefix", "web-x-20250101T000000Z", MARK, None),
            backup("no time", "web-1", MARK, None),
            backup("no time either", "web-20261301T000000Z", MARK, None),
            backup("nor this", "web-abcdefghijklmnoZ", MARK, None),
        ];

        let kept = |count| Retention::among(&all, "4", "i", "web", count);

        assert_eq!(ids(&kept(1).outdated), ["1", "2", "3"]);
        assert_eq!(ids(&kept(3).outdated), ["1"]);
        assert_eq!(kept(4), Retention::default());
        assert_eq!(Retention::among(&all, "4", "j", "web", 1), Retention::default());
    }

    #[test]
    fn a_name_is_known_again() {
        let made = backup("1", &name("web", Timestamp::UNIX_EPOCH), MARK, None);

        assert_eq!(made.name, "web-19700101T000000Z");
        assert!(is_own(&made, "i", "web") && !is_own(&made, "i", "we"));
    }

    /// Two of one second have one name.
    #[test]
    fn the_new_one_stays_whatever_the_clock_says() {
        let of_one_second = |id: &str| backup(id, "web-20260101T000000Z", MARK, None);
        let all = [of_one_second("new"), of_one_second("old")];

        assert_eq!(ids(&Retention::among(&all, "new", "i", "web", 1).outdated), ["old"]);
    }

    #[test]
    fn what_failed_goes_and_stands_for_nothing() {
        let with = |id: &str, day: u32, status: BackupStatus| Backup {
            status,
            ..backup(id, &format!("web-202601{day:02}T000000Z"), MARK, None)
        };
        let all = [
            with("1", 1, BackupStatus::Completed),
            with("2", 2, BackupStatus::Completed),
            with("failed", 3, BackupStatus::Failed),
            with("running", 4, BackupStatus::Building),
            with("5", 5, BackupStatus::Completed),
        ];

        assert_eq!(ids(&Retention::among(&all, "5", "i", "web", 2).outdated), ["failed", "1"]);
    }

    /// Deleting a backup deletes those that build on it.
    #[test]
    fn what_others_build_upon_stays() {
        let all = [
            backup("1", "web-20260101T000000Z", MARK, None),
            backup("2", "web-20260102T000000Z", MARK, None),
            backup("child", "monday", "by hand", Some("1")),
        ];

        let retention = Retention::among(&all, "2", "i", "web", 1);

        assert_eq!((ids(&retention.built_upon), retention.outdated.len()), (vec!["1"], 0));
    }
}
