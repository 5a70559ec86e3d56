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
        "but never for more than two minutes at a time".to_owned(),
        "for what the request made, for a minute, and then".to_owned(),
        "the reply to a change that has been sent, for a minute at most".to_owned(),
    ] {
        assert!(guide.contains(&said), "{said:?} is not in the guide");
    }
    assert_eq!(timing.max_retry_after, Duration::from_mins(2));
    assert_eq!(timing.late_effect, Duration::from_mins(1));
    assert_eq!(timing.request_timeout, Duration::from_mins(1));
    // The provider returns within a second.
    assert!(timing.grace + timing.last_look < Duration::from_secs(1));
}

/// The simulator has the limits that the API documents.
#[test]
fn the_limits_of_the_api_are_those_that_the_guide_names() {
    let limits = clouddb_sim::RateLimits::default();
    let said = format!(
        "for instance {} reads, {} changes of databases and {} changes of users a minute",
        limits.gets, limits.databases, limits.users
    );

    assert_eq!(limits.window, Duration::from_mins(1));
    assert!(failures_guide().contains(&said), "{said:?} is not in the guide");
    let resizes = format!(
        "The API takes {} such changes a minute",
        ["no", "one", "two", "three", "four", "five"][limits.actions as usize]
    );
    assert!(text("docs/guides/resizing.md").contains(&resizes), "{resizes:?}");
}

/// Requests of a plan over 200 databases and 200 users: ours, and the fewest and most of the others.
#[test]
fn the_readme_tells_the_requests_that_were_measured() {
    let measured = text("docs/benchmarks.md");
    let (_, table) = measured.split_once("## Requests of a plan that changes nothing").unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let column = rows[0].iter().position(|cell| *cell == "N=200, M=200").unwrap();
    let number = |row: &Vec<&str>| row[column].replace(',', "").parse::<u32>().unwrap();
    let ours = rows.iter().find(|row| row[1] == "**this one, measured**").unwrap()[column];
    let others = rows.iter().filter(|row| row[1].contains('/'));
    let (least, most) =
        (others.clone().min_by_key(|it| number(it)), others.max_by_key(|it| number(it)));

    let said = format!("asks the API {ours} questions");
    let (least, most) = (least.unwrap()[column], most.unwrap()[column]);
    let beside = format!("would ask {least} to {most},");
    for said in [said, beside] {
        assert!(text("README.md").contains(&said), "{said:?} is not in the README");
    }
}
