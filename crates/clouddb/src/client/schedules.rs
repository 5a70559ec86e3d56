//! Schedules of automated backups, as the provider works with them.

use std::sync::Arc;

use crate::api::backups::model::Backup;
use crate::api::schedules::model::{NewSchedule, Schedule, ScheduleChange};
use crate::api::schedules::requests;
use crate::coordination::created::Running;
use crate::coordination::creation::Creation;
use crate::coordination::per_region::PerRegion;
use crate::coordination::write_kind::WriteKind;
use crate::http::limiter::LimitClass;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::listing::Listing;
use crate::value::made::Made;
use crate::value::source::Source;

/// What an instance or a group has to be free for.
const PURPOSE: &str = "a schedule of its backups";

/// The collection `/schedules`.
#[derive(Clone)]
pub struct Schedules {
    sender: Sender,
    region: Arc<PerRegion>,
}

impl Schedules {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region) }
    }

    /// `GET /schedules`, which has no pages, shared by all who ask. Those of high-availability groups are
    /// among them.
    pub async fn list(&self) -> Result<Listing<Schedule>, Error> {
        self.region.schedules.lists.items(&self.sender).await
    }

    /// `GET /schedules/{id}`; `None` if there is none, of which the list is the second witness.
    pub async fn get(&self, id: &str) -> Result<Option<Schedule>, Error> {
        self.region.find_schedule(&self.sender, id).await
    }

    /// `POST /schedules`, of an instance or a group, which can have one only.
    ///
    /// It is never sent again when its effect is not known; it is looked for the schedule then. See
    /// [`Made::found_after`], [`Error::Ambiguous`] and [`Error::InDoubt`], in which the ID of what
    /// is backed up has the place of a name.
    pub async fn create(&self, new: &NewSchedule) -> Result<Made<Schedule>, Error> {
        let lists = &self.region.schedules.lists;
        let creation = Arc::new(Creation::new(new.clone(), &self.region.own, lists));
        let attempt = move |sender: Sender| {
            let creation = Arc::clone(&creation);
            async move { creation.attempt(&sender).await }
        };
        let (sender, limit) = (&self.sender, LimitClass::Others);
        match &new.source {
            Source::Instance(id) => {
                let lane = &self.region.instance(id).lane;
                lane.write(sender, WriteKind::change(PURPOSE), limit, attempt).await
            }
            Source::HaGroup(id) => {
                let lane = self.region.group_lane(id);
                lane.write(sender, WriteKind::change(PURPOSE), limit, attempt).await
            }
        }
    }

    /// `PUT /schedules/{id}`: changes what is given, and leaves the rest as it is.
    pub async fn change(&self, id: &str, change: &ScheduleChange) -> Result<(), Error> {
        self.write(requests::change(id, change)).await
    }

    /// `PUT /schedules/{id}` with `run_now`: the backup that the schedule of this instance would make next
    /// is made as soon as the instance is free for it. It is complete when
    /// [`wait_until_completed`](crate::Backups::wait_until_completed) returns. When the schedule runs by
    /// itself does not change.
    ///
    /// It is never sent again when its effect is not known; it is looked for the backup then, as it is after
    /// a reply, which does not tell of it. See [`Made::found_after`], [`Error::Ambiguous`] and
    /// [`Error::InDoubt`], in which the schedule has the place of a name.
    pub async fn run(&self, id: &str, instance_id: &str) -> Result<Made<Backup>, Error> {
        let wish = Running { schedule_id: id.to_owned(), instance_id: instance_id.to_owned() };
        let lists = &self.region.backups.lists;
        let creation = Arc::new(Creation::new(wish, &self.region.own, lists));
        let attempt = move |sender: Sender| {
            let creation = Arc::clone(&creation);
            async move { creation.attempt(&sender).await }
        };
        let lane = &self.region.instance(instance_id).lane;
        let kind = WriteKind::work("a backup of its schedule");
        let made = lane.write(&self.sender, kind, LimitClass::Others, attempt).await;
        lists.outdate();
        self.region.schedules.lists.outdate();
        made
    }

    /// `DELETE /schedules/{id}`. The backups that it has made stay.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        self.write(requests::delete(id)).await?;
        self.region.own.forget(id);
        Ok(())
    }

    async fn write(&self, request: Request) -> Result<(), Error> {
        let sent = self.sender.send(&request).await;
        self.region.schedules.lists.outdate();
        sent.map(drop)
    }
}
