#![doc = include_str!("../README.md")]

mod corpus;
mod json;
mod mutation;
mod words;

use std::any::Any;
use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Once;

use fastrand::Rng;

/// Executions of a target unless `FUZZ_RUNS` says otherwise: a few seconds for all targets together.
const RUNS: u64 = 2_000;

/// How many inputs are kept for deforming.
const MOST_KEPT: usize = 2_000;

/// How often a failing input is tried in a smaller form.
const MOST_SHRINKS: usize = 2_000;

/// Something that takes input from outside.
pub struct Target {
    name: &'static str,
    corpus: PathBuf,
    seeds: Vec<Vec<u8>>,
    words: Vec<String>,
    runs: u64,
    seed: u64,
}

impl Target {
    /// A target whose corpus is `tests/corpus/NAME` in the package at `package`, which is
    /// `env!("CARGO_MANIFEST_DIR")`.
    pub fn new(name: &'static str, package: &str) -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
        Self {
            name,
            corpus: PathBuf::from(package).join("tests/corpus").join(name),
            seeds: Vec::new(),
            words: Vec::new(),
            runs: number("FUZZ_RUNS").unwrap_or(RUNS),
            seed: number("FUZZ_SEED").unwrap_or_default(),
        }
    }

    /// Adds a well-formed input.
    #[must_use]
    pub fn seed(mut self, input: impl AsRef<[u8]>) -> Self {
        self.seeds.push(input.as_ref().to_vec());
        self
    }

    /// Adds words that mean something to the tested code.
    #[must_use]
    pub fn words(mut self, words: &[&str]) -> Self {
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// Divides the number of executions, for a test that is slow.
    #[must_use]
    pub fn slow(mut self, times: u64) -> Self {
        self.runs /= times.max(1);
        self
    }

    /// Plays seeds, corpus and deformed inputs. `test` answers in words what became of an input, and
    /// panics when that must not be.
    ///
    /// # Panics
    ///
    /// When `test` does, with the name of the file that the smallest such input was written to.
    #[expect(clippy::panic, reason = "this is how a test fails")]
    pub fn run(self, test: impl Fn(&[u8]) -> String) {
        let mut rng = Rng::with_seed(self.seed);
        let mut kept = self.seeds.clone();
        kept.extend(corpus::read(&self.corpus));
        if kept.is_empty() {
            kept.push(Vec::new());
        }
        let mut answers = HashSet::new();
        let mut executions: u64 = 0;
        let played = kept.len();
        while executions < self.runs.max(u64::try_from(played).unwrap_or(u64::MAX)) {
            let known = usize::try_from(executions).ok().filter(|at| *at < played);
            let input = match known.and_then(|at| kept.get(at)) {
                Some(input) => input.clone(),
                None => mutation::deformed(&kept, &self.words, &mut rng),
            };
            executions += 1;
            match answer(&test, &input, false) {
                Ok(answer) => {
                    let new = answers.insert(outline(&answer));
                    if new && known.is_none() && kept.len() < MOST_KEPT {
                        kept.push(input);
                    }
                }
                Err(trouble) => {
                    let smallest = shrunk(&test, input, &mut rng);
                    let place = corpus::write(&self.corpus, &smallest);
                    panic!(
                        "{}: execution {executions} with FUZZ_SEED={}: {trouble}\nThe input is in {place}",
                        self.name, self.seed
                    );
                }
            }
        }
        report(self.name, executions, answers.len());
    }
}

#[expect(clippy::print_stdout, reason = "`cargo xtask fuzz` reads and adds up these lines")]
fn report(name: &str, executions: u64, answers: usize) {
    println!("fuzz {name}: {executions} executions, {answers} different answers");
}

/// Answers differ when they differ in more than numbers and what they quote.
fn outline(answer: &str) -> String {
    let unquoted = answer.split(['"', '\'', '`']).step_by(2).flat_map(str::chars);
    unquoted.filter(|character| !character.is_ascii_digit()).take(400).collect()
}

thread_local! {
    /// Whether panics of this thread are expected, and not worth a word.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What the test answers, or with what words it panics.
fn answer(test: &impl Fn(&[u8]) -> String, input: &[u8], quiet: bool) -> Result<String, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic);
            }
        }));
    });
    QUIET.set(quiet);
    let result = catch_unwind(AssertUnwindSafe(|| test(input)));
    QUIET.set(false);
    result.map_err(|panic| words(&*panic))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned()
}

/// A smaller input that fails too.
fn shrunk(test: &impl Fn(&[u8]) -> String, input: Vec<u8>, rng: &mut Rng) -> Vec<u8> {
    let mut smallest = input;
    for _ in 0..MOST_SHRINKS {
        if smallest.is_empty() {
            break;
        }
        let from = rng.usize(..smallest.len());
        let most = (smallest.len() - from).min(1 << rng.usize(..10));
        let mut smaller = smallest.clone();
        smaller.drain(from..from + rng.usize(1..=most));
        if answer(test, &smaller, true).is_err() {
            smallest = smaller;
        }
    }
    smallest
}

#[cfg(test)]
mod tests;
