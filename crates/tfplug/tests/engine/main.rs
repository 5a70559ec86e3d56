//! The engine, driven as Terraform drives it, with a toy service behind a toy provider.

#[cfg(test)]
mod apply;
#[cfg(test)]
mod authoring;
#[cfg(test)]
mod data;
#[cfg(test)]
mod ephemeral;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod moves;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod state;
#[cfg(test)]
mod toy;
#[cfg(test)]
mod validate;
