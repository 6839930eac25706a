//! What becomes of an answer in Rust's `match`: its arms, and guards that ask.

use tree_sitter::Node;

use super::blocks::last_statement;
use super::draft::{Edit, Piece};
use super::inference::loses_type;
use super::layout::parts;
use super::rules::{Place, Step};
use super::rust::instead;
use super::why::Why;

/// An arm of a `match` on the answer.
struct Arm<'a> {
    guard: Option<Node<'a>>,
    value: Node<'a>,
}

/// `match flag { true => …, false => … }`
pub(super) fn choice(place: &Place<'_>) -> Step {
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
    let others: Vec<_> = whole
        .child_by_field_name("body")
        .map(parts)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|it| it.child_by_field_name("value"))
        .filter(|it| *it != value)
        .collect();
    if loses_type(&page, whole, value, &others) {
        return Step::Stuck(Why::type_untold(page.of(value)));
    }
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
pub(super) fn guard(place: &Place<'_>) -> Step {
    let pattern = place.parent;
    let Some(arm) = pattern.parent() else {
        return Step::Stuck(Why::Unknown);
    };
    let page = place.page;
    if !place.value {
        let end = arm.end_byte();
        let span = page.with_what_is_above(arm).start..end;
        return Step::Edits(vec![page.without(span)]);
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
            edits.push(page.without(page.with_what_is_above(other)));
        }
    }
    Step::Edits(edits)
}
