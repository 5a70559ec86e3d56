//! The process that has started this one, as far as the system tells of it.

#[cfg(unix)]
pub(super) use unix::Parent;
#[cfg(not(unix))]
pub(super) use unknown::Parent;

#[cfg(unix)]
mod unix {
    use std::os::unix::process::parent_id;
    use std::time::Duration;

    use tokio::time::sleep;

    /// Between two looks.
    const LOOK: Duration = Duration::from_millis(250);

    /// The parent of a process that has lost its own.
    const INIT: u32 = 1;

    /// Its number.
    #[derive(Debug)]
    pub(in crate::serve::host) struct Parent(u32);

    impl Parent {
        pub(in crate::serve::host) fn of_this_process() -> Self {
            Self(parent_id())
        }

        /// Whether it had ended before this process could look for it.
        pub(in crate::serve::host) fn is_unknown(&self) -> bool {
            self.0 == INIT
        }

        /// Until it has ended: a process whose parent ends gets another one.
        pub(in crate::serve::host) async fn gone(&self) {
            while parent_id() == self.0 {
                sleep(LOOK).await;
            }
        }
    }
}

#[cfg(not(unix))]
mod unknown {
    /// A system that tells nothing: the host is known by its connections only.
    #[derive(Debug)]
    pub(in crate::serve::host) struct Parent;

    impl Parent {
        pub(in crate::serve::host) fn of_this_process() -> Self {
            Self
        }

        pub(in crate::serve::host) fn is_unknown(&self) -> bool {
            true
        }

        /// Never.
        pub(in crate::serve::host) async fn gone(&self) {
            std::future::pending().await
        }
    }
}
