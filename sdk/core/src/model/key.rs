//! Keys: the names of things, checked once at the edge and trusted ever after.
//!
//! **Invariants**
//! - A value of a key type satisfies its grammar; there is no other way to make one.
//! - Keys compare and sort by their bytes. Nothing is normalised: two spellings are two keys.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A key that does not satisfy its grammar. The message says what the grammar is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} must be {grammar}")]
pub struct InvalidKey {
    what: &'static str,
    grammar: &'static str,
}

/// Declares a key type: a boxed string that can only be made through its check.
macro_rules! key {
    ($(#[$doc:meta])* $name:ident, $what:literal, $grammar:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks `text` against the grammar.
            ///
            /// # Errors
            /// [`InvalidKey`] if it does not satisfy the grammar; the message states it.
            pub fn new(text: impl Into<Box<str>>) -> Result<Self, InvalidKey> {
                let text = text.into();
                let check: fn(&str) -> bool = $check;
                if check(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidKey { what: $what, grammar: $grammar })
                }
            }

            /// The key as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidKey;
            fn from_str(text: &str) -> Result<Self, InvalidKey> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidKey;
            fn try_from(text: String) -> Result<Self, InvalidKey> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(key: $name) -> Self {
                key.0.into()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

key!(
    /// A flag's key: 1 to 128 of `A-Z a-z 0-9 . _ ~ -`, but not `.` or `..`, so that it travels
    /// unescaped in a path.
    FlagKey, "a flag key", "1 to 128 of the characters A-Z a-z 0-9 . _ ~ - (and not \".\" or \"..\")",
    is_path_safe
);
key!(
    /// A segment's key; the grammar of [`FlagKey`].
    SegmentKey, "a segment key", "1 to 128 of the characters A-Z a-z 0-9 . _ ~ - (and not \".\" or \"..\")",
    is_path_safe
);
key!(
    /// A project's key: 1 to 64 of `a-z 0-9 -`, beginning and ending with a letter or digit.
    ProjectKey, "a project key", "1 to 64 of the characters a-z 0-9 -, beginning and ending with a letter or digit",
    is_slug
);
key!(
    /// An environment's key; the grammar of [`ProjectKey`].
    EnvironmentKey, "an environment key", "1 to 64 of the characters a-z 0-9 -, beginning and ending with a letter or digit",
    is_slug
);
key!(
    /// A tenant's key: opaque, 1 to 256 bytes of UTF-8.
    TenantKey, "a tenant key", "1 to 256 bytes of UTF-8",
    |text| (1..=256).contains(&text.len())
);

fn is_path_safe(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text != "."
        && text != ".."
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b))
}

fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The name of one streamed item, written `flag/new-billing` or `segment/design-partners`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ItemId {
    /// A flag.
    Flag(FlagKey),
    /// A segment.
    Segment(SegmentKey),
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(key) => write!(f, "flag/{key}"),
            Self::Segment(key) => write!(f, "segment/{key}"),
        }
    }
}

impl FromStr for ItemId {
    type Err = InvalidKey;
    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        match text.split_once('/') {
            Some(("flag", key)) => key.parse().map(Self::Flag),
            Some(("segment", key)) => key.parse().map(Self::Segment),
            _ => Err(InvalidKey {
                what: "an item's name",
                grammar: "flag/ and a flag key, or segment/ and a segment key",
            }),
        }
    }
}

impl TryFrom<String> for ItemId {
    type Error = InvalidKey;
    fn try_from(text: String) -> Result<Self, InvalidKey> {
        text.parse()
    }
}

impl From<ItemId> for String {
    fn from(id: ItemId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_keys_are_path_safe() {
        for good in ["a", "new-billing", "A.b_c~d-9", "...", &"k".repeat(128)] {
            assert!(FlagKey::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "a b",
            "a%2f",
            "ä",
            "a\0",
            &"k".repeat(129),
        ] {
            assert!(FlagKey::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn environment_keys_are_slugs() {
        assert!(EnvironmentKey::new("staging-2").is_ok());
        for bad in ["", "-a", "a-", "A", "a_b", &"k".repeat(65)] {
            assert!(EnvironmentKey::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tenant_keys_are_opaque_but_bounded_in_bytes() {
        assert!(TenantKey::new("Ärzte GmbH & Söhne").is_ok());
        assert!(TenantKey::new("é".repeat(128)).is_ok());
        assert!(TenantKey::new("é".repeat(129)).is_err());
        assert!(TenantKey::new("").is_err());
    }

    #[test]
    fn item_names_are_read_as_they_are_written() {
        for name in ["flag/new-billing", "segment/design-partners"] {
            let id: ItemId = name.parse().expect("a name");
            assert_eq!(id.to_string(), name);
            assert_eq!(serde_json::to_value(&id).expect("text"), name);
        }
        for bad in [
            "",
            "flag",
            "flag/",
            "flags/a",
            "Flag/a",
            "flag/a/b",
            "segment/a b",
        ] {
            assert!(bad.parse::<ItemId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn serde_refuses_what_the_grammar_refuses() {
        assert!(serde_json::from_str::<FlagKey>("\"ok\"").is_ok());
        let error = serde_json::from_str::<FlagKey>("\"no/good\"").expect_err("a slash");
        assert!(
            error.to_string().starts_with("a flag key must be 1 to 128"),
            "{error}"
        );
    }
}
