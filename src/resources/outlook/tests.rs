use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::{Instant, sleep};

use super::*;

/// What somebody is told, when what they wait for is said after that time; and how long it took.
async fn told<T>(
    asked: impl Future<Output = T>,
    after: Duration,
    say: impl FnOnce(),
) -> (T, Duration) {
    let began = Instant::now();
    let asked = async {
        let answer = asked.await;
        (answer, began.elapsed())
    };
    let (answer, ()) = tokio::join!(asked, async {
        sleep(after).await;
        say();
    });
    answer
}

#[tokio::test(start_paused = true)]
async fn the_fate_of_an_instance_is_waited_for_and_not_for_ever() {
    let outlook = Outlook::default();
    assert_eq!(outlook.fate("i").await, None, "all is destroyed");

    let soon = Duration::from_millis(100);
    let (fate, _) = told(outlook.fate("i"), soon, || outlook.instance("i", true)).await;

    assert_eq!(fate, Some(true));
    assert_eq!(outlook.fate("other").await, None, "it is not in the plan");
}

#[tokio::test(start_paused = true)]
async fn a_fate_is_waited_for_longer_once_anything_is_known() {
    let (second, none) = (Duration::from_secs(1), Duration::ZERO);
    let outlook = Outlook::default();
    let (fate, took) = told(outlook.fate("i"), second, || outlook.instance("i", false)).await;
    assert_eq!((fate, took), (None, SHORT_PATIENCE));

    for first in [Outlook::read as fn(&Outlook, &str), |it, id| it.instance(id, true)] {
        let outlook = Outlook::default();
        first(&outlook, "other");
        let (fate, took) = told(outlook.fate("i"), second, || outlook.instance("i", false)).await;
        assert_eq!((fate, took), (Some(false), second));
        let (fate, took) = told(outlook.fate("never"), none, || {}).await;
        assert_eq!((fate, took), (None, SHORT_PATIENCE + PATIENCE));
    }
}

#[test]
fn a_run_that_begins_knows_nothing_of_the_last_one() {
    let outlook = Outlook::default();
    outlook.read("r");
    outlook.instance("i", true);
    outlook.waits_out("i");
    outlook.detaches("i");
    outlook.destroy_backup("i", "k");
    assert!(outlook.has_read("r") && outlook.destroys_instance("i"));
    assert!(
        outlook.was_waited_out("i") && outlook.is_detached("i") && outlook.destroys_backup("k")
    );

    outlook.begin();

    assert!(!outlook.has_read("r") && !outlook.destroys_instance("i"));
    assert!(!outlook.was_waited_out("i") && !outlook.is_detached("i"));
    assert!(!outlook.destroys_backup("k"));
}

#[test]
fn what_is_said_of_one_is_said_of_no_other() {
    let outlook = Outlook::default();
    outlook.read("r");
    outlook.instance("stays", false);
    outlook.waits_out("i");
    outlook.detaches("i");
    outlook.destroy_backup("i", "k");
    outlook.destroy_backup("i", "l");

    assert!(!outlook.has_read("other") && !outlook.destroys_instance("stays"));
    assert!(!outlook.was_waited_out("other") && !outlook.is_detached("other"));
    assert!(!outlook.destroys_backup("other"));
    let backups = ["k", "l"].map(str::to_owned);
    assert_eq!(outlook.destroyed_backups("i"), BTreeSet::from(backups));
    assert!(outlook.destroyed_backups("other").is_empty());
}

#[test]
fn what_is_in_an_instance_goes_in_company_if_that_goes_or_all_does() {
    let outlook = Outlook::default();
    assert!(outlook.goes_in_company("i"), "nothing but destructions");
    outlook.instance("another", true);
    assert!(outlook.goes_in_company("i"));

    outlook.read("anything");
    assert!(!outlook.goes_in_company("i") && outlook.goes_in_company("another"));

    let outlook = Outlook::default();
    outlook.instance("another", false);
    assert!(!outlook.goes_in_company("i") && !outlook.goes_in_company("another"));
}

