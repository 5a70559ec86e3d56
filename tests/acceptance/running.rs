//! `terraform` at work while the test changes its world, interrupts it, or kills its provider.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::thread::JoinHandle;

use xtask::processes::{Signal, children, send, send_to_group};

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
        let sent = match whom {
            Whom::Terraform => send(Signal::SIGINT, self.child.id()),
            Whom::Group => send_to_group(Signal::SIGINT, self.child.id()),
        };
        sent.unwrap();
    }

    /// Makes `terraform` itself crash: its runtime prints what each of its threads was doing. Its
    /// provider, which nobody waits for any more, is killed.
    pub(crate) fn crashes(self) -> Run {
        let providers = self.providers();
        send(Signal::SIGQUIT, self.child.id()).unwrap();
        for provider in providers {
            send(Signal::SIGKILL, provider).unwrap();
        }
        self.ends()
    }

    /// Kills the provider, as the kernel does when memory runs out.
    pub(crate) fn kill_provider(&self) {
        for provider in self.providers() {
            send(Signal::SIGKILL, provider).unwrap();
        }
    }

    /// IDs of the processes that `terraform` has started.
    fn providers(&self) -> Vec<u32> {
        children(self.child.id()).unwrap()
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
