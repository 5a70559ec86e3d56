//! What differs between two states of a schedule, for the one request that changes it.

use clouddb::ScheduleChange;

use super::day;
use super::model::Schedule;

/// What has to be changed to get from `prior` to `plan`, if anything.
pub(super) fn between(prior: &Schedule, plan: &Schedule) -> Option<ScheduleChange> {
    let day = |it: &Schedule| it.day_of_week.as_deref().and_then(day::number);
    let number = |it: Option<u64>| it.and_then(|it| u8::try_from(it).ok());
    let change = ScheduleChange {
        day_of_week: day(plan).filter(|wanted| day(prior) != Some(*wanted)),
        hour: number(plan.hour).filter(|_| plan.hour != prior.hour),
        minute: number(plan.minute).filter(|_| plan.minute != prior.minute),
        full_backup_retention: plan
            .full_backup_retention
            .filter(|_| plan.full_backup_retention != prior.full_backup_retention),
    };
    (change != ScheduleChange::default()).then_some(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_changed() {
        let at = |day: &str, hour: u64, retention: u64| Schedule {
            day_of_week: Some(day.to_owned()),
            hour: Some(hour),
            minute: Some(30),
            full_backup_retention: Some(retention),
            ..Schedule::default()
        };
        let none = ScheduleChange::default();

        assert_eq!(between(&at("sunday", 3, 2), &at("0", 3, 2)), None);
        assert_eq!(
            between(&at("sunday", 3, 2), &at("daily", 0, 2)),
            Some(ScheduleChange { day_of_week: Some(7), hour: Some(0), ..none })
        );
        assert_eq!(
            between(&at("sunday", 3, 2), &at("sunday", 3, 4)),
            Some(ScheduleChange { full_backup_retention: Some(4), ..none })
        );
    }
}
