//! What the other files of the tree say of a name, where one file alone cannot tell whether
//! something may go.
//!
//! **Invariants**
//! - A file is read only when a question comes to it, and each question is answered once.

use std::cell::RefCell;
use std::collections::HashMap;

use tree_sitter::Node;

use super::drops::is_plain_type;
use super::keys::words;
use super::layout::{Page, parts};
use super::plan::text_of;
use crate::language::Language;
use crate::source;
use crate::tree::Tree;

/// The files around one that is rewritten.
pub(super) struct Around<'a> {
    tree: &'a Tree,
    /// The file that is rewritten.
    own: usize,
    /// Functions by their names: whether what they give ends without anybody noticing.
    plain: RefCell<HashMap<String, bool>>,
    /// Names, and whether another file says them.
    said: RefCell<HashMap<String, bool>>,
}

impl<'a> Around<'a> {
    pub(super) fn of(tree: &'a Tree, own: usize) -> Self {
        Self {
            tree,
            own,
            plain: RefCell::default(),
            said: RefCell::default(),
        }
    }

    pub(super) fn language(&self) -> Language {
        self.tree.language(self.own)
    }

    /// Whether every function of this name gives what ends without anybody noticing; a function of
    /// another crate is not known.
    pub(super) fn gives_plain(&self, function: &str) -> bool {
        if let Some(known) = self.plain.borrow().get(function) {
            return *known;
        }
        let declaration = format!("fn {function}");
        let mut found = self
            .family()
            .filter(|text| text.contains(&declaration))
            .flat_map(|text| declared(&text, function))
            .peekable();
        let is_plain = found.peek().is_some() && found.all(|it| it);
        let mut plain = self.plain.borrow_mut();
        plain.insert(function.to_owned(), is_plain);
        is_plain
    }

    /// Whether another file may take a name from the module above it.
    pub(super) fn names_above(&self, name: &str) -> bool {
        let named = format!("super::{name}");
        self.below().any(|text| {
            let takes_some = text.contains("super::*") || text.contains("super::{");
            text.contains(&named) || (takes_some && words(&text, name) > 0)
        })
    }

    /// Whether a file of the tree declares a trait of this name.
    pub(super) fn has_trait(&self, name: &str) -> bool {
        let declaration = format!("trait {name}");
        self.family().any(|text| text.contains(&declaration))
    }

    /// Whether a file that can see what is private to this one says a name.
    pub(super) fn says(&self, page: &Page<'_>, name: &str) -> bool {
        if !self.is_open(page) {
            return false;
        }
        // One file by itself: the others are not known.
        if self.tree.files.len() == 1 {
            return true;
        }
        if let Some(known) = self.said.borrow().get(name) {
            return *known;
        }
        let is_said = self.below().any(|text| words(&text, name) > 0);
        self.said.borrow_mut().insert(name.to_owned(), is_said);
        is_said
    }

    /// Whether others see what is private to the file: Rust's modules below it, and scripts that
    /// are loaded together and are no modules.
    fn is_open(&self, page: &Page<'_>) -> bool {
        let items = parts(page.tree.root_node());
        match self.language() {
            Language::Rust => items.iter().any(|it| has_module_elsewhere(*it)),
            _ => !items.iter().any(|it| {
                matches!(it.kind(), "import_statement" | "export_statement")
                    || page.of(*it).contains("require(")
                    || page.of(*it).contains("module.exports")
            }),
        }
    }

    /// The texts of the files that see what is private to the file: of Rust those in its folder,
    /// where its modules are.
    fn below(&self) -> impl Iterator<Item = String> {
        let path = self.tree.files[self.own].path.as_str();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = match name {
            _ if self.language() != Language::Rust => String::new(),
            "mod.rs" | "lib.rs" | "main.rs" if folder.is_empty() => String::new(),
            "mod.rs" | "lib.rs" | "main.rs" => format!("{folder}/"),
            _ => format!("{}/", path.trim_end_matches(".rs")),
        };
        let family = self.language().family();
        (0..self.tree.files.len())
            .filter(move |file| *file != self.own && self.tree.language(*file).family() == family)
            .filter(move |file| self.tree.files[*file].path.starts_with(&folder))
            .filter_map(|file| text_of(self.tree, file))
    }

    /// The texts of the files of the same languages.
    fn family(&self) -> impl Iterator<Item = String> {
        let family = self.language().family();
        (0..self.tree.files.len())
            .filter(move |file| self.tree.language(*file).family() == family)
            .filter_map(|file| text_of(self.tree, file))
    }
}

/// Whether it declares a module whose text is in another file.
fn has_module_elsewhere(item: Node<'_>) -> bool {
    if item.kind() != "mod_item" {
        return false;
    }
    match item.child_by_field_name("body") {
        None => true,
        Some(body) => parts(body).into_iter().any(has_module_elsewhere),
    }
}

/// Of each function of a name whether what it gives is plain.
fn declared(text: &str, function: &str) -> Vec<bool> {
    let Some(tree) = source::parse(Language::Rust, text.as_bytes()) else {
        return vec![false];
    };
    let page = Page { text, tree: &tree };
    let mut found = Vec::new();
    let mut waiting = vec![tree.root_node()];
    while let Some(node) = waiting.pop() {
        let is_function = matches!(node.kind(), "function_item" | "function_signature_item");
        let name = node.child_by_field_name("name").filter(|_| is_function);
        if name.is_some_and(|it| page.of(it) == function) {
            let gives = node.child_by_field_name("return_type");
            let waits = page
                .of(node)
                .split('(')
                .next()
                .is_some_and(|head| head.contains("async "));
            found.push(!waits && gives.is_none_or(|it| is_plain_type(&page, it)));
        }
        waiting.extend(parts(node));
    }
    found
}
