//! A question where it stands in the code: which bytes it takes, and what comes first in its place.
//!
//! **Invariants**
//! - What is put in place of a question is an answer, nothing, or the question itself, marked as
//!   the making of a handle.

use std::collections::HashSet;

use tree_sitter::Node;

use super::Question;
use super::draft::{Edit, Known, Mark, Piece};
use super::layout::{Page, parts};
use super::names::names;
use super::why::Why;
use crate::language::Language;
use crate::questions::{Answer, asks_handle};
use crate::syntax::Span;

/// What the questions were asked with.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The names that stood in them.
    pub(super) names: HashSet<String>,
    /// Code that was there for a question alone and may have done something.
    pub(super) gone: Vec<String>,
}

/// What comes first in place of a question.
pub(super) enum First {
    Edits(Vec<Edit>),
    Handle(Mark),
}

/// What methods take the place of an error with.
const DEFAULTS: &[&str] = &["unwrap", "expect", "unwrap_or", "unwrap_or_default"];

/// What comes in place of a question; the names that it was asked with are added.
pub(super) fn first<'a>(
    page: Page<'a>,
    language: Language,
    (index, question): (usize, &Question),
    keep: bool,
    asked: &mut Asked,
) -> Result<First, Why> {
    let span = question.span.clone();
    let root = page.tree.root_node();
    let node = root
        .named_descendant_for_byte_range(span.start, span.end)
        .ok_or(Why::Unknown)?;
    let around = std::iter::successors(Some(node), Node::parent);
    if around
        .clone()
        .any(|it| it.kind() == "token_tree" || it.kind() == "macro_definition")
    {
        return Err(Why::Macro);
    }
    let answer = |whole: Node<'a>| {
        Ok(First::Edits(vec![Edit::new(
            whole.byte_range(),
            vec![Piece::Answer(keep, index)],
        )]))
    };
    match question.answer {
        Answer::Element => return Err(Why::Element),
        Answer::More => return Err(Why::MoreThanOnOff(question.call.clone())),
        _ if node.kind() != "call_expression" => return Err(Why::Unknown),
        _ => {}
    }
    let whole = match question.answer {
        Answer::OnOff => node,
        Answer::Fallible => settled_by_default(&page, node)?,
        Answer::Details => return details(&page, node, index, keep, asked),
        Answer::Handle => {
            if let Some(whole) = question_to_handle(&page, language, node) {
                whole
            } else {
                note_names(&page, node, asked);
                asked.names.extend(variable_of(&page, node));
                return Ok(First::Handle(Mark {
                    span: node.byte_range(),
                    known: Known::Handle,
                    question: index,
                    settled: false,
                }));
            }
        }
        Answer::Told => return told(&page, node, question, asked),
        Answer::Setting => return setting(&page, node, keep),
        Answer::Element | Answer::More => return Err(Why::Unknown),
    };
    let list = node.child_by_field_name("arguments");
    if let Some(list) = list
        && let Some(effect) = list
            .named_children(&mut list.walk())
            .find(|it| !page.is_harmless(*it))
    {
        return Err(Why::effect(page.of(effect)));
    }
    let arguments = list.into_iter().flat_map(parts);
    let telling = arguments.filter(|it| !page.is_surely_harmless(*it));
    asked.gone.extend(telling.map(|it| page.of(it).to_owned()));
    note_names(&page, whole, asked);
    answer(whole)
}

fn note_names(page: &Page<'_>, node: Node<'_>, asked: &mut Asked) {
    asked
        .names
        .extend(names(node).iter().map(|it| page.of(*it).to_owned()));
}

/// The variable or field that is given what a call makes.
fn variable_of(page: &Page<'_>, call: Node<'_>) -> Option<String> {
    let mut node = call;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            "let_declaration" => {
                let pattern = parent.child_by_field_name("pattern")?;
                return Some(page.of(pattern).to_owned());
            }
            "field_initializer" => {
                let field = parent.child_by_field_name("field")?;
                return Some(page.of(field).to_owned());
            }
            "field_expression" | "call_expression" => node = parent,
            _ => return None,
        }
    }
}

/// The method that is called on a node: its name and the call.
fn method<'a>(page: &Page<'a>, node: Node<'a>) -> Option<(&'a str, Node<'a>)> {
    let access = node.parent()?;
    if access.kind() != "field_expression" || access.child_by_field_name("value") != Some(node) {
        return None;
    }
    let call = access.parent()?;
    let is_called =
        call.kind() == "call_expression" && call.child_by_field_name("function") == Some(access);
    let name = access.child_by_field_name("field")?;
    is_called.then(|| (page.of(name), call))
}

