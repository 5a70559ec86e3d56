//! The root user of the database server of an instance, with the password that it has.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/tree/master/api-docs/api-reference>, "Enable
//! root user" and "List root-enabled status".
//!
//! Quirks: the call that enables root answers with a password that nobody is told again, and called once
//! more it makes another. Nothing disables root, so what a destruction can do is to make a password that
//! nobody sees. Whether root is enabled is history: once it was, the API says so for ever.

mod model;
mod password;
mod plan;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clouddb::Client;
use tfplug::schema::{Schema, Timeouts, Validator, string};
use tfplug::{
    Change, Context, Diagnostic, IdentitySchema, ImportKey, PlanContext, PrivateState, Resource,
    Result,
};

use super::identity::RootUserIdentity;
use super::inside::{self, Shown};
use super::outlook::Outlook;
use super::ownership::Owned;
use super::patience::READING;
use crate::place::{self, Answer, Found, Object, Outcome};
use crate::{failure, rules};
pub(crate) use model::RootUser;
use model::{LEAVE, LOCK};
use password::Enabled;

const TEN_MINUTES: Duration = Duration::from_mins(10);

/// The resource `rackspace_db_root_user`.
pub(crate) struct RootUsers {
    outlook: Arc<Outlook>,
    let_go: LetGo,
}

/// The instances whose root user this run has let go, so that it makes it anew and takes it from nobody.
#[derive(Default)]
struct LetGo(Mutex<HashSet<String>>);

impl RootUsers {
    pub(super) fn new(outlook: &Arc<Outlook>) -> Self {
        Self { outlook: Arc::clone(outlook), let_go: LetGo::default() }
    }
}

impl Resource for RootUsers {
    type Client = Client;
    type Model = RootUser;
    type Plan = plan::RootUser;
    type Identity = RootUserIdentity;
    const NAME: &'static str = "rackspace_db_root_user";

    fn schema(&self) -> Schema {
        Schema::new(
            "Enables the root user of an instance with a password that the API makes and tells once, and that stands in the Terraform state from then on: whoever can read the state can log in as root.\n\n\
             Root may log in from every host and do everything. `rotate` gives it a new password in place. The API cannot disable root again: what a destruction does instead, `on_destroy` says. An instance on which somebody else has enabled root is not taken over; import it.",
        )
        .attribute("instance_id", string().required().requires_replace().validator(rules::id_of("an instance")).describe(
            "ID of the instance, which must not be a replica. Changing it replaces the root user.",
        ))
        .attribute("region", place::attribute("root user", "Left out, that of the instance."))
        .attribute("rotate", string().optional().describe(
            "Any text, such as a date; change it to give root a new password. Setting it for the first time and removing it are changes too. Changed in place.",
        ))
        .attribute("on_destroy", string().optional().computed().default(LOCK).validator(Validator::one_of(&[LOCK, LEAVE])).describe(
            "What becomes of root when the resource is destroyed, since nothing disables it: `lock` gives it a new password that nobody is told, `leave` leaves its password as it is. What counts is the value in the state. Default `lock`.",
        ))
        .attribute("id", string().computed().describe("ID of the instance."))
        .attribute("name", string().computed().use_state_for_unknown().describe("Name of the user: `root`."))
        .attribute("password", string().computed().sensitive().describe(
            "Password that root has, kept in the state. The API tells it once: after an import it is null until `rotate` changes, and where somebody else makes another password past Terraform, nobody notices.",
        ))
        .timeouts(Timeouts::new().create(TEN_MINUTES).read(READING).update(TEN_MINUTES).delete(TEN_MINUTES))
    }

    fn identity_schema(&self) -> IdentitySchema {
        RootUserIdentity::schema()
    }

    fn identify(&self, stored: PrivateState<'_>, state: &RootUser) -> Option<RootUserIdentity> {
        RootUserIdentity::of(stored, state.region.as_deref(), &state.instance_id)
    }

    fn begin(&self) {
        self.let_go.all().clear();
    }

