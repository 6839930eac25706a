//! What a walk over a tree gathers, and where in the nesting of scopes it is.
//!
//! **Invariants**
//! - Scopes nest: one that ends before a node begins is left before the node is entered.

use std::collections::HashSet;

use tree_sitter::Node;

use super::{Argument, Call, Declaration, Expression, Facts, Function, Import, Kind, Span};

/// How far a name is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the end of the block.
    Block,
    /// To the end of the function, as in Python.
    Function,
}

#[derive(Debug)]
struct Scope {
    span: Span,
    /// Whether it is a function's.
    function: bool,
    /// The type or module that it is the body of.
    container: Option<String>,
}

/// What is gathered.
pub(super) struct Collector<'a> {
    text: &'a [u8],
    names: &'a HashSet<String>,
    /// What of these is imported under another name.
    aliases: HashSet<String>,
    scopes: Vec<Scope>,
    /// Where the lines begin.
    lines: Vec<usize>,
    pub(super) facts: Facts,
}

impl<'a> Collector<'a> {
    /// Gathers from `text` calls of what is called one of `names`.
    pub(super) fn new(text: &'a [u8], names: &'a HashSet<String>) -> Self {
        let file = Scope {
            span: 0..text.len() + 1,
            function: true,
            container: None,
        };
        let breaks = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        Self {
            text,
            names,
            aliases: HashSet::new(),
            lines: std::iter::once(0)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect(),
            scopes: vec![file],
            facts: Facts::default(),
        }
    }

    /// The text of a node; nothing where it is no UTF-8.
    pub(super) fn text(&self, node: Node<'_>) -> &'a str {
        self.text
            .get(node.byte_range())
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    /// Leaves the scopes that end before `node`.
    pub(super) fn arrive(&mut self, node: Node<'_>) {
        while self.scopes.len() > 1
            && self
                .scopes
                .last()
                .is_some_and(|scope| scope.span.end <= node.start_byte())
        {
            self.scopes.pop();
        }
    }

    /// Enters a block.
    pub(super) fn block(&mut self, node: Node<'_>) {
        self.enter(node, false, None);
    }

    /// Enters a function.
    pub(super) fn function(&mut self, node: Node<'_>, name: &str, parameters: Vec<String>) {
        self.enter(node, true, None);
        self.facts.functions.push(Function {
            name: name.to_owned(),
            parameters,
            span: node.byte_range(),
        });
    }

    /// Enters the body of a type or module.
    pub(super) fn container(&mut self, node: Node<'_>, name: &str) {
        self.facts
            .containers
            .push((node.byte_range(), name.to_owned()));
        self.enter(node, false, Some(name.to_owned()));
    }

    fn enter(&mut self, node: Node<'_>, function: bool, container: Option<String>) {
        self.scopes.push(Scope {
            span: node.byte_range(),
            function,
            container,
        });
    }

    /// Whether the innermost function or type is a type.
    pub(super) fn is_in_type(&self) -> bool {
        self.scopes
            .iter()
            .rev()
            .find(|scope| scope.function || scope.container.is_some())
            .is_some_and(|scope| scope.container.is_some())
    }

    /// Where a name that is declared here is known.
    pub(super) fn scope(&self, reach: Reach) -> Span {
        let fits = |scope: &&Scope| match reach {
            Reach::Block => true,
            Reach::Function => scope.function || scope.container.is_some(),
        };
        let scope = self.scopes.iter().rev().find(fits);
        scope.map_or(0..self.text.len() + 1, |scope| scope.span.clone())
    }

    fn within(&self) -> Vec<String> {
        let names = self
            .scopes
            .iter()
            .filter_map(|scope| scope.container.clone());
        names.collect()
    }

    /// Declares a name with what it is given.
    pub(super) fn declare(
        &mut self,
        node: Node<'_>,
        kind: Kind,
        reach: Reach,
        name: &str,
        value: Expression,
    ) -> &mut Declaration {
        let declaration = Declaration {
            name: name.to_owned(),
            kind,
            within: self.within(),
            scope: self.scope(reach),
            span: node.byte_range(),
            types: Vec::new(),
            value,
            assigned: false,
        };
        let last = self.facts.declarations.len();
        self.facts.declarations.push(declaration);
        let of_name = self.facts.by_name.entry(name.to_owned()).or_default();
        of_name.push(last);
        &mut self.facts.declarations[last]
    }

    /// Gives a variable another value: where it is known is where it was declared.
    pub(super) fn assign(&mut self, node: Node<'_>, reach: Reach, name: &str, value: Expression) {
        let at = node.start_byte();
        let earlier = self
            .facts
            .named(name)
            .rev()
            .find(|known| known.is_visible(at))
            .map(|known| (known.scope.clone(), known.within.clone()));
        let declaration = self.declare(node, Kind::Value, reach, name, value);
        if let Some((scope, within)) = earlier {
            declaration.scope = scope;
            declaration.within = within;
            declaration.assigned = true;
        }
    }

    /// Declares a field of the type that `self` means here, or of the type that is named.
    pub(super) fn field(
        &mut self,
        node: Node<'_>,
        owner: Option<String>,
        name: &str,
        value: Expression,
    ) {
        let owner = owner.or_else(|| {
            let mut inside_out = self.scopes.iter().rev();
            inside_out.find_map(|scope| scope.container.clone())
        });
        let declaration = self.declare(node, Kind::Member, Reach::Block, name, value);
        declaration.within = owner.into_iter().collect();
    }

    /// Records a call, if its name is worth a look.
    pub(super) fn call(
        &mut self,
        span: Span,
        (name, name_span): (&str, Span),
        receiver: impl FnOnce() -> Option<Expression>,
        arguments: impl FnOnce() -> Vec<Argument>,
    ) {
        if self.wants(name) {
            let (line, column) = self.position(name_span.start);
            self.facts.calls.push(Call {
                name: name.to_owned(),
                name_span,
                line,
                column,
                span,
                receiver: receiver(),
                arguments: arguments(),
                element: false,
            });
        }
    }

    /// The line and the column of a byte, both from 1, the column in characters.
    pub(super) fn position(&self, at: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|begin| *begin <= at);
        let begin = self.lines[line - 1];
        let before = String::from_utf8_lossy(&self.text[begin..at.min(self.text.len())]);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (number(line), number(before.chars().count() + 1))
    }

    /// Whether calls of this name are worth a look.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.names.contains(name) || self.aliases.contains(name)
    }

