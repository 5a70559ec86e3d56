//! A release in the making: the folder with its files.

use std::path::PathBuf;

use testkit::{Result, project, provider};

use crate::platform::{PLATFORMS, Platform};
use crate::signature::Key;
use crate::{archive, bill, licences, sums};

/// The file beside the sources that says which protocol the provider speaks.
const MANIFEST: &str = "terraform-registry-manifest.json";

/// The folder with the files of a release, and what is in it.
#[derive(Debug)]
pub(crate) struct Release {
    folder: PathBuf,
    names: Vec<String>,
}

impl Release {
    /// Begins in an empty folder; what an earlier run has left there goes.
    pub(crate) fn begin(folder: PathBuf) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, names: Vec::new() })
    }

    /// Takes the zips that stand in a folder.
    pub(crate) fn of_zips(folder: PathBuf) -> Self {
        let names = PLATFORMS.iter().map(|platform| archive::name(platform.name));
        let names: Vec<String> = names.filter(|name| folder.join(name).is_file()).collect();
        println!("Found {}.", names.join(", "));
        Self { folder, names }
    }

    /// Packs the program of a platform.
    pub(crate) fn add(
        &mut self,
        platform: &Platform,
        target: &str,
        program: &std::path::Path,
    ) -> Result {
        let name = archive::name(platform.name);
        let path = self.folder.join(&name);
        let licences = licences::text(target)?;
        archive::pack(&path, platform.name, program, &licences, archive::PROGRAM_MODE)?;
        let size = |path: &std::path::Path| std::fs::metadata(path).map(|it| it.len());
        println!("Packed {name}: {} bytes, the program {}.", size(&path)?, size(program)?);
        self.names.push(name);
        Ok(())
    }

    /// Adds the manifest, the checksums and, with a key, their signature.
    pub(crate) fn finish(mut self, key: Option<&Key>) -> Result {
        if self.names.is_empty() {
            return Err("there is no zip to release".into());
        }
        let manifest = manifest_name();
        std::fs::copy(project::root().join(MANIFEST), self.folder.join(&manifest))?;
        self.names.push(manifest);
        self.names.extend(bill::write(&self.folder)?);
        let sums = self.folder.join(sums::name());
        std::fs::write(&sums, sums::text(&self.folder, &self.names)?)?;
        match key {
            Some(key) => {
                let signature = self.folder.join(format!("{}.sig", sums::name()));
                std::fs::write(&signature, key.sign(&sums)?)?;
                println!("Signed {}.", sums::name());
            }
            None => println!("Not signed: no --key was named. The registries want a signature."),
        }
        println!("The release is in {}.", self.folder.display());
        Ok(())
    }
}

/// The name that the registries look for.
pub(crate) fn manifest_name() -> String {
    format!("{}_{}_manifest.json", provider::PROGRAM, provider::VERSION)
}
