//! HA groups: creation, listings, deletion, configuration groups, and the addresses that are let in.

use clouddb_sim::{Clock, End, Fault, Occasion, Options, PageSizes, Quotas};
use serde_json::{Value, json};

use crate::api::{Api, ha_group, message};

const NOBODY: &str = "11111111-1111-1111-1111-111111111111";

fn api() -> Api {
    Api::with(Options { clock: Clock::Explicit, ..Options::default() })
}

/// What a creation with this change is refused with.
fn refused(api: &Api, change: impl Fn(&mut Value)) -> (u16, String) {
    let mut body = ha_group("ha-1", 1);
    change(&mut body["ha"]);
    let seen = api.post("/ha", &body);
    (seen.status, message(&seen))
}

#[test]
fn a_group_is_created_empty_and_has_all_its_members_when_it_is_built() {
    let api = Api::new();
    let mut body = ha_group("ha-1", 2);
    body["ha"]["acls"] = json!([{ "address": "10.0.0.0/0" }, { "address": "1.2.3.4/5" }]);
    body["ha"]["networks"] = json!(["servicenet", "public"]);

    let seen = api.post("/ha", &body);

    assert_eq!(seen.status, 202);
    let made = seen.json()["ha_instance"].clone();
    assert_eq!((&made["state"], &made["tenant_id"]), (&json!("BUILD"), &json!("123456")));
    assert_eq!((&made["flavor"]["id"], &made["volume"]), (&json!(2), &json!({ "size": 1 })));
    assert_eq!(made["datastore"], json!({ "type": "mysql", "version": "8.0" }));
    for list in ["replicas", "replica_source", "acls", "networks"] {
        assert_eq!(made[list], json!([]), "{list}");
    }
    assert!(made.get("configuration").is_none() && made.get("status").is_none());
    let id = made["id"].as_str().unwrap();
    let built = [api.ha(id), api.ha(id)];
    assert_eq!((&built[0]["state"], &built[0]["networks"]), (&json!("BUILD"), &json!([])));
    assert_eq!(built[0]["replica_source"][0]["status"], "BUILD");
    let group = &built[1];
    assert_eq!(group["state"], "ACTIVE");
    assert_eq!(group["acls"], json!([{ "address": "10.0.0.0/0" }, { "address": "1.2.3.4/5" }]));
    assert_eq!(
        (&group["configuration"], &group["schedule"]["enabled"]),
        (&Value::Null, &json!(false))
    );
    let address = format!("{}.publb.dfw.rackspaceclouddb.com", id.replace('-', ""));
    let way = |access: &str, network: &str, port: u16| json!({ "access": access, "network": network, "port": port, "address": address });
    assert_eq!(
        group["networks"],
        json!([
            way("read", "servicenet", 3307),
            way("write", "servicenet", 3306),
            way("read", "public", 3307),
            way("write", "public", 3306),
        ])
    );
}

#[test]
fn members_are_shown_as_instances_without_links() {
    let api = api();
    let id = api.create_ha("ha-1", 2);
    api.sim.advance();

    let group = api.ha(&id);

    let (source, replicas) = (&group["replica_source"][0], group["replicas"].as_array().unwrap());
    assert_eq!((replicas.len(), &source["name"]), (2, &json!("source")));
    assert_eq!(source["flavor"], json!({ "id": "2", "links": {} }));
    assert_eq!((&source["links"], &source["status"]), (&json!({}), &json!("ACTIVE")));
    assert_eq!((&source["ha_id"], &source["schedule"]["enabled"]), (&json!(id), &json!(false)));
    assert!(source["hostname"].as_str().unwrap().ends_with(".rackspaceclouddb.com"));
    assert!(source.get("replica_of").is_none() && source.get("created").is_none());
    for replica in replicas {
        assert_eq!((&replica["ha_id"], &replica["volume"]), (&json!(id), &json!({ "size": 1 })));
        assert_eq!(replica["replica_of"]["id"], source["id"]);
        assert!(replica["replica_of"]["links"].is_array());
        let named = source["replicas"].as_array().unwrap();
        assert!(named.iter().any(|it| it["id"] == replica["id"] && it["name"] == replica["name"]));
    }
}

