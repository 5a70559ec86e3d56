//! Terraform at work while a test changes its world, interrupts it, or kills its provider.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::print_stdout,
    reason = "a test fails by panicking, and nobody else uses these"
)]

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::process::signal::{Signal, children, is_alive, send, send_to_group};
use crate::terraform::Run;
use crate::world::World;

/// Who gets the signal.
#[derive(Debug, Clone, Copy)]
pub enum Whom {
    /// Terraform alone, as from a supervisor: it tells its plugins itself.
    Terraform,
    /// The provider alone, as from somebody who looks for what takes memory.
    Provider,
    /// Everybody in the process group, as from a terminal.
    Group,
}

/// A provider that lives for longer than that after its Terraform has been killed goes on with what
/// nobody waits for.
const LONGEST_AFTERLIFE: Duration = Duration::from_secs(10);

/// A Terraform that has been started.
#[derive(Debug)]
pub struct Running {
    child: Child,
    output: [JoinHandle<String>; 2],
}

impl World {
    /// Starts Terraform in a process group of its own.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut child = self
            .command(arguments)
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Terraform starts");
        let output = [
            drain(child.stdout.take().expect("a stdout")),
            drain(child.stderr.take().expect("a stderr")),
        ];
        Running { child, output }
    }

    /// Starts an apply.
    pub fn start_apply(&self) -> Running {
        self.start(&["apply", "-no-color", "-input=false", "-auto-approve"])
    }

    /// Starts a destroy.
    pub fn start_destroy(&self) -> Running {
        self.start(&["destroy", "-no-color", "-input=false", "-auto-approve"])
    }
}

impl Running {
    /// Ctrl-C.
    pub fn interrupt(&self, whom: Whom) {
        self.signal(Signal::SIGINT, whom);
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal, whom: Whom) {
        let sent = match whom {
            Whom::Terraform => send(signal, self.child.id()),
            Whom::Provider => self.providers().into_iter().try_for_each(|it| send(signal, it)),
            Whom::Group => send_to_group(signal, self.child.id()),
        };
        sent.expect("it still runs");
    }

    /// Makes Terraform itself crash: its runtime prints what each of its threads was doing. Its
    /// provider, which nobody waits for any more, is killed.
    ///
    /// Of the signals that end in such a print, this one does so also where Terraform is a library in
    /// a process of another language.
    pub fn crashes(self) -> Run {
        let providers = self.providers();
        send(Signal::SIGSEGV, self.child.id()).expect("Terraform still runs");
        kill(&providers);
        self.ends()
    }

    /// Kills Terraform itself, and waits until its provider has ended, which must be soon.
    pub fn kill_terraform(mut self) {
        let providers = self.providers();
        send(Signal::SIGKILL, self.child.id()).expect("Terraform still runs");
        self.child.wait().expect("Terraform ends");
        let killed = Instant::now();
        let alive = |provider: &u32| is_alive(*provider).expect("a process ID");
        while providers.iter().any(alive) {
            assert!(killed.elapsed() < LONGEST_AFTERLIFE, "{providers:?} outlive Terraform");
            std::thread::sleep(Duration::from_millis(20));
        }
        println!("The provider ended {} ms after Terraform.", killed.elapsed().as_millis());
    }

    /// Kills the provider, as the kernel does when memory runs out.
    pub fn kill_provider(&self) {
        kill(&self.providers());
    }

    /// IDs of Terraform and of the processes that it has started.
    pub fn processes(&self) -> Vec<u32> {
        [&[self.child.id()], self.providers().as_slice()].concat()
    }

    /// IDs of the processes that Terraform has started.
    fn providers(&self) -> Vec<u32> {
        children(self.child.id()).expect("Terraform has started a provider")
    }

    /// Waits for the end.
    pub fn ends(mut self) -> Run {
        let code = self.child.wait().expect("Terraform ends").code();
        let text = self.output.map(|output| output.join().expect("its output is read")).concat();
        Run { code, text }
    }
}

fn kill(processes: &[u32]) {
    for process in processes {
        send(Signal::SIGKILL, *process).expect("the provider still runs");
    }
}

fn drain(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("the output can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
