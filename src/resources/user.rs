//! A MySQL user of an instance, with the databases that it may use.
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>, "Database users".
//!
//! Quirks: name and host together are the identity, so two users of one name and two hosts are two
//! users. Passwords never come back. Granting never removes: what shall go must be revoked one by
//! one. A name with a period may be cut at the period, and the call then hits another user, so
//! such names are refused.

mod change;
mod grants;
pub(crate) mod model;
mod plan;

use std::sync::Arc;
use std::time::Duration;

use clouddb::{Client, Error, NewUser, UserId};
use tfplug::schema::{Schema, Timeouts, boolean, integer, set, string};
use tfplug::{
    Change, Context, Diagnostic, Diagnostics, IdentitySchema, ImportKey, MoveContext, MoveSource,
    PlanContext, PrivateState, Resource, Result,
};

use super::deletion::{delete_until_gone, two_of_one_name};
use super::identity::UserIdentity;
use super::inside::{self, Shown, failover};
use super::openstack;
use super::outlook::Outlook;
use super::ownership::Owned;
use super::patience::READING;
use super::protection::{left_behind, skip_destroy};
use crate::place::{self, Answer, Found, Object, Outcome};
use crate::{failure, ids, rules};
use model::User;

const TEN_MINUTES: Duration = Duration::from_mins(10);

/// The resource `rackspace_db_user`.
pub(crate) struct Users {
    outlook: Arc<Outlook>,
}

impl Users {
    pub(super) fn new(outlook: &Arc<Outlook>) -> Self {
        Self { outlook: Arc::clone(outlook) }
    }

    /// Drops one where it is said to be.
    async fn drop_there(
        &self,
        cx: &Context<Client>,
        api: &Client,
        it: User,
        shown: &str,
    ) -> Result<()> {
        let (users, id) = (api.users(&it.instance_id), it.user_id());
        let in_company = users.delete_in_company(&id);
        let alone = delete_until_gone(users.delete(&id), users.wait_until_gone(&id));
        let inside = it.inside(shown);
        Box::pin(inside.delete(cx, api, &self.outlook, in_company, alone)).await
    }
}

impl Resource for Users {
    type Client = Client;
    type Model = User;
    type Plan = plan::User;
    type Identity = UserIdentity;
    const NAME: &'static str = "rackspace_db_user";

    fn schema(&self) -> Schema {
        Schema::new(
            "Manages a MySQL user of an instance and the databases that it may use.\n\n\
             Name, host, password and grants change in place. Name and host together identify a user: the same name with another host is another user.",
        )
        .attribute("instance_id", string().required().validator(rules::id_of("an instance")).describe(
            "ID of the instance, or `source_instance_id` of an HA group. Changing it replaces the user, unless a failover has made another member of the same group the source: then the user is there already, and only its ID in the state changes.",
        ))
        .attribute("region", place::attribute("user", "Left out, that of the instance."))
        .attribute("name", string().required().validator(rules::user_name()).describe(
            "Name of the user, 1 to 16 characters of ASCII. A period is refused, because the API may cut the name there and change another user. Changed in place.",
        ))
        .attribute("host", string().optional().computed().default("%").validator(rules::host()).describe(
            "Host from which the user may connect: `%` for every host, an IPv4 address, or a pattern with `%` at an end, such as `10.0.0.%` or `10.%`. Default `%`. Changed in place.",
        ))
        .attribute("password", string().optional().sensitive().validator(rules::password()).describe(
            "Password, kept in the state. A new user needs exactly one of `password` and `password_wo`; a user that has been imported keeps its password until one of them is given. Changed in place.",
        ))
        .attribute("password_wo", string().optional().sensitive().write_only().or_stored_as("password").validator(rules::password()).describe(
            "Password that is never kept in the plan or the state; it may be an ephemeral value. Needs Terraform 1.11 or later; with an older one use `password`. It is sent to a new user, and to an existing one when `password_wo_version` changes or when it takes the place of `password`. Changed in place.",
        ))
        .attribute("password_wo_version", integer().optional().describe(
            "Any whole number; change it to send `password_wo` again. Removing it is a change too. Without it a `password_wo` is sent only to a new user or in the place of `password`, and an imported user keeps the password that it has. Changed in place.",
        ))
        .attribute("databases", set(string()).optional().computed().use_state_for_unknown().generated().each(rules::database_name()).describe(
            "Names of the databases on which the user has all privileges. When given, grants outside this set are revoked; when left out, grants are shown and not managed. The server reads a `_` in such a name as any one character: a grant on `app_1` opens `appx1` as well.",
        ))
        .attribute("skip_destroy", boolean().optional().computed().default(false).describe(skip_destroy("user")))
        .attribute("id", string().computed().describe("`instance_id/name@host`."))
        .timeouts(Timeouts::new().create(TEN_MINUTES).read(READING).update(TEN_MINUTES).delete(TEN_MINUTES))
    }

