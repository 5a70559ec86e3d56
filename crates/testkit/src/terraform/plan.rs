//! What Terraform writes as JSON of a plan and of a state.

use serde_json::Value;

/// The objects that a plan changes, by address, each with its actions, such as `delete` and `create`.
///
/// What the plan leaves alone or only reads is not listed; an object that it imports has the action
/// `import` before the others.
pub fn changes(plan: &Value) -> Vec<(String, Vec<String>)> {
    let changes = plan.get("resource_changes").and_then(Value::as_array);
    changes.into_iter().flatten().filter_map(change).collect()
}

fn change(resource: &Value) -> Option<(String, Vec<String>)> {
    let address = resource.get("address")?.as_str()?;
    let change = resource.get("change")?;
    let actions = change.get("actions")?.as_array()?.iter().filter_map(Value::as_str);
    let mut actions: Vec<_> =
        actions.filter(|it| *it != "no-op" && *it != "read").map(str::to_owned).collect();
    if change.get("importing").is_some_and(|it| !it.is_null()) {
        actions.insert(0, "import".to_owned());
    }
    (!actions.is_empty()).then(|| (address.to_owned(), actions))
}

/// Every object of the root module in a state.
pub fn objects(state: &Value) -> Vec<Value> {
    let objects = state.pointer("/values/root_module/resources").and_then(Value::as_array);
    objects.cloned().unwrap_or_default()
}

/// The object of this address in a state.
pub fn object(state: &Value, address: &str) -> Option<Value> {
    let is_meant = |object: &Value| object.get("address").and_then(Value::as_str) == Some(address);
    objects(state).into_iter().find(is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_plan_changes_is_listed() {
        let plan = serde_json::json!({"resource_changes": [
            {"address": "a.same", "change": {"actions": ["no-op"]}},
            {"address": "a.data", "change": {"actions": ["read"]}},
            {"address": "a.grown", "change": {"actions": ["update"]}},
            {"address": "a.moved", "change": {"actions": ["delete", "create"]}},
            {"address": "a.found", "change": {"actions": ["no-op"], "importing": {"id": "1"}}},
        ]});

        let changes: Vec<_> = changes(&plan)
            .into_iter()
            .map(|(address, actions)| (address, actions.join("+")))
            .collect();

        let expected = [("a.grown", "update"), ("a.moved", "delete+create"), ("a.found", "import")];
        assert_eq!(changes, expected.map(|(name, action)| (name.to_owned(), action.to_owned())));
    }
}
