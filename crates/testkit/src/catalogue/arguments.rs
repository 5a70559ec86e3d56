//! Arguments of a block as data, and the same as JSON and as HCL.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// Arguments by name, with a period before an inner one; null leaves the argument out.
#[derive(Debug, Clone, Default)]
pub struct Arguments(Vec<(String, Json)>);

/// The block that has arguments of its own instead of an object.
const BLOCK: &str = "timeouts";

impl Arguments {
    /// The same with this argument too, in place of one of its name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        let name = name.into();
        self.0.retain(|(other, _)| *other != name);
        self.0.push((name, value.into()));
        self
    }

    /// The same with all of these too.
    #[must_use]
    pub fn and(self, more: &Self) -> Self {
        more.iter().fold(self, |all, (name, value)| all.with(name, value.clone()))
    }

    /// Each argument with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of an argument, if it is given one.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.iter().find(|(it, _)| *it == name).map(|(_, value)| value)
    }

    /// The configuration as JSON, in which an inner argument stands in its object.
    pub fn json(&self) -> Json {
        let mut all = serde_json::Map::new();
        for (name, value) in self.iter() {
            let Some((outer, inner)) = name.split_once('.') else {
                all.insert(name.to_owned(), value.clone());
                continue;
            };
            let object = all.entry(outer).or_insert_with(|| Json::Object(serde_json::Map::new()));
            if let Some(object) = object.as_object_mut() {
                object.insert(inner.to_owned(), value.clone());
            }
        }
        Json::Object(all)
    }

    /// The lines of the arguments, each value written as `expression` says.
    pub fn hcl(&self, expression: impl Fn(usize, &Json) -> String) -> String {
        let mut lines: Vec<String> = Vec::new();
        let mut inner: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (place, (name, value)) in self.iter().enumerate().filter(|(_, (_, it))| !it.is_null()) {
            match name.split_once('.') {
                None => lines.push(format!("  {name} = {}\n", expression(place, value))),
                Some((outer, name)) => inner
                    .entry(outer)
                    .or_default()
                    .push(format!("{name} = {}", expression(place, value))),
            }
        }
        for (outer, given) in inner {
            // A block on one line has one argument.
            lines.push(match (outer, given.len()) {
                (BLOCK, 1) => format!("  {outer} {{ {} }}\n", given.concat()),
                (BLOCK, _) => format!("  {outer} {{\n    {}\n  }}\n", given.join("\n    ")),
                _ => format!("  {outer} = {{ {} }}\n", given.join(", ")),
            });
        }
        lines.concat()
    }
}

impl<N: Into<String>> FromIterator<(N, Json)> for Arguments {
    fn from_iter<I: IntoIterator<Item = (N, Json)>>(given: I) -> Self {
        given.into_iter().fold(Self::default(), |all, (name, value)| all.with(name, value))
    }
}

/// The value as an expression of HCL, which reads JSON but for its templates.
pub fn expression(value: &Json) -> String {
    value.to_string().replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_arguments_stand_in_their_object_or_block() {
        let given = Arguments::default()
            .with("name", "a\"${b}")
            .with("size", 2)
            .with("left_out", Json::Null)
            .with("datastore.type", "mysql")
            .with("timeouts.create", "1h")
            .with("size", 3);

        let hcl = given.hcl(|_, value| expression(value));

        assert_eq!(
            hcl,
            "  name = \"a\\\"$${b}\"\n  size = 3\n  datastore = { type = \"mysql\" }\n  timeouts { create = \"1h\" }\n"
        );
        assert_eq!(given.json()["datastore"]["type"], "mysql");
        let two = given.with("timeouts.delete", "2h").hcl(|_, value| expression(value));
        assert!(
            two.contains("  timeouts {\n    create = \"1h\"\n    delete = \"2h\"\n  }\n"),
            "{two}"
        );
    }
}
