//! A provider small enough to test the wire with.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::sync::Notify;

use super::actions::Stamp;
use super::lists::NoteList;
use crate::action::{BoxedAction, action};
use crate::context::{ConfigureContext, Context};
use crate::data_source::{BoxedDataSource, DataSource, data_source};
use crate::diagnostic::{Diagnostic, Result};
use crate::ephemeral::{BoxedEphemeralResource, EphemeralResource, ephemeral_resource};
use crate::function::{BoxedFunction, Function, FunctionError, Parameter, Variadic, function};
use crate::list_resource::{BoxedListResource, list_resource};
use crate::provider::Provider;
use crate::resource::Resource;
use crate::resource::erased::{BoxedResource, resource};
use crate::resource::identity::{IdentitySchema, ImportKey, PrivateState};
use crate::schema::{Schema, Timeouts, Validator, integer, list_of, object, set, string};
use crate::value::Attr;

pub(super) const NOTE: &str = "wire_note";
pub(super) const COUNT: &str = "wire_count";
pub(super) const INK: &str = "wire_ink";
pub(super) const JOIN: &str = "join_notes";

/// The texts of the notes, in the order of their numbers.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    pub(super) notes: Arc<Mutex<Vec<String>>>,
    /// Told when somebody begins to wait.
    pub(super) waiting: Arc<Notify>,
    /// Ends the waiting.
    pub(super) go_on: Arc<Notify>,
}

pub(super) struct Notes {
    pub(super) shelf: Shelf,
}

#[derive(Deserialize)]
pub(super) struct Config {
    color: Attr<String>,
}

impl Provider for Notes {
    type Client = Shelf;
    type Config = Config;
    const NAME: &'static str = "wire";
    const ADDRESS: &'static str = "registry.terraform.io/tests/wire";
    const VERSION: &'static str = "0.1.0";

    fn schema(&self) -> Schema {
        Schema::new("Notes.").attribute(
            "color",
            string()
                .optional()
                .validator(Validator::one_of(&["blue", "red"]))
                .describe("Of the paper."),
        )
    }

    async fn configure(&self, _: &ConfigureContext, config: Config) -> Result<Option<Shelf>> {
        if config.color.known().is_some_and(|color| color == "red") {
            return Err(Diagnostic::error("No red paper").attribute("color").into());
        }
        Ok(Some(self.shelf.clone()))
    }

    fn resources(&self) -> Vec<BoxedResource<Shelf>> {
        vec![resource(NoteResource)]
    }

    fn data_sources(&self) -> Vec<BoxedDataSource<Shelf>> {
        vec![data_source(Count)]
    }

    fn ephemeral_resources(&self) -> Vec<BoxedEphemeralResource<Shelf>> {
        vec![ephemeral_resource(Ink)]
    }

    fn list_resources(&self) -> Vec<BoxedListResource<Shelf>> {
        vec![list_resource(NoteList)]
    }

    fn actions(&self) -> Vec<BoxedAction<Shelf>> {
        vec![action(Stamp)]
    }

    fn functions(&self) -> Vec<BoxedFunction> {
        vec![function(Join)]
    }
}

pub(super) struct NoteResource;

