//! The root user of an instance, as the provider works with it.

use std::sync::Arc;

use crate::api::root::{self, model::RootUser, requests};
use crate::coordination::busy::BusyRetry;
use crate::coordination::goal::INSTANCE_READABLE;
use crate::coordination::per_region::PerRegion;
use crate::coordination::root_password::{NotTold, RootPassword};
use crate::coordination::write_kind::WriteKind;
use crate::sender::Sender;
use crate::value::context::Awaited;
use crate::value::error::Error;

/// The root user of an instance, `/instances/{id}/root`.
#[derive(Clone)]
pub struct Root {
    sender: Sender,
    region: Arc<PerRegion>,
    instance_id: String,
}

impl Root {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>, instance_id: String) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region), instance_id }
    }

    /// `GET /instances/{id}/root`: whether root was ever enabled; `None` if there is no such instance, of
    /// which the list of instances is the second witness. While the instance is busy nobody can tell, and
    /// that is waited for. One that need not become readable is [`Error::Failed`].
    pub async fn is_enabled(&self) -> Result<Option<bool>, Error> {
        let sender = self.sender.bounded();
        let awaited = Awaited::new("instance", &self.instance_id, "ready to be read");
        let lane = Arc::clone(&self.region.instance(&self.instance_id).lane);
        let mut retry = BusyRetry::new(sender.timing());
        loop {
            let refusal = match self.ask(&sender).await {
                Err(Error::Busy(refusal)) => refusal,
                answer => return answer,
            };
            let waited =
                lane.wait_until_free(&sender, &INSTANCE_READABLE, &awaited, Some(&refusal));
            let waited = waited.await?;
            retry.again(&sender, &awaited, refusal, waited).await?;
        }
    }

    /// The same. A busy instance is not waited for: [`Error::Busy`].
    pub async fn is_enabled_now(&self) -> Result<Option<bool>, Error> {
        self.ask(&self.sender).await
    }

    /// `POST /instances/{id}/root`: root may log in from every host, with a new password, and no more with
    /// the one that it had.
    ///
    /// When a reply is lost, it is called again, but not before the lost call can take effect no more. So the
    /// password that this returns is the one that holds, unless somebody else makes another.
    pub async fn enable(&self) -> Result<RootUser, NotTold> {
        let password = RootPassword::new(&self.instance_id);
        let limit = requests::enable(&self.instance_id).limit_class();
        let calls = Arc::clone(&password);
        let attempt = move |sender: Sender| {
            let calls = Arc::clone(&calls);
            async move { calls.attempt(&sender).await }
        };
        let lane = Arc::clone(&self.region.instance(&self.instance_id).lane);
        let kind = WriteKind::change("a password of root");
        password.outcome(lane.write(&self.sender, kind, limit, attempt).await)
    }

    async fn ask(&self, sender: &Sender) -> Result<Option<bool>, Error> {
        match root::is_enabled(sender, &self.instance_id).await {
            Ok(enabled) => return Ok(Some(enabled)),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        match self.region.find_instance(sender, &self.instance_id).await? {
            Some(_) => Err(Error::Contradiction { what: "instance", id: self.instance_id.clone() }),
            None => Ok(None),
        }
    }
}
