//! What becomes of an answer in Rust's statements and expressions.

use tree_sitter::Node;

use super::arms;
use super::blocks::{behind, diverges, is_body, is_marked, last_statement};
use super::draft::{Edit, Piece};
use super::inference::{gives_too_little, loses_all, loses_type, told_by_return};
use super::layout::{Page, parts};
use super::precedence::is_atom;
use super::rules::{Place, Step};
use super::variables;
use super::why::{Why, in_one_line};

/// What the place around an answer says.
pub(super) fn step(place: &Place<'_>) -> Step {
    let (node, parent) = (place.node, place.parent);
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "let_chain" => chain(place),
        "let_condition" if is("value") => condition(place),
        "if_expression" if is("condition") => branch(place),
        "while_expression" if is("condition") => looped(place),
        "match_expression" if is("value") => arms::choice(place),
        "match_pattern" if is("condition") => arms::guard(place),
        "let_declaration" if is("value") => declared(place),
        "field_expression" => method(place),
        "arguments" => place.passed(),
        "macro_invocation" => Step::Stuck(Why::Macro),
        "match_arm" | "else_clause" | "break_expression" => Step::Stuck(Why::GivenBack),
        "reference_expression" => Step::Stuck(Why::Kept),
        _ => Step::Stuck(Why::Unknown),
    }
}

/// `a && let Some(b) = c`: the chain without the answer, or no chain.
fn chain(place: &Place<'_>) -> Step {
    let parent = place.parent;
    let parts = parts(parent);
    let Some(index) = parts.iter().position(|it| *it == place.node) else {
        return Step::Stuck(Why::Unknown);
    };
    if place.value {
        let span = match parts.get(index + 1) {
            Some(next) => place.node.start_byte()..next.start_byte(),
            None => parts[index - 1].end_byte()..place.node.end_byte(),
        };
        return Step::Edits(vec![Edit::removal(span)]);
    }
    match parts[..index]
        .iter()
        .find(|it| !place.page.only_looks(**it))
    {
        Some(effect) => Step::Stuck(Why::effect(place.page.of(*effect))),
        None => place.answer(parent, false),
    }
}

/// `let true = flag` as a condition.
fn condition(place: &Place<'_>) -> Step {
    match pattern(place) {
        Some("true") => place.answer(place.parent, place.value),
        Some("false") => place.answer(place.parent, !place.value),
        _ => Step::Stuck(Why::Unknown),
    }
}

fn pattern<'a>(place: &Place<'a>) -> Option<&'a str> {
    let pattern = place.parent.child_by_field_name("pattern")?;
    Some(place.page.of(pattern))
}

/// `if flag { … } else { … }`
fn branch(place: &Place<'_>) -> Step {
    let whole = place.parent;
    let consequence = whole.child_by_field_name("consequence");
    let alternative = whole
        .child_by_field_name("alternative")
        .and_then(|it| parts(it).first().copied());
    let (chosen, other) = if place.value {
        (consequence, alternative)
    } else {
        (alternative, consequence)
    };
    let Some(around) = whole.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    let page = place.page;
    if let Some((chosen, other)) = chosen.zip(other)
        && loses_type(&page, whole, chosen, &[other])
    {
        return Step::Stuck(Why::type_untold(page.of(value_of(chosen))));
    }
    if let Some(kept) = chosen.filter(|it| gives_too_little(&page, *it)) {
        return Step::Stuck(Why::type_untold(page.of(value_of(kept))));
    }
    if let Some(other) = other.filter(|it| told_by_return(&page, *it)) {
        return Step::Stuck(Why::type_untold(page.of(other)));
    }
    match (around.kind(), chosen) {
        ("else_clause", Some(chosen)) if gives_nothing(place.page, whole, chosen) => {
            Step::Stuck(Why::Unknown)
        }
        ("else_clause", Some(chosen)) => Step::Edits(place.page.last_branch(whole, chosen)),
        ("else_clause", None) => {
            let before = place.page.text[..around.start_byte()].trim_end().len();
            Step::Edits(vec![Edit::removal(before..around.end_byte())])
        }
        _ => instead(place, whole, chosen),
    }
}

