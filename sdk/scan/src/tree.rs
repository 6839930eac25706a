//! A tree of sources, whose files are read when somebody asks for them.
//!
//! **Invariants**
//! - A file is parsed at most once, whoever asks.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::files::{self, File};
use crate::language::Language;
use crate::meaning::GeneratedKeys;
use crate::modules::Modules;
use crate::questions::{self, Answer};
use crate::settings::Settings;
use crate::source;
use crate::syntax::{Expression, Facts, Kind};

/// The files, and what is known of them.
pub(crate) struct Tree {
    root: PathBuf,
    pub(crate) files: Vec<File>,
    modules: Modules,
    facts: Vec<OnceLock<Option<Facts>>>,
    keys: HashMap<usize, GeneratedKeys>,
    /// The names whose calls are worth a look, by language.
    names: HashMap<Language, HashSet<String>>,
    pub(crate) settings: Settings,
    speaks_of_sdk: OnceLock<bool>,
}

impl Tree {
    pub(crate) fn new(root: PathBuf, files: Vec<File>, settings: Settings) -> Self {
        let mut names = HashMap::new();
        for file in &files {
            names.entry(file.language).or_insert_with(|| {
                let mut names = questions::names(file.language);
                let wrappers = settings.wrappers.iter();
                names.extend(
                    wrappers.filter_map(|it| it.name.rsplit(['.', ':']).next().map(str::to_owned)),
                );
                names
            });
        }
        let generated = files.iter().enumerate().filter(|(_, file)| file.generated);
        Self {
            root,
            modules: Modules::of(&files),
            facts: files.iter().map(|_| OnceLock::new()).collect(),
            keys: generated
                .map(|(index, _)| (index, OnceLock::new()))
                .collect(),
            names,
            settings,
            speaks_of_sdk: OnceLock::new(),
            files,
        }
    }

    /// Adds names whose calls are worth a look: those of the generated functions. They are known
    /// only after the generated files were read, and before all others are.
    pub(crate) fn expect_generated(&mut self) -> Vec<(Language, Vec<String>)> {
        let mut added = Vec::new();
        let generated: Vec<usize> = self.keys.keys().copied().collect();
        for file in generated {
            let names: Vec<String> = self.generated_keys(file).keys().cloned().collect();
            let family = self.files[file].language.family();
            for (language, known) in &mut self.names {
                if language.family() == family {
                    known.extend(names.iter().cloned());
                    added.push((*language, names.clone()));
                }
            }
        }
        added
    }

    pub(crate) fn root(&self) -> &std::path::Path {
        &self.root
    }

    pub(crate) fn language(&self, file: usize) -> Language {
        self.files[file].language
    }

    pub(crate) fn sdks(&self) -> &[String] {
        &self.settings.sdks
    }

    /// What is known of a file; `None` if it cannot be read or parsed.
    pub(crate) fn facts(&self, file: usize) -> Option<&Facts> {
        self.facts[file]
            .get_or_init(|| {
                let it = &self.files[file];
                let text = std::fs::read(files::path_of(&self.root, it)).ok()?;
                source::facts(it.language, &text, self.names.get(&it.language)?)
            })
            .as_ref()
    }

    pub(crate) fn siblings(&self, file: usize) -> impl Iterator<Item = usize> {
        self.modules.siblings(&self.files, file)
    }

    pub(crate) fn resolve(&self, from: usize, module: &[String]) -> Vec<usize> {
        self.modules.resolve(&self.files, from, module)
    }

    /// Whether a file imports an SDK.
    pub(crate) fn imports_sdk(&self, file: usize) -> bool {
        let language = self.language(file);
        let is_sdk = |module: &[String]| questions::is_sdk(language, module, &self.settings.sdks);
        self.facts(file).is_some_and(|facts| {
            facts.generated
                || facts.imports.iter().any(|import| {
                    let item = import.item.iter().cloned();
                    let whole: Vec<String> = import.module.iter().cloned().chain(item).collect();
                    is_sdk(&import.module) || is_sdk(&whole)
                })
                || facts
                    .roots
                    .iter()
                    .any(|root| is_sdk(std::slice::from_ref(root)))
        })
    }