    /// Records an import that holds from here on.
    pub(super) fn import(&mut self, local: &str, module: Vec<String>, item: Option<&str>) {
        let scope = self.scope(Reach::Block);
        if item.is_some_and(|item| item != local && self.names.contains(item)) {
            self.aliases.insert(local.to_owned());
        }
        self.facts.imports.push(Import {
            local: local.to_owned(),
            module,
            item: item.map(str::to_owned),
            scope,
        });
    }
}

/// The named children of a node.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk())
        .filter(|child| !child.is_extra())
        .collect()
}

/// The children of a node that are its `name`.
pub(super) fn fields<'tree>(node: Node<'tree>, name: &str) -> Vec<Node<'tree>> {
    node.children_by_field_name(name, &mut node.walk())
        .collect()
}

/// The only child of a node, or the first of several.
pub(super) fn first(node: Node<'_>) -> Option<Node<'_>> {
    children(node).into_iter().next()
}

/// The types below a node, each as a path, outermost first: those that `is_path` names whole, and
/// those that `is_name` names alone.
pub(super) fn paths(
    node: Node<'_>,
    collector: &Collector<'_>,
    is_path: impl Fn(&str) -> bool,
    is_name: impl Fn(&str) -> bool,
) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting = vec![node];
    // A type of more parts than this is a machine's.
    for _ in 0..64 {
        let Some(node) = waiting.pop() else { break };
        let kind = node.kind();
        if is_path(kind) {
            let text = collector.text(node);
            let names = text
                .split([':', '.'])
                .map(|name| name.split('<').next().unwrap_or_default().trim())
                .filter(|name| !name.is_empty());
            found.push(names.map(str::to_owned).collect());
        } else if is_name(kind) {
            found.push(vec![collector.text(node).to_owned()]);
        } else {
            waiting.extend(children(node).into_iter().rev());
        }
    }
    found
}
