//! The account of a simulated cloud.

use clouddb_sim::Simulator;

/// The environment in which a provider works in the account of this cloud, in Dallas.
pub fn environment(cloud: &Simulator) -> [(&'static str, String); 4] {
    [
        ("RAX_USERNAME", "demo".to_owned()),
        ("RAX_API_KEY", "demo-key".to_owned()),
        ("RAX_REGION", "DFW".to_owned()),
        ("RAX_AUTH_URL", cloud.auth_url()),
    ]
}
