//! The keys of boxes, which are good for one run. What they return is not always what Terraform wants
//! back.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Timeouts, Validator, number, object, set, string};
use tfplug::value::{Attr, Sensitive};
use tfplug::{Context, Diagnostic, Diagnostics, EphemeralResource, Result};

use super::Service;

pub(crate) const KEY: &str = "toy_key";

/// A key, and what makes its schema one that Terraform would refuse.
pub(crate) struct Keys {
    pub(crate) odd: fn(Schema) -> Schema,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Key {
    name: String,
    teeth: Option<Vec<String>>,
    weight: Option<f64>,
    shape: Option<Shape>,
    shelf: Option<String>,
    pin: Attr<Sensitive<String>>,
}

#[derive(Serialize, Deserialize)]
struct Shape {
    bit: String,
    bow: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct KeyConfig {
    name: Attr<String>,
    shelf: Attr<String>,
}

pub(crate) fn key_schema() -> Schema {
    Schema::new("A key.")
        .attribute("name", string().required().validator(Validator::length(1..=12)))
        .attribute("teeth", set(string()).optional())
        .attribute("weight", number().optional())
        .attribute(
            "shape",
            object()
                .attribute("bit", string().required())
                .attribute("bow", string().optional())
                .optional(),
        )
        .attribute("shelf", string().optional().computed())
        .attribute("pin", string().computed().sensitive())
}

/// What an ephemeral resource cannot have, one of each.
pub(crate) fn ill(schema: Schema) -> Schema {
    let inner = object().attribute("serial", string().computed()).optional();
    schema
        .version(1)
        .timeouts(Timeouts::new().read(Duration::from_secs(1)))
        .attribute("secret_wo", string().optional().write_only())
        .attribute("kept", string().computed().use_state_for_unknown())
        .attribute("place", string().optional().requires_replace())
        .attribute("color", string().optional().default("red"))
        .attribute("part", inner)
        .attribute("count", string().computed())
}

impl EphemeralResource for Keys {
    type Client = Service;
    type Model = Key;
    type Config = KeyConfig;
    const NAME: &'static str = KEY;

    fn schema(&self) -> Schema {
        (self.odd)(key_schema())
    }

    fn validate(&self, config: KeyConfig, diagnostics: &mut Diagnostics) {
        assert_ne!(config.name.known().map(String::as_str), Some("panic"), "no such luck");
        if config.shelf.known().is_some_and(String::is_empty) {
            diagnostics.push(Diagnostic::error("An empty shelf").attribute("shelf"));
        }
    }

    async fn open(&self, cx: &Context<Service>, config: Key) -> Result<Key> {
        cx.client().note_deadline(cx.deadline());
        cx.client().enter("open").await?;
        cx.warn(Diagnostic::warning("A key was cut"));
        let pin = match config.name.as_str() {
            "unknown" => Attr::Unknown,
            name => Sensitive::new(format!("pin of {name}")).into(),
        };
        Ok(Key {
            // All of these are for the configuration to say.
            name: config.name.to_uppercase(),
            teeth: Some(vec!["made up".to_owned()]),
            weight: config.weight.map(|it| it + 0.1),
            shape: Some(Shape { bit: "another".to_owned(), bow: None }),
            shelf: Some("a1".to_owned()),
            pin,
        })
    }
}
