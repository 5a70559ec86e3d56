//! What a plan of a database says, and refuses, before anything is sent.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use crate::place::{self, Planned};
use crate::resources::deletion::two_of_one_name;
use crate::resources::inside::creation::{Creation, is_new};
use crate::resources::inside::failover;
use crate::resources::namesake::{self, Keyed};
use crate::resources::outlook::Outlook;
use crate::resources::ownership::Owned;
use crate::rules::collations::{self, character_set_of};
use crate::source;

/// What the service uses when neither character set nor collation is given, as pyrax sends it.
const DEFAULT_CHARACTER_SET: &str = "utf8";
const DEFAULT_COLLATE: &str = "utf8_general_ci";

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Database {
    id: Attr<String>,
    region: Attr<String>,
    instance_id: Attr<String>,
    name: Attr<String>,
    character_set: Attr<String>,
    collate: Attr<String>,
}

pub(super) fn validate(config: &Database, diagnostics: &mut Diagnostics) {
    let (Some(character_set), Some(collate)) =
        (config.character_set.known(), config.collate.known())
    else {
        return;
    };
    if let Some(belongs) = collations::disagreement(character_set, collate) {
        diagnostics.push(
            Diagnostic::error("Collation of another character set")
                .detail(format!(
                    "{belongs}, and `character_set` is \"{character_set}\". Make them agree, or leave one out."
                ))
                .attribute("collate"),
        );
    }
}

pub(super) async fn plan(
    cx: &PlanContext<Client>,
    change: &mut Change<Database>,
    outlook: &Outlook,
) -> Result<()> {
    let Change { config, prior, planned } = change;
    if let (Some(instance_id), Some(name)) = (planned.instance_id.known(), planned.name.known()) {
        planned.id = Attr::Known(format!("{instance_id}/{name}"));
        outlook.has_database(instance_id, name);
    }
    let shown = shown(&planned.name, &planned.instance_id);
    let it = prior.as_ref().unwrap_or(planned);
    if let Some(key) = it.id.known() {
        let it = Owned { kind: "Database", key, shown: &shown };
        match prior {
            Some(_) => outlook.ownership.keeps(cx, &it)?,
            None => outlook.ownership.makes(&it).await?,
        }
    }
    let _at_work = outlook.ownership.at_work();
    let was_read = planned.id.known().is_some_and(|id| outlook.has_read(id));
    let client = place::plan(
        cx,
        Planned {
            shown: shown.clone(),
            config: &config.region,
            prior: prior.as_ref().map(|prior| &prior.region),
            region: &mut planned.region,
            parent: Some(source::instance(&planned.instance_id)),
            was_read,
        },
    )
    .await?;
    let (was, is) = (prior.as_ref().map(|prior| &prior.instance_id), &planned.instance_id);
    let follows = match was {
        Some(was) if is_new(Some(was), is) => {
            let it = failover::Move { shown: &shown, prior: was, planned: is };
            it.is_failover(cx, client.as_ref(), outlook).await
        }
        _ => false,
    };
    if follows {
        if planned.instance_id.is_unknown() {
            planned.id = Attr::Unknown;
        }
    } else if is_new(was, is) {
        cx.requires_replace("instance_id");
        let creation = Creation {
            shown: shown.clone(),
            instance_id: &planned.instance_id,
            region: &config.region,
            again: was_read,
        };
        let client = creation.check_writable(cx, client.as_ref(), outlook).await?;
        if prior.is_none() {
            failover::hand_over(cx, outlook, &planned.instance_id);
            warn_if_taken(cx, outlook, client, planned).await;
        }
    } else {
        failover::warn_of_moved(cx, outlook, &shown, &planned.instance_id);
    }
    plan_character_set(cx, change);
    Ok(())
}

/// Says of a new database whose name is taken how to import what is there.
async fn warn_if_taken(
    cx: &PlanContext<Client>,
    outlook: &Outlook,
    client: Option<Client>,
    new: &Database,
) {
    let (Some(instance_id), Some(name)) = (new.instance_id.known(), new.name.known()) else {
        return;
    };
    let keyed = Keyed { what: "Database", id: &new.id, client };
    let look = |api: Client| async move { api.databases(instance_id).is_taken(name).await };
    namesake::warn_if_taken(cx, outlook, keyed, look).await;
}

/// A planned database, for messages.
fn shown(name: &Attr<String>, instance_id: &Attr<String>) -> String {
    let name = name.known().map(String::as_str).unwrap_or_default();
    match instance_id.known() {
        Some(instance_id) => format!("database \"{name}\" of instance {instance_id}"),
        None => format!("database \"{name}\""),
    }
}

