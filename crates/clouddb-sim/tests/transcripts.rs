//! Replays the request half of exchanges that were recorded with a real server of the same lineage,
//! in order, and compares the simulator's answers with the recorded ones.
//!
//! `fixtures/exchanges.json` has one exchange a line. `recorded` is what the real server answered.
//! Where the simulator differs on purpose, `here` is what it answers and `why` is the reason; a
//! difference that is not there is a failure, and so is one that has gone. Lines with a `step` bring
//! about the situation that the recording was in.

#[cfg(test)]
#[path = "support/http.rs"]
mod http;

#[cfg(test)]
mod replay {
    use std::collections::BTreeMap;

    use clouddb_sim::{Clock, Login, Options, Quotas, Simulator};
    use serde::Deserialize;
    use serde_json::{Value, json};

    use crate::http::{Seen, send};

    const EXCHANGES: &str = include_str!("fixtures/exchanges.json");
    const MAIN: &str = "123456";

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Line {
        Exchange(Box<Exchange>),
        Step(Value),
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Exchange {
        n: u32,
        call: String,
        #[serde(default)]
        whole: bool,
        #[serde(default)]
        account: Option<String>,
        #[serde(default)]
        token: Option<String>,
        #[serde(default)]
        r#type: Option<String>,
        #[serde(default)]
        body: Option<Value>,
        #[serde(default)]
        raw: Option<String>,
        #[serde(default)]
        r#as: Option<String>,
        #[serde(default)]
        adapted: Option<String>,
        recorded: Value,
        #[serde(default)]
        here: Option<Value>,
        #[serde(default)]
        why: Option<String>,
    }

    struct Replay {
        sim: Simulator,
        ids: BTreeMap<String, String>,
        tokens: BTreeMap<String, String>,
    }

    impl Replay {
        /// The limits of the recorded server, and its accounts.
        fn new() -> Self {
            let others = ["121212", "333333", "444444", "555555", "666666", "777777", "888888"];
            let login = |account: &&str| Login {
                user: format!("user-{account}"),
                api_key: "key".into(),
                password: "password".into(),
                account_id: (*account).to_owned(),
            };
            let sim = Simulator::start(Options {
                clock: Clock::Explicit,
                volume_max: 25,
                quotas: Quotas { instances: Some(6), volumes: Some(100), backups: Some(5) },
                user: format!("user-{MAIN}"),
                api_key: "key".into(),
                other_accounts: others.iter().map(login).collect(),
                ..Options::default()
            })
            .unwrap();
            let mut replay = Self { sim, ids: BTreeMap::new(), tokens: BTreeMap::new() };
            for account in others.into_iter().chain([MAIN]) {
                replay.log_in(account);
            }
            replay
        }

        fn log_in(&mut self, account: &str) {
            let body = json!({ "auth": { "RAX-KSKEY:apiKeyCredentials": {
                "username": format!("user-{account}"), "apiKey": "key" } } });
            let seen = send(
                self.sim.address(),
                "POST",
                "/v2.0/tokens",
                &[("Content-Type", "application/json")],
                Some(body.to_string().as_bytes()),
            )
            .unwrap();
            let token = seen.json()["access"]["token"]["id"].as_str().unwrap().to_owned();
            self.tokens.insert(account.into(), token);
        }

        /// Puts the IDs of this run in the place of their names.
        fn fill(&self, text: &str) -> String {
            self.ids
                .iter()
                .fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
        }

        fn step(&mut self, step: &Value) {
            let text = |key: &str| self.fill(step[key].as_str().unwrap_or_default());
            let account = step["account"].as_str().unwrap_or(MAIN).to_owned();
            let mut made = None;
            match step["step"].as_str().unwrap() {
                "advance" => self.sim.advance(),
                "fail" => self.sim.next_instance_ends_in(&text("status")),
                "lose" => self.sim.remove_instance(&text("id")),
                "databases" => {
                    for name in step["names"].as_array().unwrap() {
                        self.sim.add_database(&text("of"), name.as_str().unwrap());
                    }
                }
                "backups" => {
                    for _ in 0..step["count"].as_u64().unwrap() {
                        self.sim.add_backup(&text("of"), "seed");
                    }
                }
                "instances" => {
                    let volume = step["volume"].as_u64().unwrap();
                    for _ in 0..step["count"].as_u64().unwrap() {
                        made = Some(self.sim.add_instance_of(&account, "seed", "2", volume));
                    }
                }
                "create" => {
                    let body = step["body"].to_string();
                    let seen = self.send(&account, None, "POST", "/instances", &body);
                    made = seen.json()["instance"]["id"].as_str().map(str::to_owned);
                }
                other => panic!("unknown step {other}"),
            }
            if let (Some(name), Some(id)) = (step["as"].as_str(), made) {
                self.ids.insert(name.into(), id);
            }
        }

        fn send(
            &self,
            account: &str,
            token: Option<&str>,
            method: &str,
            path: &str,
            body: &str,
        ) -> Seen {
            let token = match token {
                None => self.tokens.get(account).map(String::as_str),
                Some(named) => Some(self.tokens.get(named).map_or(named, String::as_str)),
            };
            let headers =
                [("Content-Type", "application/json"), ("X-Auth-Token", token.unwrap_or_default())];
            let path = format!("/v1.0/{account}{path}");
            send(self.sim.address(), method, &path, &headers, Some(body.as_bytes())).unwrap()
        }

        fn exchange(&mut self, exchange: &Exchange) -> Seen {
            let (method, path) = exchange.call.split_once(' ').unwrap();
            let account = exchange.account.as_deref().unwrap_or(MAIN);
            let path = self.fill(path);
            let path = if exchange.whole { path } else { format!("/v1.0/{account}{path}") };
            let body = match (&exchange.body, &exchange.raw) {
                (Some(body), _) => Some(self.fill(&body.to_string())),
                (None, raw) => raw.clone(),
            };
            let token = exchange.token.as_deref().unwrap_or(account);
            let token = self.tokens.get(token).map_or(token, String::as_str);
            let kind = exchange.r#type.as_deref().unwrap_or("application/json");
            let mut headers = vec![("Accept", "application/json")];
            if !token.is_empty() {
                headers.push(("X-Auth-Token", token));
            }
            if body.is_some() {
                headers.push(("Content-Type", kind));
            }
            let address = self.sim.address();
            let seen =
                send(address, method, &path, &headers, body.as_deref().map(str::as_bytes)).unwrap();
            if let Some(name) = &exchange.r#as {
                let body = seen.json();
                let kinds = ["instance", "backup", "configuration"];
                let made = kinds.iter().find_map(|key| body[*key]["id"].as_str());
                self.ids.insert(name.clone(), made.unwrap().to_owned());
            }
            seen
        }

        /// What is compared, as far as `wanted` speaks of it, with the names of IDs instead of them.
        fn facts(&self, seen: &Seen, wanted: &Value) -> Value {
            let body = seen.json();
            let mut facts = json!({ "status": seen.status });
            if let Some((fault, message)) = seen.fault().filter(|_| seen.status >= 400) {
                facts["fault"] = fault.into();
                facts["message"] = self.name(&message).into();
            }
            for key in ["names", "state", "next", "root"] {
                if wanted.get(key).is_some() {
                    facts[key] = match key {
                        "names" => names(&body),
                        "state" => state(&body),
                        "next" => next(&body),
                        _ => body["rootEnabled"].clone(),
                    };
                }
            }
            facts
        }

        /// The other way round than [`Self::fill`]; the ID of a broken request becomes `<id>`.
        fn name(&self, message: &str) -> String {
            let message = self.ids.iter().fold(message.to_owned(), |text, (name, id)| {
                text.replace(id, &format!("{{{name}}}"))
            });
            match message.split_once("went wrong: (") {
                Some((text, _)) => format!("{text}went wrong: (<id>)."),
                None => message,
            }
        }
    }

