//! Ctrl-C during the demo.
//!
//! The terminal sends it to Terraform too, which then stops in an orderly way. If it ended this
//! process at once, the simulator would vanish under Terraform and the directory would stay.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use testkit::Result;

/// Whether Ctrl-C was pressed since [`hold`].
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    pub(super) fn came(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// From now on Ctrl-C is remembered instead of ending the process.
pub(super) fn hold() -> Result<Interrupt> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let came = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&came);
    std::thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                seen.store(true, Ordering::SeqCst);
            }
        });
    });
    Ok(Interrupt(came))
}
