//! Following names: through what is declared around a place, what is imported, and what other files
//! say at their outermost level.

use tenantry_protocol::references::Language as Family;

use super::{DEEPEST, Key, MOST_STEPS, Meaning, Place, Value};
use crate::language::Language;
use crate::questions;
use crate::syntax::{Declaration, Import, Kind, ROOT};

impl<'a> Meaning<'a> {
    /// What a name, and then the names of `path` below it, mean.
    pub(super) fn name(&self, place: Place, name: &str, path: &[&str], depth: usize) -> Value {
        let is_root = name.starts_with(ROOT);
        let name = name.trim_start_matches(ROOT);
        self.steps.set(self.steps.get() + 1);
        if depth > DEEPEST || self.steps.get() > MOST_STEPS {
            return Value::Unknown;
        }
        let Some(facts) = self.facts(place.file) else {
            return Value::Unknown;
        };
        if matches!(name, "self" | "this" | "Self" | "cls" | "super") {
            let container = facts.container(place.at);
            if name == "self" && container.is_none() {
                // The module itself, at the front of a path.
                return self
                    .top_level(place.file, path, depth + 1)
                    .unwrap_or(Value::Unknown);
            }
            if name != "super" || self.language(place.file) != Language::Rust {
                return match path.split_first() {
                    Some((first, rest)) => {
                        self.member(place.file, container, first, rest, depth + 1)
                    }
                    None => Value::Unknown,
                };
            }
        }
        let mut declared = self.visible(place, name);
        if is_root {
            let types = facts.named(name).filter(|it| it.is_visible(place.at));
            declared = types.filter(|it| it.kind == Kind::Type).collect();
        }
        if !declared.is_empty() {
            let values = declared
                .iter()
                .map(|it| self.declared(place.file, it, path, depth + 1));
            return agreed(values);
        }
        let brought: Vec<&Import> = facts
            .imports
            .iter()
            .filter(|import| import.local == name && import.scope.contains(&place.at))
            .collect();
        if !brought.is_empty() {
            let values = brought
                .iter()
                .map(|it| self.imported(place.file, it, path, depth + 1));
            return agreed(values);
        }
        self.elsewhere(place, name, path, depth + 1)
    }

    /// What a name means that is neither declared nor imported by itself.
    fn elsewhere(&self, place: Place, name: &str, path: &[&str], depth: usize) -> Value {
        let mut whole = vec![name];
        whole.extend(path);
        let siblings = self.tree.siblings(place.file);
        let found = siblings.filter_map(|file| self.top_level(file, &whole, depth + 1));
        let found = agreed(found);
        if found != Value::Unknown {
            return found;
        }
        let language = self.language(place.file);
        if language == Language::Rust && !path.is_empty() {
            let module = vec![name.to_owned()];
            if questions::is_sdk(language, &module, self.tree.sdks()) {
                return Value::Client;
            }
            return self.below(place.file, &[], &whole, depth + 1);
        }
        let Some(facts) = self.facts(place.file) else {
            return Value::Unknown;
        };
        let globs = facts.imports.iter().filter(|import| import.is_glob());
        agreed(globs.map(|import| {
            if questions::is_sdk(language, &import.module, self.tree.sdks()) {
                return Value::Unknown;
            }
            self.below(place.file, &import.module, &whole, depth + 1)
        }))
    }

