//! Which region of which account.

use serde::{Deserialize, Serialize};

/// A region of an account: what is in one is not seen from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) account: String,
}

/// A map by place, on disk a list of pairs: the names in JSON are texts.
pub(crate) mod map {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Place;

    pub(crate) fn serialize<T: Serialize, S: Serializer>(
        map: &BTreeMap<Place, T>,
        into: S,
    ) -> Result<S::Ok, S::Error> {
        into.collect_seq(map)
    }

    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<Place, T>, D::Error> {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
}
