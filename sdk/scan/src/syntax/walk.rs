//! The walk over a file's tree, the same for all languages.
//!
//! **Invariants**
//! - No recursion: a tree may be as deep as a file is long.

use std::collections::HashSet;

use tree_sitter::{Node, Tree};

use super::collector::Collector;
use super::{Facts, go, java, python, rust, script};
use crate::language::Language;

/// The facts of a file, with the calls of what is called one of `names`.
pub(crate) fn read(language: Language, text: &[u8], tree: &Tree, names: &HashSet<String>) -> Facts {
    let enter: fn(Node<'_>, &mut Collector<'_>) -> bool = match language {
        Language::Rust => rust::enter,
        Language::TypeScript | Language::Tsx | Language::JavaScript => script::enter,
        Language::Python => python::enter,
        Language::Go => go::enter,
        Language::Java => java::enter,
    };
    let mut collector = Collector::new(text, names);
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let descend = if node.is_named() {
            collector.arrive(node);
            enter(node, &mut collector)
        } else {
            // A keyword may hide what it introduces only in broken code.
            node.child_count() > 0
        };
        if descend && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return collector.facts;
            }
        }
    }
}
