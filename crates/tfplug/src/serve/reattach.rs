//! The debug mode's message: how to make Terraform use a provider that already runs.

use serde_json::json;

/// The text for stdout. `TF_REATTACH_PROVIDERS` is described at
/// <https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode>.
pub(super) fn text(provider_address: &str, process: u32, socket: &str) -> String {
    let provider = json!({
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": process,
        // Keeps Terraform from killing the process when it is done.
        "Test": true,
        "Addr": { "Network": "unix", "String": socket },
    });
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

    #[test]
    fn the_value_survives_a_shell_and_names_the_process() {
        let text = text("registry.terraform.io/rackspace/rackspace", 42, "/tmp/it's/s");

        let value = text.split('\'').nth(1).unwrap();
        let value: Value = serde_json::from_str(value).unwrap();
        assert_eq!(
            value,
            json!({ "registry.terraform.io/rackspace/rackspace": {
                "Protocol": "grpc", "ProtocolVersion": 6, "Pid": 42, "Test": true,
                "Addr": { "Network": "unix", "String": "/tmp/it's/s" },
            }})
        );
    }
}
