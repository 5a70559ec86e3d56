//! The certificates of this machine, where the environment says that they are others.
//!
//! `SSL_CERT_FILE` and `SSL_CERT_DIR` are read by what checks the certificates of servers, on systems
//! that keep theirs in files. It passes over a file that is not there without a word, and takes an empty
//! variable for a file.

use std::path::{Path, PathBuf};

use crate::value::error::Error;

/// Which certificates are to be trusted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trusted {
    /// Those that the environment or the system names.
    Usual,
    /// Those of the system, although the environment names a file that has no name.
    Systems,
}

/// What an environment says of certificates.
pub(crate) fn trusted(get: impl Fn(&str) -> Option<PathBuf>) -> Result<Trusted, Error> {
    if cfg!(any(windows, target_vendor = "apple")) {
        return Ok(Trusted::Usual);
    }
    let given = |name| get(name).filter(|path| !path.as_os_str().is_empty());
    let (file, folders) = (given("SSL_CERT_FILE"), given("SSL_CERT_DIR"));
    if let Some(file) = file {
        std::fs::read(&file).map_err(|error| unreadable("SSL_CERT_FILE", &file, &error))?;
        return Ok(Trusted::Usual);
    }
    if let Some(folders) = folders {
        let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
        for folder in &folders {
            match std::fs::read_dir(folder) {
                Err(error) if folders.len() == 1 => {
                    return Err(unreadable("SSL_CERT_DIR", folder, &error));
                }
                _ => {}
            }
        }
        return Ok(Trusted::Usual);
    }
    Ok(if get("SSL_CERT_FILE").is_some() { Trusted::Systems } else { Trusted::Usual })
}

fn unreadable(variable: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::Invalid(format!(
        "the environment variable {variable} names the certificates in {}, which cannot be read: {error}",
        path.display()
    ))
}

/// The certificates that the system keeps in files.
#[cfg(all(unix, not(target_vendor = "apple")))]
pub(crate) fn of_system() -> Vec<reqwest::Certificate> {
    let places = openssl_probe::probe();
    let folder = places.cert_dir.first().filter(|_| places.cert_file.is_none());
    let found = rustls_native_certs::load_certs_from_paths(
        places.cert_file.as_deref(),
        folder.map(PathBuf::as_path),
    );
    let usable = |it: &rustls::pki_types::CertificateDer<'static>| {
        rustls::RootCertStore::empty().add(it.clone()).is_ok()
    };
    let certificates = found.certs.into_iter().filter(usable);
    certificates.filter_map(|it| reqwest::Certificate::from_der(&it).ok()).collect()
}

/// Elsewhere nobody asks for them.
#[cfg(not(all(unix, not(target_vendor = "apple"))))]
pub(crate) fn of_system() -> Vec<reqwest::Certificate> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(variables: &[(&str, &str)]) -> Result<Trusted, Error> {
        trusted(|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            Some(PathBuf::from(value))
        })
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        assert_eq!(told(&[]).unwrap(), Trusted::Usual);
        assert_eq!(told(&[("SSL_CERT_DIR", "")]).unwrap(), Trusted::Usual);
        assert_eq!(told(&[("SSL_CERT_FILE", "")]).unwrap(), Trusted::Systems);
        assert_eq!(
            told(&[("SSL_CERT_FILE", ""), ("SSL_CERT_DIR", env!("CARGO_MANIFEST_DIR"))]).unwrap(),
            Trusted::Usual
        );
    }

    #[test]
    fn certificates_that_are_not_there_are_named() {
        for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
            let error = told(&[(variable, "/no/such/place")]).unwrap_err().to_string();

            assert!(error.contains(variable) && error.contains("/no/such/place"), "{error}");
        }
    }
}
