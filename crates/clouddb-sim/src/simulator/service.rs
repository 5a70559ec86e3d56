//! The way of a request through the simulator: the fault that it meets, the API, the log.

use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::disk::state_file::StateFile;
use crate::faults::control;
use crate::faults::effect::{Delivery, FaultEffect, Late, TakesEffect};
use crate::faults::queue::FaultQueue;
use crate::http::connection::WriteLimit;
use crate::http::listener::Door;
use crate::http::rate_limits::Counters;
use crate::http::request_log::{RecordedRequest, instance_of};
use crate::http::router;
use crate::http::server::Handler;
use crate::message::path::below_account;
use crate::message::reply::Reply;
use crate::message::request::Request;
use crate::options::clock::shifted;
use crate::page;
use crate::state::cloud::Cloud;

/// The simulator as its server and the handle of a test share it.
#[derive(Debug)]
pub(crate) struct Service {
    parts: Mutex<Parts>,
    door: watch::Sender<Door>,
    logged: Condvar,
}

/// What a request may read and change, all of it under one lock: whoever sees a request in the log
/// sees its effect too.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) cloud: Cloud,
    pub(crate) faults: FaultQueue,
    pub(crate) log: Vec<RecordedRequest>,
    /// How many requests have come.
    requests: u64,
    /// What somebody else made just before a call of a client, by path.
    pub(crate) namesakes: Vec<String>,
    /// The calls that were answered and will be carried out before another one, with how many come
    /// before that.
    postponed: Vec<(u32, Request)>,
    /// How many calls have come and are carried out later.
    pub(crate) late_effects: usize,
    counters: Counters,
    /// Where the cloud is kept, if it is.
    file: Option<StateFile>,
}

/// The parts in the hands of somebody who may change them: the cloud is kept as it is when they are let go.
pub(crate) struct Changing<'a>(MutexGuard<'a, Parts>);

impl Deref for Changing<'_> {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for Changing<'_> {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        // Nobody can be told here; it is tried again with the next call, which tells it.
        let _ = self.0.keep();
    }
}

impl Parts {
    /// Has the cloud on disk as it is, if it is to be kept: whoever is told of a change finds it after a
    /// restart, whenever that comes.
    fn keep(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write(&self.cloud)?;
        self.cloud.remove_discarded();
        Ok(())
    }

    /// The same, or what is answered instead.
    fn keep_or_say(&mut self) -> Result<(), Reply> {
        self.keep().map_err(|error| Reply::fault(500, error.to_string()))
    }

    /// Has a request carried out by the API.
    fn perform(&mut self, request: &Request) -> Reply {
        let reply = router::answer(&mut self.cloud, &mut self.counters, request);
        self.cloud.carry();
        reply
    }

    /// Carries out what was answered and waits for other calls to come.
    pub(crate) fn carry_out_postponed(&mut self) {
        for (calls, _) in &mut self.postponed {
            *calls = 1;
        }
        self.catch_up();
    }

    /// Carries out what was answered before and is due before the call that has come now.
    fn catch_up(&mut self) {
        for (calls, _) in &mut self.postponed {
            *calls -= 1;
        }
        for (_, request) in
            self.postponed.extract_if(.., |(calls, _)| *calls == 0).collect::<Vec<_>>()
        {
            self.late_effects -= 1;
            self.perform(&request);
        }
    }

    /// Somebody else makes the same call, with passwords of their own.
    fn perform_for_another(&mut self, request: &Request) {
        let before = self.cloud.snapshot().paths();
        self.perform(&request.of_somebody_else());
        let after = self.cloud.snapshot().paths();
        let made: Vec<&String> = after.difference(&before).collect();
        // What is in a new instance goes without saying.
        let is_inside = |path: &str| made.iter().any(|it| path.starts_with(&format!("{it}/")));
        self.namesakes.extend(made.iter().filter(|it| !is_inside(it)).map(|it| (*it).clone()));
    }
}

impl Service {
    /// Fails if the cloud cannot be kept where it should be.
    pub(crate) fn new(cloud: Cloud, file: Option<StateFile>) -> io::Result<Self> {
        let (door, _) = watch::channel(Door::Open);
        let mut parts = Parts {
            cloud,
            faults: FaultQueue::default(),
            log: Vec::new(),
            requests: 0,
            namesakes: Vec::new(),
            postponed: Vec::new(),
            late_effects: 0,
            counters: Counters::default(),
            file,
        };
        parts.keep()?;
        Ok(Self { parts: Mutex::new(parts), door, logged: Condvar::new() })
    }

