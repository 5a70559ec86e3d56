//! Reading a collection: all its pages, until there is no next one.

use std::collections::HashSet;

use futures_util::{Stream, stream};

use crate::http::pages::{Item, Odd, Reading, Step};
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::limits::READS_OF_A_CHANGING_LIST;
use crate::value::listing::{Listing, Unreadable};

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

impl<T: Item> From<Pages<T>> for Listing<T> {
    fn from(pages: Pages<T>) -> Self {
        let unreadable = pages.odd.iter().map(Unreadable::from).collect();
        Self { items: pages.items, unreadable }
    }
}

impl Collection {
    /// Everything in it.
    pub(crate) async fn read<T: Item>(&self, sender: &Sender) -> Result<Pages<T>, Error> {
        self.judged(read(sender, &self.request, self.names).await)
    }

    /// Its pages, each asked for when the one before it was taken: for somebody who may not want all of
    /// them. What was there throughout comes once. An error is the last that comes.
    pub(crate) fn pages<T: Item + Clone + Send>(
        self,
        sender: Sender,
    ) -> impl Stream<Item = Result<Listing<T>, Error>> + Send {
        let walk = Walk {
            reading: Some(Reading::new(self.request.clone(), self.names)),
            given: HashSet::new(),
            reads: 1,
            sender,
            collection: self,
        };
        stream::try_unfold(walk, async |mut walk: Walk<T>| {
            let page = walk.next().await?;
            Ok(page.map(|page| (page, walk)))
        })
    }

    fn judged<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        match result {
            // What belongs to the account is always there; the address leads to another place.
            Err(Error::NotFound(refusal)) if self.request.path.segments().len() == 1 => {
                let source: Box<dyn std::error::Error + Send + Sync> = refusal.message.into();
                Err(Error::Undecodable { call: refusal.call, source: source.into() })
            }
            result => result,
        }
    }
}

/// How far a reading page by page has come.
struct Walk<T: Item> {
    sender: Sender,
    collection: Collection,
    /// `None` after the last page.
    reading: Option<Reading<T>>,
    /// What was on an earlier page, also of a reading before this one.
    given: HashSet<T::Key>,
    reads: u32,
}

impl<T: Item + Clone> Walk<T> {
    async fn next(&mut self) -> Result<Option<Listing<T>>, Error> {
        while let Some(mut reading) = self.reading.take() {
            let before = reading.count();
            let turned = turn(&self.sender, &mut reading, &mut 0).await;
            let (reply, step) = self.collection.judged(turned)?;
            let mut page = reading.since(before);
            match step {
                Step::Next => self.reading = Some(reading),
                Step::Done => {}
                Step::Changed if self.reads == READS_OF_A_CHANGING_LIST => {
                    return Err(changing(&reply));
                }
                Step::Changed => {
                    self.reads += 1;
                    let Collection { request, names, .. } = &self.collection;
                    self.reading = Some(Reading::new(request.clone(), names));
                    continue;
                }
            }
            page.items.retain(|item| self.given.insert(item.key()));
            return Ok(Some(page));
        }
        Ok(None)
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
            let (reply, step) = turn(sender, &mut reading, &mut count).await?;
            match step {
                Step::Next => {}
                Step::Done => {
                    let (items, odd) = reading.into_items();
                    return Ok(Pages { items, odd, count });
                }
                Step::Changed if reads == READS_OF_A_CHANGING_LIST => {
                    return Err(changing(&reply));
                }
                Step::Changed => break,
            }
        }
    }
}

/// Asks for the next page, in another way if the server does not take the marker, and takes it in.
async fn turn<T: Item>(
    sender: &Sender,
    reading: &mut Reading<T>,
    count: &mut u32,
) -> Result<(Reply, Step), Error> {
    loop {
        let sent = sender.send(reading.request()).await;
        *count += 1;
        let reply = match sent {
            Err(Error::Rejected(_)) if reading.ask_otherwise() => continue,
            reply => reply?,
        };
        let step = reading.take(&reply)?;
        return Ok((reply, step));
    }
}

fn changing(reply: &Reply) -> Error {
    reply.undecodable("the list changes faster than it can be read")
}
