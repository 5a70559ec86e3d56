//! The page of one simulator, in a browser that all tests share.

use std::io::Write;
use std::ops::Deref;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chromium::{Browser, Page};
use serde_json::Value;

use crate::api::Api;

/// How long a page may take to show what is so.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The page of a simulator.
pub(crate) struct Window {
    page: Page<'static>,
}

impl Deref for Window {
    type Target = Page<'static>;

    fn deref(&self) -> &Page<'static> {
        &self.page
    }
}

/// The browser, unless there is none on this machine. It ends with this process.
fn browser() -> Option<&'static Browser> {
    static BROWSER: OnceLock<Option<Browser>> = OnceLock::new();
    let start = || {
        let Some(program) = chromium::find() else {
            // Past the test runner, which shows nothing that a passing test prints.
            let line = b"clouddb-sim, page: not tested, there is no chromium (its package)\n";
            let _ = std::io::stderr().write_all(line);
            return None;
        };
        Some(Browser::start(&program).unwrap())
    };
    BROWSER.get_or_init(start).as_ref()
}

/// Whether there is a browser.
pub(crate) fn is_there() -> bool {
    browser().is_some()
}

impl Window {
    /// Opens the page of this simulator. None without a browser.
    pub(crate) fn open(api: &Api) -> Option<Self> {
        let page = browser()?.open(&format!("{}/", api.sim.url())).unwrap();
        let window = Self { page };
        window
            .wait_until("document.getElementById('connection').textContent === 'Connected.'")
            .unwrap();
        Some(window)
    }

    /// The rows of a table: of each the cells below these headings, whose lines are joined by a slash.
    pub(crate) fn rows(&self, table: &str, headings: &[&str]) -> Vec<Vec<String>> {
        let script = format!(
            "Array.from(document.querySelectorAll('#{table} tbody tr'), (row) => {}.map((title) => {{
                const cell = Array.from(row.cells).find((it) => it.dataset.title === title);
                return Array.from(cell.children, (line) => line.textContent).join('/');
            }}))",
            Value::from(headings.to_vec())
        );
        serde_json::from_value(self.evaluate(&script).unwrap()).unwrap()
    }

    /// Waits until a table has these rows, in any order.
    pub(crate) fn shows(&self, table: &str, headings: &[&str], expected: &[Vec<String>]) {
        let mut expected = expected.to_vec();
        expected.sort();
        let until = Instant::now() + TIMEOUT;
        loop {
            let mut rows = self.rows(table, headings);
            rows.sort();
            if rows == expected {
                return;
            }
            assert!(Instant::now() < until, "{table}: {rows:?} instead of {expected:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks a button.
    pub(crate) fn click(&self, selector: &str) {
        self.evaluate(&format!("document.querySelector('{selector}').click()")).unwrap();
    }

    /// Puts a value into a field of the form, as if it had been typed or chosen.
    pub(crate) fn fill(&self, field: &str, value: &str) {
        let script = format!(
            "{{ const field = document.querySelector('#arm [name={field}]');
                field.value = {};
                field.dispatchEvent(new Event('change', {{ bubbles: true }})); }}",
            Value::from(value)
        );
        self.evaluate(&script).unwrap();
    }

    /// Waits until a section says this about what it was told to do.
    pub(crate) fn says(&self, section: &str, text: &str) {
        let text = Value::from(text);
        let said =
            format!("document.querySelector('#{section} .said').textContent.includes({text})");
        self.wait_until(&said).unwrap();
    }
}
