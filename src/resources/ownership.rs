//! Objects that the state has under two addresses.
//!
//! `terraform import` under a second address does that. There is one object all the same, and to
//! destroy it under one address takes it away from the other. So the plan of such a destruction lets
//! the apply forget the object and drop nothing, as long as another address keeps it.
//!
//! Terraform tells no addresses. But each object that is read gets a mark, kept beside its state, and
//! one object with two marks has two addresses. All that a plan knows it has from this process: when
//! everything is destroyed, all addresses go, and the first one drops the object. Where another
//! address shows up too late, its own plan is an error, and nothing happens at all.
//!
//! Terraform plans an address that is not configured any more before it reads it, and often before it
//! has read anything. So such a plan waits for the others, and one without a mark, of a state from
//! before there were marks, has an address of its own and is nobody else's.

mod words;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clouddb::Client;
use tfplug::{Context, Diagnostics, PlanContext, Result};
use tokio::time::Instant;

/// Private state: the mark of one address.
const MARK: &str = "address";
/// From the plan: the object is managed under another address too, and is only forgotten.
const FORGET: &str = "forget";
/// From the plan: the mark of the address that goes, also of one that had none.
const GOING: &str = "going";

/// For how long no address may have been read or planned before it is said that there is no other, also
/// when none has been yet.
const CALM: Duration = Duration::from_millis(400);
/// How long a plan waits for that.
const PATIENCE: Duration = Duration::from_secs(2);

/// Which addresses the objects of this run have.
#[derive(Default)]
pub(super) struct Ownership {
    facts: Mutex<Facts>,
}

#[derive(Default)]
struct Facts {
    /// The object of each mark.
    objects: HashMap<String, String>,
    /// Marks whose object is destroyed or replaced.
    going: HashSet<String>,
    /// The mark under which an object is dropped.
    dropped: HashMap<String, String>,
    /// Objects of which it was said that they have two addresses.
    told: HashSet<String>,
    /// Reads and plans that are under way, and when the last of them began or ended.
    at_work: usize,
    last_work: Option<Instant>,
    is_calm: bool,
}

/// One object.
pub(super) struct Owned<'a> {
    /// `Database`, with which a summary begins.
    pub(super) kind: &'static str,
    /// What the API knows it by.
    pub(super) key: &'a str,
    /// For messages: `database "shop" of instance ID`.
    pub(super) shown: &'a str,
}

/// A read or a plan that is under way.
pub(super) struct AtWork<'a>(&'a Ownership);

impl Ownership {
    /// A run begins, which reads all addresses anew.
    pub(super) fn begin(&self) {
        *self.facts() = Facts::default();
    }

    /// A read or a plan begins.
    pub(super) fn at_work(&self) -> AtWork<'_> {
        let mut facts = self.facts();
        facts.at_work += 1;
        facts.last_work = Some(Instant::now());
        AtWork(self)
    }

    /// The object is in the state, and is read.
    pub(super) fn reads(&self, cx: &Context<Client>, it: &Owned<'_>) -> AtWork<'_> {
        let mark = cx.private::<String>(MARK).unwrap_or_else(|| {
            let mark = new_mark();
            cx.set_private(MARK, &mark);
            mark
        });
        self.facts().objects.insert(mark, it.id());
        self.at_work()
    }

    /// The object is not there any more.
    pub(super) fn gone(&self, cx: &Context<Client>) {
        if let Some(mark) = cx.private::<String>(MARK) {
            self.facts().forget(&mark);
        }
    }

    /// The object stays. Refuses that if it is destroyed under another address.
    pub(super) fn keeps(&self, cx: &PlanContext<Client>, it: &Owned<'_>) -> Result<()> {
        let mut facts = self.facts();
        let (id, mark) = (it.id(), cx.private::<String>(MARK));
        if let Some(mark) = &mark {
            facts.stays(mark, &id);
        }
        if facts.dropped.contains_key(&id) {
            return Err(Diagnostics::from(it.taken_away()));
        }
        if facts.others(&id, mark.as_deref().unwrap_or_default()) > 0 && facts.told.insert(id) {
            cx.warn(it.twice());
        }
        Ok(())
    }

    /// An object of this key is made. Refuses that for one that would be dropped and made anew while
    /// another address has it: Terraform does not tell of a tainted one that it is there.
    pub(super) async fn makes(&self, it: &Owned<'_>) -> Result<()> {
        let id = it.id();
        if self.facts().staying(&id) == 0 {
            return Ok(());
        }
        self.calm().await;
        if self.facts().staying(&id) < 2 {
            return Ok(());
        }
        Err(Diagnostics::from(it.replaced()))
    }

    /// The object is destroyed or replaced under this address, and with `drops` it is to be dropped.
    /// Tells whether it is only forgotten, because another address has it.
    pub(super) async fn goes(
        &self,
        cx: &PlanContext<Client>,
        it: &Owned<'_>,
        drops: bool,
    ) -> Result<bool> {
        let id = it.id();
        let mark = cx.private::<String>(MARK).unwrap_or_else(new_mark);
        {
            let mut facts = self.facts();
            facts.objects.insert(mark.clone(), id.clone());
            facts.going.insert(mark.clone());
        }
        cx.hand_over(GOING, &mark);
        self.calm().await;
        let mut facts = self.facts();
        if facts.others(&id, &mark) > 0 {
            if !cx.is_destruction() {
                return Err(Diagnostics::from(it.replaced()));
            }
            cx.warn(it.stays());
            cx.hand_over(FORGET, &true);
            return Ok(true);
        }
        match facts.dropped.get(&id) {
            Some(other) if *other != mark => {
                cx.hand_over(FORGET, &true);
                Ok(true)
            }
            _ => {
                if drops {
                    facts.dropped.insert(id, mark);
                }
                Ok(false)
            }
        }
    }

    /// The address goes out of the state. Whether the object is only forgotten.
    pub(super) fn forgets(&self, cx: &Context<Client>) -> bool {
        let mark = cx.handed_over::<String>(GOING).or_else(|| cx.private(MARK));
        if let Some(mark) = mark {
            self.facts().forget(&mark);
        }
        cx.handed_over(FORGET) == Some(true)
    }

    /// Waits until whatever is in the state is likely to have been read. If nothing has been by then, all
    /// is destroyed.
    async fn calm(&self) {
        let began = Instant::now();
        loop {
            {
                let mut facts = self.facts();
                let last = facts.last_work.unwrap_or(began);
                let quiet = facts.at_work == 0 && last.elapsed() >= CALM;
                if facts.is_calm || quiet || began.elapsed() >= PATIENCE {
                    facts.is_calm = true;
                    return;
                }
            }
            tokio::time::sleep(CALM / 5).await;
        }
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let mut facts = self.0.facts();
        facts.at_work = facts.at_work.saturating_sub(1);
        facts.last_work = Some(Instant::now());
    }
}