/// What a new database gets where the configuration is silent.
///
/// Only a collation tells its character set; a character set alone leaves the collation to MySQL.
fn with_defaults(config: &Database) -> (Attr<String>, Attr<String>) {
    match (&config.character_set, &config.collate) {
        (Attr::Null, Attr::Null) => {
            (Attr::Known(DEFAULT_CHARACTER_SET.to_owned()), Attr::Known(DEFAULT_COLLATE.to_owned()))
        }
        (Attr::Null, Attr::Known(collate)) => {
            (Attr::Known(character_set_of(collate)), Attr::Known(collate.clone()))
        }
        (character_set, Attr::Null) => (character_set.clone(), Attr::Null),
        (Attr::Null, Attr::Unknown) => (Attr::Unknown, Attr::Unknown),
        (character_set, collate) => (character_set.clone(), collate.clone()),
    }
}

/// What the API never tells again and cannot change.
fn plan_character_set(cx: &PlanContext<Client>, change: &mut Change<Database>) {
    let Change { config, prior, planned } = change;
    let Some(prior) = prior else {
        (planned.character_set, planned.collate) = with_defaults(config);
        if cx.replaces_on_demand() {
            cx.warn(two_of_one_name("Database"));
        }
        return;
    };
    let character_set = plan_fixed(config, prior, planned, |it| &mut it.character_set);
    let collate = plan_fixed(config, prior, planned, |it| &mut it.collate);
    for (name, replaces) in [("character_set", character_set), ("collate", collate)] {
        if replaces {
            cx.requires_replace(name);
        }
    }
    let same = planned.instance_id == prior.instance_id && planned.name == prior.name;
    if same && (character_set || collate) {
        cx.warn(two_of_one_name("Database"));
    }
}

/// A fixed property: silent configuration keeps it, a first value is adopted, another replaces.
/// Tells whether it replaces.
fn plan_fixed(
    config: &mut Database,
    prior: &mut Database,
    planned: &mut Database,
    property: impl Fn(&mut Database) -> &mut Attr<String>,
) -> bool {
    let (wanted, has) = (property(config).clone(), property(prior).clone());
    if wanted.is_null() {
        *property(planned) = has;
        return false;
    }
    !has.is_null() && wanted != has
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(character_set: Attr<&str>, collate: Attr<&str>) -> Database {
        Database {
            id: Attr::Unknown,
            region: Attr::Unknown,
            instance_id: Attr::Unknown,
            name: Attr::Unknown,
            character_set: character_set.map(str::to_owned),
            collate: collate.map(str::to_owned),
        }
    }

    fn defaults(character_set: Attr<&str>, collate: Attr<&str>) -> (Attr<String>, Attr<String>) {
        with_defaults(&plan(character_set, collate))
    }

    fn known(text: &str) -> Attr<String> {
        Attr::Known(text.to_owned())
    }

    #[test]
    fn defaults_never_contradict_what_is_configured() {
        assert_eq!(defaults(Attr::Null, Attr::Null), (known("utf8"), known("utf8_general_ci")));
        assert_eq!(
            defaults(Attr::Null, Attr::Known("latin1_bin")),
            (known("latin1"), known("latin1_bin"))
        );
        assert_eq!(defaults(Attr::Known("latin1"), Attr::Null), (known("latin1"), Attr::Null));
        assert_eq!(defaults(Attr::Null, Attr::Unknown), (Attr::Unknown, Attr::Unknown));
    }

    #[test]
    fn what_the_api_never_tells_again_is_kept_or_adopted_and_another_value_replaces() {
        let fixed = |wanted: Attr<&str>, has: Attr<&str>| {
            let mut config = plan(wanted, Attr::Null);
            let mut prior = plan(has, Attr::Null);
            let mut planned = config.clone();
            let replaces =
                plan_fixed(&mut config, &mut prior, &mut planned, |it| &mut it.character_set);
            (planned.character_set, replaces)
        };

        assert_eq!(fixed(Attr::Null, Attr::Known("utf8")), (known("utf8"), false));
        assert_eq!(fixed(Attr::Known("utf8"), Attr::Null), (known("utf8"), false));
        assert_eq!(fixed(Attr::Known("utf8"), Attr::Known("utf8")), (known("utf8"), false));
        assert_eq!(fixed(Attr::Known("latin1"), Attr::Known("utf8")), (known("latin1"), true));
        assert_eq!(fixed(Attr::Unknown, Attr::Known("utf8")), (Attr::Unknown, true));
        assert_eq!(fixed(Attr::Unknown, Attr::Null), (Attr::Unknown, false));
    }

    #[test]
    fn a_collation_belongs_to_its_character_set() {
        let faults = |character_set: Attr<&str>, collate: Attr<&str>| {
            let mut faults = Diagnostics::new();
            validate(&plan(character_set, collate), &mut faults);
            faults.iter().filter_map(|it| it.path().map(ToString::to_string)).collect::<Vec<_>>()
        };

        assert!(faults(Attr::Known("latin1"), Attr::Known("latin1_bin")).is_empty());
        assert!(faults(Attr::Known("latin1"), Attr::Unknown).is_empty());
        assert!(faults(Attr::Null, Attr::Known("utf8_bin")).is_empty());
        assert_eq!(faults(Attr::Known("latin1"), Attr::Known("utf8_bin")), ["collate"]);
    }
}
