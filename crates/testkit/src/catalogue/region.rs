//! The attribute `region`, which every resource and every data source has.

use super::attribute::{Attribute, optional, value};
use super::names::Names;
use super::refusal::Refusal;
use clouddb_sim::Simulator;

/// The region of a resource. What it is of has to be in the other region too, so a change needs `other`
/// beside it.
pub(super) fn region(other: (&str, &str)) -> Attribute {
    let (name, abroad) = other;
    region_asked([]).replaces(value("ORD").beside(name, abroad))
}

/// The region that a data source looks in, which is asked with `beside` too.
pub(super) fn region_asked<const N: usize>(beside: [(&str, &str); N]) -> Attribute {
    let of = |region: &str| {
        beside.iter().fold(value(region), |it, (name, other)| it.beside(name, *other))
    };
    let refusal =
        beside.iter().fold(Refusal::at_plan("a region of the account"), |it, (name, other)| {
            it.given(name, *other)
        });
    optional("region", of("DFW")).or(of("dfw")).shows("DFW").not_empty(64).refuses(
        refusal.given("region", "MARS").says(
            "Unknown region",
            "The account has no Cloud Databases in region \"MARS\", only in: DFW, HKG, IAD, LON, ORD, SYD. Write one of these.",
        ),
    )
}

/// How an import says where it has looked.
pub(super) const SEARCHED: &str = "in the regions DFW, ORD, IAD, LON, SYD, HKG of account 123456";

/// An instance in another region.
pub(super) fn seed(cloud: &Simulator, names: &mut Names) {
    names.add("ABROAD_ID", cloud.add_instance_in("ORD", "abroad", "2", 10));
}

/// The region of an instance, and of what is in it.
pub(super) fn of_instance(cloud: &Simulator, id: &str) -> Option<String> {
    cloud.instance(id).map(|it| it.region)
}
