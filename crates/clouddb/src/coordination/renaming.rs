//! The renaming of a user, in order with everything else of this client that wants its old or its new
//! name.
//!
//! Users that exchange their names wait for each other, so the last of such a circle steps aside: it
//! takes a name that nobody has until its own is free.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use crate::api::users::model::UserId;
use crate::api::users::requests;
use crate::coordination::list_cache::list::Need;
use crate::coordination::lost_reply::{self, is_lost};
use crate::coordination::per_instance::PerInstance;
use crate::coordination::write_kind::WriteKind;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::settings::Secret;

/// A user that gets another name or host.
pub(crate) struct Renaming<'a> {
    pub(crate) instance: &'a Arc<PerInstance>,
    pub(crate) sender: &'a Sender,
    pub(crate) new: &'a UserId,
    pub(crate) password: Option<&'a Secret>,
}

impl Renaming<'_> {
    /// Renames what has this name and host. When it has stepped aside and can go neither on nor back,
    /// the error says under which name it stands: [`Error::SteppedAside`].
    pub(crate) async fn rename(&self, old: &UserId) -> Result<(), Error> {
        let order = &self.instance.users.order;
        let leaving = order.leave(old, Some(self.new));
        if !leaving.closes_circle {
            let renamed = self.take_name(old).await;
            if renamed.as_ref().err().is_none_or(is_lost) {
                leaving.accepted();
            }
            return renamed;
        }
        let aside = UserId { name: unused_name(), host: old.host.clone() };
        self.send(old, &aside, None).await?;
        leaving.accepted();
        drop(leaving);
        let Err(error) = self.take_name(&aside).await else { return Ok(()) };
        if !is_lost(&error) && self.send(&aside, old, None).await.is_ok() {
            order.made(old);
            return Err(error);
        }
        Err(Error::SteppedAside { name: aside.name, host: aside.host, cause: Box::new(error) })
    }

    /// Gives the user its new name when nobody else of this client has it any more.
    async fn take_name(&self, old: &UserId) -> Result<(), Error> {
        let users = &self.instance.users;
        loop {
            users.wait_until_free(self.sender, self.new).await?;
            let departures = users.order.departures(self.new);
            match self.send(old, self.new, self.password).await {
                Ok(()) => {
                    users.order.made(self.new);
                    return Ok(());
                }
                Err(error @ Error::Rejected(_)) => {
                    if !users.is_left_by_another(self.sender, self.new, departures).await? {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// One change of name or host. Sent twice, it would not find the user; whether it was done shows in
    /// the listing.
    async fn send(
        &self,
        old: &UserId,
        new: &UserId,
        password: Option<&Secret>,
    ) -> Result<(), Error> {
        let lane = &self.instance.lane;
        let request = Arc::new(requests::update(lane.id(), old, new, password));
        let limit = request.limit_class();
        let (old, new) = (old.clone(), new.clone());
        let list = Arc::clone(&self.instance.users.list);
        let attempt = move |sender: Sender| {
            let (list, request) = (Arc::clone(&list), Arc::clone(&request));
            let (old, new) = (old.clone(), new.clone());
            async move {
                let renamed = |sender: Sender| {
                    let (list, old, new) = (Arc::clone(&list), old.clone(), new.clone());
                    async move {
                        list.forget();
                        let all = list.read(&sender, Need::Fresh).await?;
                        Ok(all.get(&new).is_some() && all.get(&old).is_none())
                    }
                };
                lost_reply::act(&sender, &request, renamed).await
            }
        };
        lane.write(self.sender, WriteKind::change("the change of a user"), limit, attempt).await
    }
}

/// A name of 16 characters that nobody has.
fn unused_name() -> String {
    let random = RandomState::new().build_hasher().finish();
    format!("tf{:014x}", random >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_to_step_aside_to_is_a_new_one_that_a_user_may_have() {
        let (one, other) = (unused_name(), unused_name());

        assert_eq!((one.len(), one.get(..2)), (16, Some("tf")));
        assert!(one.chars().all(|it| it.is_ascii_alphanumeric()), "{one}");
        assert_ne!(one, other);
    }
}
