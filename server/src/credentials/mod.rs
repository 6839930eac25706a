//! Credentials in use: who holds a token, known without asking the database each time.
//!
//! Separate from the API because streams live for days and evaluations come by the thousand: both
//! must hear of a revocation within a second, and neither may depend on the database being there.
//!
//! **Invariants**
//! - A credential is known only after the database vouched for it.
//! - When it is revoked, rotated out or expires, it is forgotten and everything that holds it is
//!   told, at the latest a second after this node can know.
//! - While the database is away, known credentials work on and unknown ones are refused.
//! - Secrets are kept in memory only, and looked up by their hash.

mod known;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tenantry_store::{Access, Store, StoreError, TokenId};
use tokio_util::sync::CancellationToken;

pub use known::Proof;

use self::known::Known;
use crate::clock::SharedClock;
use crate::tasks::Tasks;

/// How often what is known is looked over.
const LOOK_OVER_EVERY: Duration = Duration::from_millis(500);
/// Most credentials that are kept; beyond it the database is asked each time, and what holds such a
/// credential is not told of its revocation. It takes as many tokens in use at once.
const MAX_KNOWN: usize = 100_000;

/// A caller who is known, until [`revoked`](Self::revoked) says otherwise.
#[derive(Debug, Clone)]
pub struct Credential(Arc<Known>);

impl Credential {
    /// Who it is and what that opens.
    #[must_use]
    pub fn access(&self) -> &Access {
        self.0.access()
    }

    /// Cancelled when the credential is no longer valid.
    #[must_use]
    pub fn revoked(&self) -> &CancellationToken {
        self.0.revoked()
    }
}

/// The credentials in use; cloning it is cheap and shares them.
#[derive(Debug, Clone)]
pub struct Credentials(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    clock: SharedClock,
    /// What is known, by the proof's SHA-256. Held only for map operations.
    known: Mutex<HashMap<[u8; 32], Arc<Known>>>,
}

impl Credentials {
    /// Knows nothing yet; looks over what it learns until the server stops.
    #[must_use]
    pub fn start(store: Store, clock: SharedClock, tasks: &Tasks) -> Self {
        let credentials = Self(Arc::new(Shared {
            store,
            clock,
            known: Mutex::default(),
        }));
        let (watching, stop) = (credentials.clone(), tasks.stop_token());
        tasks.spawn("credentials", async move {
            stop.run_until_cancelled(watching.watch()).await;
        });
        credentials
    }

    /// Whose proof this is; `None` if nobody's (any more).
    ///
    /// # Errors
    /// [`StoreError`] if it is not known here and the database cannot be asked.
    pub async fn identify(&self, proof: &Proof) -> Result<Option<Credential>, StoreError> {
        let hash = proof.hash();
        let now = self.0.clock.now();
        let found = self.known().get(&hash).cloned();
        if let Some(known) = found.filter(|known| known.is_valid(now)) {
            known.note_use(now);
            return Ok(Some(Credential(known)));
        }
        let Some(access) = proof.check(&self.0.store, now).await? else {
            return Ok(None);
        };
        let mut all = self.known();
        if all.len() >= MAX_KNOWN {
            return Ok(Some(Credential(Arc::new(Known::new(
                proof.clone(),
                access,
                now,
            )))));
        }
        // Two requests may have asked at the same time: they must hold the same credential.
        let known = all
            .entry(hash)
            .or_insert_with(|| Arc::new(Known::new(proof.clone(), access, now)));
        Ok(Some(Credential(Arc::clone(known))))
    }

    /// Checks the secrets of a token at once, which this node has just revoked or rotated.
    pub async fn recheck_token(&self, token: TokenId) {
        self.check(self.entries(|known| known.access().token() == token))
            .await;
    }

    /// Checks one proof at once: a session that this node has just closed.
    pub async fn recheck(&self, proof: &Proof) {
        let hash = proof.hash();
        let found = self.known().get(&hash).cloned();
        self.check(found.map(|known| (hash, known)).into_iter().collect())
            .await;
    }

    /// Looks over what is known, for ever.
    async fn watch(&self) {
        let mut revisions = self.0.store.revisions();
        let mut checked = revisions.borrow_and_update().tokens;
        let mut interval = tokio::time::interval(LOOK_OVER_EVERY);
        loop {
            tokio::select! {
                changed = revisions.changed() => if changed.is_err() { return },
                _ = interval.tick() => {}
            }
            let newest = revisions.borrow_and_update().tokens;
            let now = self.0.clock.now();
            self.known()
                .retain(|_, known| is_held(known) || !known.is_idle(now));
            let due = self.entries(|known| newest != checked || known.is_due(now, is_held(known)));
            if self.check(due).await {
                checked = newest;
            }
        }
    }

    /// Asks the database about these again. False if it did not answer.
    async fn check(&self, entries: Vec<([u8; 32], Arc<Known>)>) -> bool {
        for (hash, known) in entries {
            let now = self.0.clock.now();
            match known.proof().check(&self.0.store, now).await {
                Ok(Some(access)) => known.vouch(&access, now),
                Ok(None) => self.forget(&hash, &known),
                // What has run out by itself needs no database to say so.
                Err(_) if !known.is_valid(now) => self.forget(&hash, &known),
                Err(_) => return false,
            }
        }
        true
    }

    fn forget(&self, hash: &[u8; 32], known: &Known) {
        self.known().remove(hash);
        known.revoked().cancel();
        tracing::info!(token.id = %known.access().token(), "a credential is no longer valid");
    }

    fn entries(&self, wanted: impl Fn(&Arc<Known>) -> bool) -> Vec<([u8; 32], Arc<Known>)> {
        let known = self.known();
        let wanted = known.iter().filter(|(_, known)| wanted(known));
        wanted
            .map(|(hash, known)| (*hash, Arc::clone(known)))
            .collect()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<[u8; 32], Arc<Known>>> {
        // No operation under the lock can panic half-way, so a poisoned map is as good as new.
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether somebody holds the credential, as a stream does for days.
fn is_held(known: &Arc<Known>) -> bool {
    Arc::strong_count(known) > 1
}
