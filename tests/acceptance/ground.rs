//! A world in whose cloud everything is that the values of the catalogue refer to.

use testkit::catalogue::entry::{Entry, Object};
use testkit::catalogue::names::Names;
use testkit::catalogue::{self};
use testkit::world::World;

/// The world, and what the names in the catalogue stand for in it.
pub(crate) struct Ground {
    pub(crate) world: World,
    pub(crate) names: Names,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let mut world = World::with(catalogue::options());
        world.set("RAX_API_KEY", &catalogue::login("api_key"));
        let names = catalogue::seed(world.cloud());
        Self { world, names }
    }

    /// Replaces the configuration by one that may name what is in the cloud.
    pub(crate) fn configure(&self, hcl: &str) {
        self.world.configure(&self.names.fill(hcl));
    }
}

/// How the object of a resource is handled past Terraform.
pub(crate) fn object(entry: &Entry) -> Object {
    entry.object.unwrap_or_else(|| panic!("{}: a resource has an object", entry.file))
}
