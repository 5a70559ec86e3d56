//! A stranger's first hour: the provider installed from a registry, and a life with it.

use std::path::Path;

use clouddb_sim::{Options, Simulator};
use testkit::sandbox::{Installation, Sandbox};
use testkit::terraform::{Cli, Run};
use testkit::{Result, login};

use super::registry::{Offer, Registry};
use crate::signature::Key;

/// The tool installs the release and makes, plans and destroys an object with it.
pub(super) fn works(cli: &Cli, folder: &Path, key: &Key) -> Result {
    let cloud = Simulator::start(Options::default())?;
    let stranger = Stranger::new(cli, offer(folder, key)?)?;
    let mut sandbox = stranger.sandbox;
    sandbox.set_all(login::environment(&cloud));
    sandbox.set("RAX_DB_POLL_INTERVAL", "2ms");
    for (arguments, code) in [
        (&["init", "-no-color", "-input=false"][..], 0),
        (&["apply", "-no-color", "-input=false", "-auto-approve"], 0),
        (&["plan", "-no-color", "-input=false", "-detailed-exitcode"], 0),
        (&["destroy", "-no-color", "-input=false", "-auto-approve"], 0),
    ] {
        let run = sandbox.run(arguments)?;
        if run.code != Some(code) {
            return Err(
                format!("`{} {}` failed:\n{}", cli.name(), arguments.join(" "), run.text).into()
            );
        }
    }
    println!("[ok] {} installs the release, applies, plans and destroys with it", cli.name());
    sandbox.remove()
}

/// A release as its maker offers it.
pub(super) fn offer(folder: &Path, key: &Key) -> Result<Offer> {
    let key = Some((key.id()?, key.public()?));
    Ok(Offer { folder: folder.to_owned(), key, protocol: "6.0" })
}

/// Somebody who has nothing but the tool and the address of a registry.
#[derive(Debug)]
pub(super) struct Stranger {
    sandbox: Sandbox,
    _registry: Registry,
}

impl Stranger {
    /// A new working directory, whose configuration names that registry.
    pub(super) fn new(cli: &Cli, offer: Offer) -> Result<Self> {
        let mut sandbox = Sandbox::new(cli.clone(), Installation::Registry)?;
        let authority = sandbox.root().join("authority.pem");
        let registry = Registry::start(offer, &authority)?;
        sandbox.set("SSL_CERT_FILE", &authority.to_string_lossy());
        let source = registry.source();
        sandbox.write(
            "main.tf",
            &format!(
                r#"
terraform {{
  required_providers {{
    rackspace = {{ source = "{source}" }}
  }}
}}

resource "rackspace_db_instance" "main" {{
  name        = "web"
  flavor      = 2
  volume_size = 10
}}
"#
            ),
        )?;
        Ok(Self { sandbox, _registry: registry })
    }

    /// Installs the provider.
    pub(super) fn init(&self) -> Result<Run> {
        self.sandbox.run(&["init", "-no-color", "-input=false"])
    }

    /// Asks the provider for its schema: the first thing that starts it.
    pub(super) fn validate(&self) -> Result<Run> {
        self.sandbox.run(&["validate", "-no-color"])
    }
}
