//! `/instances/{id}/root`: enabling the root user, which cannot be undone, and whether it was.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Enable root user".

use serde_json::json;

use crate::call::Call;
use crate::cloud::Cloud;
use crate::instances;
use crate::reply::{Answer, Reply};

pub(crate) fn status(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let site = cloud.site(&call.place);
    instances::running(site, id)?;
    Ok(Reply::ok(&json!({ "rootEnabled": instances::find(site, id)?.root_enabled })))
}

/// Every call makes a new password, and shows it this once.
pub(crate) fn enable(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::writable(site, &options, id)?;
    let password: String = uuid::Uuid::new_v4().simple().to_string().chars().take(20).collect();
    if let Some(instance) = site.instances.get_mut(id) {
        instance.root_enabled = true;
        instance.root_password = Some(password.clone());
    }
    Ok(Reply::ok(&json!({ "user": { "name": "root", "password": password } })))
}
