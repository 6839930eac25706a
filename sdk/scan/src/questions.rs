//! What is called to ask for a flag: the questions of Tenantry's own SDK, of OpenFeature's and of
//! Unleash's, in each language.
//!
//! Separate from how a call is judged (`recognise`), so that another SDK is a line here.
//!
//! **Invariants**
//! - A name says by its [`Telling`] how much else must speak for it, never whether a call counts.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::language::Language;

/// How much a name says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Hardly anything else is called so: `getBooleanValue`.
    Much,
    /// Other things are called so too: `isEnabled`.
    Some,
    /// Anything may be called so: `flag`, `value`.
    Little,
}

/// A function that is asked for a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// Which argument is the key, from 0.
    pub(crate) key: usize,
    /// The names that this argument may be given by.
    pub(crate) keywords: &'static [&'static str],
    /// The fewest arguments that it takes.
    pub(crate) at_least: usize,
    pub(crate) telling: Telling,
}

/// What a question answers with, as far as taking it out of the code goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// On or off.
    OnOff,
    /// On or off, or an error.
    Fallible,
    /// On or off with how it came about, in an object.
    Details,
    /// A handle, which is asked later.
    Handle,
    /// Nothing: it tells of the flag rather than asks for it.
    Told,
    /// Nothing: it sets the flag, in a test.
    Setting,
    /// Elements, shown or not.
    Element,
    /// A value, a variant, a stream of them.
    More,
}

/// What the question of this name answers with.
pub(crate) fn answer(language: Language, name: &str) -> Answer {
    match language {
        Language::Rust => match name {
            "is_enabled" | "is_enabled_or" | "is_enabled_for" | "is_enabled_str" => Answer::OnOff,
            "get_bool_value" => Answer::Fallible,
            HANDLE_MAKER => Answer::Handle,
            "record" | "record_for" => Answer::Told,
            "with" | "with_tenant" | "with_flag" | "override_flag" | "set" | "set_tenant"
            | "default_on" => Answer::Setting,
            _ => Answer::More,
        },
        Language::TypeScript | Language::Tsx | Language::JavaScript => match name {
            "getBooleanValue"
            | "useBooleanFlagValue"
            | "useSuspenseBooleanFlagValue"
            | "isEnabled"
            | "useFlag"
            | "useFlagEnabled" => Answer::OnOff,
            "getBooleanDetails"
            | "useBooleanFlagDetails"
            | "useSuspenseBooleanFlagDetails"
            | "useSuspenseFlag" => Answer::Details,
            "FeatureFlag" => Answer::Element,
            _ => Answer::More,
        },
        // They are not rewritten.
        Language::Python | Language::Go | Language::Java => Answer::More,
    }
}

type Questions = HashMap<String, Question>;

/// What makes a handle of a client of Tenantry's SDK.
pub(crate) const HANDLE_MAKER: &str = "flag";

/// What a handle is asked.
const HANDLE_QUESTIONS: &[&str] = &[
    "is_enabled",
    "is_enabled_for",
    "value",
    "value_for",
    "evaluate",
    "record",
    "record_for",
    "watch",
    "watch_for",
];

/// Whether a handle is asked by this name.
pub(crate) fn asks_handle(language: Language, name: &str) -> bool {
    language == Language::Rust && HANDLE_QUESTIONS.contains(&name)
}

/// The question that is called `name`, if one is.
pub(crate) fn question(language: Language, name: &str) -> Option<&'static Question> {
    of(language).get(name)
}

/// All names that may ask for a flag.
pub(crate) fn names(language: Language) -> HashSet<String> {
    let mut names: HashSet<String> = of(language).keys().cloned().collect();
    if language == Language::Rust {
        names.extend(HANDLE_QUESTIONS.iter().map(|name| (*name).to_owned()));
    }
    names
}