#[test]
fn only_servicenet_is_there_unless_public_is_asked_for() {
    let api = api();
    let mut body = ha_group("ha-1", 1);
    body["ha"]["networks"] = json!(["public"]);
    let public = api.post("/ha", &body).json()["ha_instance"]["id"].as_str().unwrap().to_owned();
    let id = api.create_ha("ha-2", 1);

    let networks = |id: &str| api.sim.ha_group(id).unwrap().networks;
    assert_eq!(networks(&id), ["servicenet"]);
    assert_eq!(networks(&public), ["servicenet", "public"]);
}

#[test]
fn what_is_missing_unknown_or_wrong_is_refused() {
    let api = api();
    for (field, text) in [
        ("name", "ha 'name' is a required property"),
        ("datastore", "ha 'datastore' is a required property"),
        ("replica_source", "ha 'replica_source' is a required property"),
        ("replicas", "ha 'replicas' is a required property"),
    ] {
        let (status, said) = refused(&api, |ha| drop(ha.as_object_mut().unwrap().remove(field)));
        assert_eq!((status, said), (400, format!("Validation error: {text}")));
    }
    for (path, value, text) in [
        ("/name", json!(""), "ha['name'] u'' is too short"),
        ("/name", json!("x".repeat(256)), "is too long"),
        (
            "/acls",
            json!([{ "address": "1.2.3.4" }]),
            "ha['acls'][0]['address'] u'1.2.3.4' does not",
        ),
        ("/acls", json!([{ "address": "1.2.3.4/33" }]), "u'1.2.3.4/33' does not match"),
        ("/acls", json!([{ "adress": "1.2.3.4/3" }]), "'address' is a required property"),
        ("/acls", json!([{ "address": "1.2.3.4/3" }, { "address": "1.2.3.4/3" }]), "non-unique"),
        ("/networks", json!(["private"]), "u'private' is not one of [u'servicenet', u'public']"),
        ("/colour", json!("red"), "u'colour' was unexpected"),
        ("/datastore", json!({ "type": "mysql" }), "'version' is a required property"),
        ("/datastore/version", json!("9"), "Datastore version '9' cannot be found."),
        ("/datastore/version", json!("5.6"), "Datastore version '5.6' is not active."),
        ("/replicas", json!([]), "1 replica source and 1 to 2 replicas, not 1 and 0."),
        ("/replica_source", json!([]), "1 replica source and 1 to 2 replicas, not 0 and 1."),
        ("/replicas/0/flavorRef", json!("99"), "Resource 99 cannot be found."),
        ("/replicas/0/flavorRef", json!("3"), "need the same flavor and the same volume size."),
        ("/replicas/0/volume", json!({ "size": 2 }), "need the same flavor and the same volume"),
        ("/replicas/0/databases", json!([]), "u'databases' was unexpected"),
        ("/replica_source/0/flavorRef", json!(1), "a flavor of at least 1024 MB."),
        ("/replica_source/0/volume", json!({ "size": 0 }), "needs to be a positive integer value"),
    ] {
        let (status, said) = refused(&api, |ha| match path.rsplit_once('/').unwrap() {
            ("", key) => ha[key] = value.clone(),
            (parent, key) => ha.pointer_mut(parent).unwrap()[key] = value.clone(),
        });
        assert!(status == 400 && said.contains(text), "{path} {value}: {status} {said}");
    }
    let member = ha_group("", 1)["ha"]["replicas"][0].clone();
    let three = json!([member, member, member]);
    assert_eq!(refused(&api, |ha| ha["replicas"] = three.clone()).0, 400);
    let large = json!({ "size": 1025 });
    assert_eq!(refused(&api, |ha| ha["replica_source"][0]["volume"] = large.clone()).0, 413);
    assert_eq!(refused(&api, |ha| ha["configuration"] = json!(NOBODY)).0, 404);
    let unknown = (404, "Datastore 'oracle' cannot be found.".to_owned());
    assert_eq!(refused(&api, |ha| ha["datastore"]["type"] = json!("ORACLE")), unknown);
    assert_eq!(api.post("/ha", &json!({ "instance": {} })).status, 500);
    assert!(api.sim.is_empty());
}

#[test]
fn members_count_in_the_quotas() {
    let quotas = Quotas { instances: Some(4), volumes: Some(4), ..Quotas::default() };
    let api = Api::with(Options { clock: Clock::Explicit, quotas, ..Options::default() });
    api.create_ha("ha-1", 2);
    api.sim.advance();

    assert_eq!(
        refused(&api, |_| {}),
        (413, "Quota exceeded for resources: ['instances', 'volumes'].".into())
    );
    assert_eq!(api.sim.ha_groups().len(), 1);
    let one = json!({ "instance": { "name": "x", "flavorRef": 2, "volume": { "size": 1 } } });
    assert_eq!(api.post("/instances", &one).status, 200);
    assert_eq!(api.post("/instances", &one).status, 413);
}

