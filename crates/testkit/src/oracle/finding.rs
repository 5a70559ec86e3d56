//! What can come of a case, and how a finding is told.

/// What came of a case, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The command succeeded in spite of the fault.
    Unnoticed,
    /// The command failed, and the next one made it good.
    Recovered,
    /// The command failed and named what it left behind, and a person did as it said.
    Told,
    /// A law of Terraform was broken, or the provider crashed or hung.
    Broken,
    /// The next command did not make it good.
    Stuck,
    /// What existed before was touched, or a sound object was destroyed.
    Damaged,
    /// Something was created twice.
    Duplicated,
    /// Something exists that nobody named.
    Lost,
}

impl Outcome {
    /// Every outcome, from best to worst.
    pub const ALL: [Self; 8] = [
        Self::Unnoticed,
        Self::Recovered,
        Self::Told,
        Self::Broken,
        Self::Stuck,
        Self::Damaged,
        Self::Duplicated,
        Self::Lost,
    ];

    /// Whether all was well in the end.
    pub fn survived(self) -> bool {
        self <= Self::Told
    }

    /// The letter that stands for it in a table.
    pub fn mark(self) -> char {
        self.legend().0
    }

    /// What it means, for the legend of a table.
    pub fn meaning(self) -> &'static str {
        self.legend().1
    }

    fn legend(self) -> (char, &'static str) {
        match self {
            Self::Unnoticed => ('.', "the command succeeded all the same"),
            Self::Recovered => ('r', "the next apply made it good"),
            Self::Told => ('t', "made good after an import that the error had named"),
            Self::Broken => ('B', "a law of Terraform was broken"),
            Self::Stuck => ('S', "the next apply did not make it good"),
            Self::Damaged => ('X', "something else was touched"),
            Self::Duplicated => ('D', "something was created twice"),
            Self::Lost => ('L', "something was left that nobody named"),
        }
    }
}

/// Something wrong, and the sentence that says what.
#[derive(Debug, Clone)]
pub struct Finding {
    /// How bad it is.
    pub outcome: Outcome,
    /// What it is.
    pub what: String,
}

/// Something that a scenario has created.
#[derive(Debug, Clone)]
pub struct Thing {
    /// As the state has it: the ID, or `INSTANCE/NAME` for what lives in an instance.
    pub id: String,
    /// Its resource type.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

impl Thing {
    /// Its path at the service.
    pub(super) fn path(&self) -> String {
        let Self { id, kind, .. } = self;
        match (id.split_once('/'), *kind) {
            (Some((instance, name)), "rackspace_db_database") => {
                format!("/instances/{instance}/databases/{name}")
            }
            (Some((instance, name)), _) => format!("/instances/{instance}/users/{name}"),
            (None, "rackspace_db_backup" | "rackspace_db_backup_copy") => format!("/backups/{id}"),
            (None, "rackspace_db_backup_schedule") => format!("/schedules/{id}"),
            (None, "rackspace_db_configuration") => format!("/configurations/{id}"),
            (None, "rackspace_db_ha_group") => format!("/ha/{id}"),
            (None, _) => format!("/instances/{id}"),
        }
    }
}

/// How what no state holds has to be named in an error or a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// By its ID, or by the ID of its instance and its own name.
    Id,
    /// By the name that it was to have: the command was cut short and could not learn the ID.
    Name,
    /// Not at all: nobody was left to say anything.
    Nothing,
}
