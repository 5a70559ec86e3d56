//! The service catalog that a login brings.

use serde_json::{Value, json};

use crate::message::request::Request;
use crate::options::REGIONS;

/// The tenant of the file service is another one than the account.
pub(crate) fn files_account(account: &str) -> String {
    format!("MossoCloudFS_{account}")
}

/// The catalog of an account, in which Cloud Databases is in the listed regions.
pub(crate) fn service_catalog(request: &Request, account: &str, listed: &[String]) -> Value {
    let databases: Vec<Value> = listed
        .iter()
        .map(|region| {
            json!({
                "region": region,
                "tenantId": account,
                "publicURL": format!("http://{}/{region}/v1.0/{account}", request.host),
            })
        })
        .collect();
    let files: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            let (lower, tenant) = (region.to_lowercase(), files_account(account));
            json!({
                "region": region,
                "tenantId": tenant,
                "publicURL": format!("https://storage101.{lower}1.clouddrive.com/v1/{tenant}"),
                "internalURL":
                    format!("https://snet-storage101.{lower}1.clouddrive.com/v1/{tenant}"),
            })
        })
        .collect();
    let servers: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            let host = format!("https://{}.servers.api.rackspacecloud.com", region.to_lowercase());
            json!({
                "region": region,
                "tenantId": account,
                "publicURL": format!("{host}/v2/{account}"),
                "versionId": "2",
                "versionInfo": format!("{host}/v2"),
                "versionList": format!("{host}/"),
            })
        })
        .collect();
    let dns = json!([{
        "tenantId": account,
        "publicURL": format!("https://dns.api.rackspacecloud.com/v1.0/{account}"),
    }]);
    json!([
        { "name": "cloudFiles", "type": "object-store", "endpoints": files },
        { "name": "cloudServersOpenStack", "type": "compute", "endpoints": servers },
        { "name": "cloudDatabases", "type": "rax:database", "endpoints": databases },
        { "name": "cloudDNS", "type": "rax:dns", "endpoints": dns },
    ])
}
