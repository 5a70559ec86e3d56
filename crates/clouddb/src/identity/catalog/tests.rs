use serde_json::{Value, json};

use super::*;

fn settings(region: Option<&str>, endpoint: Option<&str>) -> Settings {
    Settings {
        region: region.map(str::to_owned),
        endpoint: endpoint.map(|url| url.parse().unwrap()),
        ..Settings::new(Credentials::ApiKey {
            username: "u".to_owned(),
            api_key: "k".to_owned().into(),
        })
    }
}

fn access(regions: &[&str], default: Option<&str>) -> Access {
    let endpoints: Vec<Value> = regions
        .iter()
        .map(|it| json!({"region": it, "tenantId": 7, "publicURL": format!("https://{it}.db/v1.0/7")}))
        .collect();
    let document = json!({
        "token": {"id": "t", "expires": "2030-01-01T00:00:00Z", "RAX-AUTH:authenticatedBy": ["APIKEY"]},
        "serviceCatalog": [
            {"name": "cloudDNS", "type": "rax:dns", "endpoints": [{"publicURL": "https://dns/v1.0/9"}]},
            {"name": "cloudDatabases", "type": "rax:database", "endpoints": endpoints},
        ],
        "user": {"id": "1", "RAX-AUTH:defaultRegion": default},
    });
    serde_json::from_value(document).unwrap()
}

fn base(access: &Access, region: Option<&str>) -> Result<String, Trouble> {
    access.home(&settings(region, None)).map(|place| place.base.into())
}

#[test]
fn the_region_is_the_wanted_one_in_any_case_then_the_default_then_the_only_one() {
    let two = access(&["ORD", "DFW"], Some("DFW"));

    assert_eq!(base(&two, Some("ord")).unwrap(), "https://ord.db/v1.0/7");
    assert_eq!(base(&two, None).unwrap(), "https://dfw.db/v1.0/7");
    assert_eq!(base(&access(&["SYD"], None), None).unwrap(), "https://syd.db/v1.0/7");
    assert_eq!(base(&access(&["SYD"], Some("LON")), None).unwrap(), "https://syd.db/v1.0/7");
}

/// Each in the place of another part of a good answer that nobody needs.
#[test]
fn entries_of_others_and_what_nobody_needs_may_have_any_shape() {
    let odd = [
        json!(null),
        json!(5),
        json!("x"),
        json!([]),
        json!({}),
        json!([null, 5]),
        json!({"id": {}}),
    ];
    let places = [
        "/serviceCatalog/0",
        "/serviceCatalog/0/type",
        "/serviceCatalog/0/endpoints",
        "/serviceCatalog/0/endpoints/0",
        "/serviceCatalog/0/endpoints/0/publicURL",
        "/serviceCatalog/0/endpoints/0/region",
        "/serviceCatalog/0/endpoints/0/tenantId",
        "/serviceCatalog/1/name",
        "/serviceCatalog/1/endpoints/1",
        "/serviceCatalog/1/endpoints/1/publicURL",
        "/serviceCatalog/1/endpoints/0/tenantId",
        "/token/expires",
        "/token/tenant",
        "/token/tenant/id",
        "/user",
        "/user/RAX-AUTH:defaultRegion",
        "/user/roles",
    ];
    let good = json!({
        "token": {"id": "t", "expires": "2030-01-01T00:00:00Z", "tenant": {"id": "7"}},
        "serviceCatalog": [
            {"type": "rax:x", "endpoints": [{"publicURL": "https://x", "region": "DFW", "tenantId": 7}]},
            {"name": "databases", "type": "rax:database", "endpoints": [
                {"region": "DFW", "tenantId": 7, "publicURL": "https://dfw.db/v1.0/7"},
                {"region": "ORD", "tenantId": 7, "publicURL": "https://ord.db/v1.0/7"},
            ]},
        ],
        "user": {"RAX-AUTH:defaultRegion": "ORD", "roles": []},
    });

    for place in places {
        for shape in &odd {
            let mut document = good.clone();
            *document.pointer_mut(place).unwrap() = shape.clone();
            let access: Access = serde_json::from_value(document).unwrap();

            let url = base(&access, Some("dfw")).unwrap();

            assert_eq!(url, "https://dfw.db/v1.0/7", "{place} {shape}");
        }
    }
}