#[test]
fn groups_are_listed_in_pages_and_briefly() {
    let page_sizes = PageSizes { ha_groups: 2, ..PageSizes::default() };
    let api = Api::with(Options { page_sizes, ..Options::default() });
    let mut ids: Vec<String> =
        (0..5).map(|it| api.sim.add_ha_group(&format!("ha-{it}"), "2", 1, 1)).collect();
    ids.sort();

    let (groups, pages) = api.pages("/ha", "ha_instances");

    assert_eq!(pages, 3);
    let listed: Vec<&str> = groups.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(listed, ids);
    let expected = json!({
        "id": ids[0], "name": groups[0]["name"], "state": "ACTIVE",
        "datastore": { "type": "mysql", "version": "8.0" },
    });
    assert_eq!(groups[0], expected);
}

#[test]
fn regions_keep_groups_apart() {
    let api = api();
    let here = api.sim.add_ha_group("here", "2", 1, 1);
    let there = api.sim.add_ha_group_in("ORD", "there", "2", 1, 1);
    let ord = api.at("/ORD/v1.0/123456");

    assert_eq!((ord.ha_state(&there), ord.ha_state(&here)), ("ACTIVE".into(), "GONE".into()));
    assert_eq!(ord.get("/ha").json()["ha_instances"].as_array().unwrap().len(), 1);
    let address = ord.ha(&there)["networks"][0]["address"].as_str().unwrap().to_owned();
    assert!(address.ends_with(".publb.ord.rackspaceclouddb.com"));
    assert_eq!(ord.delete(&format!("/ha/{here}")).status, 404);
    assert_eq!(ord.sim.ha_group(&here).unwrap().region, "DFW");
}

#[test]
fn a_group_is_deleted_with_its_members_and_not_while_it_is_built() {
    let api = api();
    let id = api.create_ha("ha-1", 2);
    let path = format!("/ha/{id}");
    let early = api.delete(&path);
    assert_eq!(early.status, 422);
    assert!(message(&early).ends_with("(state was BUILD)."), "{}", message(&early));
    api.sim.advance();
    for busy in ["HA_FAILOVER", "FORCING_FAILOVER", "UPDATING_PROXY_NODES"] {
        api.sim.stick(&id, busy);
        assert_eq!(api.delete(&path).status, 422, "{busy}");
    }
    api.sim.release(&id);
    let member = api.sim.ha_group(&id).unwrap().replica_ids.remove(0);

    assert_eq!(api.delete(&path).status, 202);

    assert_eq!((api.ha_state(&id), api.status(&member)), ("DELETING".into(), "SHUTDOWN".into()));
    assert_eq!(api.delete(&path).status, 202, "it is on its way");
    api.sim.advance();
    assert_eq!((api.ha_state(&id), api.status(&member)), ("GONE".into(), "GONE".into()));
    assert_eq!(api.delete(&path).status, 404);
    assert!(api.sim.is_empty());
}

#[test]
fn a_build_or_a_deletion_can_fail_and_what_failed_can_be_deleted() {
    let api = api();
    api.sim.next(Occasion::HaGroup, End::In("ERROR".into()));
    let id = api.create_ha("ha-1", 1);
    api.sim.advance();
    assert_eq!(api.ha_state(&id), "ERROR");
    assert_eq!(api.ha(&id)["replicas"][0]["status"], "ERROR");
    api.sim.next(Occasion::HaDelete, End::In("DELETION-ERROR".into()));

    for (state, left) in [("DELETION-ERROR", 2), ("GONE", 0)] {
        assert_eq!(api.delete(&format!("/ha/{id}")).status, 202);
        api.sim.advance();

        assert_eq!((api.ha_state(&id).as_str(), api.sim.instances().len()), (state, left));
    }
}

