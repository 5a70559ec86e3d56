//! One flavor: by its ID, name or RAM, or the smallest that has enough RAM.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Validator, integer, string};
use tfplug::value::Attr;
use tfplug::{Context, DataSource, Diagnostic, Diagnostics, Result};

use crate::flavor::{self, Meant};
use crate::ways::{Way, not_one_of};
use crate::{failure, place};

/// The data source `rackspace_db_flavor`.
pub(crate) struct Flavor;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    id: Option<String>,
    name: Option<String>,
    ram: Option<u64>,
    min_ram: Option<u64>,
}

impl Model {
    fn fits(&self, flavor: &clouddb::Flavor) -> bool {
        self.id.as_ref().is_some_and(|id| *id == flavor.id)
            || self.name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&flavor.name))
            || self.ram == Some(flavor.ram)
            || self.min_ram.is_some_and(|min| flavor.ram >= min)
    }
}

/// The four ways to ask, of which exactly one must be used.
#[derive(Deserialize)]
pub(crate) struct Config {
    id: Attr<String>,
    name: Attr<String>,
    ram: Attr<u64>,
    min_ram: Attr<u64>,
}

impl DataSource for Flavor {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_flavor";

    fn schema(&self) -> Schema {
        Schema::new("Finds one flavor by exactly one of `id`, `name`, `ram` and `min_ram`.")
            .attribute("region", place::argument("Region to look in, such as `DFW`, in any case. Left out, that of the provider."))
            .attribute(
                "id",
                string()
                    .optional()
                    .computed()
                    .validator(Validator::length(1..=255))
                    .describe("ID of the flavor."),
            )
            .attribute(
                "name",
                string()
                    .optional()
                    .computed()
                    .validator(Validator::length(1..=255))
                    .describe("Name of the flavor, such as `2GB Instance`."),
            )
            .attribute(
                "ram",
                integer()
                    .optional()
                    .computed()
                    .validator(Validator::at_least(1))
                    .describe("RAM of the flavor in MB."),
            )
            .attribute(
                "min_ram",
                integer()
                    .optional()
                    .validator(Validator::at_least(0))
                    .describe("Finds the smallest flavor with at least this much RAM, in MB."),
            )
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        let ways = [
            Way::from(&config.id),
            Way::from(&config.name),
            Way::from(&config.ram),
            Way::from(&config.min_ram),
        ];
        if let Some(given) = not_one_of(&ways) {
            diagnostics.push(Diagnostic::error("Exactly one way to find a flavor").detail(
                format!("{given} of `id`, `name`, `ram` and `min_ram` are set. Set exactly one."),
            ));
        }
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = "Unable to list the flavors";
        let (api, region) = place::asked(cx, doing, config.region.as_deref()).await?;
        let mut flavors =
            api.flavors().list().await.map_err(|error| failure::report(doing, &error))?;
        failure::warn_of_unreadable(cx, "flavors", &flavors.unreadable);
        flavor::sort(&mut flavors);
        let fitting: Vec<clouddb::Flavor> =
            flavors.iter().filter(|it| config.fits(it)).cloned().collect();
        let spelling = config.name.clone().or(config.ram.map(|ram| ram.to_string()));
        let found = match &spelling {
            Some(spelling) => flavor::find(&fitting, spelling, None),
            None => fitting.first().map(|flavor| Meant { flavor, others: Vec::new() }),
        };
        let meant = found.ok_or_else(|| {
            Diagnostic::error("No such flavor").detail(format!(
                "No flavor fits. These exist (ID, name, RAM):\n\n{}",
                flavor::choices(&flavors)
            ))
        })?;
        if let Some(doubt) = spelling.and_then(|spelling| flavor::doubt(&spelling, &meant)) {
            cx.warn(Diagnostic::warning("Several flavors fit").detail(doubt));
        }
        let found = meant.flavor;
        Ok(Model {
            region,
            id: Some(found.id.clone()),
            // The spelling of the configuration stays, as Terraform demands.
            name: config.name.or_else(|| Some(found.name.clone())),
            ram: Some(found.ram),
            min_ram: config.min_ram,
        })
    }
}
