//! What tells an object from all others, wherever Terraform runs: the account and the region that it
//! lives in, and what the API calls it there. States have it with Terraform 1.12 and newer, and `import`
//! blocks name objects by it.

use serde::{Deserialize, Serialize};
use tfplug::{Diagnostic, IdentitySchema, ImportKey, PrivateState, Result};

use crate::place::Location;
use crate::{ids, rules};

/// Of an instance or a backup.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ObjectIdentity {
    account_id: Option<String>,
    region: Option<String>,
    id: String,
}

/// Of a database.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DatabaseIdentity {
    account_id: Option<String>,
    region: Option<String>,
    instance_id: String,
    name: String,
}

/// Of a user.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct UserIdentity {
    account_id: Option<String>,
    region: Option<String>,
    instance_id: String,
    name: String,
    host: Option<String>,
}

/// Of a root user, of which an instance has one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RootUserIdentity {
    account_id: Option<String>,
    region: Option<String>,
    instance_id: String,
}

/// The account and the region, which an import may leave out: they are looked for then.
fn located() -> IdentitySchema {
    IdentitySchema::new()
        .optional("account_id", "Number of the Rackspace account. An import may leave it out; another one than that of the login is an error.")
        .optional("region", "Region, such as `DFW`, in any case. An import may leave it out: the object is then looked for in all regions of the account. Another one than that of the object is an error.")
}

impl ObjectIdentity {
    pub(super) fn schema(description: &'static str) -> IdentitySchema {
        located().required("id", description)
    }

    pub(super) fn of(
        stored: PrivateState<'_>,
        region: Option<&str>,
        id: Option<&str>,
    ) -> Option<Self> {
        Some(Self::at(&Location::of(stored, region)?, id?))
    }

    /// Of the object with that ID there.
    pub(crate) fn at(location: &Location, id: &str) -> Self {
        let Location { account_id, region } = location.clone();
        Self { account_id, region, id: id.to_owned() }
    }

    /// The ID that an import names, and where it looks.
    pub(super) fn sought(key: ImportKey<Self>) -> Result<(String, Location)> {
        match key {
            ImportKey::Id(id) => Ok((id, Location::default())),
            ImportKey::Identity(Self { account_id, region, id }) => {
                check_id("id", &id)?;
                Ok((id, Location { account_id, region }))
            }
        }
    }
}

impl DatabaseIdentity {
    pub(super) fn schema() -> IdentitySchema {
        located()
            .required("instance_id", "ID of the instance.")
            .required("name", "Name of the database.")
    }

    pub(super) fn of(
        stored: PrivateState<'_>,
        region: Option<&str>,
        instance_id: &str,
        name: &str,
    ) -> Option<Self> {
        Some(Self::at(&Location::of(stored, region)?, instance_id, name))
    }

    /// Of the database of that name there.
    pub(crate) fn at(location: &Location, instance_id: &str, name: &str) -> Self {
        let Location { account_id, region } = location.clone();
        Self { account_id, region, instance_id: instance_id.to_owned(), name: name.to_owned() }
    }

    /// The instance and the name of the database that an import names, and where it looks.
    pub(super) fn sought(key: ImportKey<Self>) -> Result<(String, String, Location)> {
        match key {
            ImportKey::Id(id) => match ids::inside_instance(&id) {
                Some((instance_id, name)) => {
                    Ok((instance_id.to_owned(), name.to_owned(), Location::default()))
                }
                None => Err(Diagnostic::error("Invalid import ID")
                    .detail(format!("\"{id}\" is not the ID of a database. Give INSTANCE_ID/NAME."))
                    .into()),
            },
            ImportKey::Identity(Self { account_id, region, instance_id, name }) => {
                check_id("instance_id", &instance_id)?;
                check_name(&name)?;
                Ok((instance_id, name, Location { account_id, region }))
            }
        }
    }
}

impl UserIdentity {
    pub(super) fn schema() -> IdentitySchema {
        located()
            .required("instance_id", "ID of the instance.")
            .required("name", "Name of the user.")
            .optional("host", "Host from which the user may connect. An import may leave it out, which means `%`.")
    }

    pub(super) fn of(
        stored: PrivateState<'_>,
        region: Option<&str>,
        instance_id: &str,
        user: &clouddb::UserId,
    ) -> Option<Self> {
        Some(Self::at(&Location::of(stored, region)?, instance_id, user))
    }

    /// Of that user there.
    pub(crate) fn at(location: &Location, instance_id: &str, user: &clouddb::UserId) -> Self {
        let Location { account_id, region } = location.clone();
        Self {
            account_id,
            region,
            instance_id: instance_id.to_owned(),
            name: user.name.clone(),
            host: Some(user.host.clone()),
        }
    }

    /// The instance and the user that an import names, and where it looks.
    pub(super) fn sought(key: ImportKey<Self>) -> Result<(String, clouddb::UserId, Location)> {
        match key {
            ImportKey::Id(id) => match ids::inside_instance(&id) {
                Some((instance_id, user)) => {
                    Ok((instance_id.to_owned(), ids::user(user), Location::default()))
                }
                None => Err(Diagnostic::error("Invalid import ID")
                    .detail(format!(
                        "\"{id}\" is not the ID of a user. Give INSTANCE_ID/NAME@HOST, for example 61f12fef-edb1-4561-8122-e7c00ef26a82/app@%."
                    ))
                    .into()),
            },
            ImportKey::Identity(Self { account_id, region, instance_id, name, host }) => {
                check_id("instance_id", &instance_id)?;
                check_name(&name)?;
                let host = host.unwrap_or_else(|| "%".to_owned());
                let user = clouddb::UserId { name, host };
                Ok((instance_id, user, Location { account_id, region }))
            }
        }
    }
}

