//! What other providers of managed databases send when nothing has changed.
//!
//! Read from their source code: for one instance with N databases and M users, how many requests a
//! refresh sends. Lists are counted in pages of twenty, the most that Cloud Databases and Trove give.

/// Items on a page of databases or users.
const PAGE: u64 = 20;

/// Another provider.
pub(super) struct Peer {
    /// Name on the Registry.
    pub(super) name: &'static str,
    /// Requests of a refresh of one instance with N databases and M users.
    pub(super) requests: fn(u64, u64) -> u64,
    /// The formula as text.
    pub(super) formula: &'static str,
    /// Whether it has a line in the plots, where lines that coincide would hide each other.
    pub(super) is_drawn: bool,
}

/// The providers that manage databases or users below an instance.
pub(super) const PEERS: [Peer; 8] = [
    Peer {
        name: "terraform-provider-openstack/openstack",
        requests: |n, m| 1 + n + m,
        formula: "1 + N + M, and reads only the first page",
        is_drawn: true,
    },
    Peer {
        name: "the same, if it read every page",
        requests: |n, m| 1 + n * pages(n) + m * pages(m),
        formula: "1 + N·P(N) + M·P(M)",
        is_drawn: false,
    },
    Peer {
        name: "vk-cs/vkcs",
        requests: |n, m| 2 + n * (1 + pages(n)) + m * (1 + pages(m)),
        formula: "2 + N·(1 + P(N)) + M·(1 + P(M))",
        is_drawn: true,
    },
    Peer {
        name: "hashicorp/google",
        requests: |n, m| 1 + 2 * n + 2 * m,
        formula: "1 + 2·N + 2·M",
        is_drawn: true,
    },
    Peer {
        name: "scaleway/scaleway",
        requests: |n, m| 3 + n + 2 * m,
        formula: "3 + N + 2·M",
        is_drawn: false,
    },
    Peer {
        name: "digitalocean/digitalocean",
        requests: |n, m| 1 + n + m,
        formula: "1 + N + M",
        is_drawn: false,
    },
    Peer { name: "ovh/ovh", requests: |n, m| 4 + n + m, formula: "4 + N + M", is_drawn: false },
    Peer { name: "aiven/aiven", requests: |n, m| 1 + n + m, formula: "1 + N + M", is_drawn: false },
];

/// P(n): the pages of a list of n.
pub(super) fn pages(items: u64) -> u64 {
    items.div_ceil(PAGE).max(1)
}

/// The least that a complete and correct refresh can send: the instance, and each list once.
pub(super) fn least(databases: u64, users: u64) -> u64 {
    1 + pages(databases) + pages(users)
}

/// Seconds until the last of so many calls is let through, when the first calls of each minute
/// are let through at once and the others are refused until the next minute.
pub(super) fn seconds_at_limit(calls: u64, a_minute: u64) -> u64 {
    calls.saturating_sub(1) / a_minute * 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formulas_give_what_was_counted_in_the_source_code() {
        let at = |n| PEERS.map(|peer| (peer.requests)(n, n));

        assert_eq!(at(20), [41, 41, 82, 81, 63, 41, 44, 41]);
        assert_eq!(at(200), [401, 4001, 4402, 801, 603, 401, 404, 401]);
        assert_eq!((least(20, 20), least(21, 20), least(200, 200)), (3, 4, 21));
    }

    #[test]
    fn the_first_calls_of_a_minute_wait_for_nothing() {
        assert_eq!([1, 100, 101, 4402].map(|it| seconds_at_limit(it, 100)), [0, 0, 60, 2640]);
    }
}
