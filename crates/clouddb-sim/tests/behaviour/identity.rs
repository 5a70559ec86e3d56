use std::time::Duration;

use clouddb_sim::{Login, Options, REGIONS, Simulator};
use serde_json::{Value, json};

use crate::api::{Api, api_key, log_in, message};
use crate::http::send;

fn start() -> Simulator {
    Simulator::start(Options::default()).unwrap()
}

fn password(user: &str, password: &str) -> Value {
    json!({ "auth": { "passwordCredentials": { "username": user, "password": password } } })
}

#[test]
fn an_api_key_a_password_and_a_token_log_in_to_the_same_account() {
    let sim = start();

    let by_key = log_in(&sim, &api_key("demo", "demo-key")).json();
    let by_password = log_in(&sim, &password("demo", "demo-password")).json();
    let token = by_key["access"]["token"]["id"].clone();
    let by_token =
        log_in(&sim, &json!({ "auth": { "tenantId": "123456", "token": { "id": token } } })).json();

    for (reply, method) in [(by_key, "APIKEY"), (by_password, "PASSWORD"), (by_token, "APIKEY")] {
        let access = &reply["access"];
        assert_eq!(access["token"]["tenant"]["id"], "123456");
        assert_eq!(access["token"]["RAX-AUTH:authenticatedBy"], json!([method]));
        assert_eq!(access["user"]["RAX-AUTH:defaultRegion"], "DFW");
    }
}

#[test]
fn wrong_credentials_are_refused_in_the_words_of_the_service() {
    let sim = start();
    let tenant = json!({ "auth": {
        "passwordCredentials": { "username": "demo", "password": "demo-password" },
        "tenantId": "999" } });
    let cases = [
        (api_key("demo", "wrong"), "Username or api key is invalid."),
        (password("demo", "wrong"), "Unable to authenticate user with credentials provided."),
        (tenant, "Tenant with Name/Id: '999' is not valid for User 'demo' (id: '170421')"),
    ];

    for (body, words) in cases {
        let seen = log_in(&sim, &body);
        assert_eq!((seen.status, message(&seen)), (401, words.to_owned()), "{body}");
    }
}

#[test]
fn a_login_that_is_misspelt_or_contradicts_itself_is_400() {
    let sim = start();
    let key = json!({ "username": "demo", "apiKey": "demo-key" });
    let bodies = [
        json!({ "auth": { "RAX-KSKEY:apiKeyCredential": key } }),
        json!({ "auth": { "RAX-KSKEY:apiKeyCredentials": { "username": "demo", "apikey": "x" } } }),
        json!({ "auth": { "RAX-KSKEY:apiKeyCredentials": key,
            "passwordCredentials": { "username": "demo", "password": "demo-password" } } }),
        json!({ "auth": { "RAX-KSKEY:apiKeyCredentials": key, "tenantId": "1", "tenantName": "1" } }),
        json!({ "auth": {} }),
        json!([]),
    ];

    for body in bodies {
        assert_eq!(log_in(&sim, &body).status, 400, "{body}");
    }
}

#[test]
fn the_catalog_leads_to_a_cloud_of_its_own_in_every_region() {
    let api = Api::new();
    for region in REGIONS {
        api.sim.add_instance_in(region, region, "2", 1);
    }

    let reply = log_in(&api.sim, &api_key("demo", "demo-key")).json();
    let services = reply["access"]["serviceCatalog"].as_array().unwrap();
    let databases = services.iter().find(|service| service["type"] == "rax:database").unwrap();
    assert_eq!(databases["name"], "cloudDatabases");
    let endpoints = databases["endpoints"].as_array().unwrap();
    assert_eq!(endpoints.len(), REGIONS.len());
    assert!(services.len() > 1, "a client has to look for its service");

    for endpoint in endpoints {
        let region = endpoint["region"].as_str().unwrap();
        let url = endpoint["publicURL"].as_str().unwrap();
        assert_eq!(url, api.sim.endpoint(region));
        let path = url.strip_prefix(&api.sim.url()).unwrap().to_owned() + "/instances";
        let seen =
            send(api.sim.address(), "GET", &path, &[("X-Auth-Token", &api.token)], None).unwrap();
        let names = seen.json()["instances"].as_array().unwrap().clone();
        assert_eq!(names.len(), 1);
        assert_eq!(names[0]["name"], region);
    }
}

