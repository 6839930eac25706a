//! Which calls ask for a flag, and for which.
//!
//! Types are not known, so a call counts by what speaks for it: its name and arguments, what it is
//! called on, and whether the file has to do with an SDK for flags. See the crate's documentation.
//!
//! **Invariants**
//! - A key is a literal or a name that can only mean one literal, and is a valid flag key.
//! - What is known to be something else is never a client, whatever it is called.
//! - One expression counts once: `client.flag("a").is_enabled(t)` is one reference.

use tenantry_core::model::FlagKey;
use tenantry_protocol::references::Via;

use crate::language::Language;
use crate::meaning::{Key, Meaning, Place, Value};
use crate::questions::{self, Answer, HANDLE_MAKER, Question, Telling};
use crate::settings::Wrapper;
use crate::syntax::{Argument, Call, Expression, ROOT, Span};
use crate::tree::Tree;
use crate::words::{has_word, words};

/// A call that asks for a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recognised {
    /// The flag's key; none if only the running program knows it.
    pub(crate) flag: Option<String>,
    pub(crate) via: Via,
    /// The bytes of what gives the key, if it stands in the call.
    pub(crate) key: Option<Span>,
    /// The function around the call that is passed the key, and as which of its arguments.
    pub(crate) passed_on: Option<(String, usize)>,
}

/// What a receiver says.
enum Receiver {
    /// It answers for flags.
    Client,
    /// It is a handle.
    Handle(Option<Key>),
    /// It is what `tenantry codegen` wrote.
    Generated(usize),
    /// It may be anything.
    Unknown,
    /// It is something else.
    Stranger,
}

