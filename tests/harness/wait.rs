//! Waiting: for a condition, with a deadline, never for a time.
//!
//! **Invariants**
//! - A test that waits says for what, and fails with that when the deadline has passed.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

/// How long anything in these tests may take before it counts as never.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Between two looks at a condition that nobody announces.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// Looks again and again until `look` finds something.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {DEADLINE:?}: {what}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Looks again and again until `holds` is true.
pub async fn until_true(what: &str, mut holds: impl FnMut() -> bool) {
    until(what, async || holds().then_some(())).await;
}

/// Waits for `future`, but not for ever.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(DEADLINE, future).await;
    outcome.unwrap_or_else(|_elapsed| panic!("not within {DEADLINE:?}: {what}"))
}
