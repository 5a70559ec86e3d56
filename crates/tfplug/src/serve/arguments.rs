//! What a person may ask of the program. A host gives no arguments.

use std::ffi::OsString;

use super::options::Options;

/// What the process is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Serve the host that has started it.
    Serve,
    /// Serve whoever attaches.
    Debug,
    /// Say its version.
    Version,
    /// Say what it is.
    Help,
}

impl Order {
    /// The first order among the arguments, with one dash as Go programs take them, or two.
    pub(super) fn of(arguments: impl Iterator<Item = OsString>) -> Self {
        let orders = arguments.filter_map(|argument| {
            match argument
                .to_str()?
                .strip_prefix('-')
                .map(|it| it.strip_prefix('-').unwrap_or(it))?
            {
                "debug" => Some(Self::Debug),
                "version" | "V" => Some(Self::Version),
                "help" | "h" => Some(Self::Help),
                _ => None,
            }
        });
        { orders }.next().unwrap_or(Self::Serve)
    }
}

/// The name of the program and its version.
pub(super) fn version(options: &Options) -> String {
    format!("{} {}\n", program(options), options.version)
}

/// What the program is, what it takes, and where its pages are.
pub(super) fn help(options: &Options) -> String {
    format!(
        "{}\n\
         This is a Terraform provider. Terraform and OpenTofu start it when a configuration needs it.\n\n\
         \t--debug    serve whoever attaches, for a debugger\n\
         \t--version  print the version\n\
         \t--help     print this\n\n\
         Documentation: {}\n",
        version(options),
        pages(options)
    )
}

fn program(options: &Options) -> String {
    let name = options.provider_address.rsplit('/').next().unwrap_or_default();
    format!("terraform-provider-{name}")
}

/// Where a registry shows the documentation of this version.
fn pages(options: &Options) -> String {
    let (host, name) = options.provider_address.split_once('/').unwrap_or_default();
    format!("https://{host}/providers/{name}/{}/docs", options.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(arguments: &[&str]) -> Order {
        Order::of(arguments.iter().map(OsString::from))
    }

    #[test]
    fn an_order_has_one_dash_or_two() {
        assert_eq!(order(&["-debug"]), Order::Debug);
        assert_eq!(order(&["--debug"]), Order::Debug);
        assert_eq!(order(&["--version"]), Order::Version);
        assert_eq!(order(&["-h"]), Order::Help);
    }

    #[test]
    fn everything_else_is_left_to_the_host() {
        assert_eq!(order(&[]), Order::Serve);
        assert_eq!(order(&["debug", "---help", "--port=1"]), Order::Serve);
    }

    #[test]
    fn a_person_is_told_the_version_and_where_the_pages_are() {
        let options = Options {
            provider_address: "registry.terraform.io/rackspace/rackspace".to_owned(),
            version: "1.2.3".to_owned(),
        };

        assert_eq!(version(&options), "terraform-provider-rackspace 1.2.3\n");
        let text = help(&options);
        let pages = "https://registry.terraform.io/providers/rackspace/rackspace/1.2.3/docs";
        assert!(text.contains(pages), "{text}");
    }
}
