//! Whether code may go without anybody noticing that it no longer runs.
//!
//! **Invariants**
//! - What is not known to have no effect has one.

use tree_sitter::Node;

use super::layout::Page;

/// Methods that everybody knows to only look, and questions to other flags.
const LOOKING: &[&str] = &[
    "Boolean",
    "Number",
    "len",
    "contains",
    "contains_key",
    "starts_with",
    "ends_with",
    "as_str",
    "as_ref",
    "eq",
    "ne",
    "includes",
    "startsWith",
    "endsWith",
    "has",
    "equals",
    "trim",
    "to_lowercase",
    "toLowerCase",
];

/// Questions to other flags, which are waited for and change nothing.
const ASKING: &[&str] = &[
    "flag",
    "default_on",
    "is_enabled",
    "is_enabled_for",
    "get_bool_value",
    "getBooleanValue",
    "getStringValue",
    "getNumberValue",
    "getObjectValue",
];

/// Types of the language whose values are made without anything happening.
const PLAIN_TYPES: &[&str] = &[
    "Arc", "BTreeMap", "BTreeSet", "Box", "Cell", "HashMap", "HashSet", "Rc", "RefCell", "String",
    "Vec", "VecDeque",
];

/// Types of the SDKs that say who asks.
const CONTEXTS: &[&str] = &["Context", "EvaluationContext", "TenantKey"];

/// What makes a value of such a type.
const MAKING_PLAIN: &[&str] = &["new", "from", "default", "with_capacity"];

/// Names that a value is made by.
const MAKING: &[&str] = &[
    "clone",
    "cloned",
    "to_owned",
    "to_string",
    "toString",
    "into",
    "as_deref",
    "Some",
    "Ok",
    "String",
    "Number",
    "Boolean",
    "require",
];

/// Words that names of what changes something begin with.
const CHANGING: &[&str] = &[
    "add",
    "advance",
    "append",
    "apply",
    "begin",
    "bump",
    "call",
    "clear",
    "close",
    "commit",
    "connect",
    "consume",
    "create",
    "decrement",
    "delete",
    "dequeue",
    "drain",
    "drop",
    "emit",
    "enqueue",
    "execute",
    "extend",
    "fetch",
    "fill",
    "flush",
    "increment",
    "insert",
    "invoke",
    "kill",
    "load",
    "lock",
    "log",
    "mark",
    "next",
    "open",
    "poll",
    "pop",
    "post",
    "publish",
    "push",
    "put",
    "read",
    "receive",
    "record",
    "recv",
    "register",
    "remove",
    "replace",
    "reset",
    "retain",
    "reverse",
    "run",
    "save",
    "send",
    "set",
    "shift",
    "sort",
    "spawn",
    "splice",
    "start",
    "stop",
    "store",
    "swap",
    "take",
    "track",
    "truncate",
    "unshift",
    "update",
    "wait",
    "write",
];

/// Whether a name, in either way of writing, begins with this word.
fn begins_with_word(name: &str, word: &str) -> bool {
    name.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(|it: char| it.is_ascii_lowercase()))
}

/// Macros that only make a value.
const PLAIN_MACROS: &[&str] = &["format", "vec", "matches", "concat", "stringify"];

