//! Control events of the Windows console
//! (<https://learn.microsoft.com/en-us/windows/console/handlerroutine>).

use std::io;

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close,
    ctrl_logoff, ctrl_shutdown,
};

/// Ctrl-C and Ctrl-Break.
#[derive(Debug)]
pub(super) struct Interrupts {
    control_c: CtrlC,
    control_break: CtrlBreak,
}

impl Interrupts {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { control_c: ctrl_c()?, control_break: ctrl_break()? })
    }

    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.control_c.recv() => {}
            _ = self.control_break.recv() => {}
        }
    }
}

/// The end of the console, of the session, of the system.
#[derive(Debug)]
pub(super) struct Ends {
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
}

impl Ends {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { close: ctrl_close()?, logoff: ctrl_logoff()?, shutdown: ctrl_shutdown()? })
    }

    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.close.recv() => {}
            _ = self.logoff.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}
