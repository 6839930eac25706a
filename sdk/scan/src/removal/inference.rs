//! Variables of Rust whose type may have been told by what would go.
//!
//! **Invariants**
//! - Nothing is reckoned: a type counts as told by any use that is not known to tell nothing.

use tree_sitter::Node;

use super::layout::{Page, parts};
use super::names::names;

/// Types that are made without saying what they hold.
const HOLDERS: &[&str] = &[
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "Vec",
    "VecDeque",
];

/// Methods that answer with whatever is expected of them.
const OPEN_METHODS: &[&str] = &[
    "collect", "default", "into", "parse", "product", "sum", "try_into",
];

/// Methods that say nothing of what something holds.
const SILENT: &[&str] = &[
    "clear",
    "clone",
    "first",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "iter_mut",
    "into_iter",
    "last",
    "len",
    "pop",
    "reverse",
    "shrink_to_fit",
    "truncate",
];

/// The name of a variable whose type nothing tells any more; `is_rarer` says whether a name was
/// said more often before.
pub(super) fn untold(page: &Page<'_>, is_rarer: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut waiting = vec![page.tree.root_node()];
    while let Some(node) = waiting.pop() {
        if node.kind() == "let_declaration"
            && node.child_by_field_name("type").is_none()
            && let Some(value) = node.child_by_field_name("value")
            && let Some(pattern) = node.child_by_field_name("pattern")
            && is_open(page, value)
            && is_rarer(page.of(pattern))
            && !is_told(page, node, pattern)
        {
            return Some(page.of(pattern).to_owned());
        }
        waiting.extend(parts(node).into_iter().rev());
    }
    None
}

/// Whether a value alone does not say its type.
fn is_open(page: &Page<'_>, value: Node<'_>) -> bool {
    match value.kind() {
        "identifier" => page.of(value) == "None",
        "try_expression" | "await_expression" => {
            value.named_child(0).is_some_and(|it| is_open(page, it))
        }
        "macro_invocation" => matches!(page.of(value), "vec![]" | "vec!()"),
        "call_expression" => {
            let Some(function) = value.child_by_field_name("function") else {
                return false;
            };
            match function.kind() {
                "field_expression" => {
                    let name = page.called(value).unwrap_or_default();
                    let receiver = function.child_by_field_name("value");
                    OPEN_METHODS.contains(&name)
                        || (matches!(name, "unwrap" | "expect" | "unwrap_or_default")
                            && receiver.is_some_and(|it| is_open(page, it)))
                }
                "scoped_identifier" => {
                    let path = function
                        .child_by_field_name("path")
                        .map_or("", |it| page.of(it));
                    let last = path.rsplit("::").next().unwrap_or(path);
                    HOLDERS.contains(&last) || last == "Default"
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether a use of a variable may say its type.
fn is_told(page: &Page<'_>, declaration: Node<'_>, pattern: Node<'_>) -> bool {
    let Some(block) = declaration.parent() else {
        return true;
    };
    let name = page.of(pattern);
    names(block)
        .into_iter()
        .filter(|it| it.start_byte() > declaration.end_byte() && page.of(*it) == name)
        .any(|it| {
            let mut receiver = it;
            while let Some(around) = receiver
                .parent()
                .filter(|it| it.kind() == "reference_expression")
            {
                receiver = around;
            }
            let Some(parent) = receiver.parent() else {
                return true;
            };
            match parent.kind() {
                "field_expression" => parent
                    .child_by_field_name("field")
                    .is_none_or(|it| !SILENT.contains(&page.of(it))),
                "for_expression" | "token_tree" => false,
                _ => true,
            }
        })
}
