//! The rules that findings break, one for each state, for formats that have rules.
//!
//! **Invariants**
//! - An id never changes: code scanning knows an alert again by it.

use tenantry_protocol::report::State;

/// What a finding of one state is, whatever the flag.
pub(super) struct Rule {
    pub(super) state: State,
    /// Its name for programs.
    pub(super) id: &'static str,
    /// Its name for people.
    pub(super) title: &'static str,
    /// What is wrong, in a sentence.
    pub(super) what: &'static str,
    /// What to do about it.
    pub(super) help: &'static str,
}

/// Every rule, in the order of [`State`].
pub(super) const ALL: [Rule; 9] = [
    Rule {
        state: State::Due,
        id: "flag-due",
        title: "Flag expires soon",
        what: "A flag in this code expires soon.",
        help: "Finish its rollout and delete it, or extend it with a reason: `tenantry flags extend`.",
    },
    Rule {
        state: State::Expired,
        id: "flag-expired",
        title: "Expired flag",
        what: "A flag in this code is past its expiry date.",
        help: "Delete it from the code and archive it (`tenantry flags archive`) before the grace is over, \
               or extend it with a reason: `tenantry flags extend`.",
    },
    Rule {
        state: State::Overdue,
        id: "flag-overdue",
        title: "Overdue flag",
        what: "A flag in this code has been expired for longer than the project's grace.",
        help: "Delete it from the code and archive it (`tenantry flags archive`), or extend it with a reason: \
               `tenantry flags extend`.",
    },
    Rule {
        state: State::OverExtended,
        id: "flag-over-extended",
        title: "Flag put off too often",
        what: "A flag's expiry has been put off more often than the project's policy allows.",
        help: "Delete it from the code and archive it, or make it a permanent kind if it is here to stay.",
    },
    Rule {
        state: State::Ready,
        id: "flag-ready",
        title: "Flag is safe to remove",
        what: "A flag has given every tenant the same answer in every environment for long.",
        help: "Keep the code that runs today, delete the question and the other branch, and archive the flag.",
    },
    Rule {
        state: State::Unused,
        id: "flag-unused",
        title: "Unused flag",
        what: "No program has asked for a flag for long.",
        help: "Delete what is left of it in the code and archive it.",
    },
    Rule {
        state: State::Unknown,
        id: "flag-unknown",
        title: "Unknown flag",
        what: "Code asks for a flag that does not exist or is archived, and gets the caller's default.",
        help: "Create the flag, correct its key, or delete the question.",
    },
    Rule {
        state: State::Unowned,
        id: "flag-unowned",
        title: "Flag without an owner",
        what: "The person or token that owned a temporary flag is gone.",
        help: "Give it an owner who cleans it up.",
    },
    Rule {
        state: State::Other,
        id: "flag-debt",
        title: "Flag in debt",
        what: "A flag is in a state that this version of the command does not know.",
        help: "Read what the server says of it, and install a newer version.",
    },
];

/// The rule of a state.
pub(super) fn of(state: State) -> &'static Rule {
    let rule = ALL.iter().find(|rule| rule.state == state);
    rule.unwrap_or(&ALL[ALL.len() - 1])
}
