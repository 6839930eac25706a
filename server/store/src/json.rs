//! Documents as text.

use serde::Serialize;

/// The JSON of a document of ours. Their maps have text keys and their numbers are finite, so there is
/// always one.
pub(crate) fn text(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("documents have text keys and finite numbers")
}