#[test]
fn an_endpoint_without_an_address_is_told_only_where_it_is_wanted() {
    let document = json!({"token": {"id": "t"}, "serviceCatalog": [
        {"type": "rax:database", "endpoints": [{"region": "DFW"}, {"region": "ORD", "publicURL": "https://o"}]},
    ]});
    let access: Access = serde_json::from_value(document).unwrap();

    assert_eq!(base(&access, Some("ORD")).unwrap(), "https://o/");
    assert!(matches!(base(&access, Some("DFW")), Err(Trouble::Unclear(_))));
}

/// Its calls and documents are others, so nothing is sent there.
#[test]
fn an_address_of_another_version_of_the_api_is_refused_only_where_it_is_wanted() {
    let at = |path: &str| json!({"region": "DFW", "publicURL": format!("https://dfw.db{path}")});
    let home = |path: &str| {
        let endpoints = json!([at(path), {"region": "ORD", "publicURL": "https://ord.db/v1.0/7"}]);
        let services = json!([{"type": "rax:database", "endpoints": endpoints}]);
        let document = json!({"token": {"id": "t"}, "serviceCatalog": services});
        let access: Access = serde_json::from_value(document).unwrap();
        assert_eq!(base(&access, Some("ORD")).unwrap(), "https://ord.db/v1.0/7");
        base(&access, Some("DFW"))
    };

    for other in ["/v2.0/7", "/v2/7", "/v10/7", "/v1.0/db/v2/7"] {
        let Err(Trouble::Refused(Error::Invalid(why))) = home(other) else { panic!("{other}") };
        assert!(why.contains("speaks v1.0 only"), "{why}");
        let endpoint = format!("https://dfw.db{other}").parse().unwrap();
        assert!(matches!(with_account(&endpoint, "7"), Err(Error::Invalid(_))), "{other}");
    }
    for known in ["/v1.0/7", "/v1/7", "/v1.1/7", "/7", "/v3/db/v1.0/7"] {
        assert!(home(known).is_ok(), "{known}");
    }
}

#[test]
fn a_region_without_databases_is_unknown_and_the_others_are_named() {
    for (regions, default, wanted) in [
        (&["ORD", "DFW", "DFW"][..], Some("DFW"), Some("LON")),
        (&["ORD", "DFW"], None, None),
        (&["ORD", "DFW"], Some("LON"), None),
    ] {
        let trouble = base(&access(regions, default), wanted).unwrap_err();

        let Trouble::Refused(Error::UnknownRegion { region, known }) = trouble else {
            panic!("{trouble:?}")
        };
        assert_eq!(region.as_deref(), wanted);
        assert_eq!(known, ["DFW", "ORD"]);
    }
}

#[test]
fn an_account_without_databases_has_no_known_region() {
    let trouble = base(&access(&[], Some("DFW")), None).unwrap_err();

    assert!(matches!(
        trouble,
        Trouble::Refused(Error::UnknownRegion { known, .. }) if known.is_empty()
    ));
}

#[test]
fn a_given_endpoint_gets_what_it_lacks() {
    for (endpoint, url) in [
        ("https://x", "https://x/v1.0/7"),
        ("https://x/", "https://x/v1.0/7"),
        ("https://x/trove", "https://x/trove/v1.0/7"),
        ("https://x/v1.0", "https://x/v1.0/7"),
        ("https://x/v1.0/", "https://x/v1.0/7"),
        ("https://x/v1.0/8", "https://x/v1.0/8"),
        ("https://x/v1.0/8/", "https://x/v1.0/8"),
        ("https://x/dfw/v1.0/8?a=b#c", "https://x/dfw/v1.0/8"),
    ] {
        let given = settings(None, Some(endpoint));

        let url_of_base =
            access(&["DFW"], None).home(&given).unwrap_or_else(|trouble| panic!("{trouble:?}"));

        assert_eq!(url_of_base.base.as_str().trim_end_matches('/'), url, "{endpoint}");
    }
}

#[test]
fn each_region_of_the_catalog_is_told_once_in_its_order() {
    let told = access(&["ORD", "DFW", "ord"], None).regions();

    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["ORD", "DFW"]);
}

#[test]
fn the_endpoint_of_the_settings_has_the_region_that_they_name_or_none() {
    for region in [Some("ORD"), None] {
        let given = settings(region, Some("https://x"));

        let home = access(&["DFW"], Some("DFW")).home(&given);

        assert_eq!(home.unwrap_or_else(|trouble| panic!("{trouble:?}")).region.as_deref(), region);
    }
}
