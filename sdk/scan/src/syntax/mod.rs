//! Source code as far as flags care: calls, names and what is known of them, the same for every
//! language.
//!
//! Separate from what they mean (`meaning`), so that a rule about flags is written once and a
//! grammar's kinds of nodes stay in one file per language. Whoever rewrites code begins here too:
//! everything holds the bytes that it was read from.
//!
//! # How to add a language
//! Add it to [`crate::Language`]'s file types and grammar, write `syntax/<language>.rs` with an
//! `enter` and an `expression`, add its arms to `walk.rs`, its questions to `questions.rs`, and its
//! imports to `modules.rs`.
//!
//! **Invariants**
//! - Whatever the bytes are, reading them ends and does not panic: trees are walked without
//!   recursion, and expressions are followed `DEEPEST` levels deep.

mod calls;
mod collector;
mod go;
mod java;
mod python;
mod rust;
mod script;
mod tokens;
mod walk;

use std::collections::HashMap;
use std::ops::Range;

pub(crate) use self::walk::read;

/// Bytes of a file, from the first to behind the last.
pub type Span = Range<usize>;

/// How deep an expression is followed. Nobody writes a key deeper; machines do.
const DEEPEST: usize = 48;

/// What stands before the first name of a path in Rust, which means no variable.
pub(crate) const ROOT: &str = "::";

/// An expression, as far as it can lead to a key or to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A string whose value is plain.
    Text(String),
    /// An identifier; `this`, `self` and `Self` among them. The first name of a path in Rust begins
    /// with `::`.
    Name(String),
    /// `a.b`, `a::b`, `a["b"]`.
    Member(Box<Expression>, String),
    /// `a(b)`.
    Call(Box<Expression>, Vec<Argument>),
    /// `new A()`, and Go's and Rust's literals of structs: the type's path.
    New(Vec<String>),
    /// An object, dictionary, map or struct literal with names.
    Object(Vec<(String, Expression)>),
    /// Strings put together.
    Joined(Vec<Expression>),
    /// A number, a truth value, a function: no key and no client.
    Plain,
    /// Anything else.
    Unknown,
}

impl Expression {
    /// The expression as a path of names, if it is one: `a.b.c`.
    pub(crate) fn path(&self) -> Option<Vec<&str>> {
        let mut names = Vec::new();
        let mut rest = self;
        loop {
            match rest {
                Self::Name(name) => {
                    names.push(name.trim_start_matches(ROOT));
                    names.reverse();
                    return Some(names);
                }
                Self::Member(base, name) => {
                    names.push(name);
                    rest = base;
                }
                _ => return None,
            }
        }
    }

    /// A path of names as an expression.
    pub(crate) fn of_path<'a>(path: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names = path.into_iter();
        let Some(first) = names.next() else {
            return Self::Unknown;
        };
        names
            .take(DEEPEST)
            .fold(Self::Name(first.to_owned()), |base, name| {
                Self::Member(Box::new(base), name.to_owned())
            })
    }
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its name, where the language has named arguments.
    pub name: Option<String>,
    /// What is passed.
    pub value: Expression,
    /// Its bytes.
    pub span: Span,
}

/// A call of something whose name is worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The last name of what is called.
    pub name: String,
    /// That name's bytes.
    pub name_span: Span,
    /// The line that it stands on, from 1.
    pub line: u32,
    /// Where on the line it begins, from 1, in characters.
    pub column: u32,
    /// The bytes of the whole call, with what it is called on.
    pub span: Span,
    /// What it is called on: `a.b` in `a.b.c(d)`.
    pub receiver: Option<Expression>,
    /// What is passed.
    pub arguments: Vec<Argument>,
    /// Whether it is an element of JSX; its arguments are the attributes then.
    pub element: bool,
}

/// What kind of thing a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A variable or constant.
    Value,
    /// A parameter of a function.
    Parameter,
    /// A field, an attribute, an associated constant or a member of an enum: found through what
    /// holds it.
    Member,
    /// A constant of an enum that was made of arguments: its accessors give them.
    EnumConstant,
    /// A class, struct, enum, trait or module.
    Type,
    /// A function or method.
    Function,
}

/// A name that is given to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The name.
    pub name: String,
    /// What kind of thing it names.
    pub kind: Kind,
    /// The modules and types that it is in, outermost first.
    pub within: Vec<String>,
    /// Where the plain name means this, unless something nearer has the name.
    pub scope: Span,
    /// The bytes of the declaration.
    pub span: Span,
    /// The types that it is declared with, each as a path; a function's are what it returns.
    pub types: Vec<Vec<String>>,
    /// What it is given.
    pub value: Expression,
    /// Whether this gives another value to something declared before.
    pub assigned: bool,
}

impl Declaration {
    /// Whether the plain name finds it.
    pub(crate) fn is_visible(&self, at: usize) -> bool {
        self.kind != Kind::Member && self.scope.contains(&at)
    }
}

/// A function, with what it needs to be known as a wrapper of a flag's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The names of its parameters, without `self`.
    pub parameters: Vec<String>,
    /// Its bytes.
    pub span: Span,
}

/// Something that is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What it is called here; empty for everything that a module has.
    pub local: String,
    /// The module, by names or as it is written (one name) where that is a path.
    pub module: Vec<String>,
    /// What of the module; none if it is the module itself.
    pub item: Option<String>,
    /// Where it holds.
    pub scope: Span,
}

impl Import {
    /// Whether everything that the module has is imported.
    pub(crate) fn is_glob(&self) -> bool {
        self.local.is_empty()
    }
}

/// What is known of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whether `tenantry codegen` wrote it.
    pub generated: bool,
    /// What it imports.
    pub imports: Vec<Import>,
    /// Names, in the order of the file.
    pub declarations: Vec<Declaration>,
    /// Functions, in the order of the file.
    pub functions: Vec<Function>,
    /// Calls whose names are worth a look, in the order of the file.
    pub calls: Vec<Call>,
    /// What begins a path somewhere without being imported: names of crates.
    pub roots: Vec<String>,
    /// Types and modules with the bytes in which `self` means them, outermost first.
    pub containers: Vec<(Span, String)>,
    /// Where in `declarations` a name is.
    by_name: HashMap<String, Vec<usize>>,
}

impl Facts {
    /// The declarations of a name, in the order of the file.
    pub(crate) fn named(&self, name: &str) -> impl DoubleEndedIterator<Item = &Declaration> {
        let places = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| &self.declarations[*place])
    }

    /// The innermost type or module around a byte.
    pub(crate) fn container(&self, at: usize) -> Option<&str> {
        let around = |(span, _): &&(Span, String)| span.contains(&at);
        self.containers
            .iter()
            .filter(around)
            .min_by_key(|(span, _)| span.len())
            .map(|(_, name)| name.as_str())
    }
}
