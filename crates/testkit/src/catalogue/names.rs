//! Names that stand for IDs which the service gives: `WEB_ID` for that of the instance `web`.

use serde_json::Value as Json;

/// What stands in the catalogue for an object of the simulator, and that object's ID.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<(&'static str, String)>);

impl Names {
    /// From now on `name` stands for `id`.
    pub fn add(&mut self, name: &'static str, id: impl Into<String>) {
        self.0.push((name, id.into()));
    }

    /// The ID that `name` stands for, or nothing.
    pub fn id(&self, name: &str) -> &str {
        self.0.iter().find(|(it, _)| *it == name).map_or("", |(_, id)| id)
    }

    /// The text with each name replaced by its ID.
    pub fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    /// The value with each name in it replaced by its ID.
    pub fn fill_json(&self, value: &Json) -> Json {
        match value {
            Json::String(text) => Json::from(self.fill(text)),
            Json::Array(items) => items.iter().map(|item| self.fill_json(item)).collect(),
            Json::Object(fields) => {
                fields.iter().map(|(name, it)| (name.clone(), self.fill_json(it))).collect()
            }
            other => other.clone(),
        }
    }
}
