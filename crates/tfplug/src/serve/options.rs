//! What a plugin process has to know.

/// What the process has to know about the provider it serves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The source address, such as `registry.terraform.io/rackspace/rackspace`. In debug mode it is how Terraform knows
    /// which provider of a configuration to attach to the running process; a person is told where its pages are.
    pub provider_address: String,
    /// The version, without a leading `v`.
    pub version: String,
}
