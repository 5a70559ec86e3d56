//! What is changed, and which tests have to notice.

/// Files that belong together, and the tests that judge a change of them.
pub(super) struct Group {
    pub(super) name: &'static str,
    /// The package that they are in.
    pub(super) package: &'static str,
    /// The folder that they are in.
    folder: &'static str,
    /// Files, and folders with a slash at the end.
    files: &'static [&'static str],
    /// Arguments of `cargo test`.
    pub(super) tests: &'static [&'static str],
}

/// The client's tests are quick, and all of them judge each change.
const CLIENT: &[&str] = &["--lib", "--test", "client"];

const fn of_client(name: &'static str, files: &'static [&'static str]) -> Group {
    let folder = "crates/clouddb/src";
    Group { name, package: "clouddb", folder, files, tests: CLIENT }
}

/// Those that look at what becomes of an instance, and of nothing else.
const INSTANCE: &[&str] = &[
    "--lib",
    "--test",
    "acceptance",
    "--",
    "instance::",
    "instance_plans::",
    "upgrade",
    "replicas::",
    "attached::",
    "refused_calls::",
    "validation::",
    "drift::",
    "broken::",
    "final_backup::",
    "changes::",
    "halfway::",
    "protection::",
    "plan_checks",
    "lifecycle::",
    "evidence::",
    "readings::",
    "refusals::",
    "generated::",
    "restart_plans::",
    "moves::",
    "queries::",
];

const fn of_provider(
    name: &'static str,
    folder: &'static str,
    files: &'static [&'static str],
    tests: &'static [&'static str],
) -> Group {
    Group { name, package: "terraform-provider-rackspace", folder, files, tests }
}

const fn of_resources(
    name: &'static str,
    files: &'static [&'static str],
    tests: &'static [&'static str],
) -> Group {
    of_provider(name, "src/resources", files, tests)
}

/// Whatever decides about writes.
pub(super) const GROUPS: [Group; 17] = [
    of_client(
        "lane",
        &["coordination/lane.rs", "coordination/write_kind.rs", "coordination/busy.rs"],
    ),
    of_client("batch", &["coordination/batch.rs", "coordination/batch/"]),
    of_client(
        "creation",
        &[
            "coordination/creation.rs",
            "coordination/created.rs",
            "coordination/lost_reply.rs",
            "coordination/own_creations.rs",
            "client/backup_copy.rs",
        ],
    ),
    of_client(
        "contents",
        &["coordination/contents.rs", "coordination/key_order.rs", "coordination/renaming.rs"],
    ),
    of_client(
        "lists",
        &[
            "coordination/list_cache.rs",
            "coordination/list_cache/",
            "coordination/instance_lists.rs",
            "api/collection.rs",
        ],
    ),
    of_client(
        "waits",
        &[
            "coordination/wait.rs",
            "coordination/watch.rs",
            "coordination/state_change.rs",
            "coordination/delays.rs",
            "coordination/budget.rs",
        ],
    ),
    of_client("sending", &["http/retry.rs", "http/retry_after.rs", "http/limiter.rs"]),
    of_resources("instance", &["instance.rs", "instance/", "final_backup.rs"], INSTANCE),
    of_resources(
        "database",
        &["database.rs", "database/"],
        &[
            "--test",
            "acceptance",
            "--",
            "database::",
            "inside_plans::",
            "one_key::",
            "destructions::",
            "plan_children::",
            "readings::",
            "refused_calls::",
            "validation::",
        ],
    ),
    of_resources(
        "user",
        &["user.rs", "user/"],
        &[
            "--test",
            "acceptance",
            "--",
            "user",
            "inside_plans::",
            "one_key::",
            "passwords::",
            "address_plans::",
            "readings::",
            "refused_calls::",
            "validation::",
        ],
    ),
    of_resources(
        "root",
        &["root_user.rs", "root_user/"],
        &[
            "--lib",
            "--test",
            "acceptance",
            "--",
            "root_",
            "address_plans::",
            "readings::",
            "refused_calls::",
        ],
    ),
    of_resources(
        "configuration",
        &["configuration.rs", "configuration/"],
        &[
            "--lib",
            "--test",
            "acceptance",
            "--",
            "configuration",
            "busy::",
            "attached::",
            "refused_calls::",
            "validation::",
        ],
    ),
    of_resources(
        "schedule",
        &["backup_schedule.rs", "backup_schedule/", "copy_to.rs"],
        &[
            "--lib",
            "--test",
            "acceptance",
            "--",
            "schedule::",
            "backup",
            "address_plans::",
            "refused_calls::",
        ],
    ),
    of_resources(
        "ha",
        &["ha_group.rs", "ha_group/", "inside/failover.rs"],
        &[
            "--lib",
            "--test",
            "acceptance",
            "--",
            "ha_",
            "inside_plans::",
            "restart_plans::",
            "attached::",
            "queries::",
            "readings::",
            "refused_calls::",
        ],
    ),
    of_resources(
        "backup",
        &["backup.rs", "backup/", "backup_copy.rs", "backup_copy/"],
        &[
            "--test",
            "acceptance",
            "--",
            "backup",
            "address_plans::",
            "attached::",
            "refused_calls::",
            "validation::",
        ],
    ),
    of_resources(
        "shared",
        &[
            "choices.rs",
            "identity.rs",
            "inside.rs",
            "inside/",
            "openstack.rs",
            "protection.rs",
            "outlook.rs",
            "outlook/",
            "ownership.rs",
            "ownership/",
            "namesake.rs",
            "patience.rs",
            "attachment.rs",
            "restart.rs",
            "origin.rs",
            "deletion.rs",
            "configuration_choice.rs",
        ],
        &["--lib", "--test", "protocol", "--test", "acceptance"],
    ),
    of_provider(
        "actions",
        "src/actions",
        &[
            "retention.rs",
            "target.rs",
            "target/",
            "ha_group_restart.rs",
            "restarting.rs",
            "instance_backup.rs",
            "instance_restart.rs",
            "backup_copy.rs",
        ],
        &["--lib", "--test", "acceptance", "--", "actions::"],
    ),
];

impl Group {
    /// What is named, below the root of the project.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.files.iter().map(|file| format!("{}/{file}", self.folder))
    }

    /// The same for `cargo mutants`.
    pub(super) fn globs(&self) -> impl Iterator<Item = String> {
        self.paths().map(|path| if path.ends_with('/') { path + "**" } else { path })
    }
}
