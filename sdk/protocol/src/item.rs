//! The names of streamed items, and how the name of an item is found in its bytes.
//!
//! Separate from `tenantry_core::model::ItemId` because a replica must carry items whose kind this
//! build does not know: they count in the checksum, and an unchanged one must not be asked for
//! again.
//!
//! **Invariants**
//! - A name is `kind/key` with both parts non-empty.
//! - The name of an item is a function of its bytes alone.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tenantry_core::model::{FlagKey, Item, ItemId, SegmentKey};
use thiserror::Error;

/// The name of a streamed item of any kind: `flag/new-billing`, `segment/design-partners`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemName(Arc<str>);

/// A text that is no item's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an item's name is kind/key")]
pub struct InvalidItemName;

impl ItemName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a flag.
    #[must_use]
    pub fn of_flag(key: &FlagKey) -> Self {
        Self(format!("flag/{key}").into())
    }

    /// The flag that has this name, if it names one.
    #[must_use]
    pub fn flag_key(&self) -> Option<FlagKey> {
        FlagKey::new(self.0.strip_prefix("flag/")?).ok()
    }

    /// The segment that has this name, if it names one.
    #[must_use]
    pub fn segment_key(&self) -> Option<SegmentKey> {
        SegmentKey::new(self.0.strip_prefix("segment/")?).ok()
    }
}

impl FromStr for ItemName {
    type Err = InvalidItemName;

    fn from_str(text: &str) -> Result<Self, InvalidItemName> {
        match text.split_once('/') {
            Some((kind, key)) if !kind.is_empty() && !key.is_empty() => Ok(Self(text.into())),
            _ => Err(InvalidItemName),
        }
    }
}

impl TryFrom<String> for ItemName {
    type Error = InvalidItemName;

    fn try_from(text: String) -> Result<Self, InvalidItemName> {
        text.parse()
    }
}

impl From<ItemName> for String {
    fn from(name: ItemName) -> Self {
        name.0.as_ref().into()
    }
}

impl From<&ItemId> for ItemName {
    fn from(id: &ItemId) -> Self {
        Self(id.to_string().into())
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Bytes that are no item: `{"<kind>": {"key": "<key>", …}}` is expected.
#[derive(Debug, Error)]
#[error("an item must be {{\"<kind>\": {{\"key\": \"<key>\", …}}}}")]
pub struct NotAnItem(#[source] Option<serde_json::Error>);

/// An item's bytes, read as far as this build understands them.
pub(crate) struct ReadItem {
    /// The item's name, which is always found.
    pub(crate) name: ItemName,
    /// The item, or why it is not understood: an unknown kind, or a document that cannot be read.
    pub(crate) item: Result<Item, serde_json::Error>,
}

/// Reads an item's bytes.
///
/// # Errors
/// [`NotAnItem`] if not even a name can be found. An item of an unknown kind, or one whose document
/// this build cannot read, is no error: its name and its bytes are all that a replica needs.
pub(crate) fn read(bytes: &RawValue) -> Result<ReadItem, NotAnItem> {
    // The common case in one pass; a second one only for what this build does not understand.
    match serde_json::from_str::<Item>(bytes.get()) {
        Ok(item) => Ok(ReadItem {
            name: ItemName::from(&item.id()),
            item: Ok(item),
        }),
        Err(source) => name(bytes).map(|name| ReadItem {
            name,
            item: Err(source),
        }),
    }
}

/// Reads the bytes of an item whose name is known from elsewhere.
pub(crate) fn read_as(name: ItemName, bytes: &RawValue) -> ReadItem {
    ReadItem {
        name,
        item: serde_json::from_str(bytes.get()),
    }
}

fn name(bytes: &RawValue) -> Result<ItemName, NotAnItem> {
    #[derive(Deserialize)]
    struct Keyed {
        key: String,
    }
    let kinds: BTreeMap<String, Keyed> =
        serde_json::from_str(bytes.get()).map_err(|source| NotAnItem(Some(source)))?;
    let mut kinds = kinds.into_iter();
    match (kinds.next(), kinds.next()) {
        (Some((kind, keyed)), None) => format!("{kind}/{}", keyed.key)
            .parse()
            .map_err(|InvalidItemName| NotAnItem(None)),
        _ => Err(NotAnItem(None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &str) -> Option<(String, bool)> {
        let bytes: Box<RawValue> = serde_json::from_str(bytes).expect("JSON");
        let read = read(&bytes).ok()?;
        Some((read.name.to_string(), read.item.is_ok()))
    }

    #[test]
    fn names_are_found_in_what_is_understood_and_in_what_is_not() {
        let flag = r#"{"flag":{"key":"a","salt":"s","targeting":{}}}"#;
        assert_eq!(check(flag), Some(("flag/a".into(), true)));
        assert_eq!(
            check(r#"{"segment":{"key":"b"}}"#),
            Some(("segment/b".into(), true))
        );
        assert_eq!(
            check(r#"{"plan":{"stages":[1],"key":"c"}}"#),
            Some(("plan/c".into(), false))
        );
        // A flag whose document this build cannot read still has a name.
        assert_eq!(
            check(r#"{"flag":{"key":"a","salt":7}}"#),
            Some(("flag/a".into(), false))
        );
        assert_eq!(
            check(r#"{"flag":{"key":"no good"}}"#),
            Some(("flag/no good".into(), false))
        );
    }

    #[test]
    fn what_has_no_name_is_no_item() {
        for bytes in [
            "{}",
            "[]",
            "null",
            r#"{"flag":{}}"#,
            r#"{"flag":{"key":""}}"#,
            r#"{"":{"key":"a"}}"#,
            r#"{"flag":{"key":7}}"#,
            r#"{"flag":{"key":"a"},"segment":{"key":"a"}}"#,
        ] {
            assert_eq!(check(bytes), None, "{bytes}");
        }
    }
}
