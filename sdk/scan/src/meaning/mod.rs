//! What a name means: which key a constant has, what makes a handle, and what is a client that
//! answers for flags. Types are not known; what is known is what stands in the tree.
//!
//! Separate from `recognise`, which decides what counts: this only follows names, through
//! declarations, imports and files.
//!
//! **Invariants**
//! - A name that could mean several things means none of them.
//! - Following ends: after [`DEEPEST`] steps down and [`MOST_STEPS`] in all, the answer is
//!   [`Value::Unknown`].

mod names;

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::OnceLock;

use crate::language::Language;
use crate::questions::{self, HANDLE_MAKER};
use crate::syntax::{Argument, Expression, Facts, Kind};
use crate::tree::Tree;
use crate::words::has_word;

/// How many names, one behind the other, are followed.
const DEEPEST: usize = 16;

/// How many expressions are looked at for one question.
const MOST_STEPS: u32 = 4_000;

/// Functions that give what they are given.
const TRANSPARENT: &[&str] = &[
    "new",
    "from",
    "freeze",
    "string",
    "String",
    "Some",
    "Ok",
    "str",
    "MappingProxyType",
    "of",
    "valueOf",
    "ofNullable",
    "cast",
];

/// What holds something and is no type of its own.
const HOLDERS: &[&str] = &[
    "Arc", "Rc", "Box", "Cow", "Object", "String", "OnceLock", "LazyLock", "Optional", "FlagKey",
    "typing",
];

/// Methods that give what they are called on, or hold.
const ACCESSORS: &[&str] = &[
    "as_ref",
    "as_str",
    "borrow",
    "clone",
    "into",
    "to_owned",
    "to_string",
    "toString",
    "unwrap",
    "expect",
    "get",
    "key",
    "getKey",
    "value",
    "getValue",
    "Value",
    "Key",
    "String",
    "trim",
    "as_deref",
    "unwrap_or_default",
    "lock",
    "read",
];

/// A key, and how it was come by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) text: String,
    /// Whether a name stands for it.
    pub(crate) named: bool,
    /// Whether `tenantry codegen` wrote what stands for it.
    pub(crate) generated: bool,
}

/// What an expression means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A text, which may be a key.
    Key(Key),
    /// A constant of an enum, made of a text: any accessor gives it.
    Constant(Key),
    /// A handle; of which flag, if that is to be seen.
    Handle(Option<Key>),
    /// The struct or class that `tenantry codegen` wrote, of that file.
    Generated(usize),
    /// A client, or anything else that an SDK has.
    Client,
    /// A type: the generated one of that file, or one that has nothing to do with flags.
    Type(Option<usize>),
    /// Something that is known to be none of these.
    Stranger,
    /// Anything.
    Unknown,
}

/// A place in the code: names mean what they mean there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) at: usize,
}

/// A question to the tree about one place.
pub(crate) struct Meaning<'a> {
    tree: &'a Tree,
    steps: Cell<u32>,
}

impl<'a> Meaning<'a> {
    pub(crate) fn new(tree: &'a Tree) -> Self {
        Self {
            tree,
            steps: Cell::new(0),
        }
    }

    /// What an expression means.
    pub(crate) fn of(&self, place: Place, expression: &Expression) -> Value {
        self.value(place, expression, &[], 0)
    }

    /// The names of the types that what an expression begins with is declared with.
    pub(crate) fn types(&self, place: Place, expression: &Expression) -> Vec<String> {
        let Some(path) = expression.path() else {
            return Vec::new();
        };
        let (Some(first), Some(last)) = (path.first(), path.last()) else {
            return Vec::new();
        };
        let plain = self.visible(place, first).into_iter();
        let facts = self.facts(place.file);
        let members = facts.into_iter().flat_map(|facts| facts.named(last));
        let members = members.filter(|it| path.len() > 1 && it.kind == Kind::Member);
        plain
            .filter(|_| path.len() == 1)
            .chain(members)
            .flat_map(|it| {
                let made = match &it.value {
                    Expression::New(names) => names.as_slice(),
                    _ => &[],
                };
                it.types.iter().flatten().chain(made).cloned()
            })
            .collect()
    }

