//! What the toy provider computes: well, and badly.

use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;
use tfplug::value::{Attr, ImpliedType, Sensitive, Type};
use tfplug::{BoxedFunction, Function, FunctionError, Parameter, Variadic};

pub(super) fn all() -> Vec<BoxedFunction> {
    vec![
        tfplug::function(Label),
        tfplug::function(Volume),
        tfplug::function(Count),
        tfplug::function(Misbehave),
        tfplug::function(Next(AtomicU32::new(0))),
    ]
}

struct Label;

#[derive(Serialize)]
struct Labelled {
    name: String,
    size: Option<i64>,
    tags: Vec<String>,
}

impl ImpliedType for Labelled {
    fn implied_type() -> Type {
        Type::object([
            ("name", String::implied_type()),
            ("size", i64::implied_type()),
            ("tags", Vec::<String>::implied_type()),
        ])
    }
}

impl Function for Label {
    type Arguments = (String, Option<i64>, Variadic<String>);
    type Output = Labelled;
    const NAME: &'static str = "label";
    const SUMMARY: &'static str = "What stands on a box";
    const DESCRIPTION: &'static str = "Tells what stands on a *box*.";

    fn parameters(&self) -> [Parameter; 3] {
        [
            Parameter::new("name", "Name of the box."),
            Parameter::new("size", "Its size, if that is known to anybody."),
            Parameter::new("tags", "What else there is to say."),
        ]
    }

    fn call(
        &self,
        (name, size, Variadic(tags)): (String, Option<i64>, Variadic<String>),
    ) -> Result<Labelled, FunctionError> {
        match tags.iter().position(|tag| tag.len() > 4) {
            Some(long) => Err(FunctionError::new("A tag is too long.").argument(2 + long)),
            None => Ok(Labelled { name, size, tags }),
        }
    }
}

struct Volume;

impl Function for Volume {
    type Arguments = (Vec<Sensitive<u8>>,);
    type Output = u32;
    const NAME: &'static str = "volume";
    const SUMMARY: &'static str = "Volume of a box";
    const DESCRIPTION: &'static str = "Multiplies its edges.";

    fn parameters(&self) -> [Parameter; 1] {
        [Parameter::new("edges", "Lengths of the edges.")]
    }

    fn call(&self, (edges,): (Vec<Sensitive<u8>>,)) -> Result<u32, FunctionError> {
        Ok(edges.iter().map(|it| u32::from(*it.expose())).product())
    }
}

struct Count;

impl Function for Count {
    type Arguments = (Attr<Vec<String>>,);
    type Output = Attr<u32>;
    const NAME: &'static str = "count_of";
    const SUMMARY: &'static str = "Number of boxes";
    const DESCRIPTION: &'static str = "Counts boxes, and says itself what it does not know.";

    fn parameters(&self) -> [Parameter; 1] {
        [Parameter::new("boxes", "Names of the boxes.")]
    }

    fn call(&self, (boxes,): (Attr<Vec<String>>,)) -> Result<Attr<u32>, FunctionError> {
        Ok(boxes.map(|it| u32::try_from(it.len()).unwrap_or(u32::MAX)))
    }
}

/// Does what Terraform punishes.
struct Misbehave;

/// Says that it is a string.
#[derive(Serialize)]
#[serde(untagged)]
enum Pretender {
    Text(String),
    Number(f64),
}

impl ImpliedType for Pretender {
    fn implied_type() -> Type {
        Type::String
    }
}

impl Function for Misbehave {
    type Arguments = (String,);
    type Output = Attr<Pretender>;
    const NAME: &'static str = "misbehave";
    const SUMMARY: &'static str = "Something wrong";
    const DESCRIPTION: &'static str = "Does something wrong.";

    fn parameters(&self) -> [Parameter; 1] {
        [Parameter::new("how", "In which way.")]
    }

    fn call(&self, (how,): (String,)) -> Result<Attr<Pretender>, FunctionError> {
        assert_ne!(how, "panic", "up in smoke");
        Ok(match how.as_str() {
            "unknown" => Attr::Unknown,
            "number" => Attr::Known(Pretender::Number(1.5)),
            "nothing" => Attr::Known(Pretender::Number(f64::NAN)),
            _ => Attr::Known(Pretender::Text(how)),
        })
    }
}

/// Remembers something.
struct Next(AtomicU32);

impl Function for Next {
    type Arguments = ();
    type Output = u32;
    const NAME: &'static str = "next";
    const SUMMARY: &'static str = "Another number";
    const DESCRIPTION: &'static str = "Gives another number each time.";

    fn parameters(&self) -> [Parameter; 0] {
        []
    }

    fn call(&self, (): ()) -> Result<u32, FunctionError> {
        Ok(self.0.fetch_add(1, Ordering::Relaxed))
    }
}
