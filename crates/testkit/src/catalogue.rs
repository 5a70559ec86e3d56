//! What there is to know of every resource type, one file each.
