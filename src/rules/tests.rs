use tfplug::value::Value;

use super::*;

fn string(value: &str) -> Value {
    Value::String(value.to_owned())
}

#[track_caller]
fn accepts(rule: &Validator, values: &[&str]) {
    for value in values {
        assert_eq!(rule.test(&string(value)), Ok(()), "{value:?}");
    }
}

#[track_caller]
fn refuses(rule: &Validator, values: &[&str]) {
    for value in values {
        assert!(rule.test(&string(value)).is_err(), "{value:?} was accepted");
    }
}

#[test]
fn database_names_follow_the_service() {
    accepts(&database_name(), &["ab", "a_b-c", "a b", "a@b", "a??b", "1db", &"x".repeat(64)]);
    refuses(
        &database_name(),
        &[
            "",
            "a",
            " ab",
            "ab ",
            "a.b",
            "a/b",
            "a`b",
            "a b c",
            "a#b?c",
            "----",
            "é1",
            "mysql",
            "MySQL",
            "sys",
            &"x".repeat(65),
        ],
    );
}

#[test]
fn user_names_follow_the_service_and_have_no_period() {
    accepts(&user_name(), &["a", "app-user", "a@b", "a b", &"u".repeat(16)]);
    refuses(
        &user_name(),
        &[
            "",
            "john.doe",
            "root",
            "OS_ADMIN",
            "a'b",
            "a;b",
            "a,b",
            "a/b",
            "a`b",
            " a",
            "a ",
            "--",
            "usér",
            "ａ1",
            "a\tb",
            "a\n",
            "a\u{a0}",
            &"u".repeat(17),
        ],
    );
}

#[test]
fn hosts_are_addresses_or_have_a_wildcard_at_an_end() {
    accepts(
        &host(),
        &[
            "%",
            "10.0.0.1",
            "0.0.0.0",
            "10.0.0.%",
            "10.0.%",
            "10.%",
            "10.0.0.1%",
            "%.0.0.1",
            "%.0.0.%",
        ],
    );
    refuses(
        &host(),
        &[
            "",
            "localhost",
            "10.0.0",
            "10.0.0.256",
            "10.%.0.1",
            "10.0.%.%",
            "%.%.%.%",
            "10.0.0.26%",
            "10.0.0.0.%",
            "10.",
            "10..%",
            "%%",
            "%x",
            "010.0.0.1",
            "10.0.0.٣",
            "10.0.0.0/8",
            "+1.0.0.1",
        ],
    );
}

#[test]
fn a_refused_password_is_not_repeated() {
    let message = password().test(&string("se'cret")).unwrap_err();

    assert!(!message.contains("cret"), "{message}");
    accepts(&password(), &["s3cret word", "a"]);
    refuses(&password(), &["", "--", "a\"b", " a", "a\\b", "ü1", "a\tb", &"p".repeat(256)]);
}

#[test]
fn display_names_need_something_readable() {
    accepts(&display_name(255), &["a", "web 1", "é1", "é, a", "1"]);
    refuses(&display_name(4), &["", "   ", "--", "é", "a\nb", "abcde"]);
}

#[test]
fn ids_are_uuids() {
    accepts(&id_of("a backup"), &["61f12fef-edb1-4561-8122-e7c00ef26a82", "1gol7djv"]);
    refuses(&id_of("a backup"), &["", "nightly", "Nightly1", "61f12fef-edb1-4561-8122"]);
}

/// What the rules let through, the service must take: the two were written from the same documents by
/// different hands.
#[test]
fn fuzz_rules() {
    let cloud = clouddb_sim::Simulator::start(clouddb_sim::Options::default()).unwrap();
    let id = cloud.add_instance("web", "2", 10);
    let credentials = clouddb::Credentials::ApiKey {
        username: "demo".to_owned(),
        api_key: "demo-key".to_owned().into(),
    };
    let settings = clouddb::Settings {
        auth_url: cloud.auth_url().parse().unwrap(),
        region: Some("DFW".to_owned()),
        timing: clouddb::Timing::every(std::time::Duration::from_millis(1)),
        ..clouddb::Settings::new(credentials)
    };
    let client = clouddb::Client::new(settings).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (users, databases) = (client.users(&id), client.databases(&id));
    let create = |name: &str, host: &str, password: &str| {
        let id = clouddb::UserId { name: name.to_owned(), host: host.to_owned() };
        let password = password.to_owned().into();
        let new = clouddb::NewUser { id: id.clone(), password, databases: Vec::new() };
        runtime.block_on(async {
            users.create(&new).await.unwrap();
            users.wait_until_present(&id).await.unwrap();
            users.delete(&id).await.unwrap();
        });
    };
    let make = |name: &str| {
        let new =
            clouddb::NewDatabase { name: name.to_owned(), character_set: None, collate: None };
        runtime.block_on(async {
            databases.create(&new).await.unwrap();
            databases.wait_until_present(name).await.unwrap();
            databases.delete(name).await.unwrap();
        });
    };

    let target = fuzz_loop::Target::new("rules", env!("CARGO_MANIFEST_DIR")).slow(10);
    let target =
        target.seed("app user\n10.0.0.%\ns3cret word").seed("a@b\n%\na").seed("a#?b\n10.%");
    target.words(&["%", ".", "10", "255", "\n", "?", "#", " ", "-", "root", "mysql"]).run(
        |input| {
            let text = String::from_utf8_lossy(input);
            let mut lines = text.splitn(3, '\n');
            let [name, host, word] = [(); 3].map(|()| lines.next().unwrap_or_default());
            let allows = |rule: Validator, text: &str| rule.test(&string(text)).is_ok();
            let host = if allows(super::host(), host) { host } else { "%" };
            let word = if allows(password(), word) { word } else { "word" };
            let (user, database) = (allows(user_name(), name), allows(database_name(), name));
            if user {
                create(name, host, word);
            }
            if database {
                make(name);
            }
            format!("{user} {database} {host:.2} {}", "x".repeat(name.len().min(20)))
        },
    );
}

