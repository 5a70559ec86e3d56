//! What a server runs with: its memory, and the settings of a configuration group.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::quoting::{identifier, text};

/// What a server runs with.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Setup {
    /// What the service calls the version of the server, by which another program may be named.
    pub(crate) version: String,
    /// Memory of the instance in MB, of which a server here takes a small part.
    pub(crate) ram: u64,
    /// GB that databases may take.
    pub(crate) volume: u64,
    /// By name; true for what takes effect at the next restart only.
    pub(crate) settings: BTreeMap<String, (Value, bool)>,
}

/// For each MB of the pages that a server keeps in memory, an instance has so many.
const SCALE: u64 = 64;
/// MB; fewer are refused.
const SMALLEST: u64 = 8;

impl Setup {
    /// The arguments that the server is started with. What it does not know it ignores, and says so in its
    /// log.
    pub(super) fn arguments(&self) -> Vec<String> {
        let pages = (self.ram / SCALE).max(SMALLEST);
        let connections = 100 * (self.ram / 512).max(1);
        let mut arguments = vec![
            format!("--innodb-buffer-pool-size={pages}M"),
            format!("--max-connections={connections}"),
        ];
        let settings = self.settings.iter();
        arguments
            .extend(settings.map(|(name, (value, _))| format!("--loose-{name}={}", plain(value))));
        arguments
    }

    /// The statements that lead here from what was set before, without what waits for a restart; each with
    /// the name of its setting.
    pub(super) fn statements(&self, before: &Self) -> Vec<(String, String)> {
        let mut statements = Vec::new();
        for (name, (value, restart)) in &self.settings {
            let known = before.settings.get(name).map(|(value, _)| value);
            if !restart && known != Some(value) {
                let set = format!("SET GLOBAL {} = {}", identifier(name), literal(value));
                statements.push((name.clone(), set));
            }
        }
        for (name, (_, restart)) in &before.settings {
            if !restart && !self.settings.contains_key(name) {
                let set = format!("SET GLOBAL {} = DEFAULT", identifier(name));
                statements.push((name.clone(), set));
            }
        }
        statements
    }
}

/// A value as an argument.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(on) => u8::from(*on).to_string(),
        other => other.to_string(),
    }
}

/// A value as SQL.
fn literal(value: &Value) -> String {
    match value {
        Value::String(given) => text(given),
        other => plain(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn setup(settings: &[(&str, Value, bool)]) -> Setup {
        let settings = settings.iter();
        let settings =
            settings.map(|(name, value, restart)| ((*name).to_owned(), (value.clone(), *restart)));
        Setup { version: "8.0".into(), ram: 2048, volume: 1, settings: settings.collect() }
    }

    #[test]
    fn what_needs_no_restart_is_set_at_once_and_everything_at_a_start() {
        let before = setup(&[("wait_timeout", json!(9), false), ("a", json!(1), true)]);
        let after = setup(&[
            ("autocommit", json!(true), false),
            ("character_set_server", json!("it's"), false),
            ("innodb_open_files", json!(20), true),
        ]);

        let statements: Vec<String> =
            after.statements(&before).into_iter().map(|(_, statement)| statement).collect();
        let arguments = after.arguments();

        assert_eq!(
            statements,
            [
                "SET GLOBAL `autocommit` = 1",
                "SET GLOBAL `character_set_server` = 'it''s'",
                "SET GLOBAL `wait_timeout` = DEFAULT",
            ]
        );
        assert_eq!(after.statements(&after), []);
        assert_eq!(
            arguments,
            [
                "--innodb-buffer-pool-size=32M",
                "--max-connections=400",
                "--loose-autocommit=1",
                "--loose-character_set_server=it's",
                "--loose-innodb_open_files=20",
            ]
        );
    }
}
