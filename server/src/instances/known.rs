//! What this node knows of its instances, and what of it the database does not know yet.
//!
//! **Invariants**
//! - An instance is known by its latest connection: the end of an earlier one changes nothing.
//! - Those that are lost stay here until they are written, and no longer: another node may hear of
//!   them before this one does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use tenantry_store::{
    EnvironmentId, EnvironmentScope, InstanceChange, Lost, NodeId, Read, SdkInstance,
};

use super::{MAX_WAITING, SIGN_EVERY, Taken};

/// An instance of an environment, by its name.
pub(super) type Key = (EnvironmentId, Box<str>);

#[derive(Debug, Default)]
pub(super) struct Known {
    entries: BTreeMap<Key, Entry>,
    /// Those that the database does not know as they are. Absent from `entries`: gone.
    unwritten: BTreeMap<Key, EnvironmentScope<Read>>,
    /// How many connections there have been.
    connections: u64,
    /// When this node last gave a sign of life for each environment.
    signed_at: HashMap<EnvironmentId, DateTime<Utc>>,
}

#[derive(Debug)]
struct Entry {
    environment: EnvironmentScope<Read>,
    connection: u64,
    /// Whether its name was made up here, so that nobody will come back by it.
    is_nameless: bool,
    is: SdkInstance,
}

impl Known {
    /// Notes a connection; its number and the instance's name, which is made up if it has none.
    pub(super) fn connect(
        &mut self,
        environment: &EnvironmentScope<Read>,
        node: NodeId,
        mut is: SdkInstance,
    ) -> (u64, String) {
        self.connections += 1;
        let connection = self.connections;
        let is_nameless = is.instance.is_empty();
        if is_nameless {
            is.instance = format!("{node}/{connection}");
        }
        let name = is.instance.clone();
        let key = (environment.id(), name.as_str().into());
        let entry = Entry {
            environment: environment.clone(),
            connection,
            is_nameless,
            is,
        };
        self.entries.insert(key.clone(), entry);
        self.unwritten.insert(key, environment.clone());
        (connection, name)
    }

    /// Notes which revision an instance answers from.
    pub(super) fn applied(&mut self, key: &Key, connection: u64, revision: u64) {
        let entry = self.entries.get_mut(key);
        let entry = entry.filter(|it| it.connection == connection && it.is.revision != revision);
        if let Some(entry) = entry {
            entry.is.revision = revision;
            self.unwritten
                .insert(key.clone(), entry.environment.clone());
        }
    }

    /// Notes the end of a connection; without `lost` the instance is forgotten, as is one that nobody
    /// could know again.
    pub(super) fn leave(&mut self, key: &Key, connection: u64, lost: Option<Lost>) {
        let Some(entry) = self.entries.get_mut(key) else {
            return;
        };
        if entry.connection != connection {
            return;
        }
        self.unwritten
            .insert(key.clone(), entry.environment.clone());
        if lost.is_some() && !entry.is_nameless && self.unwritten.len() <= MAX_WAITING {
            entry.is.lost = lost;
        } else {
            self.entries.remove(key);
        }
    }

    /// What is to be written now; `None` if nothing is.
    pub(super) fn take(&mut self, now: DateTime<Utc>) -> Option<Taken> {
        let mut changes = Vec::with_capacity(self.unwritten.len());
        for (key, environment) in std::mem::take(&mut self.unwritten) {
            let is = self.entries.get(&key).map(|entry| entry.is.clone());
            if is.as_ref().is_some_and(|is| is.lost.is_some()) {
                self.entries.remove(&key);
            }
            changes.push(InstanceChange {
                environment,
                is,
                instance: key.1.into(),
            });
        }
        let present = self.unsigned(now);
        (!changes.is_empty() || !present.is_empty()).then_some(Taken { changes, present })
    }

    /// The environments with an instance for which it is time to give a sign of life.
    fn unsigned(&mut self, now: DateTime<Utc>) -> Vec<EnvironmentScope<Read>> {
        let mut present = Vec::new();
        let mut seen = BTreeSet::new();
        for entry in self.entries.values().filter(|it| it.is.lost.is_none()) {
            let id = entry.environment.id();
            if !seen.insert(id) {
                continue;
            }
            let signed_at = self.signed_at.get(&id);
            if signed_at.is_none_or(|at| now - *at >= SIGN_EVERY) {
                self.signed_at.insert(id, now);
                present.push(entry.environment.clone());
            }
        }
        present
    }

    /// Takes back what could not be written. Who knows what became of the rest meanwhile: all of it
    /// is written anew.
    pub(super) fn take_back(&mut self, taken: Taken) {
        for change in taken.changes {
            let key = (change.environment.id(), change.instance.into());
            if let Some(is) = change.is.filter(|is| is.lost.is_some()) {
                // The number of a connection that is over: nobody has it any more.
                let entry = Entry {
                    environment: change.environment.clone(),
                    connection: 0,
                    is_nameless: false,
                    is,
                };
                self.entries.entry(key.clone()).or_insert(entry);
            }
            self.unwritten.insert(key, change.environment);
        }
        for (key, entry) in &self.entries {
            self.unwritten
                .insert(key.clone(), entry.environment.clone());
        }
        self.signed_at.clear();
    }

    /// The instances of an environment: those of this node and those that the database tells of, each
    /// once, as its latest connection has it; by name.
    pub(super) fn of(
        &self,
        environment: EnvironmentId,
        written: Vec<SdkInstance>,
    ) -> Vec<SdkInstance> {
        let first = (environment, Box::from(""));
        let own = self.entries.range(first..);
        let own = own.take_while(|((id, _), _)| *id == environment);
        let own = own.map(|(_, entry)| entry.is.clone());
        let is_gone = |is: &SdkInstance| {
            let key = (environment, is.instance.as_str().into());
            is.lost.is_some()
                && self.unwritten.contains_key(&key)
                && !self.entries.contains_key(&key)
        };
        let written = written.into_iter().filter(|is| !is_gone(is));
        let mut all: BTreeMap<String, SdkInstance> = BTreeMap::new();
        for is in own.chain(written) {
            let rank = |it: &SdkInstance| (it.lost.is_none(), it.connected_at);
            let known = all.get(&is.instance);
            if known.is_none_or(|known| rank(&is) > rank(known)) {
                all.insert(is.instance.clone(), is);
            }
        }
        all.into_values().collect()
    }
}
