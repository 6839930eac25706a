//! The frames of the stream: JSON texts that say their kind in `type`.
//!
//! Frames borrow from the text they were read from, so that a large snapshot is not copied before
//! it is known to be good.
//!
//! **Invariants**
//! - Unknown kinds and unknown fields are ignored; a known kind of the wrong shape is an error.
//! - Item bytes are kept exactly as they were received: checksums are computed from them.
//! - We write `type` first and no insignificant white space. Readers must not rely on it.

mod client;
mod server;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

pub(crate) use client::window_text;
pub use client::{Applied, ClientFrame, Hello, Subscribe};
pub use server::{Changed, Current, Delta, Heartbeat, Logged, ServerFrame, Snapshot};

use crate::item::ItemName;

/// A text that is no frame of this protocol.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The text is no JSON object with a textual `type`.
    #[error("not a frame")]
    NotAFrame(#[source] serde_json::Error),
    /// The kind is known, the shape is not.
    #[error("malformed {kind} frame")]
    Malformed {
        /// The frame's `type`.
        kind: &'static str,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
}

/// A change of one key list, or in a snapshot the whole of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members<'a> {
    /// The item whose list it is.
    pub owner: ItemName,
    /// The list: `allow` or `block` of a flag, `members` of a segment.
    #[serde(borrow)]
    pub list: Cow<'a, str>,
    /// Tenants that are in the list from now on.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Tenant<'a>>,
    /// Tenants that are no longer in the list.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<Tenant<'a>>,
}

/// A tenant's key in a frame, borrowed from the frame's text where that is possible.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tenant<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl<'a> From<&'a str> for Tenant<'a> {
    fn from(key: &'a str) -> Self {
        Self(Cow::Borrowed(key))
    }
}

/// The kind of a frame. Ours come with `type` first, so that a large frame is not read twice.
fn kind(text: &str) -> Result<Cow<'_, str>, FrameError> {
    if let Some((kind, _)) = text
        .strip_prefix("{\"type\":\"")
        .and_then(|rest| rest.split_once('"'))
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    {
        return Ok(Cow::Borrowed(kind));
    }
    // A map, because a struct would be read from a list as well.
    let fields: BTreeMap<Cow<'_, str>, &RawValue> =
        serde_json::from_str(text).map_err(FrameError::NotAFrame)?;
    let kind = fields.get("type").map_or("null", |kind| kind.get());
    let kind: String = serde_json::from_str(kind).map_err(FrameError::NotAFrame)?;
    Ok(Cow::Owned(kind))
}

/// Reads the body of a frame of a known kind, which [`kind`] found in an object.
fn body<'a, T: Deserialize<'a>>(kind: &'static str, text: &'a str) -> Result<T, FrameError> {
    serde_json::from_str(text).map_err(|source| FrameError::Malformed { kind, source })
}

/// Writes a frame.
fn text(frame: &impl Serialize) -> String {
    serde_json::to_string(frame).expect("frames have textual keys only, so they always serialise")
}
