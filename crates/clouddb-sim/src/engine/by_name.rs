//! Saved data in the state on disk: its name, what it is, and why it is not there, if so. The data itself is on
//! disk already; whoever has read a name looks for that.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine::saved::{Form, Progress, Saved};

#[derive(Serialize, Deserialize)]
struct Named {
    name: String,
    source: String,
    form: NamedForm,
    failure: Option<String>,
}

#[derive(Serialize, Deserialize)]
enum NamedForm {
    Files,
    Increment(Box<Named>),
    Dump,
}

impl Named {
    fn of(saved: &Saved) -> Self {
        let failure = match saved.progress() {
            Progress::Failed(why) => Some(why),
            Progress::Writing | Progress::Written(_) => None,
        };
        let form = match saved.form() {
            Form::Files => NamedForm::Files,
            Form::Increment(parent) => NamedForm::Increment(Box::new(Self::of(parent))),
            Form::Dump => NamedForm::Dump,
        };
        Self { name: saved.name().to_owned(), source: saved.source().to_owned(), form, failure }
    }

    fn saved(self) -> Arc<Saved> {
        let form = match self.form {
            NamedForm::Files => Form::Files,
            NamedForm::Increment(parent) => Form::Increment(parent.saved()),
            NamedForm::Dump => Form::Dump,
        };
        Arc::new(Saved::named(self.name, self.source, form, self.failure))
    }
}

pub(crate) fn serialize<S: Serializer>(saved: &Arc<Saved>, into: S) -> Result<S::Ok, S::Error> {
    Named::of(saved).serialize(into)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Saved>, D::Error> {
    Named::deserialize(from).map(Named::saved)
}

/// The same of what may have no data.
pub(crate) mod perhaps {
    use super::{Arc, Deserialize, Deserializer, Named, Saved, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde hands a field over like that")]
    pub(crate) fn serialize<S: Serializer>(
        saved: &Option<Arc<Saved>>,
        into: S,
    ) -> Result<S::Ok, S::Error> {
        saved.as_deref().map(Named::of).serialize(into)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Arc<Saved>>, D::Error> {
        Ok(Option::<Named>::deserialize(from)?.map(Named::saved))
    }
}