#[test]
fn a_configuration_group_is_attached_to_all_members_once_and_detached() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 1, 1);
    let (dynamic, fixed) =
        (api.sim.add_configuration("dynamic", false), api.sim.add_configuration("fixed", true));
    let path = format!("/ha/{id}");
    let attach = |to: &str| api.patch(&path, &json!({ "ha_instance": { "configuration": to } }));

    assert_eq!(attach("").status, 202, "nothing is detached");
    assert_eq!((attach(&dynamic).status, api.ha_state(&id).as_str()), (202, "ACTIVE"));
    let attached = api.ha(&id)["configuration"].clone();
    assert_eq!((&attached["id"], &attached["name"]), (&json!(dynamic), &json!("dynamic")));
    assert!(attached["links"].is_array());
    let uses = api.get(&format!("/configurations/{dynamic}/instances")).json();
    assert_eq!(uses["instances"].as_array().unwrap().len(), 2);
    assert_eq!(api.delete(&format!("/configurations/{dynamic}")).status, 400);
    let second = attach(&fixed);
    assert_eq!(second.status, 400);
    assert!(message(&second).contains("already has a Configuration Group attached"));

    assert_eq!((attach("").status, attach(&fixed).status), (202, 202));
    assert_eq!(api.ha_state(&id), "RESTART_REQUIRED");
    assert_eq!(api.ha(&id)["replicas"][0]["status"], "RESTART_REQUIRED");
    let busy = attach("");
    assert!(busy.status == 400 && message(&busy).ends_with("currently: RESTART_REQUIRED."));
    assert_eq!(api.post(&format!("{path}/action"), &json!({ "restart": {} })).status, 202);
    api.sim.advance();
    assert_eq!((attach("").status, api.ha_state(&id).as_str()), (202, "RESTART_REQUIRED"));
    assert_eq!(api.ha(&id)["configuration"], Value::Null);
}

#[test]
fn a_configuration_group_of_a_group_that_changes_asks_for_a_restart() {
    let api = api();
    let fixed = api.sim.add_configuration("fixed", true);
    let mut body = ha_group("ha-1", 1);
    body["ha"]["configuration"] = json!(fixed);
    let made = api.post("/ha", &body).json()["ha_instance"].clone();
    assert_eq!(made["configuration"]["id"], json!(fixed));
    let id = made["id"].as_str().unwrap();
    api.sim.advance();
    assert_eq!(api.ha_state(id), "ACTIVE", "it was built with it");

    let values =
        json!({ "configuration": { "values": { "innodb_buffer_pool_size": 268_435_456 } } });
    assert_eq!(api.patch(&format!("/configurations/{fixed}"), &values).status, 200);

    assert_eq!(api.ha_state(id), "RESTART_REQUIRED");
}

#[test]
fn only_a_configuration_group_that_fits_is_attached_and_nothing_else_is_changed() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 1, 1);
    let other = api.sim.add_configuration("other", false);
    api.sim.set_datastore(&other, "mysql", "5.7");
    let patch = |id: &str, change: Value| {
        api.patch(&format!("/ha/{id}"), &json!({ "ha_instance": change })).status
    };

    assert_eq!(patch(&id, json!({ "configuration": other })), 400);
    assert_eq!(patch(&id, json!({ "configuration": NOBODY })), 404);
    assert_eq!(patch(NOBODY, json!({ "configuration": "" })), 404);
    assert_eq!(patch(&id, json!({})), 400);
    assert_eq!(patch(&id, json!({ "name": "x", "configuration": "" })), 400);
    assert_eq!(api.patch(&format!("/ha/{id}"), &json!({ "ha": {} })).status, 500);
}

#[test]
fn addresses_are_added_listed_and_deleted_with_their_slash_encoded_three_times() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 1, 1);
    let acls = format!("/ha/{id}/acls");
    let add = |address: &str| api.post(&acls, &json!({ "address": address }));

    let added = add("1.2.3.4/32");

    assert_eq!((added.status, added.body.as_str()), (200, ""));
    assert_eq!(add("10.0.0.0/0").status, 200);
    let listed = json!({ "acls": [
        { "type": "ALLOW", "address": "1.2.3.4/32" },
        { "type": "ALLOW", "address": "10.0.0.0/0" },
    ] });
    assert_eq!(api.get(&acls).json(), listed);
    let again = add("1.2.3.4/32");
    assert_eq!((again.status, message(&again)), (400, "ACL 1.2.3.4/32 already exists.".into()));
    for fewer in ["1.2.3.4/32", "1.2.3.4%2F32", "1.2.3.4%252F32"] {
        let seen = api.delete(&format!("{acls}/{fewer}"));
        let text = "The resource could not be found.".to_owned();
        assert_eq!((seen.status, message(&seen)), (404, text), "{fewer}");
    }
    assert_eq!(api.sim.ha_group(&id).unwrap().acls, ["1.2.3.4/32", "10.0.0.0/0"]);
    let encoded = format!("{acls}/1.2.3.4%25252F32");
    assert_eq!(api.delete(&encoded).status, 202);
    let gone = api.delete(&encoded);
    assert_eq!((gone.status, message(&gone)), (404, "ACL 1.2.3.4/32 cannot be found.".into()));
    assert_eq!(api.sim.ha_group(&id).unwrap().acls, ["10.0.0.0/0"]);
}

