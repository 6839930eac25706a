//! What becomes of an answer in the statements and expressions of TypeScript and JavaScript.

use tree_sitter::Node;

use super::blocks::{hoists, is_list};
use super::draft::{Edit, Piece};
use super::layout::{Page, parts};
use super::narrowing::{gives_nothing_only, narrows};
use super::rules::{Place, Step};
use super::variables;
use super::why::{Why, in_one_line};
use crate::language::Language;

/// What the place around an answer says.
pub(super) fn step(place: &Place<'_>) -> Step {
    let (node, parent) = (place.node, place.parent);
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "parenthesized_expression" => statement(place),
        "ternary_expression" if is("condition") => ternary(place),
        "ternary_expression" => Step::Stuck(Why::GivenBack),
        "variable_declarator" if is("value") => declared(place),
        "jsx_expression" => shown(place),
        "arguments" => {
            let call = parent.parent().filter(|it| it.kind() == "call_expression");
            match call.filter(|it| place.page.called(*it) == Some("Boolean")) {
                Some(call) => place.answer(call, place.value),
                None => place.passed(),
            }
        }
        // Nothing is spread.
        "spread_element" if !place.value && is_in_object(parent) => {
            Step::Edits(vec![place.page.without_item(parent)])
        }
        "template_substitution"
        | "spread_element"
        | "object_assignment_pattern"
        | "assignment_pattern" => Step::Stuck(Why::Kept),
        _ => Step::Stuck(Why::Unknown),
    }
}

fn is_in_object(spread: Node<'_>) -> bool {
    spread.parent().is_some_and(|it| it.kind() == "object")
}

/// The condition of a statement.
fn statement(place: &Place<'_>) -> Step {
    let Some(whole) = place.parent.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    match whole.kind() {
        "if_statement" => branch(place, whole),
        "while_statement" | "do_statement" if place.value => Step::Settled,
        "while_statement" if hoists(whole) => Step::Stuck(Why::Hoisted),
        "while_statement" => Step::Edits(place.page.branch(place.around, whole, None)),
        _ => Step::Stuck(Why::Unknown),
    }
}

/// `if (flag) … else …`
fn branch<'a>(place: &Place<'a>, whole: Node<'a>) -> Step {
    let goes = if place.value {
        "alternative"
    } else {
        "consequence"
    };
    if whole.child_by_field_name(goes).is_some_and(hoists) {
        return Step::Stuck(Why::Hoisted);
    }
    let consequence = whole.child_by_field_name("consequence");
    let alternative = whole
        .child_by_field_name("alternative")
        .and_then(|it| parts(it).first().copied());
    let chosen = if place.value {
        consequence
    } else {
        alternative
    };
    let Some(around) = whole.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    match (around.kind(), chosen) {
        (_, Some(chosen))
            if place.around.language() != Language::JavaScript
                && gives_nothing_only(&place.page, chosen) =>
        {
            Step::Stuck(Why::Narrowed("return".to_owned()))
        }
        ("else_clause", Some(chosen)) => Step::Edits(place.page.last_branch(whole, chosen)),
        ("else_clause", None) => {
            let before = place.page.text[..around.start_byte()].trim_end().len();
            Step::Edits(vec![Edit::removal(before..around.end_byte())])
        }
        _ => Step::Edits(place.page.branch(place.around, whole, chosen)),
    }
}

/// `flag ? a : b`
fn ternary(place: &Place<'_>) -> Step {
    let field = |name: &str| place.parent.child_by_field_name(name);
    let (Some(chosen), Some(other)) = (field("consequence"), field("alternative")) else {
        return Step::Stuck(Why::Unknown);
    };
    let (chosen, other) = if place.value {
        (chosen, other)
    } else {
        (other, chosen)
    };
    if place.around.language() != Language::JavaScript
        && narrows(&place.page, place.parent, chosen, other)
    {
        return Step::Stuck(Why::Narrowed(in_one_line(place.page.of(chosen))));
    }
    place.keep(place.parent, chosen)
}

