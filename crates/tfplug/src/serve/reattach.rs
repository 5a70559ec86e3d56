//! The debug mode's message: how to make Terraform use a provider that already runs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

/// The text for stdout. `TF_REATTACH_PROVIDERS` is described at
/// <https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode>.
///
/// Terraform attaches without TLS. Where a port needs it, the certificate to expect stands in the value as well, for
/// hosts that look for it.
pub(super) fn text(
    provider_address: &str,
    process: u32,
    (network, address): (&str, &str),
    certificate: Option<&[u8]>,
) -> String {
    let mut provider = json!({
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": process,
        // Keeps Terraform from killing the process when it is done.
        "Test": true,
        "Addr": { "Network": network, "String": address },
    });
    if let (Some(der), Some(fields)) = (certificate, provider.as_object_mut()) {
        fields.insert("ServerCert".to_owned(), STANDARD_NO_PAD.encode(der).into());
    }
    // The value stands between single quotes, which a path may contain.
    let value = json!({ provider_address: provider }).to_string().replace('\'', "\\u0027");
    format!(
        "The provider runs until Ctrl-C. Terraform uses it when this is in its environment:\n\n\
         \tTF_REATTACH_PROVIDERS='{value}'\n"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const ADDRESS: &str = "registry.terraform.io/rackspace/rackspace";

    #[test]
    fn the_value_survives_a_shell_and_names_the_process() {
        let text = text(ADDRESS, 42, ("unix", "/tmp/it's/s"), None);

        let value = text.split('\'').nth(1).unwrap();
        let value: Value = serde_json::from_str(value).unwrap();
        assert_eq!(
            value,
            json!({ ADDRESS: {
                "Protocol": "grpc", "ProtocolVersion": 6, "Pid": 42, "Test": true,
                "Addr": { "Network": "unix", "String": "/tmp/it's/s" },
            }})
        );
    }
}