/// Whether a chain of branches that something is given by would never give anything any more.
fn gives_nothing(page: Page<'_>, rest: Node<'_>, chosen: Node<'_>) -> bool {
    let (chain, ends) = page.chain_around(rest, chosen);
    let around = chain.parent().map_or("", |it| it.kind());
    ends && !matches!(around, "expression_statement" | "block")
}

/// A branch in place of the expression that chose it.
pub(super) fn instead<'a>(place: &Place<'a>, whole: Node<'a>, chosen: Option<Node<'a>>) -> Step {
    let page = place.page;
    let Some(around) = whole.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    let statement = if around.kind() == "expression_statement" {
        around
    } else {
        whole
    };
    if chosen.is_some() && is_marked(statement) {
        return Step::Stuck(Why::Marked);
    }
    match around.kind() {
        "expression_statement" | "block" => {
            if let Some(chosen) = chosen
                && outlives_block(&page, statement, chosen)
            {
                return Step::Stuck(Why::Temporary(in_one_line(page.of(value_of(chosen)))));
            }
            return Step::Edits(page.branch(place.around, statement, chosen));
        }
        _ => {}
    }
    let Some(chosen) = chosen else {
        let nothing = vec![Piece::Text("{}".to_owned())];
        return Step::Edits(vec![Edit::new(whole.byte_range(), nothing)]);
    };
    // `let x = if flag { a } else { return };`: what is left never gives a value.
    if around.kind() == "let_declaration" && diverges(chosen, &page) {
        return Step::Edits(page.branch(place.around, around, Some(chosen)));
    }
    let value = value_of(chosen);
    if outlives(&page, around, value) {
        return Step::Stuck(Why::Temporary(in_one_line(page.of(value))));
    }
    if chosen.kind() != "block" {
        if needs_block(around, chosen) {
            let mut pieces = vec![Piece::Text("{ ".to_owned())];
            pieces.push(Piece::Keep(chosen.byte_range()));
            pieces.push(Piece::Text(" }".to_owned()));
            return Step::Edits(vec![Edit::new(whole.byte_range(), pieces)]);
        }
        return place.keep(whole, chosen);
    }
    let alone = only_expression(chosen).filter(|value| !needs_block(around, *value));
    if let Some(value) = alone {
        return place.keep(whole, value);
    }
    let from = page.indentation(chosen.start_byte());
    let to = page.indentation(whole.start_byte());
    let mut edits = vec![Edit::new(
        whole.byte_range(),
        page.moved(chosen.byte_range(), from, to),
    )];
    // A block needs no comma behind it.
    if around.kind() == "match_arm" && page.text[whole.end_byte()..].starts_with(',') {
        edits.push(Edit::removal(whole.end_byte()..whole.end_byte() + 1));
    }
    Step::Edits(edits)
}

/// Whether it matters here that a value comes out of a block: a reference would be to the place itself
/// and not to a copy, and what a `match` is about would hold its temporaries to its end.
fn needs_block(around: Node<'_>, value: Node<'_>) -> bool {
    match around.kind() {
        "reference_expression" => true,
        "match_expression" | "let_condition" => calls(value),
        "parenthesized_expression" => around.parent().is_some_and(|it| needs_block(it, value)),
        // A variable in place of its copy.
        "field_expression" => is_place(value),
        _ => false,
    }
}

/// Whether the last expression of a block that is no function's would hold what it makes on its way
/// for longer than the block's variables, or than the block.
fn outlives_block(page: &Page<'_>, statement: Node<'_>, chosen: Node<'_>) -> bool {
    let Some(block) = statement.parent().filter(|it| it.kind() == "block") else {
        return false;
    };
    let last = last_statement(chosen).unwrap_or(chosen);
    let is_value = last_statement(block) == Some(statement)
        && !page.of(statement).ends_with(';')
        && !page.of(last).ends_with(';');
    if !is_value || is_body(block) {
        return false;
    }
    // What is made in these ends with them; else it lives as long as the statement around.
    let ends = block.parent().is_some_and(|it| {
        matches!(
            it.kind(),
            "closure_expression"
                | "async_block"
                | "if_expression"
                | "else_clause"
                | "for_expression"
                | "while_expression"
                | "loop_expression"
                | "match_arm"
        )
    });
    page.makes_temporaries(last) && (!ends || !page.may_be_last(last, &[block, chosen]))
}

