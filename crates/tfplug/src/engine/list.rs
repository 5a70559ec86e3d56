//! `ListResource`: what `terraform query` asks for.
//!
//! Terraform takes the end of the events for the end of the list, so whatever cuts it short is an error,
//! which takes everything back. After a warning it passes over what has no identity, so warnings come
//! last.

use std::pin::pin;

use futures_util::{Stream, StreamExt as _};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::call::{interrupted, interruptible};
use super::registered::Managed;
use super::registry::Engine;
use super::required;
use super::shape;
use crate::context::{Context, Private};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::list_resource::FoundObject;
use crate::provider::Provider;
use crate::schema::Operation;
use crate::value::Value;

/// How many objects are read at a time.
const AT_A_TIME: usize = 8;

/// What is asked for.
pub(crate) struct ListRequest {
    pub(crate) config: Value,
    /// Whether each object comes with its state.
    pub(crate) with_objects: bool,
    /// How many are wanted.
    pub(crate) limit: usize,
}

/// One event of a list.
pub(crate) enum Listed {
    /// An object that was found.
    Object {
        identity: Value,
        display_name: String,
        /// Null if it was not asked for.
        object: Value,
    },
    /// What there is to say of the list; after an error, nothing counts that was found.
    Messages(Diagnostics),
}

impl<P: Provider> Engine<P> {
    /// Finds objects of the resource `name`, and sends them as they are found. Ends early when nobody
    /// receives them any more.
    pub(crate) async fn list(
        &self,
        name: &str,
        request: &ListRequest,
        events: &mpsc::Sender<Listed>,
    ) {
        let mut messages = Diagnostics::new();
        let listing = self.list_objects(name, request, events, &mut messages);
        let ended = tokio::select! {
            () = events.closed() => return,
            ended = listing => ended,
        };
        messages.absorb(ended);
        let messages = match self.list_resources.get(name) {
            Ok(it) => it.it.addressed(messages),
            Err(_) => messages,
        };
        if !messages.is_empty() {
            // Whoever does not listen any more does not miss it.
            drop(events.send(Listed::Messages(messages)).await);
        }
    }

    async fn list_objects(
        &self,
        name: &str,
        request: &ListRequest,
        events: &mpsc::Sender<Listed>,
        warnings: &mut Diagnostics,
    ) -> Result<()> {
        let (lister, managed) = (self.list_resources.get(name)?, self.resources.get(name)?);
        required::missing(&lister.it.schema, &request.config).into_result()?;
        let deadline = lister.it.deadline(&Value::Null, Operation::Read);
        let cx = Context::new(self.client()?, deadline, self.token(), Value::Null, Private::new());
        let what = format!("listing {name}");
        let mut unread = Diagnostics::new();
        let result = {
            let (sender, found) = mpsc::channel(1);
            let listing = lister.offer.list(&cx, &request.config, sender);
            let listing = interruptible(&what, cx.stop(), listing);
            let reading = ReceiverStream::new(found)
                .map(|found| read(managed, &cx, found, request.with_objects))
                .buffered(AT_A_TIME.min(request.limit.max(1)));
            let sending = send(reading, request.limit, events, &mut unread);
            tokio::pin!(listing, sending);
            tokio::select! {
                biased;
                () = &mut sending => Ok(()),
                ended = &mut listing => match ended {
                    Ok(()) => {
                        sending.await;
                        Ok(())
                    }
                    Err(problems) => Err(problems),
                },
            }
        };
        warnings.extend(cx.take_warnings());
        warnings.extend(unread);
        result?;
        // What was being read then is left out.
        if cx.stop().is_cancelled() { Err(interrupted(&what).into()) } else { Ok(()) }
    }
}

/// The object with its state, if that is wanted; `None` if it is gone.
async fn read<C>(
    managed: &Managed<C>,
    cx: &Context<C>,
    found: FoundObject,
    with_object: bool,
) -> Result<Option<Listed>> {
    let FoundObject { identity, display_name, object } = found;
    if !with_object {
        return Ok(Some(Listed::Object { identity, display_name, object: Value::Null }));
    }
    let what = format!("reading {display_name}");
    let fields = interruptible(&what, cx.stop(), object).await?;
    Ok(fields.map(|fields| {
        let object = shape::state(&managed.it.schema, &managed.it.ty, fields, &Value::Null);
        Listed::Object { identity, display_name, object }
    }))
}

/// Sends as many as are wanted, or all. Those that cannot be read are `unread`.
async fn send(
    results: impl Stream<Item = Result<Option<Listed>>>,
    limit: usize,
    events: &mpsc::Sender<Listed>,
    unread: &mut Diagnostics,
) {
    let mut results = pin!(results);
    let mut left = limit;
    while left > 0
        && let Some(result) = results.next().await
    {
        match result {
            Ok(Some(listed)) => {
                if events.send(listed).await.is_err() {
                    return;
                }
                left -= 1;
            }
            Ok(None) => {}
            Err(problems) => unread.extend(problems.into_iter().map(|it| left_out(&it))),
        }
    }
}

fn left_out(problem: &Diagnostic) -> Diagnostic {
    let detail = format!("{}\n\nIt is left out of the list.", problem.detail_text());
    Diagnostic::warning(problem.summary()).detail(detail.trim_start())
}
