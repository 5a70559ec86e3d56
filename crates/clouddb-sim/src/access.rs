//! `/instances/{id}/users/{user}/databases`: what a user may use. Databases need not exist.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Users".

use serde_json::json;

use crate::call::Call;
use crate::cloud::Cloud;
use crate::objects::User;
use crate::reply::{Answer, Reply};
use crate::schema::{self, Schema};
use crate::{instances, names, users};

pub(crate) fn list(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let site = cloud.site(&call.place);
    instances::find(site, id)?;
    let (name, host) = users::address(segment, "show")?;
    instances::running(site, id)?;
    let user = users::find(site, id, &name, &host)?;
    Ok(Reply::ok(&json!({ "databases": users::grants(user) })))
}

/// Adds grants and never takes one away.
pub(crate) fn grant(cloud: &mut Cloud, call: &Call<'_>, id: &str, segment: &str) -> Answer {
    let database = Schema::object(&["name"], vec![("name", Schema::name())]);
    let shape = Schema::Array { items: Box::new(database), unique: true };
    let list = schema::parse(&call.request.json()?, "databases", &shape)?;
    let granted = users::databases(&json!({ "databases": list }));
    change(cloud, call, id, segment, |user| {
        user.grants.extend(granted);
        Ok(())
    })
}

pub(crate) fn revoke(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    segment: &str,
    database: &str,
) -> Answer {
    let database = database.split('.').next().unwrap_or_default();
    change(cloud, call, id, segment, |user| {
        if user.grants.remove(database) {
            return Ok(());
        }
        Err(Reply::not_found(format!("Database {database} cannot be found on the instance.")))
    })
}

fn change(
    cloud: &mut Cloud,
    call: &Call<'_>,
    id: &str,
    segment: &str,
    change: impl FnOnce(&mut User) -> Result<(), Reply>,
) -> Answer {
    let options = cloud.options.clone();
    let site = cloud.site(&call.place);
    instances::find(site, id)?;
    let (name, host) = users::address(segment, "update")?;
    instances::writable(site, &options, id)?;
    users::find(site, id, &name, &host)?;
    let key = names::user_key(&name, &host);
    let user = site.instances.get_mut(id).and_then(|instance| instance.guest.users.get_mut(&key));
    user.map_or(Ok(()), change)?;
    Ok(Reply::accepted())
}
