//! Ctrl-C and its like.

use super::exit;
use crate::runner::Stop;

/// Returns when a person or the system asks the program to end.
pub(super) async fn interrupted() {
    let ctrl_c = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = ctrl_c => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = ctrl_c.await;
}

/// The first signal finishes what is in flight; the second ends at once, which loses nothing either.
pub(super) async fn stop_on_signal(stop: Stop) {
    interrupted().await;
    stop.stop();
    interrupted().await;
    std::process::exit(i32::from(exit::STOPPED));
}
