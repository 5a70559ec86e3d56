//! How a configuration may spell a flavor: its ID, its name, or its RAM in MB, as in pyrax.

use clouddb::Flavor;

/// The flavor that `spelling` means: an ID first, then a name, then RAM in MB.
///
/// The order settles the only doubt there is, a number that is one flavor's ID and another's RAM.
pub(crate) fn find<'a>(flavors: &'a [Flavor], spelling: &str) -> Option<&'a Flavor> {
    let spelling = spelling.trim();
    flavors
        .iter()
        .find(|flavor| flavor.id == spelling)
        .or_else(|| flavors.iter().find(|flavor| flavor.name.eq_ignore_ascii_case(spelling)))
        .or_else(|| {
            let ram: u64 = spelling.parse().ok()?;
            flavors.iter().find(|flavor| flavor.ram == ram)
        })
}

/// Smallest first; equal sizes in the order of their IDs, so that a plan never wavers.
pub(crate) fn sort(flavors: &mut [Flavor]) {
    flavors.sort_by(|a, b| (a.ram, a.id.len(), &a.id).cmp(&(b.ram, b.id.len(), &b.id)));
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
        find(&flavors(), spelling).map(|flavor| flavor.id.clone())
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
    fn the_choices_are_listed_by_size() {
        assert_eq!(
            choices(&flavors()),
            "  1    \"512MB Instance\" (512 MB)\n  2    \"1GB Instance\" (1024 MB)\n  512  \"odd\" (9000 MB)"
        );
    }
}