/// `const x = flag;`
fn declared(place: &Place<'_>) -> Step {
    let page = place.page;
    let declarator = place.parent;
    let (Some(declaration), Some(name)) =
        (declarator.parent(), declarator.child_by_field_name("name"))
    else {
        return Step::Stuck(Why::Unknown);
    };
    if name.kind() != "identifier" {
        return Step::Stuck(Why::Kept);
    }
    let name = page.of(name);
    let Some(block) = declaration.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    if block.kind() == "export_statement" {
        return Step::Stuck(Why::Exported(name.to_owned()));
    }
    if declaration.kind() == "variable_declaration" || !is_list(block) {
        return Step::Stuck(Why::BoundAgain(name.to_owned()));
    }
    if parts(declaration).len() > 1 {
        return Step::Stuck(Why::Kept);
    }
    variables::propagate(place, declaration, name, block, block.byte_range())
}

/// `{flag}` between elements shows nothing; as an attribute it is passed on.
fn shown(place: &Place<'_>) -> Step {
    let expression = place.parent;
    match expression.parent() {
        Some(around) if matches!(around.kind(), "jsx_element" | "jsx_fragment") => {
            Step::Edits(vec![without_braces(place.page, expression)])
        }
        Some(around) => {
            let name = around.named_child(0).map_or("", |it| place.page.of(it));
            Step::Stuck(Why::Passed(name.to_owned()))
        }
        None => Step::Stuck(Why::Unknown),
    }
}

/// Whether what is called would be another's method: `(flag ? a.b : c)()` calls it without an `a`.
pub(super) fn calls_with_this(whole: Node<'_>, part: Node<'_>) -> bool {
    let mut outer = whole;
    while let Some(around) = outer
        .parent()
        .filter(|it| it.kind() == "parenthesized_expression")
    {
        outer = around;
    }
    let mut part = part;
    while let Some(inner) = part
        .named_child(0)
        .filter(|_| part.kind() == "parenthesized_expression")
    {
        part = inner;
    }
    let is_member = matches!(part.kind(), "member_expression" | "subscript_expression");
    is_member
        && outer.parent().is_some_and(|it| match it.kind() {
            "call_expression" => it.child_by_field_name("function") == Some(outer),
            "unary_expression" => it.child(0).is_some_and(|it| it.kind() == "delete"),
            _ => false,
        })
}

/// Nothing in place of braces between elements. Lines of their own go; else the spaces beside them
/// stay, which are to be seen but at the beginning and the end of a line.
fn without_braces(page: Page<'_>, braces: Node<'_>) -> Edit {
    let span = braces.byte_range();
    let before = &page.text[page.line_start(span.start)..span.start];
    let behind = &page.text[span.end..page.line_end(span.end)];
    let (is_first, is_last) = (before.trim().is_empty(), behind.trim().is_empty());
    let is_seen = (is_first && behind.starts_with(' ')) || (is_last && before.ends_with(' '));
    match (is_first && is_last, is_seen) {
        (true, _) => page.without(span),
        (false, true) => Edit::new(span, vec![Piece::Text("{\"\"}".to_owned())]),
        (false, false) => Edit::removal(span),
    }
}

/// An element in place of the braces that it was chosen in; nothing in place of `{null}`.
pub(super) fn unbraced<'a>(place: &Place<'a>, whole: Node<'a>, part: Node<'a>) -> Option<Edit> {
    let page = place.page;
    let mut whole = whole;
    while let Some(around) = whole
        .parent()
        .filter(|it| it.kind() == "parenthesized_expression")
    {
        whole = around;
    }
    let braces = whole.parent().filter(|it| it.kind() == "jsx_expression")?;
    let around = braces.parent()?;
    if around.kind() == "jsx_attribute" && part.kind() == "string" {
        let text = page.of(part);
        let is_plain = text.starts_with('"') && !text.contains(['\\', '&']);
        let kept = vec![Piece::Keep(part.byte_range())];
        return is_plain.then(|| Edit::new(braces.byte_range(), kept));
    }
    if !matches!(around.kind(), "jsx_element" | "jsx_fragment") {
        return None;
    }
    let mut part = part;
    while part.kind() == "parenthesized_expression" && part.named_child_count() == 1 {
        part = part.named_child(0)?;
    }
    if matches!(part.kind(), "null" | "undefined" | "false") || page.of(part) == "undefined" {
        return Some(without_braces(page, braces));
    }
    if !matches!(part.kind(), "jsx_element" | "jsx_self_closing_element") {
        return None;
    }
    let from = page.indentation(part.start_byte());
    let to = page.indentation(braces.start_byte());
    let pieces: Vec<Piece> = page.moved(part.byte_range(), from, to);
    Some(Edit::new(braces.byte_range(), pieces))
}
