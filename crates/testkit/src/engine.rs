//! What carries the databases of the instances in tests with the real Terraform.
//!
//! `CLOUDDB_SIM_ENGINE=mariadb cargo test --test acceptance` puts a database server behind each of them:
//! what the provider is told is then what such a server holds.

use clouddb_sim::{Engine, MariaDb, Options};

/// The name of the variable that says it.
const VARIABLE: &str = "CLOUDDB_SIM_ENGINE";

/// These options, with the engine that the environment asks for.
pub(crate) fn chosen(options: Options) -> Result<Options, String> {
    Ok(match named(std::env::var(VARIABLE).ok().as_deref())? {
        Some(engine) => Options { engine, ..options },
        None => options,
    })
}

fn named(name: Option<&str>) -> Result<Option<Engine>, String> {
    match name {
        None | Some("" | "memory") => Ok(None),
        Some("mariadb") => Ok(Some(Engine::MariaDb(MariaDb::default()))),
        Some(other) => Err(format!("{VARIABLE} is \"{other}\"; it can be memory or mariadb")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_carries_them_unless_a_server_is_asked_for() {
        assert_eq!(named(None), Ok(None));
        assert_eq!(named(Some("mariadb")), Ok(Some(Engine::MariaDb(MariaDb::default()))));
        assert!(named(Some("mysql")).unwrap_err().contains("memory or mariadb"));
    }
}