    /// A test that panicked while it held the lock must not take the server down with it.
    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn parts(&self) -> Changing<'_> {
        Changing(self.lock())
    }

    /// Blocks until the log fulfils the condition, and gives up after a while.
    pub(crate) fn wait_for(
        &self,
        timeout: Duration,
        fulfilled: impl Fn(&[RecordedRequest]) -> bool,
    ) -> bool {
        let waits = |parts: &mut Parts| !fulfilled(&parts.log);
        let waited = self.logged.wait_timeout_while(self.lock(), timeout, waits);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Lets connections in, or refuses them.
    pub(crate) fn turn(&self, door: Door) {
        self.door.send_replace(door);
    }

    /// Tells a listener when the door is turned.
    pub(crate) fn door(&self) -> watch::Receiver<Door> {
        self.door.subscribe()
    }

    fn control(&self, request: &Request) -> Reply {
        let parts = &mut *self.lock();
        let reply = control::answer(&mut parts.cloud, &mut parts.faults, &mut parts.log, request);
        parts.keep_or_say().err().unwrap_or(reply)
    }

    /// Carries a request out as far as the fault lets it, and logs it.
    fn carry_out(&self, request: &Request, effect: &FaultEffect) -> Reply {
        let parts = &mut *self.lock();
        if effect.expire_tokens {
            parts.cloud.tokens.expire();
        }
        parts.catch_up();
        if effect.namesake {
            parts.perform_for_another(request);
        }
        parts.cloud.tick();
        let status = instance_of(request).and_then(|id| parts.cloud.instance_status(&id));
        let own = match effect.takes_effect {
            TakesEffect::Never => None,
            TakesEffect::BeforeReply => Some(parts.perform(request)),
            TakesEffect::AfterReply(late) => {
                parts.late_effects += 1;
                if let Late::Calls(calls) = late {
                    parts.postponed.push((calls, request.clone()));
                }
                None
            }
        };
        let reply = match parts.keep_or_say() {
            Ok(()) => effect.reply_to(request, own),
            Err(refusal) => Some(refusal),
        };
        let sent = match effect.delivery {
            Delivery::Whole | Delivery::Cut | Delivery::Last => {
                reply.as_ref().map_or(0, |reply| reply.status)
            }
            Delivery::Dropped | Delivery::Never => 0,
        };
        parts.requests += 1;
        parts.log.push(RecordedRequest::new(parts.requests, request, status, sent));
        self.logged.notify_all();
        let reply = reply.unwrap_or_else(|| Reply::empty(200));
        match parts.cloud.skew.date {
            0 => reply,
            seconds => {
                let date = httpdate::fmt_http_date(shifted(SystemTime::now(), seconds));
                reply.with("Date", date)
            }
        }
    }

    /// Carries a request out that was answered this long ago.
    async fn carry_out_later(self: Arc<Self>, request: Request, time: Duration) {
        tokio::time::sleep(time).await;
        let parts = &mut *self.parts();
        parts.late_effects -= 1;
        parts.perform(&request);
    }

    async fn deliver(&self, reply: Reply, delivery: Delivery, limit: &WriteLimit) -> Reply {
        match delivery {
            Delivery::Whole => {}
            // A body of nothing has no middle: then nothing is sent, and a length of zero says so.
            Delivery::Cut => limit.cut_body_after(reply.body.len() / 2),
            Delivery::Dropped => limit.drop_now(),
            Delivery::Never => std::future::pending().await,
            Delivery::Last => {
                self.turn(Door::Closed);
                // The listener closes before the reply is written.
                tokio::task::yield_now().await;
                return reply.with("Connection", "close");
            }
        }
        reply
    }
}

impl Handler for Service {
    async fn answer(self: Arc<Self>, request: Request, limit: WriteLimit) -> Reply {
        if let Some(page) = page::answer(&request) {
            return page;
        }
        if request.path == "/sim" || request.path.starts_with("/sim/") {
            return self.control(&request);
        }
        let path = below_account(&request.path);
        let effect = self.lock().faults.effect_on(&request.method, &path);
        if !effect.delay.is_zero() {
            self.lock().late_effects += 1;
            tokio::time::sleep(effect.delay).await;
            self.lock().late_effects -= 1;
        }
        let reply = self.carry_out(&request, &effect);
        if !effect.hold.is_zero() {
            tokio::time::sleep(effect.hold).await;
        }
        if let TakesEffect::AfterReply(Late::Time(time)) = effect.takes_effect {
            tokio::spawn(Arc::clone(&self).carry_out_later(request, time));
        }
        self.deliver(reply, effect.delivery, &limit).await
    }
}
