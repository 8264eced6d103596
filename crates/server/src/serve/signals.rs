use tokio::signal::unix::{Signal, SignalKind, signal};

/// Why the server is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Someone at the keyboard: at once.
    Interrupt,
    /// An orchestrator, which has to see first that no more requests are wanted.
    Terminate,
}

/// Waits for SIGINT or SIGTERM.
pub(super) async fn next() -> Stop {
    let (mut interrupt, mut terminate) = (on(SignalKind::interrupt()), on(SignalKind::terminate()));
    tokio::select! {
        _ = interrupt.recv() => Stop::Interrupt,
        _ = terminate.recv() => Stop::Terminate,
    }
}

/// Waits for either, whatever it is.
pub async fn stop() {
    next().await;
}

fn on(kind: SignalKind) -> Signal {
    signal(kind).expect("the runtime handles signals")
}
