//! Processes: what everybody on the machine can see of them, and what they say when they die.

use clouddb_sim::Fault;

use super::world;

/// Starts an apply, and stops it where a password has been sent and the answer does not come.
macro_rules! held {
    ($world:expr) => {{
        $world.cloud().inject(Fault::on("POST", "/instances/*/users").never_answer().always());
        let apply = $world.start_apply();
        $world.sees(1, "POST", "/instances/*/users");
        apply
    }};
}

/// Arguments are for all eyes. The environment of a process is for its owner, who has set it.
#[test]
fn no_argument_of_a_process_is_a_secret() {
    let (world, mut search) = world();
    let apply = held!(world);

    let mut unseen = apply.processes();
    for entry in std::fs::read_dir("/proc").unwrap() {
        let folder = entry.unwrap().path();
        // A process may end meanwhile.
        let Ok(arguments) = std::fs::read(folder.join("cmdline")) else { continue };
        unseen.retain(|process| !folder.ends_with(process.to_string()));
        search.look(&format!("{} cmdline", folder.display()), arguments);
    }
    apply.kill_provider();
    apply.ends();

    assert!(unseen.is_empty(), "{unseen:?} run, and were not looked at");
    search.found_nothing();
}

#[test]
fn a_killed_provider_and_a_crashed_terraform_tell_no_secret() {
    for crash in [false, true] {
        let (world, mut search) = world();
        let apply = held!(world);
        let run = if crash {
            apply.crashes()
        } else {
            apply.kill_provider();
            apply.ends()
        };

        let words = if crash { "SIGSEGV: segmentation violation" } else { "plugin" };
        assert!(run.text.to_lowercase().contains(&words.to_lowercase()), "{}", run.text);
        search.look("output of a crash", &run.text);
        // The plan was not applied, so that not even the stored password is in a state.
        search.look_below("folder", &world.folder());
        search.found_nothing();
    }
}
