//! A clock that stands still until a test moves it, also for servers in processes of their own.
//!
//! Separate from the clock of a server in this process, which runs on meanwhile: where every minute
//! is played, two runs are the same to the millisecond, however long the machine took for them.
//!
//! **Invariants**
//! - Whoever reads it finds one time or the next, never a part of one.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

/// A clock in a file.
#[derive(Debug)]
pub struct StandingClock {
    folder: TempDir,
}

impl StandingClock {
    /// Where a process looks for the file.
    pub const VARIABLE: &str = "TENANTRY_TEST_CLOCK";

    /// A clock that shows this time.
    #[must_use]
    pub fn at(time: DateTime<Utc>) -> Self {
        let clock = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        clock.set(time);
        clock
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        Self::read(&self.file())
    }

    /// Moves it forward.
    pub fn travel(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }

    /// The file that says what it shows, in milliseconds since 1970.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("now")
    }

    /// What the clock in this file shows.
    #[must_use]
    pub fn read(file: &Path) -> DateTime<Utc> {
        let text = fs::read_to_string(file).expect("the clock's file");
        let milliseconds = text.parse().expect("milliseconds");
        DateTime::from_timestamp_millis(milliseconds).expect("a time")
    }

    fn set(&self, time: DateTime<Utc>) {
        let next = self.folder.path().join("next");
        fs::write(&next, time.timestamp_millis().to_string()).expect("a folder of ours");
        fs::rename(&next, self.file()).expect("a folder of ours");
    }
}
