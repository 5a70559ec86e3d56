//! `datastore.version` of an instance that exists: the service upgrades none in place.

use clouddb::Client;
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, PlanContext};

use super::attributes::{Instance, is_made_elsewhere};
use super::refusal::{Argument, Refusal};
use crate::datastore::{PlannedDatastore, is_same_version, shown};
use crate::resources::choices;
use crate::resources::instance::applied::Applied;
use crate::spelling::capital;

/// Refuses another version for an instance that stays, and whatever else would be an upgrade of it, and
/// shows the way to it. One that was changed outside stays as it is.
pub(super) async fn never_in_place(
    cx: &PlanContext<Client>,
    client: Option<&Client>,
    change: &mut Change<Instance>,
) -> Option<Refusal> {
    let prior = change.prior.as_ref().filter(|_| !is_made_elsewhere(change))?;
    let has = (prior.datastore_type()?.to_owned(), prior.datastore_version()?.to_owned());
    let kind = change.planned.datastore_type().unwrap_or(&has.0).to_owned();
    let wants = (kind, change.config.datastore_version()?.to_owned());
    let offered = offered(prior);
    let same_type = wants.0.eq_ignore_ascii_case(&has.0);
    let is_offered = offered.as_ref().is_some_and(|it| it.contains(&wants));
    if has == wants || !(same_type || is_offered) {
        return None;
    }
    let is_same = same_type && is_same_version(client, &has.0, &has.1, &wants.1).await;
    let prior = change.prior.as_ref()?;
    let is_applied = Applied::planning(cx)
        .is_some_and(|applied| Argument::Datastore.is_as(&applied, &change.config));
    let said = if is_same {
        None
    } else if is_applied {
        cx.warn(changed_outside(prior, &has, &wants).attribute("datastore"));
        None
    } else {
        Some(refused(prior, &has, &wants, offered.as_deref()))
    };
    change.planned.datastore = prior.datastore.clone();
    Some(Refusal::new(said?.attribute("datastore"), &[Argument::Datastore]))
}

/// The upgrades that the service offered at the last refresh, as type and version, if it told.
pub(super) fn offered(prior: &Instance) -> Option<Vec<(String, String)>> {
    let pair = |it: &Attr<PlannedDatastore>| {
        let it = it.known()?;
        Some((it.r#type.known()?.clone(), it.version.known()?.clone()))
    };
    prior.available_upgrades.known().map(|all| all.iter().filter_map(pair).collect())
}

fn changed_outside(
    prior: &Instance,
    has: &(String, String),
    wants: &(String, String),
) -> Diagnostic {
    Diagnostic::warning("The version was changed outside Terraform").detail(format!(
        "{} runs {}, and the configuration asks for {}, as it was applied last. No instance changes its version in place, so it stays as it is. Write `version = \"{}\"` to say so.",
        capital(&prior.shown()),
        shown(&has.0, Some(&has.1)),
        shown(&wants.0, Some(&wants.1)),
        has.1
    ))
}

/// What is offered is told, and how it is written, unless it is known that this is not offered.
fn refused(
    prior: &Instance,
    has: &(String, String),
    wants: &(String, String),
    offered: Option<&[(String, String)]>,
) -> Diagnostic {
    let offers = match offered {
        None => "It does not tell which upgrades it offers.".to_owned(),
        Some([]) => "It offers no upgrade of this instance.".to_owned(),
        Some(offered) => {
            let lines = offered.iter().map(|(kind, version)| shown(kind, Some(version)));
            format!("It offers these upgrades of this instance:\n\n{}", choices::lines(lines))
        }
    };
    let way = if offered.is_none_or(|it| it.contains(wants)) {
        way(prior, has, wants)
    } else {
        format!(
            "Let this block say `version = \"{}\"` again. A new and empty instance of another version is a block of its own.",
            has.1
        )
    };
    Diagnostic::error("No instance is upgraded in place").detail(format!(
        "{} runs {}, and the configuration asks for {}. The service makes a new instance with the new version, which follows this one until you have verified it. {offers}\n\n{way}",
        capital(&prior.shown()),
        shown(&has.0, Some(&has.1)),
        shown(&wants.0, Some(&wants.1))
    ))
}

/// The upgrade as it is written.
fn way(prior: &Instance, has: &(String, String), wants: &(String, String)) -> String {
    let known = |it: &Attr<String>| it.known().cloned().unwrap_or_default();
    let volume = prior.volume_size.known().copied().unwrap_or_default();
    format!(
        "Let this block say `version = \"{}\"` again, and add another one:\n\n  \
         resource \"rackspace_db_instance\" \"upgraded\" {{\n    \
           name        = \"{}-{}\"\n    \
           flavor      = \"{}\"\n    \
           volume_size = {volume}\n    \
           datastore   = {{ type = \"{}\", version = \"{}\" }}\n    \
           upgrade_of  = \"{}\"\n  \
         }}\n\n\
         When the new one is verified, remove `upgrade_of` from it, and later the old block. The guide \"Upgrading MySQL\" goes all the way.",
        has.1,
        known(&prior.name),
        wants.1.replace('.', "-"),
        known(&prior.flavor),
        wants.0,
        wants.1,
        prior.known_id().unwrap_or_default()
    )
}