    fn names(body: &Value) -> Value {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let databases = |list: &Value| -> Vec<String> {
            list.as_array().into_iter().flatten().map(|item| text(&item["name"])).collect()
        };
        if body.get("users").is_none() {
            return databases(&body["databases"]).into();
        }
        let user = |user: &Value| {
            let mut granted = databases(&user["databases"]);
            granted.sort();
            let mut words = vec![format!("{}@{}", text(&user["name"]), text(&user["host"]))];
            words.extend(granted);
            words.join(" ")
        };
        body["users"].as_array().into_iter().flatten().map(user).collect()
    }

    fn state(body: &Value) -> Value {
        let object = ["instance", "backup"].iter().find_map(|key| body.get(*key));
        object.map_or(Value::Null, |object| object["status"].clone())
    }

    fn next(body: &Value) -> Value {
        let href = body["links"][0]["href"].as_str().unwrap_or_default();
        href.split_once('?').map_or(Value::Null, |(_, query)| query.into())
    }

    /// The order of the keys in a query means nothing.
    fn comparable(facts: &Value) -> Value {
        let mut facts = facts.clone();
        if let Some(query) = facts.get("next").and_then(Value::as_str) {
            let mut pairs: Vec<String> = query.split('&').map(str::to_owned).collect();
            pairs.sort();
            facts["next"] = pairs.into();
        }
        facts
    }

    #[test]
    fn recorded_exchanges_are_answered_as_recorded_or_differ_for_a_given_reason() {
        let lines: Vec<Line> = serde_json::from_str(EXCHANGES).unwrap();
        let mut replay = Replay::new();
        let (mut wrong, mut exchanges) = (Vec::new(), 0);
        for line in &lines {
            let exchange = match line {
                Line::Step(step) => {
                    replay.step(step);
                    continue;
                }
                Line::Exchange(exchange) => exchange,
            };
            exchanges += 1;
            let seen = replay.exchange(exchange);
            let wanted = exchange.here.as_ref().unwrap_or(&exchange.recorded);
            let (facts, wanted) = (comparable(&replay.facts(&seen, wanted)), comparable(wanted));
            if facts != wanted {
                wrong.push(format!(
                    "{} {}\n  wanted {wanted}\n  seen   {facts}",
                    exchange.n, exchange.call
                ));
            }
        }

        assert!(exchanges > 400, "{exchanges} exchanges");
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn every_difference_has_a_reason_and_is_one() {
        let lines: Vec<Line> = serde_json::from_str(EXCHANGES).unwrap();
        for line in lines {
            let Line::Exchange(exchange) = line else { continue };
            assert!(exchange.adapted.is_none_or(|how| !how.is_empty()));
            if let Some(here) = exchange.here {
                assert!(exchange.why.is_some(), "{} differs without a reason", exchange.n);
                assert_ne!(here, exchange.recorded, "{} does not differ", exchange.n);
            }
        }
    }
}
