//! Why a question cannot be taken out of the code safely, in words.

use thiserror::Error;

/// Why a place is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Why {
    /// The language is only searched.
    #[error("{0} is not rewritten: take it out by hand")]
    Language(&'static str),
    /// The file has errors before anything is done to it.
    #[error("the file has syntax errors, so it is not certain what is what")]
    Broken,
    /// The file is not to be read, or is no UTF-8.
    #[error("the file cannot be read as UTF-8")]
    Unreadable,
    /// The rules made something that is no code.
    #[error("what would be left is no valid code; please report this")]
    WouldBreak,
    /// Tokens of a macro, of which nobody knows what becomes of them.
    #[error("it stands inside of a macro")]
    Macro,
    /// More than on and off.
    #[error("`{0}` asks for more than on and off")]
    MoreThanOnOff(String),
    /// What is told of the flag, beside its answer.
    #[error("`{0}` is more than a statement of its own")]
    Told(String),
    /// A test of the answer that is to go.
    #[error("it sets the flag to the answer that goes: take this test out by hand")]
    SetToOther,
    /// A function or component is told the answer.
    #[error("its answer is passed on to `{0}`")]
    Passed(String),
    /// A struct, object, array or tuple holds the answer.
    #[error("its answer is kept in a struct, object or collection")]
    Kept,
    /// A function answers with it.
    #[error("its answer is what a function or block gives back")]
    GivenBack,
    /// Other files read the variable.
    #[error("its answer is kept in `{0}`, which other files can read")]
    Exported(String),
    /// A name means two things.
    #[error("its answer is kept in `{0}`, and that name is given to something else as well")]
    BoundAgain(String),
    /// Something would no longer happen.
    #[error("`{0}` would no longer run, and may do something")]
    Effect(String),
    /// In a script, what is left would not be a boolean any more.
    #[error("`{0}` beside it may be no boolean: write `Boolean({0})` or compare it first")]
    NoBoolean(String),
    /// A script's `var`, which the whole function has.
    #[error("what would go declares a `var`, which is there for the whole function")]
    Hoisted,
    /// A literal's type is narrower than that of the choice.
    #[error(
        "`{0}` alone has a narrower type than the choice, which is used as if it were either: write the type down first"
    )]
    Narrowed(String),
    /// Something would be held longer.
    #[error("`{0}` would hold what it makes on its way for longer: give its value a name first")]
    Temporary(String),
    /// A variable's type was told by what would go.
    #[error("without it nothing may tell the type of `{0}`: write the type down first")]
    TypeUntold(String),
    /// The call may fail, and what becomes of that is not a plain default.
    #[error("what becomes of an error of the call is not a plain default")]
    Fallible,
    /// The handle is used for more than questions.
    #[error("the handle that is made here is used for more than plain questions")]
    Handle,
    /// An attribute says more of the statement.
    #[error("the statement has an attribute, which is about all of it")]
    Marked,
    /// An element of JSX.
    #[error("the element decides by more than on and off")]
    Element,
    /// The key is known only to the running program.
    #[error("the key is known only to the running program, and may be this one")]
    DynamicKey,
    /// The key's text stands somewhere.
    #[error("its key stands here, and it is not plain what for")]
    LooseKey,
    /// Anything else.
    #[error("what becomes of its answer here is not known")]
    Unknown,
}

impl Why {
    /// What would no longer run, in one line.
    pub(super) fn effect(code: &str) -> Self {
        Self::Effect(in_one_line(code))
    }

    /// What would have no known type, in one line.
    pub(super) fn type_untold(code: &str) -> Self {
        Self::TypeUntold(in_one_line(code))
    }

    /// What may be no boolean, in one line.
    pub(super) fn no_boolean(code: &str) -> Self {
        Self::NoBoolean(in_one_line(code))
    }
}

/// Code without its line breaks.
pub(super) fn in_one_line(code: &str) -> String {
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}
