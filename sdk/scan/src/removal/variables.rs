//! A variable that holds the answer: every use of it becomes the answer.
//!
//! **Invariants**
//! - A name that is given to anything else in the same region is left alone, and so is the question.

use tree_sitter::Node;

use super::draft::{Edit, Piece};
use super::layout::{Page, parts};
use super::names::{captured, names};
use super::rules::{Place, Step};
use super::why::Why;
use crate::syntax::Span;

/// What a name does where it stands.
enum Use {
    /// It is read.
    Read,
    /// It is given another value.
    Assigned,
    /// It names something else.
    Bound,
    /// It is a field of what is made, and its name.
    Kept,
    Macro,
    /// A name that only looks the same: a field, a type.
    Other,
}

/// The answer in place of all uses of `name` in `region`, and no declaration any more.
pub(super) fn propagate(
    place: &Place<'_>,
    declaration: Node<'_>,
    name: &str,
    block: Node<'_>,
    region: Span,
) -> Step {
    let page = place.page;
    let inside = |span: &Span| region.start <= span.start && span.end <= region.end;
    let own = declaration.byte_range();
    let is_captured = captured(&page, block)
        .into_iter()
        .any(|(captured, span)| captured == name && inside(&span));
    if is_captured {
        return Step::Stuck(Why::Macro);
    }
    let mut edits = vec![page.without(page.with_what_is_above(declaration))];
    for node in names(block) {
        let span = node.byte_range();
        let is_own = own.start <= span.start && span.end <= own.end;
        if page.of(node) != name || is_own || !inside(&span) {
            continue;
        }
        if let Some(item) = dependency(&page, node) {
            edits.push(page.without_item(item));
            continue;
        }
        match used(node) {
            Use::Read => {
                let answer = Piece::Answer(place.value, place.question);
                edits.push(Edit::new(span, vec![answer]));
            }
            Use::Assigned => return Step::Settled,
            Use::Bound => return Step::Stuck(Why::BoundAgain(name.to_owned())),
            Use::Kept => return Step::Stuck(Why::Kept),
            Use::Macro => return Step::Stuck(Why::Macro),
            Use::Other => {}
        }
    }
    Step::Edits(edits)
}

/// The name in the list of what a hook of React's depends on: what is always the same needs none.
fn dependency<'a>(page: &Page<'a>, name: Node<'a>) -> Option<Node<'a>> {
    let list = name.parent().filter(|it| it.kind() == "array")?;
    let arguments = list.parent().filter(|it| it.kind() == "arguments")?;
    let hook = page.called(arguments.parent()?)?;
    let is_last = parts(arguments).last() == Some(&list) && parts(arguments).len() > 1;
    let depends = [
        "useCallback",
        "useEffect",
        "useImperativeHandle",
        "useInsertionEffect",
        "useLayoutEffect",
        "useMemo",
    ];
    (is_last && depends.contains(&hook)).then_some(name)
}

fn used(node: Node<'_>) -> Use {
    match node.kind() {
        "field_identifier"
        | "property_identifier"
        | "type_identifier"
        | "private_property_identifier" => return Use::Other,
        "shorthand_property_identifier" => return Use::Kept,
        "shorthand_field_identifier" | "shorthand_property_identifier_pattern" => {
            return Use::Bound;
        }
        _ => {}
    }
    let mut child = node;
    while let Some(parent) = child.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(child);
        match parent.kind() {
            "token_tree" => return Use::Macro,
            "shorthand_field_initializer" | "export_specifier" => return Use::Kept,
            "scoped_identifier" | "label" => return Use::Other,
            "assignment_expression"
            | "augmented_assignment_expression"
            | "compound_assignment_expr"
                if is("left") =>
            {
                return Use::Assigned;
            }
            "update_expression" => return Use::Assigned,
            "parameter"
            | "closure_parameters"
            | "formal_parameters"
            | "required_parameter"
            | "optional_parameter"
            | "tuple_pattern"
            | "tuple_struct_pattern"
            | "struct_pattern"
            | "match_pattern"
            | "object_pattern"
            | "array_pattern"
            | "catch_clause" => {
                let is_guard = is("condition") || is("value") || is("body");
                return if is_guard { Use::Read } else { Use::Bound };
            }
            "let_declaration" | "let_condition" | "for_expression" if is("pattern") => {
                return Use::Bound;
            }
            "variable_declarator"
            | "function_declaration"
            | "class_declaration"
            | "function_item"
            | "const_item"
            | "static_item"
                if is("name") =>
            {
                return Use::Bound;
            }
            "for_in_statement" if is("left") => return Use::Bound,
            "arrow_function" if is("parameter") => return Use::Bound,
            "import_specifier" | "import_clause" => return Use::Bound,
            "assignment_pattern" | "object_assignment_pattern" if is("right") => return Use::Read,
            // Patterns hold patterns.
            kind if kind.ends_with("_pattern") => child = parent,
            _ => return Use::Read,
        }
    }
    Use::Read
}