impl Facts {
    /// The address keeps its object, whatever it was planned to be before.
    fn stays(&mut self, mark: &str, id: &str) {
        self.objects.insert(mark.to_owned(), id.to_owned());
        self.going.remove(mark);
        if self.dropped.get(id).is_some_and(|it| it == mark) {
            self.dropped.remove(id);
        }
    }

    /// How many other addresses keep the object.
    fn others(&self, id: &str, mark: &str) -> usize {
        let other =
            |(it, of): &(&String, &String)| *of == id && *it != mark && !self.going.contains(*it);
        self.objects.iter().filter(other).count()
    }

    /// How many addresses keep the object.
    fn staying(&self, id: &str) -> usize {
        self.others(id, "")
    }

    fn forget(&mut self, mark: &str) {
        self.going.remove(mark);
        if let Some(id) = self.objects.remove(mark)
            && self.dropped.get(&id).is_some_and(|it| it == mark)
        {
            self.dropped.remove(&id);
        }
    }
}

impl Owned<'_> {
    fn id(&self) -> String {
        format!("{} {}", self.kind, self.key)
    }
}

fn new_mark() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(marks: &[(&str, &str)]) -> Facts {
        let owned = |(mark, id): &(&str, &str)| ((*mark).to_owned(), (*id).to_owned());
        Facts { objects: marks.iter().map(owned).collect(), ..Facts::default() }
    }

    #[test]
    fn an_address_that_goes_is_no_owner() {
        let mut facts = facts(&[("1", "a"), ("2", "a"), ("3", "b")]);
        assert_eq!((facts.others("a", "1"), facts.staying("a"), facts.staying("b")), (1, 2, 1));

        facts.going.insert("2".to_owned());

        assert_eq!((facts.others("a", "1"), facts.others("a", "2")), (0, 1));
    }

    #[test]
    fn an_address_that_stays_after_all_is_an_owner_again() {
        let mut facts = facts(&[("1", "a"), ("2", "a")]);
        facts.going.insert("1".to_owned());
        facts.dropped.insert("a".to_owned(), "1".to_owned());

        facts.stays("2", "a");
        assert_eq!(facts.dropped.len(), 1, "it is another one that drops it");

        facts.stays("1", "a");
        assert!(facts.dropped.is_empty() && facts.others("a", "2") == 1);
    }

    #[test]
    fn an_address_that_is_gone_owns_and_drops_nothing() {
        let mut facts = facts(&[("1", "a"), ("2", "a")]);
        facts.going.insert("1".to_owned());
        facts.dropped.insert("a".to_owned(), "1".to_owned());

        facts.forget("2");
        assert_eq!(facts.dropped.len(), 1, "it is another one that drops it");
        assert_eq!((facts.objects.len(), facts.going.len()), (1, 1));

        facts.forget("1");
        assert!(facts.objects.is_empty() && facts.going.is_empty() && facts.dropped.is_empty());
    }

    #[test]
    fn a_run_that_begins_knows_no_address_of_the_last_one() {
        let ownership = Ownership { facts: Mutex::new(facts(&[("1", "a")])) };
        assert_eq!(ownership.facts().staying("a"), 1);

        ownership.begin();

        assert_eq!(ownership.facts().staying("a"), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_is_under_way_is_waited_for_and_not_for_ever() {
        let ownership = Ownership::default();
        let began = Instant::now();
        ownership.calm().await;
        assert_eq!(began.elapsed(), CALM, "nothing is read");

        let (ownership, began) = (Ownership::default(), Instant::now());
        let work = ownership.at_work();
        let ((), ()) = tokio::join!(ownership.calm(), async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            drop(work);
        });
        let waited = began.elapsed();
        assert!(waited >= Duration::from_millis(500) + CALM && waited < PATIENCE, "{waited:?}");

        let ownership = Ownership::default();
        let _work = ownership.at_work();
        ownership.calm().await;
        assert!(ownership.facts().is_calm);
    }
}
