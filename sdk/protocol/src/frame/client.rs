//! What a client says.

use serde::{Deserialize, Serialize};
use tenantry_core::checksum::Checksum;

use super::{FrameError, body, kind, text};
use crate::usage::{Calls, Measure, Outcomes, WindowFrame};

/// A frame from a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientFrame {
    /// The first frame of an SDK: what it has.
    Hello(Hello),
    /// The answer to a heartbeat: what it has now.
    Applied(Applied),
    /// What it has disagrees with what it is told; it needs a snapshot.
    Resync,
    /// The first and only frame of the web interface: what it wants to hear of.
    Subscribe(Subscribe),
    /// How often flags were asked.
    Usage(WindowFrame<Calls>),
    /// What became of the work behind flags.
    Outcomes(WindowFrame<Outcomes>),
}

/// What an SDK has when it connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The revision of its state; 0, with a checksum of zeros, if it has none.
    pub revision: u64,
    /// The checksum of its state.
    pub checksum: Checksum,
    /// The version of the document model that it understands; see [`crate::SCHEMA`].
    pub schema: u32,
    /// Its name and version, such as `tenantry-rust/0.1.0`.
    #[serde(default)]
    pub sdk: String,
}

/// An acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The revision that the SDK answers from.
    pub revision: u64,
}

/// The environments that the web interface watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscribe {
    /// Keys of environments of the connection's project.
    pub environments: Vec<String>,
    /// Whether it wants to hear of every entry of the project's audit log, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log: bool,
}

impl ClientFrame {
    /// Reads a frame; `None` if its kind is unknown, which is to be ignored.
    ///
    /// # Errors
    /// [`FrameError`] if the text is no frame, or a known kind of the wrong shape.
    pub fn parse(text: &str) -> Result<Option<Self>, FrameError> {
        Ok(Some(match &*kind(text)? {
            "hello" => Self::Hello(body("hello", text)?),
            "applied" => Self::Applied(body("applied", text)?),
            "resync" => body("resync", text).map(|Empty {}| Self::Resync)?,
            "subscribe" => Self::Subscribe(body("subscribe", text)?),
            Calls::KIND => Self::Usage(body(Calls::KIND, text)?),
            Outcomes::KIND => Self::Outcomes(body(Outcomes::KIND, text)?),
            _ => return Ok(None),
        }))
    }

    /// The text that is sent.
    #[must_use]
    pub fn to_text(&self) -> String {
        text(self)
    }
}

/// The text of a frame of usage or outcomes.
pub(crate) fn window_text<M: Measure>(frame: &WindowFrame<M>) -> String {
    #[derive(Serialize)]
    #[serde(bound = "")]
    struct Tagged<'a, M: Measure> {
        r#type: &'static str,
        #[serde(flatten)]
        frame: &'a WindowFrame<M>,
    }
    text(&Tagged {
        r#type: M::KIND,
        frame,
    })
}

/// A frame that says all it has to say by its kind.
#[derive(Deserialize)]
struct Empty {}
