//! Overrides: a fixed client's flag, on or off for as long as a scope lasts.
//!
//! Separate from [`Fixed`](super::Fixed), which says what the answers are before there is a client.
//!
//! **Invariants**
//! - What a flag answers follows from the definitions and from the overrides that are alive, in the
//!   order in which they began; so scopes may end in any order, on any thread, by a panic too.
//! - Slots stay: a handle that was made inside a scope is good outside of it.

use std::sync::{Arc, Mutex, PoisonError};

use tenantry_core::FlagKey;

use super::definitions::{Definitions, compiled, key, overridden};
use crate::client::Client;
use crate::publish::Shared;

/// What a fixed client was built with, and what is overridden now.
#[derive(Debug)]
pub(crate) struct Overrides {
    definitions: Definitions,
    /// Held while the ruleset is replaced, so that two scopes do not undo each other's work.
    alive: Mutex<Alive>,
}

#[derive(Debug, Default)]
struct Alive {
    /// The oldest first.
    overrides: Vec<(u64, FlagKey, bool)>,
    /// The number of the next one.
    next: u64,
}

/// A flag is on, or off, for as long as this lives. Made by [`Client::override_flag`].
#[derive(Debug)]
#[must_use = "the flag answers as before as soon as this is dropped"]
pub struct Override {
    shared: Arc<Shared>,
    key: FlagKey,
    number: u64,
}

/// For clients with fixed answers; see [`Client::fixed`].
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
impl Client {
    /// Runs `scope` while the flag is on, or off, for every tenant. Afterwards it is what it was
    /// before, even if `scope` panics. The flag's variants stay; a flag that the client does not
    /// have is there for that long.
    ///
    /// The override is the *client's*: its clones and handles answer so on every thread and in
    /// every task, also in those which `scope` did not start. Tests that run at the same time
    /// therefore need a client each, which [`Client::fixed`] makes in microseconds. Of several
    /// overrides of one flag the one that began last counts, whatever order they end in.
    ///
    /// ```
    /// let flags = tenantry::Client::fixed().with("new-billing", false).build();
    /// let greeting = || if flags.is_enabled("new-billing", "acme") { "new" } else { "old" };
    ///
    /// assert_eq!(greeting(), "old");
    /// assert_eq!(flags.with_flag("new-billing", true, greeting), "new");
    /// assert_eq!(greeting(), "old");
    /// ```
    ///
    /// # Panics
    /// If `flag` is no flag key, or if this client's answers come from a server: what the server
    /// says would undo the override at any moment.
    pub fn with_flag<R>(&self, flag: &str, on: bool, scope: impl FnOnce() -> R) -> R {
        let _until_the_end = self.override_flag(flag, on);
        scope()
    }

    /// Like [`with_flag`](Self::with_flag), for a scope that waits. The flag is overridden while
    /// the returned future lives, from when it is first polled: also between polls, and for
    /// everybody who asks this client.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let flags = tenantry::Client::fixed().build();
    /// let seen = flags
    ///     .with_flag_async("new-billing", true, async || {
    ///         tokio::task::yield_now().await;
    ///         flags.is_enabled("new-billing", "acme")
    ///     })
    ///     .await;
    /// assert!(seen);
    /// assert!(!flags.is_enabled("new-billing", "acme"));
    /// # });
    /// ```
    ///
    /// # Panics
    /// As [`with_flag`](Self::with_flag).
    ///
    /// # Cancel safety
    /// Dropping it ends the override.
    pub async fn with_flag_async<R>(
        &self,
        flag: &str,
        on: bool,
        scope: impl AsyncFnOnce() -> R,
    ) -> R {
        let _until_the_end = self.override_flag(flag, on);
        scope().await
    }

    /// The same as a guard, for scopes that are no closure: a fixture, or the rest of a test.
    ///
    /// ```
    /// let flags = tenantry::Client::fixed().build();
    /// let guard = flags.override_flag("new-billing", true);
    /// assert!(flags.is_enabled("new-billing", "acme"));
    /// drop(guard);
    /// assert!(!flags.is_enabled("new-billing", "acme"));
    /// ```
    ///
    /// # Panics
    /// As [`with_flag`](Self::with_flag).
    pub fn override_flag(&self, flag: &str, on: bool) -> Override {
        let shared = self.shared();
        let Some(overrides) = &shared.overrides else {
            panic!("only the flags of a client with fixed answers can be overridden");
        };
        let key = key(flag);
        let number = overrides.begin(shared, &key, on);
        Override {
            shared: Arc::clone(shared),
            key,
            number,
        }
    }
}

impl Drop for Override {
    fn drop(&mut self) {
        if let Some(overrides) = &self.shared.overrides {
            overrides.end(&self.shared, &self.key, self.number);
        }
    }
}

impl Overrides {
    pub(super) fn of(definitions: Definitions) -> Self {
        Self {
            definitions,
            alive: Mutex::default(),
        }
    }

    fn begin(&self, shared: &Shared, key: &FlagKey, on: bool) -> u64 {
        self.change(shared, key, |alive| {
            let number = alive.next;
            alive.next += 1;
            alive.overrides.push((number, key.clone(), on));
            number
        })
    }

    fn end(&self, shared: &Shared, key: &FlagKey, number: u64) {
        self.change(shared, key, |alive| {
            alive.overrides.retain(|(other, _, _)| *other != number);
        });
    }

    /// Changes what is alive, and then the one flag that this is about.
    fn change<R>(&self, shared: &Shared, key: &FlagKey, change: impl FnOnce(&mut Alive) -> R) -> R {
        // Nothing below panics with the list half changed, so a poisoned lock is as good as another.
        let mut alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut alive);
        let newest = alive.overrides.iter().rev().find(|(_, of, _)| of == key);
        let mut edit = shared.ruleset.load().edit();
        match (newest, self.definitions.get(key)) {
            (Some((_, _, on)), definition) => {
                edit.upsert(Arc::new(compiled(&overridden(key, definition, *on))));
            }
            (None, Some(definition)) => edit.upsert(Arc::new(compiled(definition))),
            (None, None) => edit.remove(key),
        }
        shared.ruleset.swap(Arc::new(edit.build()));
        result
    }
}
