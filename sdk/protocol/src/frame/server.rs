//! What the server says.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tenantry_core::checksum::Checksum;

use super::{FrameError, Members, body, kind, text};
use crate::item::ItemName;

/// A frame from the server.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ServerFrame<'a> {
    /// The answer to a hello that is up to date.
    Current(Current),
    /// The way from one revision to a later one.
    Delta(Delta<'a>),
    /// The whole state.
    Snapshot(Snapshot<'a>),
    /// The sign of life, every 15 seconds or so.
    Heartbeat(Heartbeat),
    /// To the web interface: fetch this again.
    Changed(Changed<'a>),
    /// To the web interface: something was done to the project.
    Logged(Logged),
}

/// "What you have is the newest."
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Current {
    /// The environment's revision.
    pub revision: u64,
    /// Its checksum.
    pub checksum: Checksum,
    /// The server's clock, in milliseconds since 1970-01-01T00:00Z. To look at, never to act on.
    pub server_time: u64,
}

/// The way from one revision to a later one. Removals come first, then upserts, then members: an
/// item that is in both has been removed and made anew, and its lists with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delta<'a> {
    /// The revision that it starts from; it may only be applied there.
    pub from: u64,
    /// The revision that it leads to.
    pub to: u64,
    /// Items that are new or different, each exactly as stored.
    #[serde(borrow)]
    pub upserts: Vec<&'a RawValue>,
    /// Items that are gone, and their key lists with them.
    pub removals: Vec<ItemName>,
    /// What has changed in key lists.
    #[serde(borrow)]
    pub members: Vec<Members<'a>>,
    /// The checksum of the state at `to`.
    pub checksum: Checksum,
}

/// The whole state at a revision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot<'a> {
    /// The revision.
    pub revision: u64,
    /// All items, each exactly as stored.
    #[serde(borrow)]
    pub items: Vec<&'a RawValue>,
    /// All key lists that are not empty.
    #[serde(borrow)]
    pub members: Vec<Members<'a>>,
    /// The state's checksum.
    pub checksum: Checksum,
}

/// The sign of life. The client answers with what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The revision that this client was brought to last.
    pub revision: u64,
    /// The checksum of the state there.
    pub checksum: Checksum,
    /// The server's clock, in milliseconds since 1970-01-01T00:00Z. To look at, never to act on.
    pub server_time: u64,
}

/// To the web interface: these flags of this environment are at a new revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<'a> {
    /// The environment's key.
    #[serde(borrow)]
    pub environment: Cow<'a, str>,
    /// Its revision.
    pub revision: u64,
    /// The keys of the flags that changed.
    pub keys: Vec<String>,
}

/// To the web interface, if it wants to hear of that: the project's audit log has new entries. They may be
/// of what no environment streams: the roster, tokens, names, plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// The number of the newest entry.
    pub seq: u64,
    /// What was done since the page was told last, such as `tenants.import`: each once. None at all
    /// means that anything may have been.
    pub actions: Vec<String>,
}

impl<'a> ServerFrame<'a> {
    /// Reads a frame; `None` if its kind is unknown, which is to be ignored.
    ///
    /// # Errors
    /// [`FrameError`] if the text is no frame, or a known kind of the wrong shape.
    pub fn parse(text: &'a str) -> Result<Option<Self>, FrameError> {
        Ok(Some(match &*kind(text)? {
            "current" => Self::Current(body("current", text)?),
            "delta" => Self::Delta(body("delta", text)?),
            "snapshot" => Self::Snapshot(body("snapshot", text)?),
            "heartbeat" => Self::Heartbeat(body("heartbeat", text)?),
            "changed" => Self::Changed(body("changed", text)?),
            "logged" => Self::Logged(body("logged", text)?),
            _ => return Ok(None),
        }))
    }

    /// The text that is sent.
    #[must_use]
    pub fn to_text(&self) -> String {
        text(self)
    }
}