impl RootUserIdentity {
    pub(super) fn schema() -> IdentitySchema {
        located().required("instance_id", "ID of the instance.")
    }

    pub(super) fn of(
        stored: PrivateState<'_>,
        region: Option<&str>,
        instance_id: &str,
    ) -> Option<Self> {
        Some(Self::at(&Location::of(stored, region)?, instance_id))
    }

    /// Of the root user of the instance there.
    pub(crate) fn at(location: &Location, instance_id: &str) -> Self {
        let Location { account_id, region } = location.clone();
        Self { account_id, region, instance_id: instance_id.to_owned() }
    }

    /// The instance that an import names, and where it looks.
    pub(super) fn sought(key: ImportKey<Self>) -> Result<(String, Location)> {
        match key {
            ImportKey::Id(id) if rules::may_be_id(&id) => Ok((id, Location::default())),
            ImportKey::Id(id) => Err(Diagnostic::error("Invalid import ID")
                .detail(format!(
                    "\"{id}\" is not the ID of an instance. A root user is imported by the ID of its instance, such as 61f12fef-edb1-4561-8122-e7c00ef26a82."
                ))
                .into()),
            ImportKey::Identity(Self { account_id, region, instance_id }) => {
                check_id("instance_id", &instance_id)?;
                Ok((instance_id, Location { account_id, region }))
            }
        }
    }
}

fn check_id(attribute: &str, id: &str) -> Result<()> {
    if rules::may_be_id(id) {
        return Ok(());
    }
    Err(invalid(&format!(
        "`{attribute}` is \"{id}\", which is no ID. Give a UUID, such as 61f12fef-edb1-4561-8122-e7c00ef26a82."
    )))
}

fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || name.contains('/') {
        return Err(invalid(&format!("`name` is \"{name}\", which the service gives to nothing.")));
    }
    Ok(())
}

fn invalid(why: &str) -> tfplug::Diagnostics {
    Diagnostic::error("Invalid import identity").detail(why).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzz_import_ids() {
        let target = fuzz_loop::Target::new("import-ids", env!("CARGO_MANIFEST_DIR"));
        let seeds = ["i/app@%", "i/a@b@10.0.0.1", "i/app", "i/a/b@%"];
        let target = seeds.iter().fold(target, fuzz_loop::Target::seed);
        target.run(|input| {
            let text = String::from_utf8_lossy(input);
            match UserIdentity::sought(ImportKey::Id(text.clone().into_owned())) {
                Ok((instance, user, _)) => {
                    let whole = format!("{instance}/{user}");
                    assert!(
                        whole == text || whole == format!("{text}@%"),
                        "{text:?} became {whole}"
                    );
                    assert!(!user.host.contains('@'), "{whole}");
                    format!("{:.9}@{:.9}", user.name, user.host)
                }
                Err(_) => "refused".to_owned(),
            }
        });
    }

    #[test]
    fn an_import_id_splits_at_the_last_at_sign() {
        let parsed = |id: &str| {
            let (instance, user, _) = UserIdentity::sought(ImportKey::Id(id.to_owned())).unwrap();
            (instance, user.name, user.host)
        };
        let owned = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());

        assert_eq!(parsed("i/app@%"), owned("i", "app", "%"));
        assert_eq!(parsed("i/a@b@10.0.0.1"), owned("i", "a@b", "10.0.0.1"));
        assert_eq!(parsed("i/app"), owned("i", "app", "%"));
        for id in ["app", "/app"] {
            assert!(UserIdentity::sought(ImportKey::Id(id.to_owned())).is_err());
        }
    }

    #[test]
    fn an_identity_names_what_the_service_can_have() {
        const ID: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";
        let none = || None::<String>;
        let object = |id: &str| {
            let id = id.to_owned();
            let key = ObjectIdentity { account_id: none(), region: none(), id };
            ObjectIdentity::sought(ImportKey::Identity(key)).is_ok()
        };
        let root = |id: &str| {
            let (region, instance_id) = (none(), id.to_owned());
            let key = RootUserIdentity { account_id: none(), region, instance_id };
            RootUserIdentity::sought(ImportKey::Identity(key)).is_ok()
        };
        let inside = |id: &str, name: &str| {
            let owned = || (id.to_owned(), name.to_owned());
            let (account_id, region, host) = (none(), none(), none());
            let (instance_id, name) = owned();
            let key = UserIdentity { account_id, region, instance_id, name, host };
            let user = UserIdentity::sought(ImportKey::Identity(key));
            let (instance_id, name) = owned();
            let key = DatabaseIdentity { account_id: none(), region: none(), instance_id, name };
            let database = DatabaseIdentity::sought(ImportKey::Identity(key));
            if let Ok((_, user, _)) = &user {
                assert_eq!(user.host, "%");
            }
            (user.is_ok(), database.is_ok())
        };

        assert!(object(ID) && root(ID));
        assert!(!object("no ID") && !root("no ID"));
        assert_eq!(inside(ID, "app"), (true, true));
        for (id, name) in [("no ID", "app"), (ID, ""), (ID, "a/b")] {
            assert_eq!(inside(id, name), (false, false), "{id} {name}");
        }
        let error = check_name("a/b").unwrap_err().to_string();
        assert!(error.contains("Invalid import identity") && error.contains("a/b"), "{error}");
    }
}
