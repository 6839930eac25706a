//! The frames of usage and outcomes: what a client counted in one window of time.
//!
//! Both kinds have one shape. Tenants are named once and numbered; a row is a list that begins with
//! its tenant's number:
//!
//! ```json
//! {"type":"usage","age":1250,"length":60000,"tenants":["acme","globex"],
//!  "flags":[{"flag":"new-billing","on":[[0,12],[1,3]],"off":[[1,1]],"off_rest":[250,1700]}],
//!  "unknown":[["old-flag",4]],"lost":2}
//! ```
//!
//! **Invariants**
//! - Time is told relative to the sending, by a clock that only runs forward: whatever the host
//!   believes the date to be, it does not matter.
//! - Later fields of a frame and later elements of a row are ignored, so both may be added to.
//! - What was read names tenants and flags by valid keys, and no tenant beyond its list.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use tenantry_core::model::{FlagKey, TenantKey};

use super::measure::Measure;
use super::{Calls, MAX_COUNT};

/// What a client counted in one window of time, or a part of it: a window may take several frames.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "Unchecked<M>")]
pub struct WindowFrame<M: Measure> {
    /// How long ago the window ended when this was sent, in milliseconds.
    pub age: u64,
    /// How long the window was, in milliseconds.
    pub length: u64,
    /// Keys of tenants, which rows name by their place here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<String>,
    /// What was counted, by flag.
    pub flags: Vec<FlagWindow<M>>,
    /// Calls for flags that the client does not know, by key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Row<String, Calls>>,
    /// Calls or outcomes that were counted before this window and never told, because the server
    /// was away for too long or there were too many.
    #[serde(skip_serializing_if = "is_zero")]
    pub lost: u64,
}

/// What was counted of a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct FlagWindow<M: Measure> {
    /// The flag's key.
    pub flag: String,
    /// By tenant, where the flag was on. A row's key is the tenant's place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Row<u32, M>>,
    /// By tenant, where the flag was off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<Row<u32, M>>,
    /// All other tenants for whom it was on, summed. The row's key is how many they are, roughly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_rest: Option<Row<u64, M>>,
    /// All other tenants for whom it was off, summed; as above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_rest: Option<Row<u64, M>>,
}

/// A row: a list of its key and its measure's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<K, M> {
    /// What it is about.
    pub key: K,
    /// What was counted.
    pub measure: M,
}

impl<K: Serialize, M: Measure> Serialize for Row<K, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_seq(None)?;
        row.serialize_element(&self.key)?;
        self.measure.write(&mut row)?;
        row.end()
    }
}

impl<'de, K: Deserialize<'de>, M: Measure> Deserialize<'de> for Row<K, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowVisitor(PhantomData))
    }
}

struct RowVisitor<K, M>(PhantomData<(K, M)>);

impl<'de, K: Deserialize<'de>, M: Measure> Visitor<'de> for RowVisitor<K, M> {
    type Value = Row<K, M>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a row")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Self::Value, A::Error> {
        let key = row.next_element()?;
        let key = key.ok_or_else(|| de::Error::custom("a row without a key"))?;
        let measure = M::read(&mut row)?;
        while row.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Row { key, measure })
    }
}

/// A frame as it is written, before anybody looked at what it says.
#[derive(Deserialize)]
#[serde(bound = "")]
struct Unchecked<M: Measure> {
    age: u64,
    length: u64,
    #[serde(default)]
    tenants: Vec<String>,
    #[serde(default)]
    flags: Vec<FlagWindow<M>>,
    #[serde(default)]
    unknown: Vec<Row<String, Calls>>,
    #[serde(default)]
    lost: u64,
}

impl<M: Measure> TryFrom<Unchecked<M>> for WindowFrame<M> {
    type Error = &'static str;

    fn try_from(frame: Unchecked<M>) -> Result<Self, Self::Error> {
        if !frame.tenants.iter().all(|key| is_tenant(key)) {
            return Err("a tenant's key that is none");
        }
        let unknown = frame.unknown.iter().map(|row| &row.key);
        let mut flags = frame.flags.iter().map(|flag| &flag.flag).chain(unknown);
        if !flags.all(|key| FlagKey::new(key.as_str()).is_ok()) {
            return Err("a flag's key that is none");
        }
        let mut rows = frame
            .flags
            .iter()
            .flat_map(|flag| flag.on.iter().chain(&flag.off));
        if !rows.all(|row| (row.key as usize) < frame.tenants.len()) {
            return Err("a tenant that is not in the list");
        }
        let mut rests = frame
            .flags
            .iter()
            .flat_map(|flag| flag.on_rest.iter().chain(&flag.off_rest));
        if frame.lost > MAX_COUNT || !rests.all(|row| row.key <= MAX_COUNT) {
            return Err("a count that is too large");
        }
        Ok(Self {
            age: frame.age,
            length: frame.length,
            tenants: frame.tenants,
            flags: frame.flags,
            unknown: frame.unknown,
            lost: frame.lost,
        })
    }
}

/// Whether this is a tenant's key.
pub(super) fn is_tenant(key: &str) -> bool {
    TenantKey::new(key).is_ok()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde asks for"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
