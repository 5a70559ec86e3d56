//! Changes of what is inside an instance: first in what carries it, then in what is known of it.

use std::collections::BTreeSet;

use crate::engine::change::{Change, Refusal};
use crate::engine::server::Condition;
use crate::state::databases::Database;
use crate::state::instances::{FRESH_GB, Instance};
use crate::state::lag::Lag;
use crate::state::users::{User, user_key};

impl Instance {
    fn carry_out(&self, change: &Change<'_>) -> Result<(), Refusal> {
        self.server.as_ref().map_or(Ok(()), |server| server.carry_out(change))
    }

    /// True while the server of the instance does not answer.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.server.as_ref().is_some_and(|server| !server.is_ready())
    }

    /// True if the server of the instance has ended, or could not be started.
    pub(crate) fn is_down(&self) -> bool {
        let condition = self.server.as_ref().map(|server| server.condition());
        matches!(condition, Some(Condition::Down(_)))
    }

    /// True while the server of an instance in order, which has nothing to do, begins a run where the last
    /// one has ended.
    pub(crate) fn is_starting(&self) -> bool {
        matches!(self.status.as_str(), "ACTIVE" | "RESTART_REQUIRED")
            && self.server.as_ref().is_some_and(|server| server.is_busy())
    }

    /// GB that are taken of its volume.
    pub(crate) fn used(&self) -> f64 {
        let used = self.server.as_ref().map(|server| FRESH_GB + server.used());
        used.map_or(self.used, |used| (used * 100.0).round() / 100.0)
    }

    /// Asks the server of the instance what is in it, whoever has made that.
    pub(crate) fn look_inside(&mut self) {
        let Some(server) = self.server.as_ref().filter(|server| server.is_ready()) else { return };
        // One that does not answer is taken to have what it had.
        if let Ok(found) = server.contents() {
            self.guest.adopt(found);
        }
    }

    pub(crate) fn create_database(
        &mut self,
        name: &str,
        database: Database,
    ) -> Result<(), Refusal> {
        self.carry_out(&database.creation(name))?;
        self.guest.databases.insert(name.to_owned(), database);
        Ok(())
    }

    /// Takes a database away; listings see it for as many more.
    pub(crate) fn drop_database(&mut self, name: &str, lag: u32) -> Result<(), Refusal> {
        self.carry_out(&Change::DropDatabase(name))?;
        if lag == 0 {
            self.guest.databases.remove(name);
        } else if let Some(database) = self.guest.databases.get_mut(name) {
            database.lag = Lag::Vanishing(lag);
        }
        Ok(())
    }

    pub(crate) fn create_user(&mut self, user: User) -> Result<(), Refusal> {
        self.carry_out(&user.creation())?;
        user.grant_all().try_for_each(|grant| self.carry_out(&grant))?;
        self.guest.users.insert(user.key(), user);
        Ok(())
    }

    /// Takes a user away; listings see it for as many more.
    pub(crate) fn drop_user(&mut self, name: &str, host: &str, lag: u32) -> Result<(), Refusal> {
        self.carry_out(&Change::DropUser { name, host })?;
        let key = user_key(name, host);
        if lag == 0 {
            self.guest.users.remove(&key);
        } else if let Some(user) = self.guest.users.get_mut(&key) {
            user.lag = Lag::Vanishing(lag);
        }
        Ok(())
    }

    /// Gives a user another name or another host, with all that it may.
    pub(crate) fn rename_user(
        &mut self,
        from: (&str, &str),
        to: (&str, &str),
    ) -> Result<(), Refusal> {
        self.carry_out(&Change::RenameUser { from, to })?;
        if let Some(user) = self.guest.users.remove(&user_key(from.0, from.1)) {
            let user = User { name: to.0.to_owned(), host: to.1.to_owned(), ..user };
            self.guest.users.insert(user.key(), user);
        }
        Ok(())
    }

    pub(crate) fn set_password(
        &mut self,
        name: &str,
        host: &str,
        password: &str,
    ) -> Result<(), Refusal> {
        self.carry_out(&Change::SetPassword { name, host, password })?;
        if let Some(user) = self.guest.users.get_mut(&user_key(name, host)) {
            password.clone_into(&mut user.password);
        }
        Ok(())
    }

    /// Lets a user use databases, which need not exist.
    pub(crate) fn grant(
        &mut self,
        name: &str,
        host: &str,
        databases: BTreeSet<String>,
    ) -> Result<(), Refusal> {
        for database in &databases {
            self.carry_out(&Change::Grant { name, host, database })?;
        }
        if let Some(user) = self.guest.users.get_mut(&user_key(name, host)) {
            user.grants.extend(databases);
        }
        Ok(())
    }

    pub(crate) fn revoke(&mut self, name: &str, host: &str, database: &str) -> Result<(), Refusal> {
        self.carry_out(&Change::Revoke { name, host, database })?;
        if let Some(user) = self.guest.users.get_mut(&user_key(name, host)) {
            user.grants.remove(database);
        }
        Ok(())
    }

    /// Enables root with this password.
    pub(crate) fn enable_root(&mut self, password: &str) -> Result<(), Refusal> {
        self.carry_out(&Change::EnableRoot(password))?;
        self.root_enabled = true;
        self.root_password = Some(password.to_owned());
        Ok(())
    }

    /// Makes it an instance on which root was never enabled.
    pub(crate) fn forget_root(&mut self) -> Result<(), Refusal> {
        self.carry_out(&Change::DisableRoot)?;
        self.root_enabled = false;
        self.root_password = None;
        Ok(())
    }
}