/// Bytes of which a file has some if it may ask for a flag; all others need not be parsed.
pub(crate) fn needles(language: Language) -> Vec<String> {
    let telling = of(language)
        .iter()
        .filter(|(_, question)| question.telling != Telling::Little)
        .map(|(name, _)| name.clone());
    let mut needles: Vec<String> = telling.collect();
    // What says little counts only where an SDK is spoken of; handles may be made elsewhere.
    needles.extend(
        [
            "tenantry",
            "openfeature",
            "open-feature",
            "open_feature",
            "nleash",
        ]
        .map(str::to_owned),
    );
    if language == Language::Rust {
        needles.push("flag(".to_owned());
    }
    needles
}

/// Whether a module is an SDK's. `more` are those of the settings.
pub(crate) fn is_sdk(language: Language, module: &[String], more: &[String]) -> bool {
    let Some(first) = module.first() else {
        return false;
    };
    let (separator, known): (&str, &[&str]) = match language {
        Language::Rust => ("::", &["tenantry", "open_feature", "unleash_api_client"]),
        Language::TypeScript | Language::Tsx | Language::JavaScript => (
            "/",
            &[
                "@openfeature",
                "@unleash",
                "@tenantry",
                "tenantry",
                "unleash-client",
                "unleash-proxy-client",
            ],
        ),
        Language::Python => (".", &["openfeature", "UnleashClient", "tenantry"]),
        Language::Go => (
            "/",
            &[
                "github.com/open-feature/go-sdk",
                "go.openfeature.dev",
                "github.com/Unleash/unleash-client-go",
                "github.com/Unleash/unleash-go-sdk",
                "github.com/tenantry",
            ],
        ),
        Language::Java => (
            ".",
            &[
                "dev.openfeature",
                "io.getunleash",
                "no.finn.unleash",
                "io.tenantry",
            ],
        ),
    };
    let whole = if module.len() == 1 {
        first.clone()
    } else {
        module.join(separator)
    };
    known
        .iter()
        .copied()
        .chain(more.iter().map(String::as_str))
        .any(|sdk| {
            whole
                .strip_prefix(sdk)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
        })
}

fn of(language: Language) -> &'static Questions {
    static RUST: LazyLock<Questions> = LazyLock::new(rust);
    static SCRIPT: LazyLock<Questions> = LazyLock::new(script);
    static PYTHON: LazyLock<Questions> = LazyLock::new(python);
    static GO: LazyLock<Questions> = LazyLock::new(go);
    static JAVA: LazyLock<Questions> = LazyLock::new(java);
    match language {
        Language::Rust => &RUST,
        Language::TypeScript | Language::Tsx | Language::JavaScript => &SCRIPT,
        Language::Python => &PYTHON,
        Language::Go => &GO,
        Language::Java => &JAVA,
    }
}

/// A question whose first argument is the key.
fn first(at_least: usize, telling: Telling) -> Question {
    Question {
        key: 0,
        keywords: &[],
        at_least,
        telling,
    }
}

fn add(questions: &mut Questions, names: &[&str], question: &Question) {
    for name in names {
        questions.insert((*name).to_owned(), question.clone());
    }
}

/// How much OpenFeature's name for a type says: other libraries read texts and numbers too.
fn by_type(kind: &str) -> Telling {
    if kind.eq_ignore_ascii_case("boolean") || kind == "bool" {
        Telling::Much
    } else {
        Telling::Some
    }
}

fn rust() -> Questions {
    let mut all = Questions::new();
    for kind in ["bool", "int", "float", "string", "struct"] {
        for what in ["value", "details"] {
            let question = first(3, by_type(kind));
            all.insert(format!("get_{kind}_{what}"), question);
        }
    }
    add(
        &mut all,
        &[
            "is_enabled",
            "is_enabled_or",
            "is_enabled_for",
            "is_enabled_str",
            "get_variant_str",
        ],
        &first(1, Telling::Some),
    );
    add(
        &mut all,
        &[
            HANDLE_MAKER,
            "evaluate",
            "default_on",
            "with_flag",
            "override_flag",
        ],
        &first(1, Telling::Little),
    );
    add(
        &mut all,
        &[
            "value",
            "value_for",
            "explain",
            "watch",
            "watch_for",
            "record",
            "record_for",
            "with",
            "with_tenant",
            "with_value",
            "set",
            "set_tenant",
            "set_value",
        ],
        &first(2, Telling::Little),
    );
    all
}

