//! Reading a collection: all its pages, until there is no next one.

use crate::http::pages::{Item, Odd, Reading, Step};
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::limits::READS_OF_A_CHANGING_LIST;

/// What can be listed.
pub(crate) struct Collection {
    /// The request for its first page.
    pub(crate) request: Request,
    /// Under which names documents have the items.
    pub(crate) names: &'static [&'static str],
    /// The kind of object, in the plural, for errors.
    pub(crate) what: &'static str,
    /// Whose they are, to be read after the kind.
    pub(crate) of: String,
}

/// The items of a collection, and how many requests it took to read them.
pub(crate) struct Pages<T: Item> {
    pub(crate) items: Vec<T>,
    /// Those that cannot be understood.
    pub(crate) odd: Vec<Odd<T::Key>>,
    pub(crate) count: u32,
}

impl Collection {
    /// Everything in it.
    pub(crate) async fn read<T: Item>(&self, sender: &Sender) -> Result<Pages<T>, Error> {
        match read(sender, &self.request, self.names).await {
            // What belongs to the account is always there; the address leads to another place.
            Err(Error::NotFound(refusal)) if self.request.path.segments().len() == 1 => {
                let source: Box<dyn std::error::Error + Send + Sync> = refusal.message.into();
                Err(Error::Undecodable { call: refusal.call, source: source.into() })
            }
            pages => pages,
        }
    }
}

/// All items of a collection, which the documents have under one of `names`.
pub(crate) async fn read<T: Item>(
    sender: &Sender,
    request: &Request,
    names: &'static [&'static str],
) -> Result<Pages<T>, Error> {
    let mut count = 0;
    let mut reads = 0;
    loop {
        reads += 1;
        let mut reading = Reading::new(request.clone(), names);
        loop {
            let sent = sender.send(reading.request()).await;
            count += 1;
            let reply = match sent {
                // It does not take such a marker.
                Err(Error::Rejected(_)) if reading.ask_otherwise() => continue,
                reply => reply?,
            };
            match reading.take(&reply)? {
                Step::Next => {}
                Step::Done => {
                    let (items, odd) = reading.into_items();
                    return Ok(Pages { items, odd, count });
                }
                Step::Changed if reads == READS_OF_A_CHANGING_LIST => {
                    return Err(reply.undecodable("the list changes faster than it can be read"));
                }
                Step::Changed => break,
            }
        }
    }
}
