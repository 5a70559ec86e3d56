//! `copy_to`: the regions that the service copies backups to, of one backup or of all that a schedule makes.
//! The copies are backups of their own, which no state holds.

use std::collections::BTreeSet;

use clouddb::Client;
use tfplug::value::Attr;
use tfplug::{Diagnostic, Diagnostics, PlanContext, Result};

use crate::backup::copying;
use crate::place;

/// Regions in any case, each once.
pub(super) fn regions<'a>(named: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    named.into_iter().map(|it| it.to_ascii_uppercase()).collect()
}

/// The regions that are known; `None` if one is not.
pub(super) fn known(planned: &Attr<Vec<Attr<String>>>) -> Option<BTreeSet<String>> {
    match planned {
        Attr::Unknown => None,
        Attr::Null => Some(BTreeSet::new()),
        Attr::Known(all) if all.iter().any(|it| it.known().is_none()) => None,
        Attr::Known(all) => Some(regions(all.iter().filter_map(Attr::known))),
    }
}

/// Refuses London, whatever the catalog says.
pub(super) fn validate(config: &Attr<Vec<Attr<String>>>, diagnostics: &mut Diagnostics) {
    let mut named = config.known().into_iter().flatten().filter_map(Attr::known);
    if named.any(|it| copying::is_apart(it)) {
        diagnostics.push(copying::apart("copy_to"));
    }
}

/// Refuses regions that there are not, and that of what is copied. `here` is the client for that, once it is
/// known.
pub(super) async fn check(
    cx: &PlanContext<Client>,
    config: &Attr<Vec<Attr<String>>>,
    here: Option<&Client>,
    shown: &str,
) -> Result<()> {
    let doing = format!("Unable to plan {shown}");
    let Some(api) = place::planning_api(cx) else { return Ok(()) };
    // An address in the place of the catalog leads to one region, and names no other.
    if api.endpoint().is_some() {
        return Ok(());
    }
    let named: Vec<&String> =
        config.known().into_iter().flatten().filter_map(Attr::known).collect();
    for region in &named {
        place::beyond(&api, &doing, region, "copy_to").await?;
    }
    let Some(here) = here else { return Ok(()) };
    match here.region().await {
        Ok(Some(own)) => refuse(&own, named, shown).map_or(Ok(()), |it| Err(it.into())),
        _ => Ok(()),
    }
}

/// Why what is in that region cannot be copied to those.
pub(super) fn refuse<'a>(
    own: &str,
    named: impl IntoIterator<Item = &'a String>,
    shown: &str,
) -> Option<Diagnostic> {
    let named: Vec<&String> = named.into_iter().collect();
    if !named.is_empty() && copying::is_apart(own) {
        return Some(copying::apart("copy_to"));
    }
    let same = named.into_iter().find(|it| it.eq_ignore_ascii_case(own))?;
    Some(
        Diagnostic::error("A copy in the region of the backup")
            .detail(format!(
                "The region of {shown} is {own}, and `copy_to` names {same}: a copy is a backup in another region. Take it out of `copy_to`."
            ))
            .attribute("copy_to"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(regions: &[&str]) -> Vec<String> {
        regions.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn regions_are_known_once_each_of_them_is() {
        let some = |all: &[Attr<&str>]| {
            let owned = |it: &Attr<&str>| match it {
                Attr::Known(it) => Attr::Known((*it).to_owned()),
                Attr::Null => Attr::Null,
                Attr::Unknown => Attr::Unknown,
            };
            known(&Attr::Known(all.iter().map(owned).collect()))
        };

        assert_eq!(known(&Attr::Unknown), None);
        assert_eq!(known(&Attr::Null), Some(BTreeSet::new()));
        assert_eq!(some(&[]), Some(BTreeSet::new()));
        let both = BTreeSet::from(["IAD".to_owned(), "ORD".to_owned()]);
        assert_eq!(some(&[Attr::Known("ord"), Attr::Known("IAD"), Attr::Known("ORD")]), Some(both));
        assert_eq!(some(&[Attr::Known("ORD"), Attr::Unknown]), None);
        assert_eq!(some(&[Attr::Null]), None);
    }

    #[test]
    fn a_copy_is_in_another_region_and_london_is_apart() {
        let refused = |own, regions: &[&str]| {
            refuse(own, &named(regions), "the backup").map(|it| it.summary().to_owned())
        };

        assert_eq!(refused("DFW", &["ORD", "IAD"]), None);
        let same = refused("DFW", &["ORD", "dfw"]).unwrap();
        assert_eq!(same, "A copy in the region of the backup");
        assert_eq!(refused("LON", &[]), None);
        assert_ne!(refused("LON", &["ORD"]), None);
        let config =
            |region: &str| Attr::Known(vec![Attr::Unknown, Attr::Known(region.to_owned())]);
        for (region, errors) in [("lon", 1), ("ORD", 0)] {
            let mut diagnostics = Diagnostics::new();
            validate(&config(region), &mut diagnostics);
            assert_eq!(diagnostics.iter().count(), errors, "{region}");
        }
    }
}
