use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::api::users::model::UserId;
use crate::api::{backups, ha_groups, instances, schedules};
use crate::coordination::batch::entry::{Entry, Open, Outcome, SharedPhase};
use crate::coordination::instance_lists::AccountLists;
use crate::coordination::list_cache::ListCache;
use crate::sender::Sender;
use crate::value::context::{Awaited, CallContext};

const USUAL: Duration = Duration::from_millis(10);

/// Creations on one of two instances.
struct Two {
    here: Arc<InstanceCreations>,
    there: Arc<InstanceCreations>,
    lists: Arc<InstanceLists>,
    callers: Vec<oneshot::Receiver<Outcome>>,
}

impl Two {
    fn new() -> Self {
        let everywhere = Arc::default();
        let account = || AccountLists {
            instances: Arc::new(ListCache::new(instances::collection())),
            backups: Arc::new(ListCache::new(backups::collection())),
            schedules: Arc::new(ListCache::new(schedules::collection())),
            ha_groups: Arc::new(ListCache::new(ha_groups::collection())),
        };
        let lists = ["i1", "i2"].map(|id| Arc::new(InstanceLists::new(id, account())));
        let [here, there] =
            [0, 1].map(|n| InstanceCreations::new(Arc::clone(&lists[n]), &everywhere));
        let [lists, _] = lists;
        Self { here, there, lists, callers: Vec::new() }
    }

    /// One more waits here in that queue.
    fn waits<T>(&mut self, queue: &BatchQueue<T>, new: T) {
        let (answer, caller) = oneshot::channel();
        self.callers.push(caller);
        queue.add(Entry {
            new,
            context: CallContext::new(None, CancellationToken::new()),
            awaited: Awaited::new("database", "d", "created"),
            phase: SharedPhase::waiting(),
            before: None,
            lost: None,
            answer,
            _open: queue.open_one(),
        });
    }

    fn database_waits(&mut self) {
        let new = NewDatabase { name: "d".to_owned(), character_set: None, collate: None };
        let here = Arc::clone(&self.here);
        self.waits(&here.databases, new);
    }

    /// So many come here one after the other, as they usually do, and are on their way.
    fn come(&self, count: usize) -> Vec<Open> {
        let one = |_| {
            let open = self.here.databases.open_one();
            self.here.one_came();
            open
        };
        (0..count).map(one).collect()
    }

    /// For how long those who wait here wait for others.
    async fn lingers(&self) -> Duration {
        let begun = Instant::now();
        self.here.linger(&self.here.databases, USUAL).await;
        begun.elapsed()
    }
}

#[tokio::test(start_paused = true)]
async fn those_who_usually_come_are_waited_for_while_they_are_on_their_way() {
    let mut two = Two::new();
    two.database_waits();
    assert_eq!(two.lingers().await, USUAL, "nobody has ever come");

    let mut on_their_way = two.come(2);
    assert_eq!(two.lingers().await, USUAL * TIMES);
    on_their_way.pop();
    two.database_waits();
    two.here.one_came();
    assert_eq!(two.lingers().await, USUAL * TIMES, "one of three is on its way");
    on_their_way.clear();
    two.database_waits();
    assert_eq!(two.lingers().await, USUAL, "all three are here");
}

#[tokio::test(start_paused = true)]
async fn a_full_request_waits_for_nobody() {
    let mut two = Two::new();
    let _on_their_way = two.come(20);
    for _ in 0..LARGEST_BATCH {
        two.database_waits();
    }
    assert_eq!(two.lingers().await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_waited_for_while_everybody_is_somewhere_else() {
    let mut two = Two::new();
    drop(two.come(3));
    two.database_waits();
    let elsewhere = [(); 2].map(|()| two.there.users.open_one());
    assert_eq!(two.lingers().await, USUAL);

    drop(elsewhere);
    assert_eq!(two.lingers().await, USUAL * TIMES, "two are nowhere, and may come");
    assert_eq!(two.lingers().await, USUAL, "they did not");
}

#[tokio::test(start_paused = true)]
async fn databases_users_and_passwords_come_together() {
    let mut two = Two::new();
    drop(two.come(3));
    two.database_waits();
    let id = UserId { name: "app".to_owned(), host: "%".to_owned() };
    let here = Arc::clone(&two.here);
    let password = || "s3cret".to_owned().into();
    let user = NewUser { id: id.clone(), password: password(), databases: Vec::new() };
    two.waits(&here.users, user);
    two.waits(&here.passwords, PasswordChange { id: id.clone(), password: password() });
    assert_eq!(two.lingers().await, USUAL);

    let sender = Sender::idle(CallContext::new(None, CancellationToken::new()));
    two.lists.databases.expect(&sender, ["e".to_owned()].into_iter());
    two.lists.users.expect(&sender, [id].into_iter());
    // Two that no listing has shown, and three that wait.
    assert_eq!((two.here.open(), two.here.everywhere.open()), (5, 5));
}
