//! Terraform's output, taken apart into its messages.

use testkit::catalogue::entry::Entry;
use testkit::catalogue::refusal::{Checked, Place as PointsAt, Refusal, Setup};
use testkit::provider::as_of_terraform;

/// What every run says here, because the provider is taken from the build.
const USUAL: &str = "Warning: Provider development overrides are in effect";

/// Where Terraform says that the mistake is.
pub(super) enum Place {
    /// The address of the block, and what its line begins with.
    At(String, String),
    /// Not in a block: the ID of an import, or an object whose block is gone.
    Nowhere,
}

/// A message in its parts.
pub(super) struct Expected {
    severity: &'static str,
    summary: String,
    place: Place,
    detail: String,
}

impl Expected {
    /// What must be printed when the rule is broken in the block of that label.
    pub(super) fn of(entry: &Entry, refusal: &Refusal, label: &str) -> Self {
        let severity = if refusal.checked == Checked::PlanWarning { "Warning" } else { "Error" };
        let address = entry.address(label);
        let place = match (&refusal.setup, refusal.import_id, refusal.place) {
            (Setup::Gone(_), _, _) | (_, Some(_), PointsAt::Block) => Place::Nowhere,
            (_, _, PointsAt::Attribute) => {
                let outer = refusal.about.split('.').next().unwrap_or_default();
                Place::At(address, outer.to_owned())
            }
            (_, _, PointsAt::Block) => Place::At(address, entry.keyword().to_owned()),
        };
        let (summary, detail) = (refusal.summary.clone(), refusal.detail.clone());
        Self { severity, summary, place, detail }
    }

    pub(super) fn map(self, change: impl Fn(String) -> String) -> Self {
        Self { summary: change(self.summary), detail: change(self.detail), ..self }
    }
}

/// The errors and warnings of a run, each on one line.
pub(super) struct Messages {
    /// The lines of `main.tf`, at which they point.
    configuration: Vec<String>,
    left: Vec<String>,
}

impl Messages {
    pub(super) fn of(printed: &str, configuration: &str) -> Self {
        let mut messages: Vec<String> = Vec::new();
        // A plan ends in a ruled line and advice.
        for line in as_of_terraform(printed).lines().take_while(|line| !line.starts_with('─')) {
            if line.starts_with("Error: ") || line.starts_with("Warning: ") {
                messages.push(String::new());
            }
            if let Some(message) = messages.last_mut() {
                message.extend([line, " "]);
            }
        }
        let left = messages.iter().map(|it| flat(it)).filter(|it| !it.starts_with(USUAL));
        Self { configuration: configuration.lines().map(flat).collect(), left: left.collect() }
    }

    /// Takes out the one message that is exactly the expected one.
    #[track_caller]
    pub(super) fn take(&mut self, expected: &Expected) {
        let (taken, left) = self.left.iter().cloned().partition(|it| self.is(it, expected));
        self.left = left;
        let (taken, left): (Vec<String>, _) = (taken, &self.left);
        let Expected { summary, detail, .. } = expected;
        assert_eq!(taken.len(), 1, "{summary}: {detail}\n\nis not said once, but:\n{left:#?}");
    }

    #[track_caller]
    pub(super) fn are_all_taken(&self) {
        assert!(self.left.is_empty(), "nobody expected:\n{:#?}", self.left);
    }

    fn is(&self, message: &str, expected: &Expected) -> bool {
        let head = format!("{}: {}", expected.severity, expected.summary);
        let detail = format!(" {}", flat(&expected.detail));
        let place = message.strip_prefix(&head).and_then(|it| it.strip_suffix(&detail));
        place.is_some_and(|place| match &expected.place {
            Place::Nowhere => place.is_empty(),
            Place::At(address, start) => self.is_at(place, address, start).is_some(),
        })
    }

    /// Whether a text such as ` with A, on main.tf line 7, in resource "T" "N": 7: name = 1` shows
    /// a line that begins with `start`, and nothing but that line.
    fn is_at(&self, place: &str, address: &str, start: &str) -> Option<()> {
        let place = place.strip_prefix(&format!(" with {address}, on main.tf line "))?;
        let (number, block) = place.split_once(", in ")?;
        let (_, shown) = block.split_once(&format!(": {number}: "))?;
        let line = self.configuration.get(number.parse::<usize>().ok()? - 1)?;
        (shown == line && line.starts_with(start)).then_some(())
    }
}

/// The text on one line, with each time in it replaced by `CREATED`.
fn flat(text: &str) -> String {
    text.split_whitespace().map(timeless).collect::<Vec<_>>().join(" ")
}

fn timeless(word: &str) -> String {
    let time = word.split_once('Z').filter(|(time, _)| {
        time.len() == 19 && time.chars().all(|c| c.is_ascii_digit() || "-:T".contains(c))
    });
    time.map_or_else(|| word.to_owned(), |(_, rest)| format!("CREATED{rest}"))
}

#[test]
fn a_message_is_told_from_one_that_differs_anywhere() {
    let expected = |summary: &str, address: &str, line: &str, detail: &str| Expected {
        severity: "Error",
        summary: summary.to_owned(),
        place: Place::At(address.to_owned(), line.to_owned()),
        detail: detail.to_owned(),
    };
    let printed = "Error: Bad\n\n  with a.b,\n  on main.tf line 7, in resource \"a\" \"b\":\n   7:   name = 1\n\nNot\ngood.\n";
    let messages = Messages::of(printed, &("\n".repeat(6) + "  name = 1\n"));
    let said = |it: Expected| messages.is(&messages.left[0], &it);

    assert!(said(expected("Bad", "a.b", "name", "Not good.")));
    assert!(!said(expected("Ba", "a.b", "name", "Not good.")));
    assert!(!said(expected("Bad", "a.c", "name", "Not good.")));
    assert!(!said(expected("Bad", "a.b", "host", "Not good.")));
    assert!(!said(expected("Bad", "a.b", "name", "good.")));
    assert!(!said(Expected { place: Place::Nowhere, ..expected("Bad", "a.b", "", "Not good.") }));
}