#[test]
fn every_character_set_and_collation_of_a_server_on_offer_is_known() {
    let sets = [
        "utf8", "utf8mb3", "utf8mb4", "latin1", "binary", "gb18030", "utf16le", "UTF8", "k3v9x2q1",
    ];
    accepts(&collations::character_set(), &sets);
    accepts(
        &collations::collation(),
        &[
            "binary",
            "utf8_general_ci",
            "UTF8_General_CI",
            "utf8_general_mysql500_ci",
            "utf8mb3_unicode_520_ci",
            "utf8_thai_520_w2",
            "utf8mb4_0900_ai_ci",
            "utf8mb4_0900_bin",
            "utf8mb4_de_pb_0900_ai_ci",
            "utf8mb4_ja_0900_as_cs_ks",
            "utf8mb4_mn_cyrl_0900_ai_ci",
            "utf8mb4_sr_latn_0900_as_cs",
            "utf8mb4_es_trad_0900_ai_ci",
            "utf8mb4_uca1400_spanish2_nopad_as_cs",
            "uca1400_ai_ci",
            "latin1_german1_ci",
            "latin7_estonian_cs",
            "gb18030_unicode_520_ci",
            "tis620_thai_nopad_ci",
            "k3v9x2q1",
        ],
    );
}

#[test]
fn what_no_server_has_is_refused_with_what_may_be_meant() {
    let said = |rule: Validator, name: &str| rule.test(&string(name)).unwrap_err();

    assert!(said(collations::character_set(), "klingon").contains("SHOW CHARACTER SET"));
    assert!(said(collations::character_set(), "utf8mb5").contains("\"utf8mb3\""));
    assert!(said(collations::character_set(), "utf-8").contains("Did you mean \"utf8\"?"));
    assert!(said(collations::collation(), "utf8_genral_ci").contains("\"utf8_general_ci\"?"));
    assert!(said(collations::collation(), "uft8_bin").contains("SHOW COLLATION"));
    refuses(&collations::collation(), &["utf8_klingon_ci", "binary_bin", "utf8", "utf8_", "_ci"]);
}

#[test]
fn a_collation_goes_with_its_own_character_set() {
    let agree =
        |character_set, collation| collations::disagreement(character_set, collation).is_none();

    assert!(!agree("utf8", "latin1_swedish_ci"));
    assert!(!agree("utf8", "utf8mb4_general_ci"));
    assert!(!agree("latin1", "uca1400_ai_ci"));
    assert!(agree("utf8", "utf8_bin"));
    assert!(agree("utf8", "utf8mb3_general_ci"));
    assert!(agree("UTF8", "utf8_bin"));
    assert!(agree("binary", "binary"));
    assert!(agree("utf16", "uca1400_ai_ci"));
    assert!(agree("utf8", "utf8mb4_klingon_ci"), "that is refused for its name");
}

#[test]
fn an_address_has_the_length_of_its_prefix() {
    accepts(&cidr(), &["0.0.0.0/0", "10.0.0.0/8", "203.0.113.7/32", "1.2.3.4/5"]);
    refuses(
        &cidr(),
        &[
            "",
            "/",
            "10.0.0.0",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "010.0.0.0/8",
            "256.0.0.0/8",
            "::/0",
            "10.0.0.0/8/8",
            " 10.0.0.0/8",
        ],
    );
    let alone = cidr().test(&string("10.0.0.1")).unwrap_err();
    assert!(alone.contains("10.0.0.1/32"), "{alone}");
}
