//! The figures that the guides give are those of the program.

use std::fs;
use std::path::Path;
use std::time::Duration;

use clouddb::Timing;

fn text(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(name)).unwrap()
}

fn failures_guide() -> String {
    text("docs/guides/timeouts-retries-and-failures.md")
}

/// The default that the page of a resource gives for one timeout; none where there is no such timeout.
fn default_of(page: &str, timeout: &str) -> Option<Duration> {
    let line = page.lines().find(|it| {
        it.starts_with(&format!("- `{timeout}` (String) How long ")) && it.contains("Default: `")
    })?;
    let default = line.rsplit_once("Default: `")?.1.split('`').next()?;
    Some(humantime::parse_duration(default).unwrap())
}

#[test]
fn the_table_of_timeouts_is_that_of_the_resources() {
    let guide = failures_guide();
    let mut rows = 0;
    for line in guide.lines().filter(|it| it.starts_with("| `rackspace_db_")) {
        let cells: Vec<&str> = line.split('|').map(|it| it.trim().trim_matches('`')).collect();
        let name = cells[1].trim_start_matches("rackspace_");
        let page = text(&format!("docs/resources/{name}.md"));
        for (timeout, cell) in ["create", "read", "update", "delete"].iter().zip(&cells[2..]) {
            let told = (!cell.is_empty()).then(|| humantime::parse_duration(cell).unwrap());
            assert_eq!(told, default_of(&page, timeout), "{name}: {timeout}");
        }
        rows += 1;
    }
    assert_eq!(rows, fs::read_dir("docs/resources").unwrap().count());
}

#[test]
fn pauses_and_outages_are_as_long_as_the_guide_says() {
    let guide = failures_guide();
    let timing = Timing::default();
    let seconds = |duration: Duration| format!("{} seconds", duration.as_secs_f64());

    assert_eq!(timing.outage_timeout, Duration::from_mins(5));
    assert_eq!(timing.poll_interval, Duration::from_secs(1));
    for said in [
        "with growing pauses, for at most five minutes".to_owned(),
        "A limit that lets nothing through for five minutes counts as an outage".to_owned(),
        "first after a second".to_owned(),
        format!("at most {}", seconds(timing.max_poll_interval)),
        format!("at most {} requests a minute", timing.polls_per_minute),
        format!("gets {} for it", seconds(timing.grace)),
        format!("takes {} to look", seconds(timing.last_look)),
    ] {
        assert!(guide.contains(&said), "{said:?} is not in the guide");
    }
    // The provider returns within a second.
    assert!(timing.grace + timing.last_look < Duration::from_secs(1));
}
