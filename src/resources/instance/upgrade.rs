//! The making of an instance that upgrades another: `upgrade_of`.
//!
//! The service makes it with the size of the old one and a name of its own choice, so its name is given to
//! it once it is there.

use clouddb::{Client, DatastoreRef, Error, NewUpgrade};
use tfplug::{Context, Diagnostic, Diagnostics, Result};

use super::model::Instance;
use crate::{datastore, failure};

/// Sends the upgrade. What is returned is what was planned, with what only the reply tells.
pub(super) async fn create(
    cx: &Context<Client>,
    api: &Client,
    doing: &str,
    source: &str,
    plan: Instance,
) -> Result<Instance> {
    let failed = |error: Error| unmade(doing, &error);
    let name = api.instances().get(source).await.map_err(failed)?.map(|found| found.name);
    let name = name.ok_or_else(|| {
        failed(Error::Invalid(format!("There is no instance with the ID {source} to upgrade")))
    })?;
    let missing = "An upgrade needs `datastore` with `type` and `version`";
    let missing = || failed(Error::Invalid(missing.to_owned()));
    let wanted = plan.datastore.as_ref().and_then(datastore::Datastore::reference);
    let wanted = datastore::by_name(api, wanted.ok_or_else(missing)?).await;
    let DatastoreRef { kind, version: Some(version) } = wanted else { return Err(missing()) };
    let new =
        NewUpgrade { source: source.to_owned(), name: NewUpgrade::name_of(&name), kind, version };
    let made = api.instances().upgrade(&new).await.map_err(failed)?;
    if let Some(lost) = &made.found_after {
        cx.warn(failure::found("instance", &made.object.name, &made.object.id, lost));
    }
    Ok(Instance {
        name: plan.name.clone(),
        flavor: plan.flavor.clone(),
        flavor_id: plan.flavor_id.clone(),
        flavor_ram: plan.flavor_ram,
        volume_size: plan.volume_size,
        ..plan.absorb(made.object)
    })
}

/// One that may have been made is not found by the name that it is to have.
fn unmade(doing: &str, error: &Error) -> Diagnostics {
    let advice = "Nothing was sent again, because a second instance would cost money. The request may still take effect: look again in some minutes. `terraform plan` names the upgrade that the old instance has by then, with the line for `terraform import`; when it names none, apply again.";
    match error {
        Error::InDoubt { .. } => failure::report_advised(doing.to_owned(), error, advice),
        error => failure::report(doing, error),
    }
}

/// Waits until the new one and the old one can be verified, and gives the new one its name.
pub(super) async fn settle(
    cx: &Context<Client>,
    api: &Client,
    doing: &str,
    source: &str,
    made: &Instance,
) -> Result<()> {
    let id = made.id()?;
    let instances = api.instances();
    let built = instances.wait_until_upgraded(id).await;
    let built = built.map_err(|error| failure::report(doing, &error))?;
    if built.name != made.name {
        let renamed = instances.rename(id, &made.name).await;
        renamed.map_err(|error| unnamed(made, &built.name, &error))?;
    }
    // The new one is good, whatever has become of the old one.
    if let Err(error) = instances.wait_until_upgraded(source).await {
        let doing = format!("Instance {source}, which was upgraded, is not ready");
        cx.warn(failure::warning(doing, &error, "The upgrade itself is ready to be verified. `terraform plan` shows how the old instance is."));
    }
    same_size(made, &built)
}

fn unnamed(made: &Instance, name: &str, error: &Error) -> Diagnostics {
    let doing = format!("Unable to name the upgrade \"{}\"", made.name);
    let advice = format!(
        "The upgrade is there and has the name \"{name}\". To go on with that, write it as `name`, run terraform untaint for the instance, and change the name when `upgrade_of` is removed."
    );
    failure::report_advised(doing, error, &advice)
}

/// Since version 3.16.0 of the service an upgrade may get more than its source has.
fn same_size(made: &Instance, built: &clouddb::Instance) -> Result<()> {
    let same_flavor = made.flavor_id.as_ref().is_none_or(|it| *it == built.flavor.id);
    if same_flavor && made.volume_size == built.volume.size {
        return Ok(());
    }
    Err(Diagnostic::error("The upgrade has another size than its source")
        .detail(format!(
            "The service has given it the flavor {} and a volume of {} GB, as the new version needs it or as its source has become meanwhile. Nothing else is wrong with it. Write `flavor = \"{}\"` and `volume_size = {}`, and run terraform untaint for the instance.",
            built.flavor.id, built.volume.size, built.flavor.id, built.volume.size
        ))
        .attribute(if same_flavor { "volume_size" } else { "flavor" })
        .into())
}
