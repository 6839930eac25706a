//! What becomes of an answer in Rust's statements and expressions.

use tree_sitter::Node;

use super::blocks::{behind, diverges, is_marked, last_statement};
use super::draft::{Edit, Piece};
use super::layout::parts;
use super::precedence::is_atom;
use super::rules::{Place, Step};
use super::variables;
use super::why::Why;

/// What the place around an answer says.
pub(super) fn step(place: &Place<'_>) -> Step {
    let (node, parent) = (place.node, place.parent);
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "let_chain" => chain(place),
        "let_condition" if is("value") => condition(place),
        "if_expression" if is("condition") => branch(place),
        "while_expression" if is("condition") => looped(place),
        "match_expression" if is("value") => choice(place),
        "match_pattern" if is("condition") => guard(place),
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
    let chosen = if place.value {
        consequence
    } else {
        alternative
    };
    let Some(around) = whole.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    match (around.kind(), chosen) {
        ("else_clause", Some(chosen)) => Step::Edits(place.page.last_branch(whole, chosen)),
        ("else_clause", None) => {
            let before = place.page.text[..around.start_byte()].trim_end().len();
            Step::Edits(vec![Edit::removal(before..around.end_byte())])
        }
        _ => instead(place, whole, chosen),
    }
}

/// A branch in place of the expression that chose it.
fn instead<'a>(place: &Place<'a>, whole: Node<'a>, chosen: Option<Node<'a>>) -> Step {
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
        "expression_statement" => {
            return Step::Edits(page.branch(place.around, around, chosen));
        }
        "block" => return Step::Edits(page.branch(place.around, whole, chosen)),
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
    if chosen.kind() != "block" {
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
        _ => false,
    }
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
        if node.kind() == "break_expression" && (!inner || is_labelled()) {
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

/// An arm of a `match` on the answer.
struct Arm<'a> {
    guard: Option<Node<'a>>,
    value: Node<'a>,
}

/// `match flag { true => …, false => … }`
fn choice(place: &Place<'_>) -> Step {
    let whole = place.parent;
    let Some(arms) = arms(place, whole) else {
        return Step::Stuck(Why::Unknown);
    };
    let Some((last, guarded)) = arms.split_last() else {
        return Step::Stuck(Why::Unknown);
    };
    if guarded.is_empty() {
        return arm_instead(place, whole, last.value);
    }
    // Guards that are left become conditions.
    let page = place.page;
    let to = page.indentation(whole.start_byte());
    let mut pieces = Vec::new();
    for arm in &arms {
        if let Some(guard) = arm.guard {
            pieces.push(Piece::Text("if ".to_owned()));
            pieces.push(Piece::Keep(guard.byte_range()));
            pieces.push(Piece::Text(" ".to_owned()));
        }
        let from = page.indentation(arm.value.start_byte());
        if arm.value.kind() == "block" {
            pieces.extend(page.moved(arm.value.byte_range(), from, to));
        } else {
            pieces.push(Piece::Text(format!("{{\n{to}    ")));
            pieces.extend(page.moved(arm.value.byte_range(), from, &format!("{to}    ")));
            pieces.push(Piece::Text(format!("\n{to}}}")));
        }
        if arm.guard.is_some() {
            pieces.push(Piece::Text(" else ".to_owned()));
        }
    }
    Step::Edits(vec![Edit::new(whole.byte_range(), pieces)])
}

/// The arms that the answer can come to, the last of them without a guard; `None` where a pattern
/// is not plain.
fn arms<'a>(place: &Place<'a>, whole: Node<'a>) -> Option<Vec<Arm<'a>>> {
    let body = whole.child_by_field_name("body")?;
    let answer = if place.value { "true" } else { "false" };
    let mut found = Vec::new();
    for arm in parts(body) {
        if arm.kind() == "attribute_item" {
            // Which arms there are depends on what is built.
            return None;
        }
        if arm.kind() != "match_arm" {
            continue;
        }
        if arm
            .named_child(0)
            .is_some_and(|it| it.kind() == "attribute_item")
        {
            return None;
        }
        let pattern = arm.child_by_field_name("pattern")?;
        let guard = pattern.child_by_field_name("condition");
        let end = guard.map_or(pattern.end_byte(), |it| it.start_byte());
        let text = place.page.text[pattern.start_byte()..end].trim();
        let text = text
            .strip_suffix("if")
            .filter(|_| guard.is_some())
            .unwrap_or(text);
        let mut fits = false;
        for one in text.split('|').map(str::trim) {
            match one {
                "true" | "false" => fits |= one == answer,
                "_" => fits = true,
                _ => return None,
            }
        }
        if fits {
            let value = arm.child_by_field_name("value")?;
            found.push(Arm { guard, value });
            if guard.is_none() {
                return Some(found);
            }
        }
    }
    None
}

/// An arm's value in place of the `match`.
fn arm_instead<'a>(place: &Place<'a>, whole: Node<'a>, value: Node<'a>) -> Step {
    let page = place.page;
    let Some(around) = whole.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    let statement = match around.kind() {
        "expression_statement" => around,
        "block" => whole,
        _ => return instead(place, whole, Some(value)),
    };
    if value.kind() == "block" {
        return Step::Edits(page.branch(place.around, statement, Some(value)));
    }
    if matches!(value.kind(), "unit_expression") {
        return Step::Edits(page.branch(place.around, statement, None));
    }
    let mut edits = page.branch(place.around, statement, Some(value));
    let is_last = statement
        .parent()
        .and_then(last_statement)
        .is_some_and(|last| last == statement);
    if !is_last && let Some(edit) = edits.iter_mut().find(|it| !it.pieces.is_empty()) {
        edit.pieces.push(Piece::Text(";".to_owned()));
    }
    Step::Edits(edits)
}

/// A guard of an arm: `Plan::Pro if flag => …`
fn guard(place: &Place<'_>) -> Step {
    let pattern = place.parent;
    let Some(arm) = pattern.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    let page = place.page;
    if !place.value {
        let end = arm.end_byte();
        return Step::Edits(vec![page.without(arm.start_byte()..end)]);
    }
    let before = &page.text[..place.node.start_byte()].trim_end();
    let Some(before) = before.strip_suffix("if") else {
        return Step::Stuck(Why::Unknown);
    };
    let start = before.trim_end().len();
    let bare = &page.text[pattern.start_byte()..start];
    let mut edits = vec![Edit::removal(start..place.node.end_byte())];
    // Nothing comes to an arm of the same pattern any more.
    let mut next = arm.next_named_sibling();
    while let Some(other) = next {
        next = other.next_named_sibling();
        let Some(pattern) = other.child_by_field_name("pattern") else {
            continue;
        };
        let condition = pattern.child_by_field_name("condition");
        let text = page.of(pattern);
        let same = match condition {
            Some(_) => text.starts_with(bare) && text[bare.len()..].trim_start().starts_with("if "),
            None => text == bare,
        };
        if same {
            edits.push(page.without(other.byte_range()));
        }
    }
    Step::Edits(edits)
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
    if !place.value {
        if name == "then_some" && !page.only_makes(made) {
            return Step::Stuck(Why::effect(page.of(made)));
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
