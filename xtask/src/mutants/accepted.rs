//! Changes that no test notices because they cannot matter.

/// `FILE: CHANGE`, as the command prints it without the line, and why.
pub(super) const ACCEPTED: [(&str, &str); 22] = [
    (
        "crates/clouddb/src/coordination/batch/item.rs: replace <impl BatchItem for PasswordChange>::is_as_wanted -> bool with false",
        "a password shows nowhere, so nobody looks for it in what is shown.",
    ),
    (
        "crates/clouddb/src/coordination/contents.rs: delete ! in Contents<T>::read",
        "who does not wait for the writes of others reads a list once more, and sees the same in the end.",
    ),
    (
        "crates/clouddb/src/coordination/contents.rs: replace * with / in Contents<T>::wait_until_gone",
        "a shorter wait for company costs requests, which the acceptance tests count.",
    ),
    (
        "crates/clouddb/src/coordination/creation.rs: replace > with >= in only_new",
        "a single candidate that came after the request is kept by either.",
    ),
    (
        "crates/clouddb/src/coordination/key_order.rs: replace > with >= in leads_to",
        "a key that nobody leaves has no new name any more, and leads nowhere.",
    ),
    (
        "crates/clouddb/src/coordination/lane.rs: replace Lane<T>::quiet with ()",
        "who does not wait for the writes of others reads a list once more, and sees the same in the end.",
    ),
    (
        "crates/clouddb/src/coordination/list_cache/partial_list.rs: replace > with >= in Stop::jump",
        "the page after a marker is the same page, whoever knows the marker.",
    ),
    (
        "crates/clouddb/src/http/retry.rs: replace > with >= in Retrier<'_>::back_off",
        "no clock shows the very end of an outage.",
    ),
    (
        "src/resources/attachment.rs: delete ! in Change<'_, H>::owing_a_restart",
        "the look at the end of the call owes a restart where the status asks for one, and pays it where the instance rests.",
    ),
    (
        "src/resources/ha_group.rs: delete field region from struct HaGroup expression in <impl Resource for HaGroups>::create",
        "the plan, which every apply makes once more, has named the region already.",
    ),
    (
        "src/resources/ha_group/change.rs: replace < with <= in Changing<'_>::add_replicas",
        "one more turn finds nothing to add, and the look at the end of the call tells the number.",
    ),
    (
        "src/resources/inside/failover.rs: delete field instance_id from struct Object expression in find",
        "a state that knows in which group an object is knows its region too, and then the instance is not asked for that.",
    ),
    (
        "src/resources/instance.rs: delete field region from struct Instance expression in <impl Resource for Instances>::create",
        "the plan, which every apply makes once more, has named the region already.",
    ),
    (
        "src/resources/instance.rs: replace && with || in <impl Resource for Instances>::update",
        "who asks what is detached asks that of replicas alone, and an instance that changes stays.",
    ),
    (
        "src/resources/instance/plan/flavor.rs: replace && with || in resolve",
        "what the user has just asked for ends the plan as a refusal in the same words.",
    ),
    (
        "src/resources/instance/plan/replica.rs: replace < with > in too_many",
        "the replicas that stay are counted in any case; the first count saves a list.",
    ),
    (
        "src/resources/instance/upgrade.rs: delete field flavor from struct Instance expression in create",
        "the reply to the request shows the size of the source, which is the planned one; what the upgrade gets in the end is compared with the plan when it is there.",
    ),
    (
        "src/resources/instance/upgrade.rs: delete field flavor_id from struct Instance expression in create",
        "the reply to the request shows the size of the source, which is the planned one; what the upgrade gets in the end is compared with the plan when it is there.",
    ),
    (
        "src/resources/instance/upgrade.rs: delete field flavor_ram from struct Instance expression in create",
        "the reply to the request shows the size of the source, which is the planned one; what the upgrade gets in the end is compared with the plan when it is there.",
    ),
    (
        "src/resources/instance/upgrade.rs: delete field volume_size from struct Instance expression in create",
        "the reply to the request shows the size of the source, which is the planned one; what the upgrade gets in the end is compared with the plan when it is there.",
    ),
    (
        "src/resources/protection.rs: replace skip_destroy -> String with String::new()",
        "it is a text of the documentation, which `cargo xtask docs --check` compares.",
    ),
    (
        "src/resources/user/change.rs: delete field id from struct User expression in Changing<'_>::rename",
        "the look at the end of the call, or the next refresh, makes the ID of the name again.",
    ),
];