    async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<plan::RootUser>,
    ) -> Result<()> {
        let id = change.planned.instance_id.known();
        let is_ours = id.is_some_and(|id| self.let_go.all().contains(id));
        plan::plan(cx, change, &self.outlook, is_ours).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: RootUser) -> Result<()> {
        let (key, shown) = (&prior.instance_id, prior.shown());
        let locks = prior.on_destroy != LEAVE;
        if self.outlook.ownership.goes(cx, &owned(key, &shown), true).await? {
            return Ok(());
        }
        let client = place::plan_destroy(cx, &shown, prior.region.as_deref()).await?;
        cx.warn(plan::end(&shown, locks));
        if locks {
            prior.inside(&shown).plan_destroy(cx, client, &self.outlook).await;
        }
        Ok(())
    }

    async fn create(&self, cx: &Context<Client>, plan: RootUser) -> Result<RootUser> {
        self.outlook.applies();
        let shown = plan.shown();
        let doing = format!("Unable to enable {shown}");
        let (instance_id, region) = (&plan.instance_id, plan.region.as_deref());
        let is_ours = self.let_go.all().contains(instance_id);
        let sent = place::make_in_instance(cx, &doing, region, instance_id, |api| {
            password::enable(api.root(instance_id), is_ours)
        });
        let Outcome { result, region, .. } = sent.await?;
        let made = RootUser { region, ..plan };
        match result.map_err(|error| failure::report(&doing, &error))? {
            Enabled::Now(user) => Ok(made.with(user)),
            Enabled::Before => Err(plan::already(&made.instance_id).into()),
            Enabled::Perhaps(error) => {
                cx.set_private(password::OPEN, &true);
                cx.reached(&made);
                Err(password::unknown(doing, &error))
            }
        }
    }

    async fn read(&self, cx: &Context<Client>, state: RootUser) -> Result<Option<RootUser>> {
        let shown = state.shown();
        let doing = format!("Unable to read {shown}");
        self.outlook.read(&model::key(&state.instance_id));
        let _reads = self.outlook.ownership.reads(cx, &owned(&state.instance_id, &shown));
        let found = place::find(cx, &doing, &state.place(), look(&state.instance_id)).await?;
        let Some(Found { it, region, .. }) = found else {
            self.outlook.ownership.gone(cx);
            return Ok(None);
        };
        if let Shown::Unreadable(error) = it {
            state.inside(&shown).keeps_state(cx, &error);
        }
        Ok(Some(RootUser { region, ..state }))
    }

    async fn update(&self, cx: &Context<Client>, prior: RootUser, plan: RootUser) -> Result<()> {
        let open = cx.private(password::OPEN) == Some(true);
        if !open && plan.rotate == prior.rotate {
            // What else changes is between Terraform and this provider.
            return Ok(());
        }
        let doing = format!("Unable to change the password of {}", prior.shown());
        let look = look(&prior.instance_id);
        let api = match place::client_of(cx, &doing, &prior.place(), look).await? {
            Some(api) => api,
            // The API says best what is not there.
            None => place::client_of_new(cx, &doing, prior.region.as_deref()).await?,
        };
        let root = api.root(&prior.instance_id);
        match password::change(cx, &root, &prior).await {
            Ok(user) => {
                cx.reached(&prior.with(user));
                cx.remove_private(password::OPEN);
                Ok(())
            }
            Err(not_told) => Err(password::report(doing, &not_told)),
        }
    }

    async fn delete(&self, cx: &Context<Client>, state: RootUser) -> Result<()> {
        if self.outlook.ownership.forgets(cx) {
            return Ok(());
        }
        if state.on_destroy != LEAVE {
            self.lock(cx, &state).await?;
        }
        self.let_go.all().insert(state.instance_id);
        Ok(())
    }

    async fn import(
        &self,
        cx: &Context<Client>,
        key: ImportKey<RootUserIdentity>,
    ) -> Result<RootUser> {
        let (instance_id, location) = RootUserIdentity::sought(key)?;
        let shown = model::shown(&instance_id);
        let doing = format!("Unable to import {shown}");
        let wanted = Object { shown, region: None, instance_id: Some(&instance_id) };
        let found = place::import(cx, &doing, &location, wanted, look(&instance_id)).await?;
        let Some(Found { it, region, .. }) = found else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "Root was never enabled on instance {instance_id}, or there is no such instance {}. To enable root, write the resource without an import; `root_enabled` of the data source rackspace_db_instance tells whether it is.",
                    place::searched(cx).await
                ))
                .into());
        };
        match it {
            Shown::It(()) => Ok(RootUser::imported(region, instance_id)),
            Shown::Unreadable(error) => Err(failure::report(doing, &error)),
        }
    }
}

impl RootUsers {
    /// Gives root a password that nobody sees, unless root is not enabled any more.
    async fn lock(&self, cx: &Context<Client>, state: &RootUser) -> Result<()> {
        let shown = state.shown();
        let doing = format!("Unable to lock {shown}");
        let look = look(&state.instance_id);
        let found = place::client_of(cx, &doing, &state.place(), look).await?;
        let Some(api) = found else { return Ok(()) };
        let inside = state.inside(&shown);
        if inside.goes_with_instance(cx, &api, &self.outlook).await? {
            return Ok(());
        }
        let Err(not_told) = password::lock(cx, &api.root(&state.instance_id), state).await else {
            return Ok(());
        };
        let end = Box::pin(inside.undeleted(cx, &api, &self.outlook, &not_told.error)).await;
        end.unwrap_or_else(|| Err(password::report(doing, &not_told)))
    }
}

impl LetGo {
    fn all(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A root user of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "Root user", key, shown }
}

/// How a root user is looked for.
fn look(instance_id: &str) -> impl Fn(Client) -> Answer<Shown<()>> + use<> {
    let instance_id = instance_id.to_owned();
    move |api| {
        let root = api.root(&instance_id);
        Box::pin(async move {
            let enabled = root.is_enabled().await;
            inside::shown(enabled.map(|enabled| (enabled == Some(true)).then_some(())))
        })
    }
}
