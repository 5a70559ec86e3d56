//! Validators that attributes of several entries have, with what each refuses.

use super::attribute::Attribute;
use super::refusal::Refusal;
use super::region::SEARCHED;

/// An ID of the right shape, of nothing.
pub(super) const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// A text of 65 characters.
const LONG: &str = "a2345678901234567890123456789012345678901234567890123456789012345";

/// How a message lists the flavors.
pub(super) const FLAVORS: &str = "These exist (ID, name, RAM):\n\n\
     1 \"512MB Instance\" (512 MB)\n\
     2 \"1GB Instance\" (1024 MB)\n\
     3 \"2GB Instance\" (2048 MB)\n\
     4 \"4GB Instance\" (4096 MB)\n\
     5 \"8GB Instance\" (8192 MB)\n\
     6 \"16GB Instance\" (16384 MB)\n\
     7 \"32GB Instance\" (32768 MB)\n\
     8 \"64GB Instance\" (65536 MB)";

/// What is said of a version of a datastore that there is not.
pub(super) fn none_on_offer(what: &str) -> String {
    format!(
        "There is no {what} in this region. These exist, with their versions:\n\n\
         \"mysql\": \"5.7\", \"8.0\" (the default)\n\
         \"mariadb\": \"10.4\" (the default), \"10.4enc\"\n\
         \"percona\": \"5.7\" (the default), \"8.0\""
    )
}

/// Something new in an instance that there is not.
pub(super) fn no_instance() -> Refusal {
    Refusal::at_plan("an instance that exists").given("instance_id", NOBODY).alone().says(
        "No such instance",
        format!(
            "There is no instance {NOBODY} {SEARCHED}. The data source rackspace_db_instances lists those that exist in a region.\n\n\
             These exist in DFW (ID, name):\n\n  COPY_ID_1 \"copy-1\"\n  COPY_ID_2 \"copy-2\"\n  MEMBER_ID_2 \"high-replica-1\"\n  MEMBER_ID_1 \"high-source\"\n  OLD_ID \"old\"\n  SOURCE_ID \"source\"\n  TWIN_ID_1 \"twin\"\n  TWIN_ID_2 \"twin\"\n  WEB_ID \"web\""
        ),
    )
}

/// A configuration group that there is not.
pub(super) fn no_configuration() -> Refusal {
    Refusal::at_plan("a group that exists").given("configuration_id", NOBODY).says(
        "Unknown configuration group",
        format!(
            "There is no configuration group with the ID {NOBODY} in this account and region. These exist (ID, name, datastore):\n\n\
             DOUBLE_ID_1 \"double\" (mysql 8.0)\n\
             DOUBLE_ID_2 \"double\" (mysql 8.0)\n\
             FOREIGN_ID \"foreign\" (percona 5.7)\n\
             TUNED_ID \"tuned\" (mysql 8.0)"
        ),
    )
}

impl Attribute {
    /// The ID of `what`, which `bad` is not.
    pub(super) fn id_of(self, what: &str, bad: &'static str) -> Self {
        let reason = format!(
            "\"{bad}\" is not the ID of {what}: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82."
        );
        self.validator(&format!("the ID of {what}"), [("an ID", bad, &reason)])
    }

    /// A text of so many characters, at least one.
    pub(super) fn not_empty(self, longest: usize) -> Self {
        self.validator(
            &format!("of length 1 to {longest}"),
            [("not empty", "", "Its length is 0.")],
        )
    }

    /// The name of a backup.
    pub(super) fn name_of_backup(self) -> Self {
        self.validator(
            "1 to 64 characters long, with at least one letter or digit",
            [
                ("a letter or digit", "--", "The name needs at least one letter (a-z) or digit."),
                (
                    "at most 64 characters",
                    LONG,
                    "The name has 65 characters; at most 64 are allowed.",
                ),
                ("not empty", "", "The name needs at least one letter (a-z) or digit."),
            ],
        )
    }

    /// The name of a database.
    pub(super) fn name_of_database(self) -> Self {
        self.validator(
            "a MySQL database name of 2 to 64 characters",
            [
                (
                    "at least 2 characters",
                    "a",
                    "The service needs at least two characters in a database name.",
                ),
                (
                    "at most 64 characters",
                    LONG,
                    "The database name has 65 characters; at most 64 are allowed.",
                ),
                (
                    "letters, digits, `_`, `-`, and inside also space, `?`, `#`, `@`",
                    "a.b",
                    "The character '.' is not allowed. A database name has letters, digits, '_' and '-', and between them ' ', '?', '#' or '@'.",
                ),
                (
                    "a letter or digit",
                    "----",
                    "The database name needs at least one letter or digit.",
                ),
                (
                    "ends are letters, digits, `_` or `-`",
                    "ab@",
                    "A database name begins and ends with a letter, a digit, '_' or '-'.",
                ),
                (
                    "one run of space, `?`, `#`, `@`",
                    "a#b?c",
                    "Only one run of ' ', '?', '#' or '@' is allowed in a database name.",
                ),
                (
                    "not reserved",
                    "MySQL",
                    "\"MySQL\" is reserved for the database server. Choose another name.",
                ),
            ],
        )
    }

    /// The password of a MySQL user, which is never repeated.
    pub(super) fn password_of_user(self) -> Self {
        let long = "x".repeat(256);
        self.validator(
            "1 to 255 characters long, without quotes, ';', ',', '/' or '\\'",
            [
                (
                    "at most 255 characters",
                    long.as_str(),
                    "The password is longer than 255 characters.",
                ),
                (
                    "a letter or digit",
                    "--",
                    "The password needs at least one letter or digit.",
                ),
                (
                    "ASCII only",
                    "gr\u{fc}n",
                    "The service takes only the letters, digits and signs of ASCII in a password: no accents, tabs or line breaks.",
                ),
                (
                    "no quotes, `;`, `,`, `/` or `\\`",
                    "a;b",
                    "The character ; is not allowed in a password.",
                ),
                (
                    "no space at its ends",
                    "a ",
                    "A password must not begin or end with a space.",
                ),
            ],
        )
    }
}
