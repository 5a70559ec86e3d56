//! Seeds and snapshots of schedules.

use crate::simulator::handle::Simulator;
use crate::state::schedules::{Schedule, ScheduleSnapshot, Timing};

/// What names an object that does not exist does nothing, unless it says otherwise.
impl Simulator {
    /// Adds a schedule of an instance, with a full backup on Sunday, and returns its ID, which is empty if
    /// there is no such instance.
    pub fn add_schedule(&self, instance_id: &str, hour: i8, minute: i8) -> String {
        let cloud = &mut self.parts().cloud;
        let Some(place) = cloud.place_of_instance(instance_id) else { return String::new() };
        let schedule =
            Schedule::new(instance_id, Timing { day_of_week: 0, hour, minute }, cloud.now());
        let id = schedule.id.clone();
        cloud.region(&place).schedules.insert(id.clone(), schedule);
        id
    }

    /// The same of an HA group.
    pub fn add_ha_schedule(&self, ha_id: &str, hour: i8, minute: i8) -> String {
        let cloud = &mut self.parts().cloud;
        let Some(place) = cloud.place_of_group(ha_id) else { return String::new() };
        let timing = Timing { day_of_week: 0, hour, minute };
        let new = Schedule::new(ha_id, timing, cloud.now());
        let schedule = Schedule { is_of_group: true, ..new };
        let id = schedule.id.clone();
        cloud.region(&place).schedules.insert(id.clone(), schedule);
        id
    }

    /// Sets when a schedule runs, as another client would.
    pub fn reschedule(&self, id: &str, day_of_week: i8, hour: i8, minute: i8) {
        let cloud = &mut self.parts().cloud;
        let now = cloud.now();
        let schedule = cloud.regions.values_mut().find_map(|it| it.schedules.get_mut(id));
        if let Some(schedule) = schedule {
            schedule.timing = Timing { day_of_week, hour, minute };
            schedule.next_run = schedule.timing.next_after(now);
        }
    }

    /// Takes a schedule away at once; the backups that it has made stay.
    pub fn remove_schedule(&self, id: &str) {
        for region in self.parts().cloud.regions.values_mut() {
            region.schedules.remove(id);
        }
    }

    /// Every schedule of every region and account.
    pub fn schedules(&self) -> Vec<ScheduleSnapshot> {
        self.parts().cloud.snapshot().schedules
    }
}
