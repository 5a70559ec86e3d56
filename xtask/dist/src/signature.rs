//! The signature of the checksums, by `GnuPG`.
//!
//! The registries take a detached one in binary form
//! (<https://developer.hashicorp.com/terraform/registry/providers/publishing#preparing-and-adding-a-signing-key>).

use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::{Result, process};

/// A key in a keyring of `GnuPG`.
#[derive(Debug)]
pub(crate) struct Key {
    name: String,
    /// The folder of the keyring, if it is not the user's own.
    home: Option<PathBuf>,
}

impl Key {
    /// A key of the user: a fingerprint, an ID or an address.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), home: None }
    }

    /// Whether there is a `gpg` on this machine.
    pub(crate) fn can_be_made() -> bool {
        Command::new("gpg").arg("--version").output().is_ok_and(|output| output.status.success())
    }

    /// Makes an RSA key without a passphrase in a keyring of its own, for a test.
    pub(crate) fn throwaway(home: &Path) -> Result<Self> {
        create_private(home)?;
        let key = Self { name: "release@example.invalid".to_owned(), home: Some(home.to_owned()) };
        let mut gpg = key.gpg();
        gpg.args(["--passphrase", "", "--quick-generate-key", &key.name, "rsa3072", "sign", "1d"]);
        process::answer(&mut gpg)?;
        Ok(key)
    }

    /// Signs a file; returns the signature in binary form.
    pub(crate) fn sign(&self, path: &Path) -> Result<Vec<u8>> {
        self.run(&["--local-user", &self.name, "--detach-sign", "--output", "-"], Some(path))
    }

    /// The same in the form for mail, which registries refuse.
    pub(crate) fn sign_armored(&self, path: &Path) -> Result<Vec<u8>> {
        let arguments = ["--local-user", &self.name, "--armor", "--detach-sign", "--output", "-"];
        self.run(&arguments, Some(path))
    }

    /// The public key, as the registries are told it.
    pub(crate) fn public(&self) -> Result<String> {
        Ok(String::from_utf8(self.run(&["--armor", "--export", &self.name], None)?)?)
    }

    /// The ID of the key, in hexadecimal digits.
    pub(crate) fn id(&self) -> Result<String> {
        let listed = self.run(&["--with-colons", "--list-keys", &self.name], None)?;
        let listed = String::from_utf8(listed)?;
        let public = listed.lines().find(|line| line.starts_with("pub:"));
        let id = public.and_then(|line| line.split(':').nth(4));
        id.map(str::to_owned).ok_or_else(|| format!("gpg lists no key {}", self.name).into())
    }

    fn run(&self, arguments: &[&str], path: Option<&Path>) -> Result<Vec<u8>> {
        let mut gpg = self.gpg();
        gpg.args(arguments).args(path);
        let output = gpg.output().map_err(|error| process::not_started(&gpg, &error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(format!("`{}` failed: {said}", process::line(&gpg)).into())
    }

    /// `gpg`, which never asks.
    fn gpg(&self) -> Command {
        let mut gpg = Command::new("gpg");
        gpg.args(["--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback"]);
        if let Some(home) = &self.home {
            gpg.arg("--homedir").arg(home);
        }
        gpg
    }
}

/// Makes a folder that only this user may enter: gpg wants no other.
fn create_private(folder: &Path) -> Result {
    std::fs::create_dir(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}