impl Page<'_> {
    /// Whether working an expression out has no effect: it looks at things. A method that is named
    /// as a question (`is_…`, `has_…`) is taken for one.
    pub(super) fn only_looks(&self, node: Node<'_>) -> bool {
        // Waiting for another flag's answer is a look; what else is waited for may be anything.
        let (mut node, mut waits) = (node, false);
        while let Some(inner) = node.named_child(0) {
            match node.kind() {
                "await_expression" => waits = true,
                "parenthesized_expression" => {}
                _ => break,
            }
            node = inner;
        }
        let asks = self.called(node).is_some_and(|name| ASKING.contains(&name));
        if waits && !asks {
            return false;
        }
        self.all(node, &|call| {
            self.called(call).is_some_and(|name| {
                if ASKING.contains(&name) {
                    return true;
                }
                let asks = |prefix: &str| {
                    name.strip_prefix(prefix).is_some_and(|rest| {
                        rest.starts_with(|it: char| it == '_' || it.is_uppercase())
                    })
                };
                LOOKING.contains(&name) || asks("is") || asks("has")
            })
        })
    }

    /// The same, for what a variable is given: it may also be made of something.
    pub(super) fn only_makes(&self, node: Node<'_>) -> bool {
        self.all(node, &|call| {
            self.called(call).is_some_and(|name| {
                MAKING.contains(&name)
                    || LOOKING.contains(&name)
                    || name.starts_with("is_")
                    || (MAKING_PLAIN.contains(&name) && self.is_of_type(call, PLAIN_TYPES))
            })
        })
    }

    /// Whether it is an associated function of one of some types, such as `Vec::new`.
    fn is_of_type(&self, call: Node<'_>, types: &[&str]) -> bool {
        let function = call.child_by_field_name("function");
        let path = function.and_then(|it| it.child_by_field_name("path"));
        path.is_some_and(|path| {
            let text = self.of(path);
            let name = text.split("::<").next().unwrap_or(text);
            let name = name.rsplit("::").next().unwrap_or(name);
            types.contains(&name)
        })
    }

    /// Whether an expression that was made only to ask a flag may go with the question: it neither
    /// waits, nor ends the function, nor sets anything, nor calls what is named as if it changed
    /// something.
    pub(super) fn is_harmless(&self, node: Node<'_>) -> bool {
        self.all(node, &|call| {
            self.called(call)
                .is_none_or(|name| !CHANGING.iter().any(|verb| begins_with_word(name, verb)))
        })
    }

    /// The same where it is known, and not only to be taken from a name: what a person need not be
    /// told of.
    pub(super) fn is_surely_harmless(&self, node: Node<'_>) -> bool {
        self.all(node, &|call| {
            let list = call.child_by_field_name("arguments");
            let takes_nothing = list.is_some_and(|it| it.named_child_count() == 0);
            let is_method = call
                .child_by_field_name("function")
                .is_some_and(|it| matches!(it.kind(), "field_expression" | "member_expression"));
            self.called(call).is_some_and(|name| {
                (takes_nothing
                    && is_method
                    && !CHANGING.iter().any(|it| begins_with_word(name, it)))
                    || LOOKING.contains(&name)
                    || ASKING.contains(&name)
                    || MAKING.contains(&name)
                    || begins_with_word(name, "with")
                    || self.is_of_type(call, PLAIN_TYPES)
                    || self.is_of_type(call, CONTEXTS)
            })
        })
    }

    /// Whether nothing in an expression has an effect, if the calls that `admits` have none.
    fn all(&self, node: Node<'_>, admits: &dyn Fn(Node<'_>) -> bool) -> bool {
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            match node.kind() {
                "await_expression"
                | "yield_expression"
                | "try_expression"
                | "assignment_expression"
                | "augmented_assignment_expression"
                | "compound_assignment_expr"
                | "update_expression"
                | "return_expression"
                | "break_expression"
                | "continue_expression"
                | "async_block"
                | "unsafe_block" => return false,
                // What is in a function happens when it is called.
                "closure_expression" | "arrow_function" | "function_expression" => continue,
                "unary_expression" if self.of(node).starts_with("delete") => return false,
                // Whoever is given it may change it.
                "reference_expression"
                    if node
                        .children(&mut node.walk())
                        .any(|it| it.kind() == "mutable_specifier") =>
                {
                    return false;
                }
                "macro_invocation" => {
                    let name = node.child_by_field_name("macro").map(|it| self.of(it));
                    if !name.is_some_and(|name| PLAIN_MACROS.contains(&name)) {
                        return false;
                    }
                    continue;
                }
                "call_expression" if !admits(node) => return false,
                "new_expression" if !admits(node) && !self.is_built_in(node) => return false,
                _ => {}
            }
            let mut cursor = node.walk();
            waiting.extend(node.named_children(&mut cursor));
        }
        true
    }

    /// The last name of what is called.
    pub(super) fn called(&self, call: Node<'_>) -> Option<&str> {
        let mut function = call
            .child_by_field_name("function")
            .or_else(|| call.child_by_field_name("constructor"))?;
        if function.kind() == "generic_function" {
            function = function.child_by_field_name("function")?;
        }
        let name = match function.kind() {
            "field_expression" => function.child_by_field_name("field")?,
            "scoped_identifier" => function.child_by_field_name("name")?,
            "member_expression" => function.child_by_field_name("property")?,
            "identifier" => function,
            _ => return None,
        };
        Some(self.of(name))
    }

    /// Whether a collection of the language is made.
    fn is_built_in(&self, node: Node<'_>) -> bool {
        self.called(node)
            .is_some_and(|name| matches!(name, "Map" | "Set" | "Date" | "Array" | "Error" | "URL"))
    }
}