/// What is known of a file's surroundings, worked out once where it is needed.
pub(crate) struct Reader<'a> {
    tree: &'a Tree,
    file: usize,
    near: std::cell::OnceCell<bool>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(tree: &'a Tree, file: usize) -> Self {
        Self {
            tree,
            file,
            near: std::cell::OnceCell::new(),
        }
    }

    /// The calls of the file that ask for a flag.
    pub(crate) fn recognise(&self) -> Vec<(&'a Call, Recognised)> {
        let Some(facts) = self.tree.facts(self.file) else {
            return Vec::new();
        };
        // What was generated names every flag and asks for none by itself.
        if facts.generated {
            return Vec::new();
        }
        let calls = facts.calls.iter();
        calls
            .filter_map(|call| Some((call, self.call(call)?)))
            .collect()
    }

    fn call(&self, call: &Call) -> Option<Recognised> {
        let meaning = Meaning::new(self.tree);
        let place = Place {
            file: self.file,
            at: call.name_span.start,
        };
        if let Some(wrapper) = self.wrapper(call) {
            let argument = call.arguments.get(wrapper.key_argument)?;
            return self.by_key(&meaning, place, argument, Some(Via::Wrapper), true);
        }
        let receiver = receiver(&meaning, place, call);
        if let Some(found) = self.generated(call, &receiver) {
            return Some(found);
        }
        let language = self.tree.language(self.file);
        if let Receiver::Handle(key) = &receiver {
            let key = key.as_ref()?;
            let is_use = questions::asks_handle(language, &call.name)
                && call
                    .receiver
                    .as_ref()
                    .is_some_and(|it| !self.makes_handle(it));
            return is_use
                .then(|| found(key.text.clone(), Via::Handle, None))
                .flatten();
        }
        let name = self.asked(call);
        let question = questions::question(language, &name)?;
        if !call.element && call.arguments.len() < question.at_least {
            return None;
        }
        let is_client = match receiver {
            Receiver::Client => true,
            Receiver::Unknown => false,
            Receiver::Handle(_) | Receiver::Generated(_) | Receiver::Stranger => return None,
        };
        if !is_client && !self.is_likely(&meaning, place, call.receiver.as_ref()?, question) {
            return None;
        }
        let (value, span) = key_argument(call, question)?;
        let argument = Argument {
            name: None,
            value: value.clone(),
            span,
        };
        // A handle is asked by the same names with a tenant alone.
        let tells = is_client || language != Language::Rust || call.arguments.len() > 1;
        self.by_key(&meaning, place, &argument, None, tells)
    }

    /// What a call that was recognised answers with.
    pub(crate) fn answer(&self, call: &Call, via: Via) -> Answer {
        let language = self.tree.language(self.file);
        if via == Via::Wrapper {
            return Answer::OnOff;
        }
        if call.element {
            return Answer::Element;
        }
        let asked = self.asked(call);
        if questions::question(language, &asked).is_none() && via == Via::Generated {
            return self.tree.generated_answer(language, &call.name);
        }
        // OpenFeature's hook of this name tells how the answer came about, Unleash's does not.
        let is_openfeatures = || {
            let imports = self.tree.facts(self.file).map(|facts| &facts.imports);
            imports.is_some_and(|imports| {
                imports.iter().any(|import| {
                    import.local == call.name
                        && import
                            .module
                            .iter()
                            .any(|it| it.starts_with("@openfeature"))
                })
            })
        };
        if asked == "useFlag" && is_openfeatures() {
            return Answer::Details;
        }
        questions::answer(language, &asked)
    }

    /// What a call asks: an import may have given it another name.
    fn asked(&self, call: &Call) -> String {
        let facts = self.tree.facts(self.file);
        let renamed = facts.filter(|_| call.receiver.is_none()).and_then(|facts| {
            let import = facts.imports.iter().find(|it| it.local == call.name)?;
            import.item.clone()
        });
        renamed.unwrap_or_else(|| call.name.clone())
    }

    fn wrapper(&self, call: &Call) -> Option<&'a Wrapper> {
        self.tree.settings.wrappers.iter().find(|wrapper| {
            let mut names = wrapper
                .name
                .rsplit(['.', ':'])
                .filter(|name| !name.is_empty());
            let receiver = call.receiver.as_ref().and_then(Expression::path);
            let mut path = receiver.unwrap_or_default().into_iter().rev();
            names.next() == Some(call.name.as_str()) && names.all(|name| path.next() == Some(name))
        })
    }

    /// A call of what `tenantry codegen` wrote.
    fn generated(&self, call: &Call, receiver: &Receiver) -> Option<Recognised> {
        let key = match receiver {
            Receiver::Generated(file) => self.tree.generated_key(*file, &call.name)?,
            Receiver::Unknown if speaks_of_flags(call.receiver.as_ref()?, &[]) => {
                let family = self.tree.language(self.file).family();
                let mut keys = self
                    .tree
                    .generated()
                    .filter(|file| self.tree.language(*file).family() == family)
                    .filter(|file| self.tree.leads_to(self.file, *file))
                    .filter_map(|file| self.tree.generated_key(file, &call.name));
                let key = keys.next()?;
                if keys.any(|other| other != key) {
                    return None;
                }
                key
            }
            _ => return None,
        };
        found(key.to_owned(), Via::Generated, None)
    }

    /// Whether an expression holds the call that makes a handle: it counts there.
    fn makes_handle(&self, expression: &Expression) -> bool {
        let mut rest = expression;
        loop {
            match rest {
                Expression::Call(function, _) => {
                    if let Expression::Member(_, name) = &**function {
                        let mut generated = self.tree.generated();
                        if name == HANDLE_MAKER
                            || generated.any(|it| self.tree.generated_key(it, name).is_some())
                        {
                            return true;
                        }
                    }
                    rest = function;
                }
                Expression::Member(base, _) => rest = base,
                _ => return false,
            }
        }
    }

    /// Whether something that may be anything most likely answers for flags.
    fn is_likely(
        &self,
        meaning: &Meaning<'_>,
        place: Place,
        receiver: &Expression,
        question: &Question,
    ) -> bool {
        let settings = &self.tree.settings;
        let types = meaning.types(place, receiver);
        let is_named = receiver.path().is_some_and(|path| {
            path.iter()
                .any(|it| settings.clients.iter().any(|own| own == it))
        });
        let speaks = is_named
            || speaks_of_flags(receiver, &settings.clients)
            || types.iter().any(|name| has_word(name));
        let is_client = speaks
            || names(receiver)
                .iter()
                .any(|name| words(name).any(|it| it == "client"));
        match question.telling {
            Telling::Much => self.is_near() || (is_client && self.tree.speaks_of_sdk()),
            Telling::Some => {
                (is_client && self.is_near()) || (speaks && self.tree.speaks_of_sdk()) || is_named
            }
            Telling::Little => is_client && self.tree.imports_sdk(self.file),
        }
    }

    /// Whether this file, or one that it imports, imports an SDK.
    fn is_near(&self) -> bool {
        *self
            .near
            .get_or_init(|| self.tree.imports_sdk(self.file) || self.tree.is_near_sdk(self.file))
    }

    /// A reference by its key, or a call whose key is not to be seen; `tells` whether the latter is
    /// worth telling.
    fn by_key(
        &self,
        meaning: &Meaning<'_>,
        place: Place,
        argument: &Argument,
        via: Option<Via>,
        tells: bool,
    ) -> Option<Recognised> {
        let span = Some(argument.span.clone());
        match meaning.of(place, &argument.value) {
            Value::Key(key) | Value::Constant(key) => {
                let known = match (key.generated, key.named) {
                    (true, _) => Via::Generated,
                    (false, true) => Via::Constant,
                    (false, false) => Via::Direct,
                };
                found(key.text, via.unwrap_or(known), span)
            }
            Value::Handle(key) => found(key?.text, Via::Handle, span),
            _ if argument.value == Expression::Plain => None,
            _ => {
                let passed_on = self.passed_on(place, &argument.value);
                let is_wrapper = |(name, index): &(String, usize)| {
                    self.tree.settings.wrappers.iter().any(|wrapper| {
                        wrapper.name.rsplit(['.', ':']).next() == Some(name)
                            && wrapper.key_argument == *index
                    })
                };
                if !tells || passed_on.as_ref().is_some_and(is_wrapper) {
                    return None;
                }
                Some(Recognised {
                    flag: None,
                    via: via.unwrap_or(Via::Direct),
                    key: span,
                    passed_on,
                })
            }
        }
    }

    /// The function whose parameter an expression is.
    fn passed_on(&self, place: Place, expression: &Expression) -> Option<(String, usize)> {
        let Expression::Name(name) = expression else {
            return None;
        };
        let around = self.tree.facts(self.file)?.functions.iter();
        around
            .filter(|function| function.span.contains(&place.at) && !function.name.is_empty())
            .filter_map(|function| {
                let index = function.parameters.iter().position(|it| it == name)?;
                Some((function, index))
            })
            .min_by_key(|(function, _)| function.span.len())
            .map(|(function, index)| (function.name.clone(), index))
    }
}

