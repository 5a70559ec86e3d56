//! What Terraform can do that is no state: one line an action.
//!
//! None makes a replica the source: the API of Rackspace has no such call.

mod backup_copy;
mod backup_schedule_run;
mod ha_group_restart;
mod instance_backup;
mod instance_restart;
mod instance_save_logs;
mod restarting;
mod retention;
mod statuses;
mod target;

use clouddb::Client;
use tfplug::BoxedAction;

pub(crate) fn all() -> Vec<BoxedAction<Client>> {
    vec![
        tfplug::action(instance_restart::Restart),
        tfplug::action(instance_backup::Backup),
        tfplug::action(instance_save_logs::SaveLogs),
        tfplug::action(backup_copy::Copy),
        tfplug::action(backup_schedule_run::Run),
        tfplug::action(ha_group_restart::Restart),
    ]
}

#[cfg(test)]
mod tests {
    use tfplug::Action;
    use tfplug::testing::{assert_model, assert_plan_view};

    use super::*;

    fn agrees<A: Action>(it: &A) {
        let schema = it.schema();
        assert_eq!(schema.check_arguments(), Ok(()), "{}", A::NAME);
        assert_model::<A::Arguments>(&schema);
        assert_plan_view::<A::Config>(&schema);
    }

    #[test]
    fn models_and_schemas_agree() {
        agrees(&instance_restart::Restart);
        agrees(&instance_backup::Backup);
        agrees(&instance_save_logs::SaveLogs);
        agrees(&backup_copy::Copy);
        agrees(&backup_schedule_run::Run);
        agrees(&ha_group_restart::Restart);
    }
}