    fn identity_schema(&self) -> IdentitySchema {
        UserIdentity::schema()
    }

    fn identify(&self, stored: PrivateState<'_>, state: &User) -> Option<UserIdentity> {
        UserIdentity::of(stored, state.region.as_deref(), &state.instance_id, &state.user_id())
    }

    fn validate(&self, config: plan::User, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(&self, cx: &PlanContext<Client>, change: &mut Change<plan::User>) -> Result<()> {
        plan::plan(cx, change)?;
        if change.is_create() && cx.replaces_on_demand() {
            cx.warn(two_of_one_name("User"));
        }
        plan::check_owner(cx, change, &self.outlook.ownership).await?;
        let _at_work = self.outlook.ownership.at_work();
        let client = plan::plan_region(cx, change, &self.outlook).await?;
        plan::check_instance(cx, client, change, &self.outlook).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: User) -> Result<()> {
        let (key, shown) = (prior.state_id(), prior.shown());
        let drops = !prior.skip_destroy;
        if self.outlook.ownership.goes(cx, &owned(&key, &shown), drops).await? {
            return Ok(());
        }
        let client = place::plan_destroy(cx, &shown, prior.region.as_deref()).await?;
        if prior.skip_destroy {
            cx.warn(left_behind("User", &shown));
            return Ok(());
        }
        let inside = prior.inside(&shown);
        inside.plan_destroy(cx, client, &self.outlook).await;
        Ok(())
    }

    async fn create(&self, cx: &Context<Client>, plan: User) -> Result<User> {
        self.outlook.applies();
        let Some(password) = plan.password_to_send(cx)? else {
            return Err(plan::no_password());
        };
        let new = NewUser {
            id: plan.user_id(),
            password,
            databases: plan.databases.iter().flatten().cloned().collect(),
        };
        let doing = format!("Unable to create {}", plan.shown());
        let (instance_id, region) = (&plan.instance_id, plan.region.as_deref());
        let sent = place::make_in_instance(cx, &doing, region, instance_id, |api| {
            let (users, new) = (api.users(instance_id), new.clone());
            async move { users.create(&new).await }
        });
        let Outcome { result, client, region } = sent.await?;
        let error = match result {
            Ok(clouddb::Made { found_after, .. }) => {
                failover::remember(cx);
                if let Some(lost) = &found_after {
                    cx.warn(failure::found("user", &new.id.to_string(), &plan.state_id(), lost));
                }
                return Ok(User { region, ..plan });
            }
            Err(error) => error,
        };
        let exists = matches!(error, Error::Rejected(_))
            && matches!(client.users(instance_id).find(&new.id).await, Ok(Some(_)));
        Err(if exists {
            failure::report_existing(doing, &error, &plan.state_id())
        } else {
            failure::report(doing, &error)
        })
    }

    async fn settle(&self, cx: &Context<Client>, made: &User) -> Result<()> {
        let doing = format!("New {} did not appear", made.shown());
        let api = place::client_of_new(cx, &doing, made.region.as_deref()).await?;
        let (users, id) = (api.users(&made.instance_id), made.user_id());
        let visible = match &made.databases {
            Some(databases) => users.wait_until_granted(&id, databases).await,
            None => users.wait_until_present(&id).await,
        };
        visible.map_err(|error| failure::report(doing, &error))?;
        Ok(())
    }

    async fn read(&self, cx: &Context<Client>, state: User) -> Result<Option<User>> {
        let (key, shown) = (state.state_id(), state.shown());
        let doing = format!("Unable to read {shown}");
        self.outlook.read(&key);
        let _reads = self.outlook.ownership.reads(cx, &owned(&key, &shown));
        let (instance_id, outlook) = (state.instance_id.as_str(), &self.outlook);
        let look = |id: UserId| {
            let doing = doing.as_str();
            let place = state.place();
            async move {
                let look = |instance_id: &str| look(instance_id, &id);
                failover::find(cx, doing, place, outlook, instance_id, look).await
            }
        };
        let Some(Found { it, region, .. }) = change::find(cx, &state.user_id(), look).await? else {
            self.outlook.ownership.gone(cx);
            return Ok(None);
        };
        match it {
            Shown::It(found) => Ok(Some(User { region, ..state.absorb(found) })),
            Shown::Unreadable(error) => {
                let inside = state.inside(&shown);
                inside.keeps_state(cx, &error);
                Ok(Some(User { region, ..state }))
            }
        }
    }

    async fn update(&self, cx: &Context<Client>, prior: User, plan: User) -> Result<()> {
        let open = cx.private(change::PASSWORD_OPEN) == Some(true);
        let due = open || plan.needs_new_password(&prior);
        let password = if due { plan.password_to_send(cx)? } else { None };
        let doing = format!("Unable to change {}", prior.shown());
        let look = look(&prior.instance_id, &prior.user_id());
        let api = match place::client_of(cx, &doing, &prior.place(), look).await? {
            Some(api) => api,
            // The API says best what is not there.
            None => place::client_of_new(cx, &doing, prior.region.as_deref()).await?,
        };
        // What has followed a failover is on the new source already.
        let prior = User { instance_id: plan.instance_id.clone(), ..prior };
        let prior = User { id: Some(prior.state_id()), ..prior };
        change::apply(cx, &api, prior, &plan, password).await
    }

    async fn delete(&self, cx: &Context<Client>, state: User) -> Result<()> {
        if self.outlook.ownership.forgets(cx) {
            return Ok(());
        }
        if state.skip_destroy {
            return Ok(());
        }
        let (id, shown) = (state.user_id(), state.shown());
        let doing = format!("Unable to delete {shown}");
        let look = look(&state.instance_id, &id);
        let found = place::client_of(cx, &doing, &state.place(), look).await?;
        let Some(api) = found else { return Ok(()) };
        let (api, outlook, it) = (&api, &*self.outlook, &state);
        failover::drop_on_source(cx, api, outlook, &doing, &it.instance_id, |instance_id| {
            self.drop_there(cx, api, User { instance_id, ..it.clone() }, &shown)
        })
        .await
    }

    async fn import(&self, cx: &Context<Client>, key: ImportKey<UserIdentity>) -> Result<User> {
        let (instance_id, user, location) = UserIdentity::sought(key)?;
        let doing = format!("Unable to import user \"{user}\" of instance {instance_id}");
        let wanted = Object {
            shown: format!("user \"{user}\" of instance {instance_id}"),
            region: None,
            instance_id: Some(&instance_id),
        };
        let look = look(&instance_id, &user);
        let found = place::import(cx, &doing, &location, wanted, look).await?;
        let Some(Found { it: found, region, .. }) = found else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "Instance {instance_id} has no user \"{user}\", or there is no such instance {}. The data source rackspace_db_users lists those that exist, with their hosts.",
                    place::searched(cx).await
                ))
                .into());
        };
        let found = match found {
            Shown::It(found) => found,
            Shown::Unreadable(error) => return Err(failure::report(doing, &error)),
        };
        Ok(User::imported(region, instance_id, found))
    }

    fn moves(&self) -> &'static [MoveSource] {
        openstack::USERS
    }

    fn move_from(
        &self,
        cx: &mut MoveContext,
        source: &MoveSource,
        raw: serde_json::Value,
    ) -> Result<User> {
        let moved: openstack::User = openstack::read(source, raw)?;
        place::arrives(cx);
        let (host, password) = (moved.host(), moved.password());
        let user = UserId { name: moved.name, host };
        Ok(User {
            id: Some(ids::of_user(&moved.instance_id, &user)),
            region: None,
            instance_id: moved.instance_id,
            name: user.name,
            host: user.host,
            password,
            password_wo_version: None,
            databases: moved.databases.map(|it| it.into_iter().collect()),
            skip_destroy: false,
        })
    }
}

/// A user of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "User", key, shown }
}

/// How a user is looked for.
fn look(instance_id: &str, id: &UserId) -> impl Fn(Client) -> Answer<Shown<clouddb::User>> + use<> {
    let (instance_id, id) = (instance_id.to_owned(), id.clone());
    move |api| {
        let (users, id) = (api.users(&instance_id), id.clone());
        Box::pin(async move { inside::shown(users.find(&id).await) })
    }
}