/// A question that may fail, up to where its default is.
fn settled_by_default<'a>(page: &Page<'a>, node: Node<'a>) -> Result<Node<'a>, Why> {
    let mut whole = node;
    while let Some(parent) = whole.parent() {
        match parent.kind() {
            "await_expression" => whole = parent,
            "try_expression" => return Ok(parent),
            _ => break,
        }
    }
    match method(page, whole) {
        Some((name, call)) if DEFAULTS.contains(&name) => Ok(call),
        _ => Err(Why::Fallible),
    }
}

/// The question that a handle is asked where it is made.
fn question_to_handle<'a>(page: &Page<'a>, language: Language, node: Node<'a>) -> Option<Node<'a>> {
    let mut maker = node;
    while let Some((name, call)) = method(page, maker) {
        if name == "default_on" {
            maker = call;
        } else if asks_handle(language, name) && name.starts_with("is_enabled") {
            return Some(call);
        } else {
            return None;
        }
    }
    None
}

/// `….value` of details, or `const { value } = …`.
fn details<'a>(
    page: &Page<'a>,
    node: Node<'a>,
    index: usize,
    keep: bool,
    asked: &mut Asked,
) -> Result<First, Why> {
    let mut whole = node;
    while let Some(parent) = whole
        .parent()
        .filter(|it| matches!(it.kind(), "await_expression" | "parenthesized_expression"))
    {
        whole = parent;
    }
    let parent = whole.parent().ok_or(Why::Unknown)?;
    note_names(page, node, asked);
    let answer = Piece::Answer(keep, index);
    if parent.kind() == "member_expression" {
        let property = parent.child_by_field_name("property");
        return match property.map(|it| page.of(it)) {
            Some("value") => Ok(First::Edits(vec![Edit::new(
                parent.byte_range(),
                vec![answer],
            )])),
            _ => Err(Why::MoreThanOnOff(
                page.called(node).unwrap_or_default().to_owned(),
            )),
        };
    }
    let pattern = parent
        .child_by_field_name("name")
        .filter(|it| it.kind() == "object_pattern" && it.named_child_count() == 1)
        .and_then(|it| it.named_child(0));
    let name = pattern.and_then(|it| match it.kind() {
        "shorthand_property_identifier_pattern" if page.of(it) == "value" => Some(it),
        "pair_pattern" if it.child_by_field_name("key").map(|it| page.of(it)) == Some("value") => {
            it.child_by_field_name("value")
                .filter(|it| it.kind() == "identifier")
        }
        _ => None,
    });
    let (Some(name), Some(pattern)) = (name, pattern.and_then(|it| it.parent())) else {
        return Err(Why::MoreThanOnOff(
            page.called(node).unwrap_or_default().to_owned(),
        ));
    };
    Ok(First::Edits(vec![
        Edit::new(pattern.byte_range(), vec![Piece::Keep(name.byte_range())]),
        Edit::new(whole.byte_range(), vec![answer]),
    ]))
}

/// What is told of the flag: it goes, if it is a statement.
fn told<'a>(
    page: &Page<'a>,
    node: Node<'a>,
    question: &Question,
    asked: &mut Asked,
) -> Result<First, Why> {
    match node
        .parent()
        .filter(|it| it.kind() == "expression_statement")
    {
        Some(statement) => {
            note_names(page, node, asked);
            Ok(First::Edits(vec![
                page.without(page.with_what_is_above(statement)),
            ]))
        }
        None => Err(Why::Told(question.call.clone())),
    }
}

/// A test sets the flag: to the answer that stays, which need not be said any more.
fn setting(page: &Page<'_>, node: Node<'_>, keep: bool) -> Result<First, Why> {
    let list = node.child_by_field_name("arguments").ok_or(Why::Unknown)?;
    let arguments: Vec<Node<'_>> = list.named_children(&mut list.walk()).collect();
    let wanted = if keep { "true" } else { "false" };
    let set = arguments
        .iter()
        .map(|it| page.of(*it))
        .find(|it| matches!(*it, "true" | "false"));
    match set {
        Some(set) if set == wanted => {}
        Some(_) => return Err(Why::SetToOther),
        None => return Err(Why::Told(page.called(node).unwrap_or_default().to_owned())),
    }
    let receiver = node
        .child_by_field_name("function")
        .filter(|it| it.kind() == "field_expression")
        .and_then(|it| it.child_by_field_name("value"));
    match (page.called(node), receiver, node.parent()) {
        (Some("with" | "with_tenant" | "default_on"), Some(receiver), _) => {
            let span: Span = receiver.end_byte()..node.end_byte();
            Ok(First::Edits(vec![Edit::removal(span)]))
        }
        (Some(name), _, Some(parent))
            if name != "with_flag"
                && matches!(parent.kind(), "expression_statement" | "let_declaration") =>
        {
            let span = page.with_what_is_above(parent);
            Ok(First::Edits(vec![page.without(span)]))
        }
        _ => Err(Why::Told(page.called(node).unwrap_or_default().to_owned())),
    }
}