#[tokio::test(start_paused = true)]
async fn the_fate_of_a_schedule_is_waited_for_and_not_for_ever() {
    let outlook = Outlook::default();
    let second = Duration::from_secs(1);

    let asked = outlook.fate_of_schedule("s");
    let (fate, took) = told(asked, second, || outlook.schedule("s", ScheduleFate::Replaced)).await;
    assert!(matches!(fate, Some(ScheduleFate::Replaced)));
    assert_eq!(took, second);

    let (fate, took) = told(outlook.fate_of_schedule("other"), Duration::ZERO, || {}).await;
    assert!(fate.is_none());
    assert_eq!(took, PATIENCE);
}

#[tokio::test]
async fn an_instance_is_looked_at_once_for_all_who_ask() {
    let outlook = Outlook::default();
    let looks = AtomicUsize::new(0);
    let look = || async {
        looks.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        Sight::Unknown
    };

    let both = tokio::join!(outlook.sight("i", look()), outlook.sight("i", look()));
    assert!(matches!(both, (Sight::Unknown, Sight::Unknown)));
    assert_eq!(looks.load(Ordering::Relaxed), 1);

    outlook.shows("i", Sight::Missing);
    assert!(matches!(outlook.sight("i", look()).await, Sight::Missing));
    assert_eq!(looks.load(Ordering::Relaxed), 1, "somebody has seen it since");
}

#[tokio::test(start_paused = true)]
async fn a_replica_leaves_its_source_by_its_end_or_by_its_detachment() {
    let outlook = Outlook::default();
    outlook.instance("goes", true);
    outlook.instance("stays", false);
    outlook.detaches("detached");
    outlook.instance("detached", false);

    assert_eq!(outlook.leaves_source("goes", false).await, Some(true));
    assert_eq!(outlook.leaves_source("stays", false).await, Some(false));
    assert_eq!(outlook.leaves_source("detached", false).await, Some(true));
    let (left, took) = told(outlook.leaves_source("other", true), Duration::ZERO, || {}).await;
    assert_eq!((left, took), (None, Duration::ZERO), "its turn has been");
    let three = Duration::from_secs(3);
    let asked = outlook.leaves_source("late", false);
    let (left, took) = told(asked, three, || outlook.instance("late", true)).await;
    assert_eq!((left, took), (Some(true), three));
}

#[tokio::test(start_paused = true)]
async fn a_database_that_nobody_plans_is_waited_for_once() {
    let outlook = Outlook::default();
    let (second, none) = (Duration::from_secs(1), Duration::ZERO);
    let (comes, took) =
        told(outlook.plans_database("i", "shop"), second, || outlook.has_database("i", "shop"))
            .await;
    assert_eq!((comes, took), (true, second));

    for (instance, name) in [("i", "other"), ("another", "shop")] {
        let (comes, took) = told(outlook.plans_database(instance, name), none, || {}).await;
        assert_eq!((comes, took), (false, PATIENCE));
        let (comes, took) = told(outlook.plans_database(instance, name), none, || {}).await;
        assert_eq!((comes, took), (false, none));
    }

    let asked = outlook.plans_database("i", "unplanned");
    let (comes, took) = told(asked, second, || outlook.applies()).await;
    assert_eq!((comes, took), (true, second), "what another run has planned may come");
}

#[tokio::test(start_paused = true)]
async fn a_group_is_left_by_an_instance_that_stays() {
    let outlook = Outlook::default();
    for (id, goes) in [("stays", false), ("goes", true)] {
        outlook.leaves(id, "g");
        outlook.instance(id, goes);
    }

    assert!(outlook.is_left("stays", "g").await);
    assert!(!outlook.is_left("stays", "another").await);
    assert!(!outlook.is_left("goes", "g").await, "it has it until its end");
    assert!(!outlook.is_left("unknown", "g").await);
}

#[test]
fn a_change_of_a_group_is_known_to_what_refers_to_it() {
    let outlook = Outlook::default();
    let parameters = BTreeSet::from(["innodb_open_files".to_owned()]);
    outlook.reconfigures("g", Reconfigured { parameters: parameters.clone(), is_certain: true });

    let change = outlook.reconfigured("g").unwrap();

    assert_eq!((change.parameters, change.is_certain), (parameters, true));
    assert!(outlook.reconfigured("another").is_none());
}
