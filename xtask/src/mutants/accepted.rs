//! Changes that no test notices because they cannot matter.

/// `FILE: CHANGE`, as the command prints it without the line, and why.
pub(super) const ACCEPTED: [(&str, &str); 11] = [
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
        "crates/clouddb/src/coordination/key_order.rs: replace += with *= in KeyOrder<K>::change",
        "the number is read by nobody; that it was written wakes those who wait.",
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
        "crates/clouddb/src/coordination/list_cache.rs: replace > with == in ListCache<T>::finish",
        "whoever waits looks again by itself after its pause: a listing that is not announced costs requests, which the acceptance tests count.",
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
        "src/resources/protection.rs: replace skip_destroy -> String with String::new()",
        "it is a text of the documentation, which `cargo xtask docs --check` compares.",
    ),
    (
        "src/resources/user/change.rs: delete field id from struct User expression in Changing<'_>::rename",
        "the look at the end of the call, or the next refresh, makes the ID of the name again.",
    ),
];
