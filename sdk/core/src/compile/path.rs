//! Paths and findings: where in a document the compiler is, and what it found wrong so far.
//!
//! **Invariants**
//! - A path is rendered only for a problem, so that a list of a million good keys costs no text.
//! - Findings are bounded: a hostile document cannot make its list of problems bigger than
//!   [`MAX_PROBLEMS`] entries.

use std::fmt;

use crate::limits::MAX_PROBLEMS;
use crate::model::Problems;

/// A place in a document, such as `rules[0].conditions[2].values`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'p> {
    /// The document.
    Root,
    /// A field of an object.
    Field(&'p Path<'p>, &'static str),
    /// An element of a list.
    Index(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    pub(crate) const fn field(&'p self, name: &'static str) -> Self {
        Self::Field(self, name)
    }

    pub(crate) const fn index(&'p self, index: usize) -> Self {
        Self::Index(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(Self::Root, name) => f.write_str(name),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// What was found wrong with a document.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    problems: Problems,
    /// Problems beyond those that are kept.
    further: usize,
}

impl Findings {
    pub(crate) fn push(&mut self, path: Path<'_>, message: impl Into<String>) {
        if self.problems.0.len() < MAX_PROBLEMS {
            self.problems.push(path.to_string(), message);
        } else {
            self.further += 1;
        }
    }

    pub(crate) fn into_problems(mut self) -> Problems {
        if self.further > 0 {
            self.problems
                .push("", format!("and {} more problems", self.further));
        }
        self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_rendered_from_its_steps() {
        let rules = Path::Root.field("rules");
        let rule = rules.index(2);
        assert_eq!(rule.field("effect").to_string(), "rules[2].effect");
        assert_eq!(Path::Root.to_string(), "");
    }

    #[test]
    fn problems_are_bounded_and_counted() {
        let mut findings = Findings::default();
        for index in 0..MAX_PROBLEMS + 5 {
            findings.push(Path::Root.field("allow").index(index), "too long");
        }
        let problems = findings.into_problems().0;
        assert_eq!(problems.len(), MAX_PROBLEMS + 1);
        assert_eq!(problems[MAX_PROBLEMS - 1].path, "allow[999]");
        assert_eq!(problems[MAX_PROBLEMS].message, "and 5 more problems");
    }
}
