//! Random schemas and configurations, from bytes that a property test shrinks.

use crate::schema::{
    Attribute, Kind, Nesting, Schema, Timeouts, boolean, dynamic, integer, list, list_of, map,
    map_of, number, object, set, set_of, string,
};
use crate::value::{Number, Type, Typed, Value};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Where an attribute stands, which limits what it may be.
#[derive(Clone, Copy, Default)]
struct Place {
    depth: usize,
    in_set: bool,
    computed_only: bool,
}

pub(super) struct Dice {
    bytes: Vec<u8>,
    next: usize,
}

impl Dice {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, next: 0 }
    }

    /// A number below `bound`; zero once the bytes are used up.
    pub(super) fn up_to(&mut self, bound: usize) -> usize {
        let byte = self.bytes.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        usize::from(byte) % bound
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.up_to(chances) == chances - 1
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.up_to(of.len())]
    }

    pub(super) fn schema(&mut self) -> Schema {
        let mut schema = Schema::new("Random.");
        for name in NAMES.iter().take(1 + self.up_to(NAMES.len())) {
            schema = schema.attribute(*name, self.attribute(Place::default()));
        }
        if self.one_in(2) {
            schema = schema.timeouts(Timeouts::new().create(std::time::Duration::from_mins(1)));
        }
        schema
    }

    fn attribute(&mut self, place: Place) -> Attribute {
        let attribute = match self.up_to(if place.depth < 2 { 14 } else { 7 }) {
            0 | 1 => string(),
            2 => integer(),
            3 => number(),
            4 => boolean(),
            5 => list(string()),
            6 => map(number()),
            7 => set(if self.one_in(2) { number() } else { string() }),
            8 if !place.in_set && place.depth == 0 => dynamic(),
            8..=10 => return self.nested(place, Nesting::Single),
            11 => return self.nested(place, Nesting::List),
            12 => return self.nested(place, Nesting::Map),
            _ => return self.nested(place, Nesting::Set),
        };
        let attribute = self.flags(attribute, place);
        if self.one_in(4) { attribute.requires_replace() } else { attribute }
    }

    fn flags(&mut self, attribute: Attribute, place: Place) -> Attribute {
        let simple = matches!(attribute.kind, Kind::String);
        // An element of a set that the user may give or leave out belongs to more than one prior
        // element, and Terraform guesses.
        match self.up_to(if place.in_set { 5 } else { 8 }) {
            _ if place.computed_only => attribute.computed(),
            0 | 1 => attribute.required(),
            2 => attribute.optional(),
            3 => attribute.computed(),
            4 => attribute.computed().use_state_for_unknown(),
            5 if self.one_in(2) => {
                attribute.optional().computed().use_state_for_unknown().generated()
            }
            5 => attribute.optional().computed().use_state_for_unknown(),
            6 if simple => attribute.optional().default("default"),
            7 if simple && !place.in_set => attribute.optional().write_only().sensitive(),
            _ => attribute.optional().computed(),
        }
    }

    fn nested(&mut self, place: Place, nesting: Nesting) -> Attribute {
        let flags = if place.computed_only { 2 } else { self.up_to(4) };
        let inside = Place {
            // Inside sets nothing is nested: Terraform cannot correlate elements that deep.
            depth: if nesting == Nesting::Set { 2 } else { place.depth + 1 },
            in_set: place.in_set || nesting == Nesting::Set,
            computed_only: place.computed_only || flags == 2,
        };
        let mut it = object();
        for name in NAMES.iter().take(1 + self.up_to(3)) {
            it = it.attribute(*name, self.attribute(inside));
        }
        let it = match nesting {
            Nesting::Single => it,
            Nesting::List => list_of(it),
            Nesting::Map => map_of(it),
            Nesting::Set => set_of(it),
        };
        match flags {
            0 => it.required(),
            1 => it.optional(),
            2 if self.one_in(2) => it.computed().use_state_for_unknown(),
            2 => it.computed(),
            _ => it.optional().computed().use_state_for_unknown(),
        }
    }

    /// A configuration; with `like`, one that shares some attributes with it.
    pub(super) fn config(
        &mut self,
        schema: &Schema,
        like: Option<&Value>,
        unknowns: bool,
    ) -> Value {
        let attributes: Vec<_> = schema.attributes().collect();
        let mut config = self.object(&attributes, like, unknowns);
        if let (Some(_), Value::Map(config)) = (schema.timeouts_block(), &mut config) {
            let limits = self.pick(&[None, Some("1m"), Some("2m")]);
            let block = limits.map(|it| Value::from_iter([("create", Value::from(it))]));
            config.insert("timeouts".to_owned(), block.unwrap_or_default());
        }
        config
    }

    fn object(
        &mut self,
        attributes: &[(&str, &Attribute)],
        like: Option<&Value>,
        unknowns: bool,
    ) -> Value {
        attributes
            .iter()
            .map(|(name, attribute)| match like.and_then(|it| it.get(name)) {
                Some(same) if self.one_in(2) => (*name, same.clone()),
                _ => (*name, self.configured(attribute, unknowns)),
            })
            .collect()
    }

    fn configured(&mut self, it: &Attribute, unknowns: bool) -> Value {
        if !(it.required || it.optional) || (it.optional && self.one_in(2)) {
            return Value::Null;
        }
        if unknowns && self.one_in(4) {
            return Value::Unknown;
        }
        match &it.kind {
            Kind::Nested(nesting, _) => {
                let attributes: Vec<_> = it.nested().collect();
                let count = self.up_to(3);
                let mut objects = || self.object(&attributes, None, unknowns);
                match nesting {
                    Nesting::Single => objects(),
                    Nesting::List => (0..count).map(|_| objects()).collect(),
                    Nesting::Map => NAMES.iter().take(count).map(|it| (*it, objects())).collect(),
                    Nesting::Set => distinct((0..count).map(|_| objects()).collect(), it),
                }
            }
            _ => self.value(it),
        }
    }

    /// A known value of a simple kind.
    fn value(&mut self, it: &Attribute) -> Value {
        let count = self.up_to(3);
        match &it.kind {
            Kind::Bool => Value::Bool(self.one_in(2)),
            Kind::Number { whole: true } => Value::from(i64::from(self.one_in(2)) + 1),
            Kind::Number { .. } => Value::Number(match self.up_to(4) {
                0 => Number::Int(2),
                1 => Number::Float(1.5),
                2 => Number::Text("0.1".into()),
                _ => Number::Text("9223372036854775808".into()),
            }),
            Kind::String => Value::from(self.pick(&["", "x", "y", "é"])),
            Kind::Dynamic => {
                let (ty, value) = if self.one_in(2) {
                    (Type::String, "x".into())
                } else {
                    (Type::Bool, true.into())
                };
                Value::Dynamic(Box::new(Typed { ty, value }))
            }
            Kind::List(element) => (0..count).map(|_| self.value(element)).collect(),
            Kind::Set(element) => distinct((0..count).map(|_| self.value(element)).collect(), it),
            Kind::Map(element) => {
                NAMES.iter().take(count).map(|name| (*name, self.value(element))).collect()
            }
            Kind::Nested(..) => Value::Null,
        }
    }
}

/// The elements as a set has them: each once.
fn distinct(elements: Vec<Value>, set: &Attribute) -> Value {
    let Type::Set(ty) = set.ty() else { return Value::List(elements) };
    let mut kept: Vec<Value> = Vec::new();
    for element in elements {
        if !kept.iter().any(|it| it.equivalent(&element, &ty)) {
            kept.push(element);
        }
    }
    Value::List(kept)
}
