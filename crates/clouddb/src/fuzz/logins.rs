//! What Identity may answer, deformed.

use serde_json::{Value, json};

use crate::fuzz::{reply, target, told};
use crate::http::base_url::check_private;
use crate::identity::token::Session;
use crate::value::error::Error;
use crate::value::settings::{Credentials, Settings};

fn settings(region: Option<&str>, endpoint: Option<&str>) -> Settings {
    let credentials =
        Credentials::ApiKey { username: "u".to_owned(), api_key: "k".to_owned().into() };
    Settings {
        region: region.map(str::to_owned),
        endpoint: endpoint.map(|url| url.parse().unwrap()),
        ..Settings::new(credentials)
    }
}

#[test]
fn fuzz_logins() {
    let seed = json!({"access": {
        "token": {
            "id": "t0ken-of-this-reply", "expires": "2030-01-01T00:00:00.000Z",
            "tenant": {"id": "123456", "name": "123456"},
        },
        "serviceCatalog": [
            {"name": "cloudDNS", "type": "rax:dns", "endpoints": [{"publicURL": "https://dns"}]},
            {"name": "cloudDatabases", "type": "rax:database", "endpoints": [
                {"region": "DFW", "tenantId": 7, "publicURL": "https://dfw.db/v1.0/7"},
                {"region": "ORD", "tenantId": "7", "publicURL": "https://ord.db/v1.0/7"},
            ]},
        ],
        "user": {"id": "1", "name": "u", "RAX-AUTH:defaultRegion": "DFW", "roles": []},
    }});
    let words = ["rax:database", "database", "http://db.example.com", "https://u:p@db", "data:x"];
    let settings = [
        settings(None, None),
        settings(Some("ORD"), None),
        settings(None, Some("https://db.example.com/v1.0")),
    ];
    target("logins").seed(seed.to_string()).words(&words).run(|input| {
        let mut reply = reply(200, input);
        reply.call.path = "/tokens".to_owned();
        let token = serde_json::from_slice::<Value>(input).ok().and_then(|reply| {
            Some(reply.pointer("/access/token/id")?.as_str()? == "t0ken-of-this-reply")
        });
        let opened = settings.each_ref().map(|settings| Session::opened(settings, &reply, 1));
        opened
            .map(|result| {
                if let Ok(session) = &result {
                    let strict = &settings[0];
                    let named = session.regions.names().map(Some).chain([None]);
                    let opened = named.filter_map(|region| session.authorization(region).ok());
                    for base in opened.map(|it| it.base) {
                        check_private("the endpoint", &base, strict).unwrap();
                        assert!(!base.cannot_be_a_base());
                    }
                    assert!(session.renew_at <= session.expires_at);
                }
                // Of an address over which nothing may be sent, host and path are told. And where the
                // token is another, this is a word like any.
                let may_be_told = matches!(result, Err(Error::Invalid(_))) || token == Some(false);
                let words = told(result.and_then(|session| session.authorization(None)));
                assert!(may_be_told || !words.contains("t0ken-of-this-reply"), "{words}");
                words
            })
            .concat()
    });
}
