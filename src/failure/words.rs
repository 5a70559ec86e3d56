//! What to do about a refusal whose words are known: the API says more by them than by the status.
//!
//! The words are those of the service's own documentation and of the servers that were asked. A word
//! that is not here leads to the advice of its status, so a server that speaks otherwise loses nothing.

use clouddb::Refusal;

/// A part of the API's words in lower case, and what to do.
const KNOWN: &[(&str, &str)] = &[
    (
        "detach replicas before deleting",
        "It was not deleted: it has replicas. Detach them first (remove `replica_of` or `upgrade_of` from each of them and apply) or destroy them, then destroy this one. `terraform plan` names them, and so does the data source rackspace_db_instance in `replicas`.",
    ),
    (
        "replica of a replica",
        "Nothing was created: `replica_of` names an instance that is a replica itself. Give the ID of its source, or of another instance that is no replica.",
    ),
    (
        "cannot be upgraded",
        "Nothing was created: only an instance that is neither a source nor a replica can be upgraded. `terraform plan` names its replicas. If one of them is this upgrade already, import it.",
    ),
    (
        "cannot specify flavor when creating replicas",
        "Nothing was created: this server gives a replica the flavor and the volume of its source, and takes none in the request. Report this to the developers of the provider.",
    ),
    (
        "is not a replica",
        "Nothing was changed: the instance is no replica any more. Run `terraform plan`, which shows what is left to do.",
    ),
    (
        "backup is too large",
        "Nothing was created: the backup does not fit. Write a larger `volume_size`, or a larger `flavor`, and apply again.",
    ),
    (
        "is not completed",
        "Nothing was created: the backup that is to be restored is still being made, or has failed. The data source rackspace_db_backup shows its status; apply again when it is COMPLETED.",
    ),
    (
        "backup was taken, ",
        "Nothing was created: a backup is restored only with the datastore that it was taken from. Leave `datastore` out, or make it that of the backup.",
    ),
    (
        "was not found in the object storage",
        "Nothing was created: the backup is listed, but its file in Cloud Files is gone. Restore another backup.",
    ),
    (
        "does not match original checksum",
        "Nothing was created: the file of the backup has been changed in Cloud Files. Restore another backup.",
    ),
    (
        "datastore version on configuration",
        "Nothing was changed: the configuration group is made for another datastore version. Give `configuration_id` of one that is made for this version.",
    ),
    (
        "already has a configuration group",
        "Nothing was changed: another group was attached meanwhile. Run `terraform plan`, which shows it, and apply again.",
    ),
    (
        "already has an active schedule",
        "Nothing was created: an instance or an HA group can have only one backup schedule. `terraform plan` names it, with the line that imports it, if the user may list schedules.",
    ),
    (
        "configuration group",
        "Nothing was changed: `configuration_id` names no group of this account and region, or one that cannot be used here. Check the ID and `region`.",
    ),
    (
        "datastore",
        "Nothing was created: the service does not offer this. The data source rackspace_db_datastores lists the types and their versions; compare the letters' case too.",
    ),
    (
        "new volume 'size' must be larger",
        "Nothing was changed: the volume is at least as large already, because somebody has enlarged it. Run `terraform plan`, which shows its size.",
    ),
    (
        "volume 'size' cannot exceed",
        "Nothing was created or changed: the volume is larger than the service allows. Write a `volume_size` up to the maximum that it names.",
    ),
    (
        "new flavor id must be different",
        "Nothing was changed: the instance has this flavor already. Run `terraform plan`, which shows it.",
    ),
    (
        "no change was requested in the size",
        "Nothing was changed: the instance has a flavor of this size already. Run `terraform plan`, which shows it.",
    ),
    (
        "quota exceeded",
        "Nothing was created or changed: the account is at a limit, and waiting does not lift it. Delete what is not needed, or ask Rackspace to raise the quota; then apply again.",
    ),
    (
        "instance status is currently",
        "This call changed nothing, because another operation is still running on the instance. Apply again when that has ended.",
    ),
    (
        "cannot be deleted because it is running",
        "It was not deleted: the backup is still being made. Destroy again when it is complete.",
    ),
    (
        "already exists",
        "This call changed nothing: the name is taken. Choose another one, or, if another object of this configuration gives it up in the same run, apply that first.",
    ),
    (
        "timeout trying to connect to the guest agent",
        "The service could not reach the instance, and the change may have happened all the same. Run `terraform plan` and apply again.",
    ),
    (
        "user with tenant id",
        "This call changed nothing: the account number is not the login's. Check `account_id` (RAX_ACCOUNT_ID) and `endpoint`, if they are set.",
    ),
    (
        "swift account not accessible",
        "This call changed nothing. The login worked, but backups are kept in Cloud Files, and the user has no access to it: ask the account's administrator for access to Cloud Files as well as to Cloud Databases.",
    ),
    ("requires authentication", TOKEN),
    ("could not verify that you are authorized", TOKEN),
    ("token unauthorized", TOKEN),
];

/// Where a new login made no difference.
const TOKEN: &str = "This call changed nothing: the API does not accept the token. If the provider was given a ready `token`, it has expired or belongs to another account: set a new one. Otherwise a new login made no difference: check `endpoint` and `account_id`, if they are set, and ask the account's administrator for a role for Cloud Databases.";

/// What to do about a refusal in these words, if they are known.
pub(super) fn advice(refusal: &Refusal) -> Option<&'static str> {
    // What another status means by the same words is not known.
    if !matches!(refusal.status, 400 | 401 | 403 | 404 | 409 | 413 | 422) {
        return None;
    }
    let said = refusal.message.to_lowercase();
    KNOWN.iter().find(|(words, _)| said.contains(words)).map(|(_, advice)| *advice)
}
