use serde_json::{Value, json};

use crate::api::{Api, instance, message};
use crate::http::send;

#[test]
fn an_unknown_field_is_refused_by_name_wherever_it_is() {
    let api = Api::new();
    let id = api.sim.add_instance("db", "2", 1);
    api.sim.add_user(&id, "ann", "%", "secret", &[]);
    let users = format!("/instances/{id}/users");
    let mut misspelt = instance("x");
    misspelt["instance"]["flavourRef"] = json!(1);
    let cases: [(&str, String, Value, &str); 8] = [
        ("POST", "/instances".into(), misspelt, "flavourRef"),
        ("PATCH", format!("/instances/{id}"), json!({ "instance": { "nmae": "x" } }), "nmae"),
        ("PUT", format!("/instances/{id}"), json!({ "instance": { "config": "x" } }), "config"),
        (
            "POST",
            format!("/instances/{id}/action"),
            json!({ "resize": { "flavor": "2" } }),
            "flavor",
        ),
        (
            "POST",
            format!("/instances/{id}/databases"),
            json!({ "databases": [{ "name": "ok", "charset": "utf8" }] }),
            "charset",
        ),
        (
            "POST",
            users.clone(),
            json!({ "users": [{ "name": "u", "password": "p", "hosts": "%" }] }),
            "hosts",
        ),
        ("PUT", format!("{users}/ann"), json!({ "user": { "pasword": "x" } }), "pasword"),
        (
            "POST",
            "/backups".into(),
            json!({ "backup": { "name": "b", "instance": id, "parent": "x" } }),
            "parent",
        ),
    ];

    for (method, path, body, field) in cases {
        let seen = api.try_send(method, &path, Some(&body)).unwrap();
        assert_eq!(seen.status, 400, "{path} {body}");
        let words = format!("(u'{field}' was unexpected)");
        assert!(message(&seen).contains(&words), "{}", seen.body);
    }
}

#[test]
fn what_other_clients_of_the_lineage_send_along_is_accepted() {
    let api = Api::new();
    let body = json!({ "instance": {
        "name": "x",
        "flavorRef": 1,
        "volume": { "size": 1, "type": null },
        "databases": [],
        "users": [],
        "availability_zone": null,
        "nics": [],
        "replica_count": 1,
    } });

    let seen = api.post("/instances", &body);
    assert_eq!(seen.status, 200, "{}", seen.body);

    let id = api.sim.add_instance("db", "2", 1);
    let body = json!({ "backup": {
        "name": "b", "instance": id, "incremental": 0, "parent_id": null } });
    assert_eq!(api.post("/backups", &body).status, 202);
}

#[test]
fn a_body_of_another_media_type_or_without_any_is_415() {
    let api = Api::new();
    let body = instance("x").to_string();
    let post = |headers: &[(&str, &str)]| {
        let mut all = vec![("X-Auth-Token", api.token.as_str())];
        all.extend_from_slice(headers);
        let path = "/v1.0/123456/instances";
        send(api.sim.address(), "POST", path, &all, Some(body.as_bytes())).unwrap()
    };

    let seen = post(&[("Content-Type", "text/plain")]);
    assert_eq!(seen.json()["code"], "415 Unsupported Media Type");
    assert_eq!(post(&[]).status, 415);
    assert_eq!(post(&[("Content-Type", "application/json; charset=utf-8")]).status, 200);
}

#[test]
fn what_rackspace_does_not_have_is_404() {
    let api = Api::new();
    for path in ["/limits", "/instances/", "/instances.json"] {
        assert_eq!(api.get(path).status, 404, "{path}");
    }
    let seen = api.try_send("PUT", "/flavors", Some(&json!({}))).unwrap();
    assert_eq!(seen.status, 404, "a wrong method is no route either");
}

#[test]
fn of_several_faults_in_a_body_the_first_check_wins() {
    let api = Api::new();
    let mut body = json!({ "instance": {
        "name": "",
        "flavorRef": 99,
        "volume": { "size": 5000 },
        "datastore": { "type": "nope" },
        "databases": [{ "name": "a/b" }],
        "users": [{ "name": "u", "password": "p", "databases": [{ "name": "absent" }] }],
        "restorePoint": { "backupRef": "11111111-1111-1111-1111-111111111111" },
        "configuration": "none",
    } });
    // Each line: what is refused now, and how to put it right.
    let steps = [
        ("name", json!("x"), "Validation error: instance['name'] u'' is too short"),
        ("datastore", json!({}), "Datastore 'nope' cannot be found."),
        ("databases", json!([]), "'a/b' is not a valid schema name."),
        ("users", json!([]), "The request indicates that user u should have access"),
        ("flavorRef", json!(2), "Resource 99 cannot be found."),
        ("volume", json!({ "size": 1 }), "Volume 'size' cannot exceed maximum of 1024 GB"),
        ("restorePoint", Value::Null, "Resource 11111111-1111-1111-1111-111111111111 cannot be"),
        ("configuration", Value::Null, "Configuration group with ID none could not be found."),
    ];

    for (field, right, words) in steps {
        let seen = api.post("/instances", &body);
        assert!(message(&seen).starts_with(words), "{field}: {}", seen.body);
        match right {
            Value::Null => drop(body["instance"].as_object_mut().unwrap().remove(field)),
            right => body["instance"][field] = right,
        }
    }
    assert_eq!(api.post("/instances", &body).status, 200);
}

#[test]
fn versions_are_told_of_the_host_and_of_each_region() {
    let api = Api::new().at("");
    assert_eq!(api.get("/").json()["versions"][0]["id"], "v1.0");
    for path in ["/v1.0", "/v1.0/", "/LON/v1.0/"] {
        assert_eq!(api.get(path).json()["version"]["status"], "CURRENT", "{path}");
    }
}

#[test]
fn a_flavor_is_a_number_here_and_text_inside_an_instance() {
    let api = Api::new();
    let id = api.sim.add_instance("db", "3", 1);

    let flavor = api.get("/flavors/3.json").json()["flavor"].clone();

    assert_eq!((&flavor["id"], &flavor["name"]), (&json!(3), &json!("2GB Instance")));
    let instance = api.get(&format!("/instances/{id}")).json();
    assert_eq!(instance["instance"]["flavor"]["id"], "3");
    assert_eq!(api.get("/flavors").json()["flavors"].as_array().unwrap().len(), 8);
    assert_eq!(api.get("/flavors/1.5").status, 404);
}

#[test]
fn datastores_are_found_by_name_and_by_id() {
    let api = Api::new();
    let mysql = api.get("/datastores/mysql").json()["datastore"].clone();
    let id = mysql["id"].as_str().unwrap();

    let by_id = api.get(&format!("/datastores/{id}")).json()["datastore"].clone();
    assert_eq!(by_id, mysql);
    let versions = api.get(&format!("/datastores/{id}/versions")).json();
    let names: Vec<&str> = versions["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["5.7", "8.0"]);
    let version = api.get("/datastores/mysql/versions/8.0").json()["version"].clone();
    assert_eq!(version["id"], mysql["default_version"]);
    assert_eq!(version["datastore"], json!(id));
    let path = format!("/datastores/versions/{}", version["id"].as_str().unwrap());
    assert_eq!(api.get(&path).json()["version"], version);
    let flavors = api.get("/datastores/mysql/versions/8.0/flavors").json();
    assert_eq!(flavors["flavors"][0]["id"], 2);
}