#[derive(Serialize, Deserialize)]
pub(super) struct Note {
    id: Option<i64>,
    text: String,
    paper: Option<String>,
    tags: Option<BTreeSet<String>>,
    lines: Option<Vec<Line>>,
    /// An answer of any type, also one that does not fit the schema.
    odd: Option<Json>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct NoteIdentity {
    pub(super) number: String,
    pub(super) shelf: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    text: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct NotePlan {
    text: Attr<String>,
}

pub(super) fn note_schema() -> Schema {
    Schema::new("A *note*.")
        .version(1)
        .attribute("id", integer().computed().use_state_for_unknown())
        .attribute("text", string().required())
        .attribute("paper", string().optional().requires_replace().deprecated("Paper is gone."))
        .attribute("tags", set(string()).optional().each(Validator::length(1..=3)))
        .attribute(
            "lines",
            list_of(object().attribute("text", string().required().requires_replace())).optional(),
        )
        .attribute("odd", integer().computed())
        .attribute("key_wo", string().optional().sensitive().write_only())
        .timeouts(Timeouts::new().create(std::time::Duration::from_mins(3)))
}

impl Resource for NoteResource {
    type Client = Shelf;
    type Model = Note;
    type Plan = NotePlan;
    type Identity = NoteIdentity;
    const NAME: &'static str = NOTE;

    fn schema(&self) -> Schema {
        note_schema()
    }

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::new()
            .required("number", "Its *place* on the shelf.")
            .optional("shelf", "Of the note.")
    }

    fn identify(&self, stored: PrivateState<'_>, note: &Note) -> Option<NoteIdentity> {
        let place = stored.get::<u32>("made").map(|_| "wooden".to_owned());
        Some(NoteIdentity { number: note.id?.to_string(), shelf: place })
    }

    async fn create(&self, cx: &Context<Shelf>, plan: Note) -> Result<Note> {
        if plan.text == "wait" {
            cx.client().waiting.notify_one();
            cx.client().go_on.notified().await;
        }
        let mut notes = cx.client().notes.lock().unwrap();
        notes.push(plan.text.clone());
        cx.set_private("made", &notes.len());
        let odd = if plan.text == "odd" { Json::from("no number") } else { Json::from(1) };
        Ok(Note { id: i64::try_from(notes.len()).ok(), odd: Some(odd), ..plan })
    }

    async fn settle(&self, cx: &Context<Shelf>, made: &Note) -> Result<()> {
        if made.text == "never settles" {
            cx.client().waiting.notify_one();
            std::future::pending::<()>().await;
        }
        Ok(())
    }

    async fn read(&self, cx: &Context<Shelf>, state: Note) -> Result<Option<Note>> {
        let notes = cx.client().notes.lock().unwrap();
        let at = usize::try_from(state.id.unwrap_or_default()).unwrap_or_default();
        let found = at.checked_sub(1).and_then(|at| notes.get(at));
        Ok(found.filter(|text| !text.is_empty()).map(|text| Note { text: text.clone(), ..state }))
    }

    async fn update(&self, cx: &Context<Shelf>, prior: Note, plan: Note) -> Result<()> {
        let at = usize::try_from(prior.id.unwrap_or_default()).unwrap_or_default();
        if let Some(text) = cx.client().notes.lock().unwrap().get_mut(at - 1) {
            *text = plan.text;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Context<Shelf>, state: Note) -> Result<()> {
        let at = usize::try_from(state.id.unwrap_or_default()).unwrap_or_default();
        if let Some(text) = cx.client().notes.lock().unwrap().get_mut(at - 1) {
            text.clear();
        }
        Ok(())
    }

    async fn import(&self, _: &Context<Shelf>, key: ImportKey<NoteIdentity>) -> Result<Note> {
        let number = match key {
            ImportKey::Id(id) => id,
            ImportKey::Identity(identity) => identity.number,
        };
        let number = number.parse().map_err(|_| Diagnostic::error("Not a number"))?;
        Ok(Note::imported(number, String::new()))
    }
}

impl Note {
    pub(super) fn imported(number: i64, text: String) -> Self {
        let odd = Some(Json::from(1));
        Self { id: Some(number), text, paper: None, tags: None, lines: None, odd }
    }
}

struct Count;

#[derive(Serialize, Deserialize)]
struct CountModel {
    amount: Option<usize>,
}

#[derive(Deserialize)]
struct CountConfig {}

impl DataSource for Count {
    type Client = Shelf;
    type Model = CountModel;
    type Config = CountConfig;
    const NAME: &'static str = COUNT;

    fn schema(&self) -> Schema {
        Schema::new("How many notes.").attribute("amount", integer().computed())
    }

    async fn read(&self, cx: &Context<Shelf>, _: CountModel) -> Result<CountModel> {
        Ok(CountModel { amount: Some(cx.client().notes.lock().unwrap().len()) })
    }
}

struct Ink;

#[derive(Serialize, Deserialize)]
struct InkModel {
    color: Option<String>,
    drops: Option<Json>,
}

#[derive(Deserialize)]
struct InkConfig {}

impl EphemeralResource for Ink {
    type Client = Shelf;
    type Model = InkModel;
    type Config = InkConfig;
    const NAME: &'static str = INK;

    fn schema(&self) -> Schema {
        let colors = Validator::one_of(&["blue", "dry", "odd"]);
        Schema::new("Some *ink*.")
            .attribute("color", string().optional().validator(colors))
            .attribute("drops", integer().computed().sensitive())
    }

    async fn open(&self, _: &Context<Shelf>, config: InkModel) -> Result<InkModel> {
        let drops = match config.color.as_deref() {
            Some("dry") => return Err(Diagnostic::error("No ink").attribute("color").into()),
            Some("odd") => Json::from("no number"),
            _ => Json::from(7),
        };
        Ok(InkModel { drops: Some(drops), ..config })
    }
}

struct Join;

impl Function for Join {
    type Arguments = (Option<String>, Variadic<String>);
    type Output = String;
    const NAME: &'static str = JOIN;
    const SUMMARY: &'static str = "Notes on one line";
    const DESCRIPTION: &'static str = "Joins *notes*.";

    fn parameters(&self) -> [Parameter; 2] {
        [Parameter::new("between", "What stands between."), Parameter::new("notes", "The notes.")]
    }

    fn call(
        &self,
        (between, Variadic(notes)): (Option<String>, Variadic<String>),
    ) -> std::result::Result<String, FunctionError> {
        match notes.iter().position(String::is_empty) {
            Some(empty) => Err(FunctionError::new("A note is empty.").argument(1 + empty)),
            None => Ok(notes.join(between.as_deref().unwrap_or(", "))),
        }
    }
}