    fn facts(&self, file: usize) -> Option<&'a Facts> {
        self.tree.facts(file)
    }

    fn language(&self, file: usize) -> Language {
        self.tree.language(file)
    }

    /// What `expression`, and then the names of `path` below it, mean.
    fn value(&self, place: Place, expression: &Expression, path: &[&str], depth: usize) -> Value {
        self.steps.set(self.steps.get() + 1);
        if depth > DEEPEST || self.steps.get() > MOST_STEPS {
            return Value::Unknown;
        }
        match expression {
            Expression::Text(text) => {
                if path.iter().any(|name| !ACCESSORS.contains(name)) {
                    return Value::Unknown;
                }
                Value::Key(Key {
                    text: text.clone(),
                    named: false,
                    generated: self.facts(place.file).is_some_and(|facts| facts.generated),
                })
            }
            Expression::Name(name) => self.name(place, name, path, depth),
            Expression::Member(base, name) => {
                let mut longer = vec![name.as_str()];
                longer.extend(path);
                self.value(place, base, &longer, depth)
            }
            Expression::Call(function, arguments) => {
                self.call(place, function, arguments, path, depth)
            }
            Expression::New(names) => match self.type_value(place, names, depth + 1) {
                Value::Client => Value::Client,
                Value::Type(Some(file)) => Value::Generated(file),
                // A `FlagService` is no SDK's, and most likely asks one.
                _ if names.last().is_some_and(|name| has_word(name)) => Value::Unknown,
                _ => Value::Stranger,
            },
            Expression::Object(parts) => match path.split_first() {
                Some((first, rest)) => parts
                    .iter()
                    .rev()
                    .find(|(name, _)| name == first)
                    .map_or(Value::Unknown, |(_, part)| {
                        self.value(place, part, rest, depth + 1)
                    }),
                None => Value::Stranger,
            },
            Expression::Joined(parts) if path.is_empty() => self.joined(place, parts, depth),
            Expression::Plain => Value::Stranger,
            Expression::Joined(_) | Expression::Unknown => Value::Unknown,
        }
    }

    fn joined(&self, place: Place, parts: &[Expression], depth: usize) -> Value {
        let mut whole = Key {
            text: String::new(),
            named: false,
            generated: false,
        };
        for part in parts {
            match self.value(place, part, &[], depth + 1) {
                // A longer one is no key.
                Value::Key(key) if whole.text.len() + key.text.len() <= 256 => {
                    whole.text += &key.text;
                    whole.named |= key.named;
                    whole.generated |= key.generated;
                }
                _ => return Value::Unknown,
            }
        }
        Value::Key(whole)
    }

    fn call(
        &self,
        place: Place,
        function: &Expression,
        arguments: &[Argument],
        path: &[&str],
        depth: usize,
    ) -> Value {
        let language = self.language(place.file);
        if let ([argument], Some(names)) = (arguments, function.path())
            && let Some((last, holder)) = names.split_last()
            && (TRANSPARENT.contains(last) || HOLDERS.contains(last) || language == Language::Go)
            && holder.iter().all(|name| HOLDERS.contains(name))
        {
            let inner = self.value(place, &argument.value, path, depth + 1);
            if inner != Value::Unknown {
                return inner;
            }
        }
        if !path.is_empty() {
            // What belongs to something of an SDK is the SDK's too.
            return match self.call(place, function, arguments, &[], depth + 1) {
                Value::Client => Value::Client,
                _ => Value::Unknown,
            };
        }
        match function {
            Expression::Member(base, name) => {
                match self.value(place, base, &[], depth + 1) {
                    Value::Client if name == HANDLE_MAKER && language == Language::Rust => {
                        let key = arguments
                            .first()
                            .map(|argument| self.value(place, &argument.value, &[], depth + 1));
                        match key {
                            Some(Value::Key(key)) => Value::Handle(Some(key)),
                            _ => Value::Handle(None),
                        }
                    }
                    Value::Client if questions::question(language, name).is_some() => {
                        Value::Stranger
                    }
                    Value::Client => Value::Client,
                    Value::Handle(key) if name == "key" => key.map_or(Value::Unknown, Value::Key),
                    Value::Handle(key)
                        if name == "default_on" || ACCESSORS.contains(&name.as_str()) =>
                    {
                        Value::Handle(key)
                    }
                    Value::Handle(_) => Value::Stranger,
                    Value::Generated(file) => match self.tree.generated_key(file, name) {
                        Some(text) if language == Language::Rust => Value::Handle(Some(Key {
                            text: text.to_owned(),
                            named: true,
                            generated: true,
                        })),
                        Some(_) => Value::Stranger,
                        None => Value::Generated(file),
                    },
                    Value::Key(key) if ACCESSORS.contains(&name.as_str()) => {
                        Value::Key(Key { named: true, ..key })
                    }
                    Value::Constant(key)
                        if !matches!(
                            name.as_str(),
                            "name" | "toString" | "ordinal" | "hashCode"
                        ) =>
                    {
                        Value::Key(key)
                    }
                    // What a type's own function makes is most likely of the type.
                    Value::Type(Some(file)) => Value::Generated(file),
                    Value::Type(None) => {
                        self.returned(place, name, depth).unwrap_or(Value::Stranger)
                    }
                    known @ (Value::Unknown | Value::Stranger)
                        if ACCESSORS.contains(&name.as_str()) =>
                    {
                        known
                    }
                    _ => self.returned(place, name, depth).unwrap_or(Value::Unknown),
                }
            }
            Expression::Name(name) => match self.name(place, name, &[], depth + 1) {
                Value::Client => Value::Client,
                Value::Type(_) => Value::Stranger,
                _ => self.returned(place, name, depth).unwrap_or(Value::Unknown),
            },
            _ => Value::Unknown,
        }
    }

    /// What a function of this file returns, by the type that it says.
    fn returned(&self, place: Place, name: &str, depth: usize) -> Option<Value> {
        let facts = self.facts(place.file)?;
        let mut functions = facts
            .named(name)
            .filter(|it| matches!(it.kind, Kind::Function | Kind::Member) && !it.types.is_empty());
        let first = functions.next()?;
        if functions.any(|other| other.types != first.types) {
            return None;
        }
        match self.by_types(place, &first.types, depth + 1) {
            Value::Unknown => None,
            // A function's own type may hold a client under any name.
            Value::Stranger => Some(Value::Unknown),
            known => Some(known),
        }
    }

    /// What something of these types is.
    fn by_types(&self, place: Place, types: &[Vec<String>], depth: usize) -> Value {
        let mut any = Value::Unknown;
        for path in types {
            match self.type_value(place, path, depth + 1) {
                Value::Client if self.is_handle_type(place.file, path) => {
                    return Value::Handle(None);
                }
                Value::Client => return Value::Client,
                Value::Type(Some(file)) => return Value::Generated(file),
                Value::Type(None) if !path.last().is_some_and(|name| has_word(name)) => {
                    any = Value::Stranger;
                }
                _ => {
                    let last = path.last().map_or("", String::as_str);
                    let is_open = OPEN_TYPES.contains(&last) || last.len() <= 1;
                    if !is_open && !has_word(last) && last.starts_with(char::is_uppercase) {
                        any = Value::Stranger;
                    }
                }
            }
        }
        any
    }

    fn is_handle_type(&self, file: usize, path: &[String]) -> bool {
        self.language(file) == Language::Rust && path.last().is_some_and(|name| name == "Flag")
    }

    fn type_value(&self, place: Place, path: &[String], depth: usize) -> Value {
        let Some((first, rest)) = path.split_first() else {
            return Value::Unknown;
        };
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        self.name(place, first, &rest, depth)
    }
}

/// Types that anything may be of.
const OPEN_TYPES: &[&str] = &[
    "Any",
    "any",
    "unknown",
    "object",
    "Object",
    "str",
    "string",
    "String",
    "Self",
    "Arc",
    "Rc",
    "Box",
    "Option",
    "State",
    "Data",
    "Extension",
    "Result",
    "Ref",
    "Promise",
    "CharSequence",
];

/// The keys of a generated file by the names of its functions, worked out once.
pub(crate) type GeneratedKeys = OnceLock<HashMap<String, String>>;