#[test]
fn addresses_are_in_cidr_notation_of_a_group_that_is_there_and_built() {
    let api = api();
    let id = api.create_ha("ha-1", 1);
    let add = |id: &str, body: Value| api.post(&format!("/ha/{id}/acls"), &body);
    let good = json!({ "address": "1.2.3.4/32" });

    assert_eq!(add(&id, good.clone()).status, 422, "it is built still");
    api.sim.advance();
    for bad in ["1.2.3.4", "1.2.3/8", "1.2.3.4/", "1.2.3.4/+8", "::1/64", "x"] {
        let seen = add(&id, json!({ "address": bad }));
        let text = format!("Validation error: address u'{bad}' does not match");
        assert!(seen.status == 400 && message(&seen).starts_with(&text), "{}", message(&seen));
    }
    assert_eq!(add(&id, json!({ "address": "1.2.3.4/3", "type": "ALLOW" })).status, 400);
    assert_eq!(add(&id, json!({})).status, 500);
    assert_eq!(add(NOBODY, good).status, 404);
    assert_eq!(api.get(&format!("/ha/{NOBODY}/acls")).status, 404);
    assert_eq!(api.delete(&format!("/ha/{NOBODY}/acls/1.2.3.4%25252F32")).status, 404);
}

#[test]
fn a_fault_can_strike_every_call() {
    let api = api();
    let id = api.sim.add_ha_group("ha-1", "2", 1, 1);
    let empty = json!({});
    for (method, path, pattern) in [
        ("GET", "/ha".to_owned(), "/ha"),
        ("POST", "/ha".to_owned(), "/ha"),
        ("GET", format!("/ha/{id}"), "/ha/*"),
        ("PATCH", format!("/ha/{id}"), "/ha/*"),
        ("DELETE", format!("/ha/{id}"), "/ha/*"),
        ("GET", format!("/ha/{id}/acls"), "/ha/*/acls"),
        ("POST", format!("/ha/{id}/acls"), "/ha/*/acls"),
        ("DELETE", format!("/ha/{id}/acls/1.2.3.4%25252F32"), "/ha/*/acls/*"),
        ("POST", format!("/ha/{id}/action"), "/ha/*/action"),
    ] {
        api.sim.inject(Fault::on(method, pattern).status(503));

        let body = matches!(method, "POST" | "PATCH").then_some(&empty);
        let seen = api.try_send(method, &path, body).unwrap();

        assert_eq!((seen.status, api.sim.waiting_faults()), (503, 0), "{method} {path}");
    }
}

#[test]
fn what_somebody_else_makes_is_told_and_can_be_left_out_of_lists() {
    let api = api();
    let configuration = api.sim.add_configuration("ours", false);
    let mut body = ha_group("ha-1", 1);
    body["ha"]["configuration"] = json!(configuration);
    api.sim.inject(Fault::on("POST", "/ha").namesake());
    let ours = api.post("/ha", &body).json()["ha_instance"]["id"].as_str().unwrap().to_owned();

    let theirs = api.sim.namesakes();

    let [theirs] = theirs.as_slice() else { panic!("{theirs:?}") };
    let theirs = api.sim.ha_group(theirs.strip_prefix("/ha/").unwrap()).unwrap();
    assert_eq!((theirs.configuration_id, theirs.name.as_str()), (None, "ha-1"));
    api.sim.inject(Fault::on("GET", "/ha").omit(&theirs.id));
    assert_eq!(api.get("/ha").json()["ha_instances"][0]["id"], json!(ours));
    api.sim.add_acl(&ours, "1.2.3.4/32");
    api.sim.inject(Fault::on("GET", "/ha/*/acls").omit("1.2.3.4/32"));
    assert_eq!(api.get(&format!("/ha/{ours}/acls")).json(), json!({ "acls": [] }));
}
