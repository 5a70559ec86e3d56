//! What is said of regions and accounts.

use clouddb::Client;
use tfplug::schema::{Attribute, Validator, string};
use tfplug::{Context, Diagnostic, Diagnostics};

use super::api::api;

/// The attribute `region` of a resource; `default` says what it is where it is left out.
pub(crate) fn attribute(kind: &str, default: &str) -> Attribute {
    argument(&format!(
        "Region of the {kind}, such as `DFW`, in any case. {default} An object that exists stays where it is, whatever the region of the provider becomes. Changing it replaces the {kind}."
    ))
    .use_state_for_unknown()
    .generated()
}

/// The argument `region` of a data source.
pub(crate) fn argument(description: &str) -> Attribute {
    string().optional().computed().validator(Validator::length(1..=64)).describe(description)
}

/// Where an import has looked: `in the regions DFW and ORD of account 123456`.
pub(crate) async fn searched(cx: &Context<Client>) -> String {
    searched_by(&api(cx)).await
}

/// Where this client has looked.
pub(crate) async fn searched_by(client: &Client) -> String {
    let account = match client.account().await {
        Ok(Some(account)) => format!("account {account}"),
        _ => "this account".to_owned(),
    };
    let regions = client.regions().await.unwrap_or_default();
    match (regions.as_slice(), client.endpoint()) {
        ([], Some(endpoint)) => format!("in {account} at {endpoint}"),
        ([], None) => format!("in {account}"),
        ([only], _) => format!("in region {only} of {account}"),
        (all, _) => format!("in the regions {} of {account}", all.join(", ")),
    }
}

pub(super) fn other_account(shown: &str, was: &str, is: &str) -> Diagnostics {
    Diagnostic::error("Object of another account")
        .detail(format!(
            "The provider is logged in to account {is}, and {shown} belongs to account {was}. Nothing was changed, and the state stays as it is.\n\n\
             Use the login of account {was}, or give the objects of that account a provider block of their own, with an `alias`. If Terraform is to forget the object and leave it where it is, run `terraform state rm ADDRESS`."
        ))
        .into()
}

/// An import asks for an object of another account than that of the login; nobody may know which one that
/// is.
pub(super) fn asked_account(doing: &str, asked: &str, is: Option<&str>) -> Diagnostics {
    let is = match is {
        Some(is) => format!("The provider is logged in to account {is}"),
        None => "Nothing tells the account that the provider is logged in to".to_owned(),
    };
    Diagnostic::error(doing)
        .detail(format!(
            "{is}, and `identity` asks for account {asked}. Use the login of account {asked}, or give the `import` block the provider of that account with `provider`. Left out, `account_id` is that of the login."
        ))
        .into()
}

/// An import asks for an object in another region than the one that it is in.
pub(super) fn asked_region(doing: &str, asked: &str, has: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(format!(
            "`identity` asks for region {asked}, and what has this ID is in region {has}. Check that it is the one that is meant; then write `region = \"{has}\"` there, or leave `region` out."
        ))
        .into()
}

/// There is no way into a region: that of an object, `shown`, or one that is configured.
pub(super) fn unknown_region(
    doing: &str,
    shown: Option<&str>,
    region: &str,
    known: &[String],
    endpoint: Option<String>,
) -> Diagnostic {
    let lives = shown.map(|it| format!("The region of {it} is {region}. ")).unwrap_or_default();
    let known = if known.is_empty() { "no region at all".to_owned() } else { known.join(", ") };
    let detail = match (endpoint, shown) {
        (Some(endpoint), _) => format!(
            "{lives}The provider reaches one region only, through `endpoint` ({endpoint}), and its name is not \"{region}\". If it leads to that region, say so with `region = \"{region}\"` in the provider block or RAX_REGION; if not, remove `endpoint` (RAX_DB_ENDPOINT). Nothing was changed."
        ),
        (None, Some(_)) => format!(
            "{lives}The account has no Cloud Databases in it any more, only in: {known}. Nothing was changed, and the state stays as it is. Ask Rackspace what became of the region; if the object is gone with it, run `terraform state rm ADDRESS`."
        ),
        (None, None) => format!(
            "The account has no Cloud Databases in region \"{region}\", only in: {known}. Write one of these."
        ),
    };
    let summary = if shown.is_some() { doing } else { "Unknown region" };
    Diagnostic::error(summary).detail(detail)
}

/// What was seen through one address is not found through another.
pub(super) fn another_door(
    doing: &str,
    shown: &str,
    was: Option<&str>,
    is: Option<&str>,
) -> Diagnostics {
    let through = |endpoint: Option<&str>| match endpoint {
        Some(endpoint) => format!("`endpoint` {endpoint}"),
        None => "the service catalog".to_owned(),
    };
    Diagnostic::error(doing)
        .detail(format!(
            "It was last seen through {}, and it is not found through {}. That does not prove that it is gone: nothing was changed, and the state stays as it is.\n\n\
             Let the provider reach it as before. If {shown} is gone, run `terraform state rm ADDRESS`.",
            through(was),
            through(is)
        ))
        .into()
}

/// What was moved here from another provider may live in another cloud.
pub(super) fn never_seen(doing: &str, shown: &str, searched: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(format!(
            "It was managed by another provider so far, and there is no {shown} {searched}. That does not prove that it is gone: nothing was changed, and the state stays as it is.\n\n\
             Use the login of the account that has it. If it lives in another cloud, take the `moved` block out again and leave it to its provider; if it is gone, run `terraform state rm ADDRESS`."
        ))
        .into()
}

/// Terraform withholds what it knows of a tainted object that is replaced: its account too.
pub(super) fn unknown_account(doing: &str, shown: &str, searched: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(format!(
            "There is no {shown} {searched}, and of an object that is marked as tainted Terraform does not tell the provider whether it is of that account. Nothing was changed. Plan again without `-refresh=false`: that finds out."
        ))
        .into()
}

/// The object lives elsewhere than the provider points to; `then` says what becomes of it.
pub(super) fn elsewhere(shown: &str, lives: &str, points: &str, then: &str) -> Diagnostic {
    Diagnostic::warning("Object outside the region of the provider")
        .detail(format!("The provider points to {points}, and {shown} lives in {lives}. {then}"))
        .attribute("region")
}

/// A new object is to be in another region than the instance or the group that it belongs to.
pub(super) fn apart(shown: &str, of: &str, wants: &str, has: &str) -> Diagnostics {
    Diagnostic::error(format!("Another region than that of the {of}"))
        .detail(format!(
            "The region of {shown} is to be {wants}, and its {of} is in {has}. Write `region = \"{has}\"`, or leave `region` out: it is then that of the {of}."
        ))
        .attribute("region")
        .into()
}