    /// The declarations that a plain name means at a place: the innermost.
    pub(super) fn visible(&self, place: Place, name: &str) -> Vec<&'a Declaration> {
        let Some(facts) = self.facts(place.file) else {
            return Vec::new();
        };
        let around: Vec<&Declaration> = facts
            .named(name)
            .filter(|it| it.is_visible(place.at))
            .filter(|it| !(it.kind == Kind::Value && it.span.contains(&place.at)))
            .collect();
        let Some(nearest) = around.iter().map(|it| it.scope.len()).min() else {
            return Vec::new();
        };
        let mut inner: Vec<&Declaration> = around
            .into_iter()
            .filter(|it| it.scope.len() == nearest)
            .collect();
        // In Rust a name may be given anew, and what it is given counts from there on.
        if self.language(place.file) == Language::Rust && !inner.iter().any(|it| it.assigned) {
            let before = inner.iter().rposition(|it| it.span.end <= place.at);
            if let Some(last) = before {
                inner = vec![inner[last]];
            }
        }
        inner
    }

    /// What a declaration, and then the names of `path` below it, mean.
    pub(super) fn declared(
        &self,
        file: usize,
        it: &Declaration,
        path: &[&str],
        depth: usize,
    ) -> Value {
        let place = Place {
            file,
            at: it.span.start,
        };
        match it.kind {
            Kind::Type => {
                let generated = self.facts(file).is_some_and(|facts| facts.generated);
                match path.split_first() {
                    Some((first, rest)) => {
                        self.member(file, Some(&it.name), first, rest, depth + 1)
                    }
                    None => Value::Type((generated && it.name == "Flags").then_some(file)),
                }
            }
            Kind::Function => Value::Stranger,
            Kind::Value | Kind::Parameter | Kind::Member | Kind::EnumConstant => {
                let known = match self.value(place, &it.value, path, depth + 1) {
                    Value::Key(key) => {
                        let key = Key { named: true, ..key };
                        if it.kind == Kind::EnumConstant {
                            return Value::Constant(key);
                        }
                        return Value::Key(key);
                    }
                    Value::Unknown => self.by_declared_types(place, it, path, depth + 1),
                    known => known,
                };
                // What is below something that is not known may be a field of this file's types.
                match (path, &known) {
                    ([.., last], Value::Unknown | Value::Stranger) if it.types.is_empty() => {
                        match self.member(file, None, last, &[], depth + 1) {
                            found @ (Value::Client | Value::Handle(_) | Value::Generated(_)) => {
                                found
                            }
                            _ => Value::Unknown,
                        }
                    }
                    _ => known,
                }
            }
        }
    }

    fn by_declared_types(
        &self,
        place: Place,
        it: &Declaration,
        path: &[&str],
        depth: usize,
    ) -> Value {
        if path.is_empty() {
            return self.by_types(place, &it.types, depth + 1);
        }
        // A field of a type is looked for where the type is declared.
        let fields = it.types.iter().filter_map(|names| {
            let (first, rest) = names.split_first()?;
            let rest = rest.iter().map(String::as_str);
            let longer: Vec<&str> = rest.chain(path.iter().copied()).collect();
            let known = self.name(place, first, &longer, depth + 1);
            (known != Value::Unknown).then_some(known)
        });
        agreed(fields)
    }

    /// What a member of a type is; of any type of the file, if none is named.
    pub(super) fn member(
        &self,
        file: usize,
        container: Option<&str>,
        name: &str,
        path: &[&str],
        depth: usize,
    ) -> Value {
        let Some(facts) = self.facts(file) else {
            return Value::Unknown;
        };
        let members: Vec<&Declaration> = facts
            .named(name)
            .filter(|it| match container {
                Some(container) => it.within.last().is_some_and(|last| last == container),
                None => it.kind == Kind::Member,
            })
            .collect();
        let own = |it: &&Declaration| it.within.iter().all(|name| !name.is_empty());
        let of_anyone = facts
            .named(name)
            .filter(|it| it.kind == Kind::Member && !own(it));
        let values = members
            .iter()
            .copied()
            .chain(of_anyone)
            .filter(|it| it.kind != Kind::Parameter)
            .map(|it| self.declared(file, it, path, depth + 1));
        agreed(values)
    }

    /// What an import, and then the names of `path` below it, mean.
    fn imported(&self, file: usize, import: &Import, path: &[&str], depth: usize) -> Value {
        let language = self.language(file);
        if questions::is_sdk(language, &import.module, self.tree.sdks())
            || import.item.as_ref().is_some_and(|item| {
                let whole: Vec<String> = import.module.iter().chain([item]).cloned().collect();
                questions::is_sdk(language, &whole, self.tree.sdks())
            })
        {
            return Value::Client;
        }
        let mut whole: Vec<&str> = import.item.as_deref().into_iter().collect();
        whole.extend(path);
        match self.below(file, &import.module, &whole, depth + 1) {
            // A class that is not in the tree has nothing to do with flags.
            Value::Unknown if path.is_empty() && import.local.starts_with(char::is_uppercase) => {
                Value::Type(None)
            }
            known => known,
        }
    }

    /// What `names` mean below a module: the first of them may be modules themselves.
    fn below(&self, file: usize, module: &[String], names: &[&str], depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Unknown;
        }
        // Where a module is written as a path, names below it are never modules.
        let is_path = matches!(
            self.language(file).family(),
            Family::Go | Family::TypeScript
        );
        let most = if is_path { 0 } else { names.len() };
        for more in (0..=most).rev() {
            let mut longer = module.to_vec();
            longer.extend(names[..more].iter().map(|name| (*name).to_owned()));
            if longer.is_empty() {
                break;
            }
            let files = self.tree.resolve(file, &longer);
            let mut rest = names[more..].to_vec();
            // A file of Java is called by the class in it.
            if self.language(file) == Language::Java {
                rest.insert(0, longer.last().map_or("", String::as_str));
            }
            let found: Vec<Value> = files
                .into_iter()
                .filter(|found| *found != file || !rest.is_empty())
                .filter_map(|found| self.top_level(found, &rest, depth + 1))
                .collect();
            if !found.is_empty() {
                return agreed(found.into_iter());
            }
        }
        Value::Unknown
    }

    /// What `names` mean at the outermost level of a file; `None` if it does not know them.
    fn top_level(&self, file: usize, names: &[&str], depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let facts = self.facts(file)?;
        let (first, rest) = names.split_first()?;
        let declared: Vec<&Declaration> = facts
            .named(first)
            .filter(|it| it.within.is_empty() && it.scope.start == 0)
            .filter(|it| !matches!(it.kind, Kind::Parameter | Kind::Member))
            .collect();
        if !declared.is_empty() {
            let values = declared
                .iter()
                .map(|it| self.declared(file, it, rest, depth + 1));
            return Some(agreed(values));
        }
        let passed_on = facts
            .imports
            .iter()
            .filter(|import| import.local == *first && import.scope.start == 0);
        let found = agreed(passed_on.map(|it| self.imported(file, it, rest, depth + 1)));
        if found != Value::Unknown {
            return Some(found);
        }
        let globs = facts.imports.iter().filter(|import| import.is_glob());
        let found = agreed(globs.map(|it| self.below(file, &it.module, names, depth + 1)));
        (found != Value::Unknown).then_some(found)
    }
}

/// What several meanings of one name have in common: a client is one whatever else it may be;
/// a key is one only if nothing else is meant.
pub(super) fn agreed(values: impl Iterator<Item = Value>) -> Value {
    let mut all: Option<Value> = None;
    let mut differ = false;
    for value in values {
        match (&all, value) {
            (_, Value::Client) => return Value::Client,
            (None, value) => all = Some(value),
            (Some(known), value) if *known == value => {}
            // A field is declared with a type and given a value.
            (
                Some(Value::Unknown | Value::Stranger | Value::Handle(None)),
                value @ (Value::Handle(Some(_)) | Value::Generated(_)),
            ) => {
                all = Some(value);
            }
            (
                Some(Value::Handle(Some(_)) | Value::Generated(_)),
                Value::Unknown | Value::Stranger | Value::Handle(None),
            ) => {}
            _ => differ = true,
        }
    }
    if differ {
        return Value::Unknown;
    }
    all.unwrap_or(Value::Unknown)
}
