//! The blocks of a configuration, as Terraform is given them.

use serde_json::{Map, Value as Json, json};

use super::configuration::{Configuration, HOME};
use super::label::{Kind, Label};
use super::wish::{Attached, Wish};
use super::{ha_groups, upgrades};
use crate::scenario::Block;

/// Long enough for any step on a busy machine.
const TIMEOUT: &str = "8s";

/// Arguments.
type Body = Map<String, Json>;

impl Configuration {
    /// The blocks, each after those it refers to.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let copied = |label: &Label| {
            label.kind == Kind::Instance && self.wishes.get(label).is_some_and(|it| it.of.is_some())
        };
        let mut labels: Vec<Label> = self.wishes.keys().copied().collect();
        labels.sort_by_key(|label| (label.kind != Kind::Group, copied(label)));
        labels.into_iter().filter_map(|label| self.block(label)).collect()
    }

    fn block(&self, label: Label) -> Option<Block> {
        let wish = self.wishes.get(&label)?;
        let kind = label.kind;
        let operations: &[&str] = match kind {
            Kind::Database | Kind::Backup | Kind::Copy => &["create", "delete"],
            _ => &["create", "update", "delete"],
        };
        let timeouts: Json =
            operations.iter().map(|it| ((*it).to_owned(), json!(TIMEOUT))).collect();
        let mut body = object(json!({ "timeouts": timeouts }));
        if let Some(name) = self.name(label) {
            body.insert("name".into(), json!(name));
        }
        if wish.protected {
            body.insert("deletion_protection".into(), json!(true));
        }
        if wish.skip_destroy {
            body.insert("skip_destroy".into(), json!(true));
        }
        if matches!(kind, Kind::Database | Kind::User | Kind::Backup | Kind::Schedule | Kind::Root)
        {
            let (argument, place) = wish.of.map_or(("instance_id", None), |of| place(kind, of));
            body.insert(argument.into(), json!(place));
        }
        body.extend(match kind {
            Kind::Database | Kind::Backup => Body::new(),
            Kind::Instance => self.instance(label, wish),
            Kind::HaGroup => self.ha_group(label, wish),
            Kind::User => self.user(label, wish),
            Kind::Group => group(wish),
            Kind::Schedule => wish.schedule.arguments(),
            Kind::Root => root(wish),
            Kind::Copy => self.copy(label, wish),
        });
        let body = Json::Object(body);
        Some(Block { is_data: false, kind: kind.resource(), name: label.letter(), body })
    }

    fn instance(&self, label: Label, wish: &Wish) -> Body {
        let mut body = object(json!({
            "flavor": (2 + wish.flavor % 3).to_string(),
            "volume_size": wish.volume,
        }));
        let origin = match wish.of.map(|of| of.kind) {
            Some(Kind::Instance) if wish.upgrade => "upgrade_of",
            Some(Kind::Instance) => "replica_of",
            _ => "restore_from_backup_id",
        };
        let optional = [
            ("region", self.region(label).map(str::to_owned)),
            ("configuration_id", self.group(label)),
            ("restart", wish.restart().map(str::to_owned)),
            (origin, wish.of.map(id)),
        ];
        let given = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        body.extend(given.map(|(name, value)| (name.to_owned(), json!(value))));
        if let Some(version) = upgrades::version(wish) {
            body.insert("datastore".into(), json!({ "type": "mysql", "version": version }));
        }
        body
    }

    fn ha_group(&self, label: Label, wish: &Wish) -> Body {
        let mut body = ha_groups::arguments(wish);
        let optional = [
            ("region", self.region(label).map(str::to_owned)),
            ("configuration_id", self.group(label)),
        ];
        let given = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        body.extend(given.map(|(name, value)| (name.to_owned(), json!(value))));
        body
    }

    /// The group that an instance or an HA group is to have. The groups are in the provider's own region, and for
    /// the version that nobody says.
    fn group(&self, label: Label) -> Option<String> {
        let wish = self.wishes.get(&label)?;
        match wish.group {
            _ if !upgrades::takes_groups(wish) => None,
            _ if self.region(label).is_some_and(|region| region != HOME) => None,
            Attached::None => None,
            Attached::Theirs(number) => self.groups.get(usize::from(number)).cloned(),
            Attached::Ours(label) => Some(id(label)),
        }
    }

    fn user(&self, label: Label, wish: &Wish) -> Body {
        let mut body = object(json!({ "databases": self.granted(wish) }));
        let password = json!(self.password(label));
        if wish.write_only {
            body.insert("password_wo".into(), password);
            body.insert("password_wo_version".into(), json!(wish.password));
        } else {
            body.insert("password".into(), password);
        }
        if wish.host() != "%" {
            body.insert("host".into(), json!(wish.host()));
        }
        body
    }

    /// References to the databases that a user may use.
    fn granted(&self, user: &Wish) -> Json {
        let may = |label: &Label, wish: &Wish| {
            label.kind == Kind::Database && wish.of == user.of && user.grants >> wish.name & 1 == 1
        };
        let databases = self.wishes.iter().filter(|(label, wish)| may(label, wish));
        databases.map(|(label, _)| json!(format!("${{{}.name}}", label.address()))).collect()
    }

    fn copy(&self, label: Label, wish: &Wish) -> Body {
        let mut body = object(json!({ "region": self.region(label) }));
        let original = wish.of.map(id).or_else(|| self.originals.get(&label).cloned());
        if let Some(original) = original {
            body.insert("backup_id".into(), json!(original));
        }
        body
    }
}

fn group(wish: &Wish) -> Body {
    let mut body = object(json!({ "values": wish.settings.values() }));
    if wish.described {
        body.insert("description".into(), json!("what it is for"));
    }
    body
}

fn root(wish: &Wish) -> Body {
    let mut body = Body::new();
    if wish.rotate > 0 {
        body.insert("rotate".into(), json!(wish.rotate.to_string()));
    }
    if wish.leave {
        body.insert("on_destroy".into(), json!("leave"));
    }
    body
}

/// The argument of something that is in an instance or an HA group, and its value. What is inside a group is on
/// its source.
fn place(kind: Kind, of: Label) -> (&'static str, Option<String>) {
    let on_source = || format!("${{{}}}", ha_groups::source(of));
    match (kind, of.kind) {
        (Kind::Backup, Kind::HaGroup) => ("source_ha_group_id", Some(id(of))),
        (Kind::Schedule, Kind::HaGroup) => ("ha_group_id", Some(id(of))),
        (_, Kind::HaGroup) => ("instance_id", Some(on_source())),
        _ => ("instance_id", Some(id(of))),
    }
}

/// A reference to the ID of what stands under a label.
fn id(label: Label) -> String {
    format!("${{{}.id}}", label.address())
}

fn object(value: Json) -> Body {
    match value {
        Json::Object(body) => body,
        _ => Body::new(),
    }
}
