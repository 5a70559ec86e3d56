//! Where an object lives: in which region of which account.
//!
//! The region stands in the state. The account stands beside it in private state, with the address of
//! the API where the provider block gives one, as of the last time that the object was seen. An object
//! is read, changed and destroyed where it lives, whatever the provider points to today; one of another
//! account is not touched; and what is not found is gone only if it was looked for where it was seen.
//!
//! A state of version 0.1.0 knows none of this, and an import neither: such an object is looked for in
//! the region of the provider, and then in the others.

mod api;
mod arrival;
mod existing;
mod location;
mod making;
mod planned;
mod seen;
mod way;
mod words;

pub(crate) use api::planning_api;
pub(crate) use arrival::arrives;
pub(crate) use existing::{Answer, Found, Object, anywhere, client_of, find};
pub(crate) use location::{Location, import};
pub(crate) use making::{Outcome, for_new, in_instance, make_in_instance, make_of};
pub(crate) use planned::{Planned, check_beside, ha_group, instance, is_there, plan, plan_destroy};
pub(crate) use way::{asked, beyond, client_of_new};
pub(crate) use words::{argument, attribute, searched, searched_by};
