use std::cell::RefCell;
use std::path::Path;

use super::*;

/// A target with a corpus of its own, in a folder that goes with it.
fn target(name: &'static str) -> (Target, Folder) {
    let folder = std::env::temp_dir().join(format!("fuzz-loop-{}-{name}", std::process::id()));
    let target = Target::new(name, &folder.to_string_lossy());
    (Target { runs: 20_000, ..target }, Folder(folder))
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn corpus(folder: &Folder, name: &str) -> Vec<Vec<u8>> {
    corpus::read(&Path::new(&folder.0).join("tests/corpus").join(name))
}

#[test]
fn what_is_wrong_deep_inside_is_found_made_small_and_kept() {
    let (target, folder) = target("deep");
    let decode = |input: &[u8]| {
        let Ok(document) = serde_json::from_slice::<serde_json::Value>(input) else {
            return "no JSON".to_owned();
        };
        match &document["users"][0]["host"] {
            serde_json::Value::Null => "no host".to_owned(),
            host => host.as_str().unwrap().chars().next().map_or_else(String::new, String::from),
        }
    };

    let run = catch_unwind(AssertUnwindSafe(|| {
        let seed = r#"{"users": [{"name": "app", "host": "%"}], "links": [{"rel": "next"}]}"#;
        target.seed(seed).run(decode);
    }));

    let told = words(&*run.unwrap_err());
    assert!(told.starts_with("deep: execution ") && told.contains("found-"), "{told}");
    let kept = corpus(&folder, "deep");
    assert_eq!(kept.len(), 1);
    assert!(catch_unwind(|| decode(&kept[0])).is_err());
    assert!(kept[0].len() < 60, "{}", String::from_utf8_lossy(&kept[0]));
}

#[test]
fn a_new_answer_leads_further() {
    let (target, _folder) = target("further");
    let deepest = RefCell::new(0);

    target.seed("aaaa").run(|input| {
        let depth = input.iter().zip(b"<@%<").take_while(|(is, wanted)| is == wanted).count();
        let best = (*deepest.borrow()).max(depth);
        *deepest.borrow_mut() = best;
        "x".repeat(depth)
    });

    assert_eq!(*deepest.borrow(), 4, "four bytes are not guessed at once");
}

#[test]
fn the_same_seed_makes_the_same_inputs() {
    let inputs = |seed| {
        let seen = RefCell::new(Vec::new());
        let (target, _folder) = target("same");
        Target { runs: 200, seed, ..target }.seed(r#"{"a": [1, "b"]}"#).run(|input| {
            seen.borrow_mut().push(input.to_vec());
            String::new()
        });
        seen.into_inner()
    };

    assert_eq!(inputs(1).len(), 200);
    assert_eq!(inputs(1), inputs(1));
    assert_ne!(inputs(1), inputs(2));
}

#[test]
fn a_kept_input_is_played_first_whatever_the_number_of_runs() {
    let (target, folder) = target("kept");
    corpus::write(&folder.0.join("tests/corpus/kept"), b"\x00trouble\xff");
    let seen = RefCell::new(Vec::new());

    Target { runs: 0, ..target }.run(|input| {
        seen.borrow_mut().push(input.to_vec());
        String::new()
    });

    assert_eq!(*seen.borrow(), [b"\x00trouble\xff".to_vec()]);
}