/// What a block gives, if it is that alone.
fn value_of(chosen: Node<'_>) -> Node<'_> {
    only_expression(chosen).unwrap_or(chosen)
}

/// Whether what a value makes on its way would live longer than it did, while more of the statement
/// is worked out.
pub(super) fn outlives(page: &Page<'_>, around: Node<'_>, value: Node<'_>) -> bool {
    match around.kind() {
        "let_declaration"
        | "expression_statement"
        | "return_expression"
        | "match_arm"
        | "assignment_expression"
        | "block" => false,
        "parenthesized_expression" => around.parent().is_some_and(|it| outlives(page, it, value)),
        "arguments" => {
            let call = around.parent();
            let name = call.and_then(|it| page.called(it));
            match call.and_then(|it| it.parent()) {
                // Nothing else is worked out in there.
                Some(outer) if matches!(name, Some("Some" | "Ok" | "Err")) => {
                    outlives(page, outer, value)
                }
                _ => page.makes_temporaries(value),
            }
        }
        _ => page.makes_temporaries(value),
    }
}

fn is_place(value: Node<'_>) -> bool {
    matches!(
        value.kind(),
        "identifier" | "field_expression" | "index_expression"
    ) || (value.kind() == "unary_expression" && value.child(0).is_some_and(|it| it.kind() == "*"))
}

fn calls(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.kind() == "call_expression" || node.named_children(&mut cursor).any(calls)
}

/// What a block consists of, if that is one expression and nothing else.
fn only_expression(block: Node<'_>) -> Option<Node<'_>> {
    let inner = block.named_child(0)?;
    let is_alone = block.named_child_count() == 1 && block.child_count() == 3;
    let inner = match inner.kind() {
        "expression_statement" if inner.child_count() == 1 => inner.named_child(0)?,
        kind if kind.ends_with("_item")
            || matches!(
                kind,
                "let_declaration" | "expression_statement" | "empty_statement"
            ) =>
        {
            return None;
        }
        _ => inner,
    };
    (is_alone && !inner.is_extra()).then_some(inner)
}

/// `while flag { … }`
fn looped(place: &Place<'_>) -> Step {
    let whole = place.parent;
    if !place.value {
        return match whole.parent() {
            Some(around) if around.kind() == "expression_statement" => {
                Step::Edits(place.page.branch(place.around, around, None))
            }
            _ => Step::Stuck(Why::Unknown),
        };
    }
    let keyword = whole
        .children(&mut whole.walk())
        .find(|it| it.kind() == "while");
    let Some(keyword) = keyword else {
        return Step::Stuck(Why::Unknown);
    };
    let span = keyword.start_byte()..place.node.end_byte();
    let mut edits = vec![Edit::new(span, vec![Piece::Text("loop".to_owned())])];
    if let Some(statement) = whole
        .parent()
        .filter(|it| it.kind() == "expression_statement")
        && whole
            .child_by_field_name("body")
            .is_some_and(|it| !breaks(it))
    {
        edits.extend(
            place
                .page
                .without_dead(statement.end_byte(), &behind(statement)),
        );
    }
    Step::Edits(edits)
}

/// Whether a loop's body leaves the loop and goes on behind it.
fn breaks(body: Node<'_>) -> bool {
    let mut waiting = vec![(body, false)];
    while let Some((node, inner)) = waiting.pop() {
        let is_labelled = || node.named_child(0).is_some_and(|it| it.kind() == "label");
        // What a macro makes may be a break.
        if node.kind() == "macro_invocation"
            || (node.kind() == "break_expression" && (!inner || is_labelled()))
        {
            return true;
        }
        let inner = inner
            || matches!(
                node.kind(),
                "loop_expression" | "while_expression" | "for_expression" | "closure_expression"
            );
        waiting.extend(parts(node).into_iter().map(|it| (it, inner)));
    }
    false
}

/// `let x = flag;`
fn declared(place: &Place<'_>) -> Step {
    let declaration = place.parent;
    let page = place.page;
    let otherwise = declaration.child_by_field_name("alternative");
    match (pattern(place), otherwise) {
        (Some("_"), None) => Step::Edits(vec![page.without(declaration.byte_range())]),
        (Some(text @ ("true" | "false")), Some(otherwise)) => {
            let agrees = (text == "true") == place.value;
            let chosen = (!agrees).then_some(otherwise);
            Step::Edits(page.branch(place.around, declaration, chosen))
        }
        (Some(name), None) => {
            let mutable = declaration
                .children(&mut declaration.walk())
                .any(|it| it.kind() == "mutable_specifier");
            let is_plain = declaration
                .child_by_field_name("pattern")
                .is_some_and(|it| it.kind() == "identifier");
            match declaration.parent() {
                _ if !is_plain => Step::Stuck(Why::Kept),
                Some(_) if mutable => Step::Settled,
                Some(block) => {
                    let region = declaration.end_byte()..block.end_byte();
                    variables::propagate(place, declaration, name, block, region)
                }
                None => Step::Stuck(Why::Unknown),
            }
        }
        _ => Step::Stuck(Why::Unknown),
    }
}

/// `flag.then(|| a)` and `flag.then_some(a)`
fn method(place: &Place<'_>) -> Step {
    let page = place.page;
    let call = place
        .parent
        .parent()
        .filter(|it| it.kind() == "call_expression");
    let name = place
        .parent
        .child_by_field_name("field")
        .map(|it| page.of(it));
    let list = call.and_then(|it| it.child_by_field_name("arguments"));
    let (Some(call), Some(name), Some(argument)) =
        (call, name, list.and_then(|it| it.named_child(0)))
    else {
        return Step::Stuck(Why::Unknown);
    };
    let made = match name {
        "then_some" => Some(argument),
        "then" if argument.kind() == "closure_expression" => argument.child_by_field_name("body"),
        _ => None,
    };
    let Some(made) = made else {
        return Step::Stuck(Why::Unknown);
    };
    // Outside its closure it would leave the function around it.
    if name == "then" && leaves(made) {
        return Step::Stuck(Why::Unknown);
    }
    let statement = call
        .parent()
        .filter(|it| it.kind() == "expression_statement");
    if !place.value {
        if name == "then_some" && !page.only_makes(made) {
            return Step::Stuck(Why::effect(page.of(made)));
        }
        if let Some(statement) = statement {
            let span = page.with_what_is_above(statement);
            return Step::Edits(vec![page.without(span)]);
        }
        if loses_all(&page, call) {
            return Step::Stuck(Why::type_untold("None"));
        }
        let none = vec![Piece::Text("None".to_owned())];
        return Step::Edits(vec![Edit::new(call.byte_range(), none)]);
    }
    let from = page.indentation(made.start_byte());
    let to = page.indentation(call.start_byte());
    let mut pieces = vec![Piece::Text("Some(".to_owned())];
    let inner = if is_atom(made) {
        made
    } else {
        only_expression(made).unwrap_or(made)
    };
    if statement.is_some() {
        // Nobody takes what it gives.
        return Step::Edits(vec![Edit::new(
            call.byte_range(),
            page.moved(inner.byte_range(), from, to),
        )]);
    }
    if name == "then" && call.parent().is_none_or(|it| outlives(&page, it, inner)) {
        return Step::Stuck(Why::Temporary(in_one_line(page.of(inner))));
    }
    pieces.extend(page.moved(inner.byte_range(), from, to));
    pieces.push(Piece::Text(")".to_owned()));
    Step::Edits(vec![Edit::new(call.byte_range(), pieces)])
}

/// Whether something in it ends the function that it is in.
fn leaves(node: Node<'_>) -> bool {
    match node.kind() {
        "return_expression" | "try_expression" => true,
        "closure_expression" | "async_block" | "function_item" => false,
        _ => {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).any(leaves)
        }
    }
}
