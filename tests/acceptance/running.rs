//! `terraform` at work while the test changes its world, interrupts it, or kills its provider.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use crate::world::{Run, World};

/// Who gets the signal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whom {
    /// `terraform` alone, as from a supervisor: it tells its plugins itself.
    Terraform,
    /// Everybody in the process group, as from a terminal.
    Group,
}

/// A `terraform` that has been started.
pub(crate) struct Running {
    child: Child,
    output: [JoinHandle<String>; 2],
}

impl World {
    /// Starts `terraform` in a process group of its own.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut child = self
            .command(arguments)
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = [drain(child.stdout.take().unwrap()), drain(child.stderr.take().unwrap())];
        Running { child, output }
    }

    pub(crate) fn start_apply(&self) -> Running {
        self.start(&["apply", "-no-color", "-input=false", "-auto-approve"])
    }

    pub(crate) fn start_destroy(&self) -> Running {
        self.start(&["destroy", "-no-color", "-input=false", "-auto-approve"])
    }

    /// Waits until so many requests of this kind have come since the log was cleared.
    #[track_caller]
    pub(crate) fn sees(&self, count: usize, method: &str, path: &str) {
        let came = self.cloud().wait_for_requests(count, method, path);
        assert!(came, "no {count} of {method} {path} in {:#?}", self.cloud().requests());
    }
}

impl Running {
    /// Ctrl-C.
    pub(crate) fn interrupt(&self, whom: Whom) {
        let target = match whom {
            Whom::Terraform => self.child.id().to_string(),
            Whom::Group => format!("-{}", self.child.id()),
        };
        signal("-INT", &target);
    }

    /// Makes `terraform` itself crash: its runtime prints what each of its threads was doing. Its
    /// provider, which nobody waits for any more, is killed.
    pub(crate) fn crashes(self) -> Run {
        let providers = self.providers();
        signal("-QUIT", &self.child.id().to_string());
        for provider in providers {
            signal("-KILL", &provider);
        }
        self.ends()
    }

    /// Kills the provider, as the kernel does when memory runs out.
    pub(crate) fn kill_provider(&self) {
        for provider in self.providers() {
            signal("-KILL", &provider);
        }
    }

    /// IDs of the processes that `terraform` has started.
    fn providers(&self) -> Vec<String> {
        let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().unwrap();
        let parent = self.child.id().to_string();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let children = listed.lines().filter_map(|line| {
            let mut columns = line.split_whitespace();
            columns.next().filter(|_| columns.next() == Some(parent.as_str())).map(str::to_owned)
        });
        let children: Vec<String> = children.collect();
        assert!(!children.is_empty(), "terraform runs no provider");
        children
    }

    /// Waits for the end.
    pub(crate) fn ends(mut self) -> Run {
        let code = self.child.wait().unwrap().code();
        let text = self.output.map(|output| output.join().unwrap()).concat();
        Run { code, text }
    }
}

fn drain(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn signal(signal: &str, target: &str) {
    let sent = Command::new("kill").args([signal, "--", target]).status();
    assert!(sent.unwrap().success(), "kill {signal} {target}");
}
