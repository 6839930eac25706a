//! Code references: where a repository's sources ask for which flag. The command line finds them
//! and uploads them; the server shows them beside the flags and judges debt by them.
//!
//! Separate from the debt report because it is about code and not about a project; behind the same
//! feature, `report`.
//!
//! **Invariants**
//! - The document says where and how, and holds no source text: code stays where it is.
//! - What a newer command line knows and this build does not reads as `Other` or is passed over.

use serde::{Deserialize, Serialize};

/// Everything that one commit of a repository asks of flags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeReferences {
    /// What the repository is called, such as `shop/api`. A later document of the same name
    /// replaces this one.
    pub repository: String,
    /// The commit's full name.
    pub commit: String,
    /// The branch on which it was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Where flags are asked for, sorted by flag, path, line and column.
    pub references: Vec<CodeReference>,
    /// Where a flag is asked for whose key only the running program knows, sorted by path, line and
    /// column.
    #[serde(default)]
    pub unresolved: Vec<UnresolvedCall>,
}

/// A place that asks for a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeReference {
    /// The flag's key.
    pub flag: String,
    /// The file, relative to the repository's root, with forward slashes.
    pub path: String,
    /// The line on which the name of what is called stands, from 1.
    pub line: u32,
    /// Where on that line the name begins, from 1, in characters (not bytes).
    pub column: u32,
    /// What the file is written in.
    pub language: Language,
    /// How the key comes into the call.
    pub via: Via,
    /// The name of what is called, such as `is_enabled`.
    pub call: String,
    /// Who last changed the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When the line was last changed, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
}

/// A place that asks for a flag, but for which one is not to be seen in the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnresolvedCall {
    /// The file, relative to the repository's root, with forward slashes.
    pub path: String,
    /// The line on which the name of what is called stands, from 1.
    pub line: u32,
    /// Where on that line the name begins, from 1, in characters (not bytes).
    pub column: u32,
    /// The name of what is called, such as `is_enabled`.
    pub call: String,
}

/// What a source file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Rust.
    Rust,
    /// TypeScript, with or without JSX.
    TypeScript,
    /// JavaScript, with or without JSX.
    JavaScript,
    /// Python.
    Python,
    /// Go.
    Go,
    /// Java.
    Java,
    /// A language that this build does not know.
    #[serde(other)]
    Other,
}

/// How a key comes into a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// As a literal: `is_enabled("new-billing", tenant)`.
    Direct,
    /// Through the name of a constant: `is_enabled(NEW_BILLING, tenant)`.
    Constant,
    /// Through a function of the repository's own that passes it on: `feature_on("new-billing")`.
    Wrapper,
    /// A question to a handle that was made for the flag elsewhere: `new_billing.is_enabled(tenant)`.
    Handle,
    /// Through code that `tenantry codegen` wrote: `flags.new_billing().is_enabled(tenant)`.
    Generated,
    /// A way that this build does not know.
    #[serde(other)]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCES: &str = r#"{"repository":"shop/api","commit":"9fceb02d0ae598e95dc970b74767f19372d61af8","branch":"main","references":[{"flag":"new-billing","path":"src/invoice.rs","line":12,"column":14,"language":"rust","via":"direct","call":"is_enabled","author":"Ada","changed_at":"2026-03-01T09:30:00Z"},{"flag":"new-billing","path":"web/Invoice.tsx","line":3,"column":9,"language":"typescript","via":"constant","call":"useBooleanFlagValue"}],"unresolved":[{"path":"src/any.rs","line":7,"column":5,"call":"is_enabled"}]}"#;

    #[test]
    fn references_are_read_and_written_byte_for_byte() {
        let references: CodeReferences = serde_json::from_str(REFERENCES).expect("references");
        assert_eq!(references.references[1].language, Language::TypeScript);
        let written = serde_json::to_string(&references).expect("references");
        assert_eq!(written, REFERENCES);
    }

    #[test]
    fn a_newer_command_lines_languages_and_fields_are_no_obstacle() {
        let newer = REFERENCES
            .replace("\"language\":\"rust\"", "\"language\":\"cobol\"")
            .replace(
                "\"via\":\"direct\"",
                "\"via\":\"telepathy\",\"certainty\":1",
            );
        let references: CodeReferences = serde_json::from_str(&newer).expect("references");
        assert_eq!(references.references[0].language, Language::Other);
        assert_eq!(references.references[0].via, Via::Other);
    }
}