#[test]
fn a_path_without_a_region_is_the_default_region() {
    let api = Api::new();
    let id = api.sim.add_instance("here", "2", 1);

    let plain = api.status(&id);
    let api = api.at("/dfw/v1.0/123456");

    assert_eq!((plain, api.status(&id)), ("ACTIVE".into(), "ACTIVE".into()));
    let link = api.get("/instances").json()["instances"][0]["links"][0]["href"].clone();
    let host = api.sim.address();
    assert_eq!(link, json!(format!("https://{host}/DFW/v1.0/123456/instances/{id}")));
}

#[test]
fn an_expired_token_is_refused_and_a_new_login_helps() {
    let mut api = Api::new();
    assert_eq!(api.get("/instances").status, 200);

    api.sim.expire_tokens();

    let seen = api.get("/instances");
    assert_eq!(seen.status, 401);
    assert!(seen.header("www-authenticate").unwrap().starts_with("Keystone uri="));
    assert_eq!(seen.json()["error"]["title"], "Unauthorized");

    let reply = log_in(&api.sim, &api_key("demo", "demo-key")).json();
    api.token = reply["access"]["token"]["id"].as_str().unwrap().to_owned();
    assert_eq!(api.get("/instances").status, 200);
}

#[test]
fn a_token_ends_with_its_life_and_when_it_is_revoked() {
    let short = Api::with(Options { token_life: Duration::ZERO, ..Options::default() });
    assert_eq!(short.get("/instances").status, 401);

    let api = Api::new();
    let headers = [("X-Auth-Token", api.token.as_str())];
    let revoked = send(api.sim.address(), "DELETE", "/v2.0/tokens", &headers, None).unwrap();
    assert_eq!(revoked.status, 204);
    assert_eq!(api.get("/instances").status, 401);
}

#[test]
fn a_second_login_brings_the_same_token_until_it_is_about_to_end() {
    let token = |sim: &Simulator| {
        log_in(sim, &api_key("demo", "demo-key")).json()["access"]["token"]["id"].clone()
    };
    let sim = start();
    assert_eq!(token(&sim), token(&sim));

    let life = Duration::from_mins(59);
    let sim = Simulator::start(Options { token_life: life, ..Options::default() }).unwrap();
    assert_ne!(token(&sim), token(&sim));
}

#[test]
fn nobody_sees_the_objects_of_another_account() {
    let other = Login {
        user: "other".into(),
        api_key: "other-key".into(),
        password: "other".into(),
        account_id: "654321".into(),
    };
    let mut api = Api::with(Options { other_accounts: vec![other], ..Options::default() });
    let id = api.sim.add_instance("mine", "2", 1);
    let reply = log_in(&api.sim, &api_key("other", "other-key")).json();
    api.token = reply["access"]["token"]["id"].as_str().unwrap().to_owned();

    assert_eq!(api.get("/instances").status, 401);
    let api = api.at("/v1.0/654321");
    assert_eq!(api.get(&format!("/instances/{id}")).status, 404);
    assert_eq!(api.get("/instances").json(), json!({ "instances": [] }));
}

#[test]
fn a_token_serves_the_tenants_of_its_account_and_no_other() {
    let api = Api::new();
    let with_tenant = |tenant: &str| {
        let auth = json!({ "auth": { "tenantId": tenant, "token": { "id": api.token } } });
        let seen = log_in(&api.sim, &auth);
        (seen.status, message(&seen))
    };

    assert_eq!(with_tenant("123456").0, 200);
    assert_eq!(with_tenant("MossoCloudFS_123456").0, 200);
    assert_eq!(
        with_tenant("999"),
        (401, "Token doesn't belong to Tenant with Id/Name: '999'".into())
    );
}

#[test]
fn a_token_can_be_looked_at() {
    let api = Api::new();
    let headers = [("X-Auth-Token", api.token.as_str())];
    let look = |token: &str| {
        let path = format!("/v2.0/tokens/{token}");
        send(api.sim.address(), "GET", &path, &headers, None).unwrap()
    };

    assert_eq!(look(&api.token).json()["access"]["token"]["id"], json!(api.token));
    assert_eq!(look("unknown").status, 404);
    assert!(api.sim.requests().iter().all(|request| !request.path.contains(&api.token)));
}
