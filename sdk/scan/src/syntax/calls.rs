//! Calls and their arguments, which all grammars write alike but for the names of their nodes.
//!
//! Separate from the languages, which say those names and what an expression is.

use tree_sitter::Node;

use super::collector::{Collector, children};
use super::{Argument, Expression};

/// Reads an expression, so many levels deep.
type Read = fn(Node<'_>, &Collector<'_>, usize) -> Expression;

/// What may be called on something: the kind of the node, and its fields for the name and for what
/// it is called on.
type Callees<'a> = &'a [(&'a str, &'a str, &'a str)];

/// Records the call `node` of `function`, if its name is worth a look.
pub(super) fn call(
    node: Node<'_>,
    function: Node<'_>,
    callees: Callees<'_>,
    read: Read,
    c: &mut Collector<'_>,
) {
    if function.kind() == "identifier" {
        return named(node, Some(function), None, read, c);
    }
    let callee = callees.iter().find(|(kind, ..)| *kind == function.kind());
    if let Some((_, name, receiver)) = callee {
        let field = |name: &str| function.child_by_field_name(name);
        named(node, field(name), field(receiver), read, c);
    }
}

/// Records the call `node` of what is called `name` on `receiver`, if the name is worth a look.
pub(super) fn named(
    node: Node<'_>,
    name: Option<Node<'_>>,
    receiver: Option<Node<'_>>,
    read: Read,
    c: &mut Collector<'_>,
) {
    let Some(name) = name.filter(|name| c.wants(c.text(*name))) else {
        return;
    };
    let receiver = receiver.map(|it| read(it, c, 0));
    let arguments = arguments(node, c, 0, read);
    c.call(
        node.byte_range(),
        (c.text(name), name.byte_range()),
        || receiver,
        || arguments,
    );
}

/// What is passed to a call.
pub(super) fn arguments(
    call: Node<'_>,
    c: &Collector<'_>,
    depth: usize,
    read: Read,
) -> Vec<Argument> {
    let list = call.child_by_field_name("arguments");
    // A template or a generator in their place is no list.
    let list = list.filter(|list| matches!(list.kind(), "arguments" | "argument_list"));
    list.map(children)
        .unwrap_or_default()
        .into_iter()
        .map(|argument| {
            let is_named = argument.kind() == "keyword_argument";
            let part = |name: &str| argument.child_by_field_name(name).filter(|_| is_named);
            let value = part("value").unwrap_or(argument);
            Argument {
                name: part("name").map(|it| c.text(it).to_owned()),
                value: read(value, c, depth),
                span: value.byte_range(),
            }
        })
        .collect()
}
