//! Everything that a server may answer, deformed.

mod logins;

use fuzz_loop::Target;
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::api::backups::model::Backup;
use crate::api::configurations::model::Configuration;
use crate::api::databases::model::Database;
use crate::api::datastores::model::Datastore;
use crate::api::flavors::model::Flavor;
use crate::api::ha_groups::model::HaGroup;
use crate::api::instances::model::Instance;
use crate::api::limits::model::{Document, Limits};
use crate::api::schedules::model::Schedule;
use crate::api::users::model::{User, UserId};
use crate::api::users::requests::segment;
use crate::http::base_url;
use crate::http::limiter::{LimitClass, RateLimiter};
use crate::http::pages::{Item, page};
use crate::http::reply::Reply;
use crate::http::request::{Path, Request};
use crate::value::clock;
use crate::value::error::{Call, Error, Sent};

/// What the requests of these tests had in them.
const SECRETS: [&str; 2] = ["s3cret-token", "p\"a's\\s <w>&  ord%ü"];

pub(crate) fn target(name: &'static str) -> Target {
    Target::new(name, env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn reply(status: u16, body: &[u8]) -> Reply {
    Reply {
        call: Call { method: "GET".to_owned(), path: "/instances/i1".to_owned() },
        status,
        headers: HeaderMap::new(),
        body: body.to_vec(),
        whole: true,
        secrets: SECRETS.map(str::to_owned).to_vec(),
    }
}

/// What became of a reply, in words that a person may see: short, on one line, and without secrets.
pub(crate) fn told<T>(result: Result<T, Error>) -> String {
    let Err(error) = result else { return "accepted".to_owned() };
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    let words = format!("{error}: {cause}");
    assert!(!SECRETS.iter().any(|secret| words.contains(secret)), "{words}");
    assert!(!words.contains(char::is_control), "{words:?}");
    assert!(words.chars().count() < 7_000, "{} characters", words.chars().count());
    words
}

/// Reads an input as a page of a collection and as one of its items.
fn collection<T: Item + std::fmt::Debug>(
    name: &'static str,
    names: &[&str],
    wrapped: &str,
    seeds: &[&str],
    sound: impl Fn(&T),
) {
    let base: Url = "https://db.example.com/v1.0/1".parse().unwrap();
    let target = seeds.iter().fold(target(name), fuzz_loop::Target::seed);
    target.words(&["?marker=", "next", "https://evil.example.com/x?y", "ACTIVE"]).run(|input| {
        let reply = reply(200, input);
        let one = reply.unwrapped::<T>(wrapped);
        if let Ok(item) = &one {
            sound(item);
        }
        let listed = page::<T>(&reply, names);
        if let Ok(page) = &listed {
            page.items.iter().for_each(&sound);
            let mut next = Request::get(Path::of("instances"));
            next.query.clone_from(&page.next);
            let url = base_url::target(&base, &next);
            assert_eq!(url.origin(), base.origin(), "{url}");
            assert_eq!(url.path(), "/v1.0/1/instances", "{url}");
        }
        told(one) + &told(listed)
    });
}

const LINKS: &str =
    r#""links": [{"rel": "next", "href": "https://db/v1.0/1/x?marker=a%2520b&limit=2"}]"#;

#[test]
fn fuzz_instances() {
    let seeds = [
        include_str!("../tests/fixtures/instance.json"),
        include_str!("../tests/fixtures/instances.json"),
    ];
    collection::<Instance>("instances", &["instances"], "instance", &seeds, |instance| {
        assert!(!instance.id.is_empty() && !instance.flavor.id.is_empty(), "{instance:?}");
        assert_ne!(instance.replica_of.as_deref(), Some(""), "{instance:?}");
    });
}

#[test]
fn fuzz_databases() {
    let seeds = [
        r#"{"databases": [{"name": "orders"}, {"name": "stock", "character_set": "utf8"}]}"#
            .to_owned(),
        format!(r#"{{"databases": [{{"name": "a b"}}], {LINKS}}}"#),
    ];
    let seeds = seeds.each_ref().map(String::as_str);
    collection::<Database>("databases", &["databases"], "database", &seeds, |_| {});
}

#[test]
fn fuzz_users() {
    let one = r#"{"user": {"name": "app", "host": "10.0.0.%", "databases": [{"name": "orders"}]}}"#;
    let seeds = [include_str!("../tests/fixtures/users.json"), one];
    collection::<User>("users", &["users"], "user", &seeds, |user| {
        assert_eq!(user.id().to_string(), format!("{}@{}", user.name, user.host));
    });
}

#[test]
fn fuzz_backups() {
    let one = include_str!("../tests/fixtures/backup.json");
    let new = include_str!("../tests/fixtures/backup_new.json");
    let list = format!(r#"{{"backups": [{{"id": "b1", "status": "NEW", "size": 0.2}}], {LINKS}}}"#);
    collection::<Backup>("backups", &["backups"], "backup", &[one, new, &list], |backup| {
        assert!(!backup.id.is_empty(), "{backup:?}");
    });
}

#[test]
fn fuzz_flavors() {
    let one = r#"{"flavor": {"id": null, "str_id": "7d0a", "name": "tiny", "ram": "512"}}"#;
    let seeds = [include_str!("../tests/fixtures/flavors.json"), one];
    collection::<Flavor>("flavors", &["flavors"], "flavor", &seeds, |flavor| {
        assert!(!flavor.id.is_empty(), "{flavor:?}");
    });
}

#[test]
fn fuzz_datastores() {
    let seeds = [include_str!("../tests/fixtures/datastores.json")];
    collection::<Datastore>("datastores", &["datastores"], "datastore", &seeds, |datastore| {
        assert!(!datastore.id.is_empty(), "{datastore:?}");
    });
}

#[test]
fn fuzz_configurations() {
    let seeds = [include_str!("../tests/fixtures/configurations.json")];
    let names = ["configurations"];
    collection::<Configuration>("configurations", &names, "configuration", &seeds, |group| {
        assert!(!group.id.is_empty(), "{group:?}");
    });
}

#[test]
fn fuzz_schedules() {
    let one = r#"{"schedule": {"id": "s1", "instance_id": "i1", "day_of_week": 7, "hour": 0}}"#;
    let seeds = [include_str!("../tests/fixtures/schedules.json"), one];
    collection::<Schedule>("schedules", &["schedules"], "schedule", &seeds, |schedule| {
        assert!(!schedule.id.is_empty(), "{schedule:?}");
    });
}

#[test]
fn fuzz_ha_groups() {
    let one = r#"{"ha_instance": {"id": "h1", "name": "a", "state": "BUILD", "networks": []}}"#;
    let seeds = [include_str!("../tests/fixtures/ha_groups.json"), one];
    collection::<HaGroup>("ha_groups", &["ha_instances"], "ha_instance", &seeds, |group| {
        assert!(!group.id.is_empty() && group.member_ids().all(|id| !id.is_empty()), "{group:?}");
    });
}

#[test]
fn fuzz_limits() {
    let seed = r#"{"limits": [{"verb": "ABSOLUTE", "max_volumes": 100}, {"verb": "POST"}]}"#;
    target("limits")
        .seed(seed)
        .run(|input| told(reply(200, input).decoded::<Document>().map(Limits::from)));
}

#[test]
fn fuzz_refusals() {
    const STATUSES: [u16; 12] = [301, 400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 599];
    let json = serde_json::json!(SECRETS[1]).to_string();
    let spelt =
        [json.as_str(), "s3cret-token", SECRETS[1], "p&quot;a&#39;s\\s &lt;w&gt;&amp;  ord%ü"];
    let marks = ["<script>", "</style>", "<!--", "&amp;lt;", "<br />", "badRequest", "message"];
    let seeds = [
        r#"{"itemNotFound": {"code": 404, "message": "Resource i1 cannot be found."}}"#,
        r#"{"overLimit": {"code": 413, "message": "Too much.", "details": "s3cret-token", "retryAfter": 3}}"#,
        r#"{"error": {"code": 401, "title": "Unauthorized", "message": "s3cret-token"}}"#,
        r#"{"code": "403 Forbidden", "title": "Forbidden", "message": "Denied.<br /><br />\nNo.\n"}"#,
        "<html><head><style>p { x: y }</style></head><body><h1>Bad &amp; s3cret-token</h1></body></html>",
        "try later\n",
        "",
    ];
    let target = seeds.iter().fold(target("refusals"), |target, seed| {
        target.seed([&[seed.len().to_le_bytes()[0]], seed.as_bytes()].concat())
    });
    target.words(&[spelt.as_slice(), marks.as_slice()].concat()).run(|input| {
        let Some((first, body)) = input.split_first() else { return "empty".to_owned() };
        let status = STATUSES[usize::from(*first) % STATUSES.len()];
        let reply = reply(status, body);
        let refused = reply.refused();
        assert!(!matches!(refused, Error::Transport { sent: Sent::No, .. }));
        let parts = reply.refusal();
        let told = told::<()>(Err(refused));
        // What the server says is no news, but how much of it and where.
        let size = |text: &Option<String>| "x".repeat(text.as_ref().map_or(0, String::len).min(9));
        let hidden = "m".repeat(told.matches("(sensitive)").count());
        let message = size(&Some(parts.message));
        [size(&parts.fault), size(&parts.details), message, hidden].join(",")
    });
}

#[test]
fn fuzz_pauses() {
    let limiter = RateLimiter::default();
    let seeds = [
        "17",
        "Wed, 21 Oct 2026 07:28:00 GMT",
        "2026-10-21T07:28:00Z",
        r#"{"overLimit": {"retryAfter": 5}}"#,
        r#"{"overLimit": {"retryAt": "2026-10-21T07:28:00"}}"#,
    ];
    let seeded = seeds.iter().fold(target("pauses"), fuzz_loop::Target::seed);
    seeded.words(&["99999999999999999999", "9999-12-31T23:59:59Z", "-9999-01-01"]).run(|input| {
        let mut reply = reply(413, input);
        if let Ok(header) = HeaderValue::from_bytes(input) {
            reply.headers.insert("retry-after", header.clone());
            reply.headers.insert("date", header);
        }
        let time = std::str::from_utf8(input).ok().and_then(clock::timestamp);
        let pause = reply.asked_pause();
        if let Some(pause) = pause {
            let pause = pause.min(std::time::Duration::from_mins(1));
            let longest = std::time::Duration::from_mins(5);
            limiter.pause(LimitClass::Reads, pause, Box::new(reply.refusal()), longest);
        }
        told::<()>(Err(reply.refused()));
        format!("{} {} {}", pause.is_some(), time.is_some(), reply.headers.len())
    });
}

/// What the server makes of the last segment of a path: decoded once on the way in, cut at a period,
/// decoded again, and split at the last `@`.
fn understood(segment: &str) -> Option<UserId> {
    let decode = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
    let once = decode(segment)?;
    let (name, host) = decode(once.split('.').next()?)?
        .rsplit_once('@')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    Some(UserId { name, host })
}

/// A path that is understood as the user that it was made for is no other user's path.
#[test]
fn fuzz_users_in_paths() {
    let seeds = ["app\n%", "a@b\n10.0.0.%", "50%41\n%10.0.0.1", "a b/?#\n10.1.2.3", "ü\n%25"];
    let seeded = seeds.iter().fold(target("users-in-paths"), fuzz_loop::Target::seed);
    seeded.words(&["%", "%2", "41", "%40", "@", "\n", "%252E"]).run(|input| {
        let text = String::from_utf8_lossy(input);
        let Some((name, host)) = text.split_once('\n') else { return "no host".to_owned() };
        let id = UserId { name: name.to_owned(), host: host.to_owned() };
        if id.check().is_err() {
            return "refused".to_owned();
        }
        let path = Path::default().encoded_segment(segment(&id)).encoded();
        let segment = path.strip_prefix('/').unwrap();
        assert!(!segment.contains(['/', '?', '#', '.']), "{segment}");
        assert_eq!(understood(segment).as_ref(), Some(&id), "{segment}");
        segment.chars().filter(|character| !character.is_alphanumeric()).take(8).collect()
    });
}
