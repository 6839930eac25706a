//! Changes: which flags may answer differently now.
//!
//! **Invariants**
//! - A listener that does not keep up loses notices, never the client its memory; it is told so.

use std::sync::Arc;

use tenantry_core::FlagKey;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// How many notices a listener may be behind before it loses the oldest.
pub(crate) const BACKLOG: usize = 64;

/// A notice that flags may answer differently now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed {
    /// The environment's revision now.
    pub revision: u64,
    /// The flags that changed, and those whose answers hang on one that did: by a prerequisite, or
    /// by a segment. Sorted.
    pub keys: Arc<[FlagKey]>,
    /// Whether earlier notices were lost, because this listener did not keep up. Then any flag may
    /// have changed.
    pub missed: bool,
}

/// Listens to changes. Made by [`Client::changes`](crate::Client::changes).
#[derive(Debug)]
pub struct Changes {
    receiver: broadcast::Receiver<Changed>,
}

impl Changes {
    pub(crate) fn new(receiver: broadcast::Receiver<Changed>) -> Self {
        Self { receiver }
    }

    /// Waits for the next change. `None` when the client has been shut down.
    ///
    /// # Cancel safety
    /// No change is lost if this is dropped before it is ready, but the `missed` of one may be.
    pub async fn next(&mut self) -> Option<Changed> {
        let mut missed = false;
        loop {
            match self.receiver.recv().await {
                Ok(changed) => return Some(Changed { missed, ..changed }),
                Err(RecvError::Lagged(_)) => missed = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// The changes as a [`Stream`](futures_util::Stream).
    pub fn into_stream(self) -> impl futures_util::Stream<Item = Changed> + Send {
        futures_util::stream::unfold(self, |mut changes| async {
            let changed = changes.next().await?;
            Some((changed, changes))
        })
    }
}