/// What a call is made on.
fn receiver(meaning: &Meaning<'_>, place: Place, call: &Call) -> Receiver {
    let (expression, is_bare) = match &call.receiver {
        Some(receiver) => (receiver.clone(), false),
        None => (Expression::Name(call.name.clone()), true),
    };
    match meaning.of(place, &expression) {
        Value::Client => Receiver::Client,
        // A function by itself counts only if it is known to be an SDK's.
        _ if is_bare => Receiver::Stranger,
        Value::Handle(key) => Receiver::Handle(key),
        Value::Generated(file) => Receiver::Generated(file),
        Value::Unknown => Receiver::Unknown,
        Value::Key(_) | Value::Constant(_) | Value::Type(_) | Value::Stranger => Receiver::Stranger,
    }
}

/// A reference, if the key is one.
fn found(flag: String, via: Via, key: Option<Span>) -> Option<Recognised> {
    FlagKey::new(flag.as_str()).is_ok().then_some(Recognised {
        flag: Some(flag),
        via,
        key,
        passed_on: None,
    })
}

/// What is passed as the key: by its name, in its place, or as a part of the only object.
fn key_argument<'a>(call: &'a Call, question: &Question) -> Option<(&'a Expression, Span)> {
    let is_key = |name: &str| question.keywords.contains(&name);
    let by_name = call
        .arguments
        .iter()
        .find(|argument| argument.name.as_deref().is_some_and(is_key));
    if let Some(argument) = by_name {
        return Some((&argument.value, argument.span.clone()));
    }
    let argument = call.arguments.get(question.key)?;
    if argument.name.is_some() {
        return None;
    }
    match &argument.value {
        Expression::Object(parts) if !question.keywords.is_empty() => {
            let (_, value) = parts.iter().find(|(name, _)| is_key(name))?;
            Some((value, argument.span.clone()))
        }
        value => Some((value, argument.span.clone())),
    }
}

/// Whether the names in an expression, or those of `more`, speak of flags.
fn speaks_of_flags(expression: &Expression, more: &[String]) -> bool {
    names(expression)
        .iter()
        .any(|name| has_word(name) || more.iter().any(|own| own == name))
}

/// The names in an expression.
fn names(expression: &Expression) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = expression;
    loop {
        match rest {
            Expression::Name(name) => {
                names.push(name.trim_start_matches(ROOT));
                return names;
            }
            Expression::Member(base, name) => {
                names.push(name);
                rest = base;
            }
            // `.flag("-Wall")` speaks of what it is given, `.flags()` of what it gives.
            Expression::Call(function, arguments) => {
                rest = match &**function {
                    Expression::Member(base, _) if !arguments.is_empty() => base,
                    function => function,
                }
            }
            _ => return names,
        }
    }
}