    /// Whether a file imports one of the tree that imports an SDK, or shares its package with one.
    pub(crate) fn is_near_sdk(&self, file: usize) -> bool {
        let siblings = self.siblings(file).filter(|it| self.files[*it].promising);
        let imported = self.imports(file).into_iter();
        imported
            .take(256)
            .chain(siblings.take(256))
            .any(|other| self.imports_sdk(other))
    }

    /// Whether a file imports another, or one that does.
    pub(crate) fn leads_to(&self, file: usize, target: usize) -> bool {
        let direct = self.imports(file);
        direct.contains(&target)
            || direct
                .iter()
                .take(256)
                .any(|other| self.imports(*other).contains(&target))
    }

    /// The files that a file imports.
    fn imports(&self, file: usize) -> Vec<usize> {
        let Some(facts) = self.facts(file) else {
            return Vec::new();
        };
        let modules = facts.imports.iter().flat_map(|import| {
            let item = import.item.iter().cloned();
            let whole: Vec<String> = import.module.iter().cloned().chain(item).collect();
            [import.module.clone(), whole]
        });
        modules
            .take(512)
            .flat_map(|module| self.resolve(file, &module))
            .filter(|found| *found != file)
            .collect()
    }

    /// Whether any file of the tree imports an SDK.
    pub(crate) fn speaks_of_sdk(&self) -> bool {
        *self.speaks_of_sdk.get_or_init(|| {
            let promising = (0..self.files.len()).filter(|file| self.files[*file].promising);
            promising.into_iter().any(|file| self.imports_sdk(file))
        })
    }

    /// The key that a generated function asks for.
    pub(crate) fn generated_key(&self, file: usize, function: &str) -> Option<&str> {
        self.generated_keys(file).get(function).map(String::as_str)
    }

    /// What a generated function answers with.
    pub(crate) fn generated_answer(&self, language: Language, function: &str) -> Answer {
        let files = self
            .generated()
            .filter(|file| self.language(*file).family() == language.family());
        let mut types = files
            .filter_map(|file| self.facts(file))
            .flat_map(|facts| facts.named(function))
            .flat_map(|it| &it.types)
            .filter_map(|path| path.last());
        let is_rust = language == Language::Rust;
        match types.find(|name| !matches!(name.as_str(), "Promise" | "tenantry")) {
            Some(name) if is_rust && name == "Flag" => Answer::Handle,
            Some(name) if !is_rust && name == "boolean" => Answer::OnOff,
            _ => Answer::More,
        }
    }

    /// The generated files.
    pub(crate) fn generated(&self) -> impl Iterator<Item = usize> {
        self.keys.keys().copied()
    }

    fn generated_keys(&self, file: usize) -> &HashMap<String, String> {
        self.keys[&file].get_or_init(|| {
            let Some(facts) = self.facts(file) else {
                return HashMap::new();
            };
            keys_of(facts)
        })
    }
}

/// The keys by the functions that ask for them: Rust's make handles in fields of the same name,
/// TypeScript's ask a client.
fn keys_of(facts: &Facts) -> HashMap<String, String> {
    let text = |expression: &Expression| match expression {
        Expression::Text(text) => Some(text.clone()),
        _ => None,
    };
    let mut keys = HashMap::new();
    for field in facts
        .declarations
        .iter()
        .filter(|it| it.kind == Kind::Member)
    {
        if let Expression::Call(_, arguments) = &field.value
            && let Some(key) = arguments.first().and_then(|it| text(&it.value))
        {
            keys.insert(field.name.clone(), key);
        }
    }
    for call in &facts.calls {
        let around = |function: &&crate::syntax::Function| function.span.contains(&call.span.start);
        let inner = facts.functions.iter().filter(around);
        let Some(function) = inner.min_by_key(|function| function.span.len()) else {
            continue;
        };
        let of_field = match call.receiver.as_ref().and_then(Expression::path).as_deref() {
            Some(["self", field]) => keys.get(*field).cloned(),
            _ => None,
        };
        let key = of_field.or_else(|| call.arguments.first().and_then(|it| text(&it.value)));
        if let Some(key) = key.filter(|_| function.name != "new") {
            keys.entry(function.name.clone()).or_insert(key);
        }
    }
    keys
}
