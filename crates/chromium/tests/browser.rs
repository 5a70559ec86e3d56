//! A browser is driven, and leaves nothing behind. Where there is none, one line says so.
#![cfg(unix)]

use std::io::Write;
use std::path::{Path, PathBuf};

use chromium::Browser;

fn program() -> Option<PathBuf> {
    let found = chromium::find();
    if found.is_none() {
        // Past the test runner, which shows nothing that a passing test prints.
        let _ = std::io::stderr().write_all(b"chromium: not tested, there is none\n");
    }
    found
}

/// How many running programs name this folder.
fn processes_of(folder: &Path) -> usize {
    let folder = folder.to_string_lossy();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let calls = processes.filter_map(|it| std::fs::read(it.path().join("cmdline")).ok());
    calls.filter(|call| String::from_utf8_lossy(call).contains(&*folder)).count()
}

#[test]
fn a_page_is_read_and_used_and_a_browser_leaves_nothing_behind() {
    let Some(program) = program() else { return };
    let browser = Browser::start(&program).unwrap();
    let page = browser
        .open(
            "data:text/html,<title>A</title><input autofocus><script>console.log(nothing)</script>",
        )
        .unwrap();

    assert_eq!(page.evaluate("Promise.resolve(document.title + 1)").unwrap(), "A1");
    let error = page.evaluate("nobody.knows").unwrap_err().to_string();
    assert!(error.contains("nobody is not defined"), "{error}");
    page.wait_until("document.activeElement.tagName === 'INPUT'").unwrap();
    page.type_text("typed").unwrap();
    assert_eq!(page.evaluate("document.querySelector('input').value").unwrap(), "typed");
    assert!(page.accessibility().unwrap().iter().any(|it| it.role == "textbox" && it.is_focusable));
    assert!(page.complaints()[0].contains("nothing is not defined"), "{:?}", page.complaints());
    assert!(page.picture().unwrap().starts_with(b"RIFF"));
    let folder = browser.folder().to_owned();
    assert!(folder.exists() && processes_of(&folder) > 0);

    drop(page);
    drop(browser);

    assert!(!folder.exists());
    assert_eq!(processes_of(&folder), 0);
}

#[test]
fn a_name_leads_nowhere_and_a_program_that_is_no_browser_is_told_as_that() {
    let Some(program) = program() else { return };
    let browser = Browser::start(&program).unwrap();

    let error = browser.open("http://example.com/").unwrap_err().to_string();

    assert!(error.contains("ERR_NAME_NOT_RESOLVED"), "{error}");
    let error = Browser::start(Path::new("/bin/false")).unwrap_err().to_string();
    assert!(error.contains("does not start"), "{error}");
}
