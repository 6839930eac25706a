//! The languages: whose files they are, and which grammar reads them.

use std::path::Path;

use tenantry_protocol::references;

/// A language with its grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Rust.
    Rust,
    /// TypeScript without JSX.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// JavaScript, with or without JSX.
    JavaScript,
    /// Python.
    Python,
    /// Go.
    Go,
    /// Java.
    Java,
}

impl Language {
    /// The language of a file, by its name.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()? {
            "rs" => Self::Rust,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            "py" | "pyi" => Self::Python,
            "go" => Self::Go,
            "java" => Self::Java,
            _ => return None,
        })
    }

    /// What imports what: the languages of one family share their modules.
    /// Whether it is TypeScript or JavaScript.
    pub(crate) fn is_script(self) -> bool {
        self.family() == references::Language::TypeScript
    }

    pub(crate) fn family(self) -> references::Language {
        match self {
            Self::TypeScript | Self::Tsx | Self::JavaScript => references::Language::TypeScript,
            other => other.into(),
        }
    }

    pub(crate) fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
            Self::Java => tree_sitter_java::LANGUAGE.into(),
        }
    }
}

impl From<Language> for references::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Rust => Self::Rust,
            Language::TypeScript | Language::Tsx => Self::TypeScript,
            Language::JavaScript => Self::JavaScript,
            Language::Python => Self::Python,
            Language::Go => Self::Go,
            Language::Java => Self::Java,
        }
    }
}
