//! Identifiers: one type per kind of row, so that they cannot be mixed up.
//!
//! **Invariants**
//! - Ids are version 7 UUIDs, made here and never by a database. They sort by the time they were made.
//! - A new id's random part comes from the operating system; its time part from the caller's `now`.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use uuid::{Timestamp, Uuid};

/// Declares an id type: a UUID that knows what it names.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new id, stamped with `now`.
            pub(crate) fn new(now: DateTime<Utc>) -> Self {
                Self(uuid_v7(now))
            }

            /// The id as a UUID.
            #[must_use]
            pub fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl From<$name> for sea_query::Value {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
    };
}

id!(
    /// Names a project.
    ProjectId
);
id!(
    /// Names an environment.
    EnvironmentId
);
id!(
    /// Names a flag. People see its key.
    FlagId
);
impl FlagId {
    /// No id comes after this one.
    pub(crate) const fn last() -> Self {
        Self(Uuid::max())
    }
}

id!(
    /// Names a segment. People see its key.
    SegmentId
);
id!(
    /// Names a token. It is no secret.
    TokenId
);
id!(
    /// Names a run of a node that writes usage.
    UsageWriterId
);
id!(
    /// Names a node, from its start to its end.
    NodeId
);
id!(
    /// Names a notification.
    NotificationId
);

fn uuid_v7(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix_time(
        seconds,
        now.timestamp_subsec_nanos(),
        0,
        0,
    ))
}