fn script() -> Questions {
    let mut all = Questions::new();
    for kind in ["Boolean", "String", "Number", "Object"] {
        for what in ["Value", "Details"] {
            all.insert(format!("get{kind}{what}"), first(2, by_type(kind)));
            for hook in ["use", "useSuspense"] {
                all.insert(format!("{hook}{kind}Flag{what}"), first(1, Telling::Much));
            }
        }
        // Decorators of OpenFeature's SDK for NestJS.
        let named = Question {
            keywords: &["flagKey"],
            ..first(1, Telling::Much)
        };
        all.insert(format!("{kind}FeatureFlag"), named);
    }
    add(
        &mut all,
        &[
            "useFlag",
            "useSuspenseFlag",
            "useFlagEnabled",
            "useVariant",
            "isEnabled",
            "getVariant",
            "forceGetVariant",
        ],
        &first(1, Telling::Some),
    );
    // An element of OpenFeature's SDK for React.
    let element = Question {
        keywords: &["flagKey"],
        ..first(1, Telling::Much)
    };
    all.insert("FeatureFlag".to_owned(), element);
    all
}

fn python() -> Questions {
    let mut all = Questions::new();
    for kind in ["boolean", "string", "integer", "float", "object"] {
        for what in ["value", "details"] {
            for suffix in ["", "_async"] {
                let question = Question {
                    keywords: &["flag_key"],
                    ..first(2, by_type(kind))
                };
                all.insert(format!("get_{kind}_{what}{suffix}"), question);
            }
        }
    }
    let unleash = Question {
        keywords: &["feature_name", "flag_key"],
        ..first(1, Telling::Some)
    };
    add(&mut all, &["is_enabled", "get_variant"], &unleash);
    all
}

fn go() -> Questions {
    let mut all = Questions::new();
    for kind in ["Boolean", "String", "Float", "Int", "Object"] {
        // The context comes first.
        let question = |telling| Question {
            key: 1,
            ..first(4, telling)
        };
        all.insert(format!("{kind}Value"), question(by_type(kind)));
        all.insert(format!("{kind}ValueDetails"), question(Telling::Much));
        all.insert(kind.to_owned(), question(Telling::Little));
    }
    add(
        &mut all,
        &["IsEnabled", "GetVariant"],
        &first(1, Telling::Some),
    );
    all
}

fn java() -> Questions {
    let mut all = Questions::new();
    for kind in ["Boolean", "String", "Integer", "Double", "Object"] {
        for what in ["Value", "Details"] {
            all.insert(format!("get{kind}{what}"), first(2, by_type(kind)));
        }
    }
    add(
        &mut all,
        &["isEnabled", "getVariant"],
        &first(1, Telling::Some),
    );
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_an_sdks_by_whole_names() {
        let module = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let check =
            |language, names: &[&str]| is_sdk(language, &module(names), &["acme_flags".to_owned()]);
        assert!(check(Language::Rust, &["tenantry", "axum"]));
        assert!(check(Language::Rust, &["acme_flags"]));
        assert!(!check(Language::Rust, &["tenantry_core"]));
        assert!(check(Language::TypeScript, &["@openfeature/react-sdk"]));
        assert!(!check(Language::TypeScript, &["./tenantry"]));
        assert!(check(
            Language::Go,
            &["github.com/Unleash/unleash-client-go/v4"]
        ));
        assert!(check(Language::Java, &["dev", "openfeature", "sdk"]));
        assert!(!check(Language::Java, &["dev", "openfeatures"]));
    }
}
