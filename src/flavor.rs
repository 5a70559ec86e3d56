//! How a configuration may spell a flavor: its ID, its name, or its RAM in MB, as in pyrax.

use clouddb::{Client, Error, Flavor};
use tfplug::Diagnostic;

/// The flavor that a spelling means.
#[derive(Debug)]
pub(crate) struct Meant<'a> {
    pub(crate) flavor: &'a Flavor,
    /// What the spelling fits as well, smallest first.
    pub(crate) others: Vec<&'a Flavor>,
}

/// The flavor that `spelling` means: the one that the object `has`, if the spelling fits it. Else an
/// ID comes first, then a name, then RAM in MB, and of several the smallest one with the first ID.
pub(crate) fn find<'a>(
    flavors: &'a [Flavor],
    spelling: &str,
    has: Option<&str>,
) -> Option<Meant<'a>> {
    let spelling = spelling.trim();
    let mut fitting: Vec<(Fit, &Flavor)> =
        flavors.iter().filter_map(|it| Some((Fit::of(it, spelling)?, it))).collect();
    if let Some((_, flavor)) = fitting.iter().find(|(_, it)| Some(it.id.as_str()) == has) {
        return Some(Meant { flavor, others: Vec::new() });
    }
    fitting.sort_by(|(a, one), (b, other)| (a, rank(one)).cmp(&(b, rank(other))));
    let (best, flavor) = *fitting.first()?;
    let others = fitting.iter().skip(1).filter(|(fit, _)| {
        // Who has written a name exactly means no other case of it.
        !(best == Fit::Name && *fit == Fit::NameInAnotherCase)
    });
    Some(Meant { flavor, others: others.map(|(_, it)| *it).collect() })
}

/// How a spelling fits, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Id,
    Name,
    NameInAnotherCase,
    Ram,
}

impl Fit {
    fn of(flavor: &Flavor, spelling: &str) -> Option<Self> {
        if flavor.id == spelling {
            Some(Self::Id)
        } else if flavor.name == spelling {
            Some(Self::Name)
        } else if flavor.name.eq_ignore_ascii_case(spelling) {
            Some(Self::NameInAnotherCase)
        } else if spelling.parse() == Ok(flavor.ram) {
            Some(Self::Ram)
        } else {
            None
        }
    }
}

/// The warning for a spelling that fits several flavors, which names the one that is taken.
pub(crate) fn doubt(spelling: &str, meant: &Meant<'_>) -> Option<String> {
    if meant.others.is_empty() {
        return None;
    }
    let all: Vec<Flavor> =
        std::iter::once(meant.flavor).chain(meant.others.iter().copied()).cloned().collect();
    Some(format!(
        "\"{spelling}\" fits these flavors (ID, name, RAM), and the one with the ID \"{}\" is taken. To choose, write its ID, or its name where it has one of its own.\n\n{}",
        meant.flavor.id,
        choices(&all)
    ))
}

/// Smallest first; equal sizes in the order of their IDs, so that a plan never wavers.
pub(crate) fn sort(flavors: &mut [Flavor]) {
    flavors.sort_by(|a, b| rank(a).cmp(&rank(b)));
}

fn rank(flavor: &Flavor) -> (u64, usize, &str) {
    (flavor.ram, flavor.id.len(), &flavor.id)
}

/// The flavor with that ID: from the list, which many objects share, or one that is not on offer any more.
pub(crate) async fn of_id(api: &Client, id: &str) -> Result<Option<Flavor>, Error> {
    let listed = api.flavors().list().await?;
    match listed.into_iter().find(|flavor| flavor.id == id) {
        None => api.flavors().get(id).await,
        found => Ok(found),
    }
}

/// The error for the argument `flavor` whose spelling fits none.
pub(crate) fn unknown(spelling: &str, flavors: &[Flavor]) -> Diagnostic {
    Diagnostic::error("Unknown flavor")
        .detail(format!(
            "No flavor has the ID, the name or the RAM \"{spelling}\". These exist (ID, name, RAM):\n\n{}",
            choices(flavors)
        ))
        .attribute("flavor")
}

/// The flavors that exist, one a line, for an error.
pub(crate) fn choices(flavors: &[Flavor]) -> String {
    let mut flavors = flavors.to_vec();
    sort(&mut flavors);
    flavors
        .iter()
        .map(|flavor| format!("  {:<4} \"{}\" ({} MB)", flavor.id, flavor.name, flavor.ram))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flavors() -> Vec<Flavor> {
        [("2", "1GB Instance", 1024), ("1", "512MB Instance", 512), ("512", "odd", 9000)]
            .map(|(id, name, ram)| Flavor { id: id.to_owned(), name: name.to_owned(), ram })
            .to_vec()
    }

    fn id_of(spelling: &str) -> Option<String> {
        find(&flavors(), spelling, None).map(|meant| meant.flavor.id.clone())
    }

    #[test]
    fn a_flavor_is_found_by_id_by_name_and_by_ram() {
        assert_eq!(id_of("2").as_deref(), Some("2"));
        assert_eq!(id_of("1GB Instance").as_deref(), Some("2"));
        assert_eq!(id_of("1gb instance").as_deref(), Some("2"));
        assert_eq!(id_of("1024").as_deref(), Some("2"));
        assert_eq!(id_of("4096"), None);
    }

    #[test]
    fn an_id_wins_over_another_flavors_ram() {
        assert_eq!(id_of("512").as_deref(), Some("512"));
    }

    #[test]
    fn of_several_flavors_the_one_that_the_object_has_is_meant_or_a_fixed_one_is_told() {
        let flavors = [
            ("10", "RD-512", 512),
            ("1", "512MB Instance", 512),
            ("512", "odd", 9000),
            ("7", "ODD", 9000),
        ];
        let flavors =
            flavors.map(|(id, name, ram)| Flavor { id: id.to_owned(), name: name.to_owned(), ram });
        let meant = |spelling, has| {
            let meant = find(&flavors, spelling, has).unwrap();
            let others: Vec<&str> = meant.others.iter().map(|it| it.id.as_str()).collect();
            (meant.flavor.id.as_str(), others)
        };

        assert_eq!(meant("512", Some("10")), ("10", vec![]));
        assert_eq!(meant("Odd", Some("7")), ("7", vec![]));
        assert_eq!(meant("ODD", None), ("7", vec![]));
        assert_eq!(meant("Odd", None), ("7", vec!["512"]));
        assert_eq!(meant("512", None), ("512", vec!["1", "10"]));
        assert_eq!(meant("9000", Some("1")), ("7", vec!["512"]));
        let told = doubt("9000", &find(&flavors, "9000", None).unwrap()).unwrap();
        assert!(told.contains("ID \"7\" is taken") && told.contains("512  \"odd\""), "{told}");
    }

    #[test]
    fn the_choices_are_listed_by_size() {
        assert_eq!(
            choices(&flavors()),
            "  1    \"512MB Instance\" (512 MB)\n  2    \"1GB Instance\" (1024 MB)\n  512  \"odd\" (9000 MB)"
        );
    }
}
