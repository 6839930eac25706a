//! What fails the gate: the states and the debt number that a build does not put up with.
//!
//! Separate from the report, which is data, and from how a verdict is written down.
//!
//! **Invariants**
//! - Pure: the same report and the same gate give the same verdict.
//! - Past an expiry date it gets only worse: a gate that fails on expired flags fails on overdue ones.

use clap::ValueEnum;
use tenantry_protocol::report::{Policy, State};

use super::failure::DebtFailure;

/// A state that fails the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum FailOn {
    /// Expired for longer than the grace
    Overdue,
    /// Expired, or worse
    Expired,
    /// Expires soon, or worse
    Due,
    /// Put off more often than the policy allows
    #[value(name = "over_extended", alias = "over-extended")]
    OverExtended,
    /// Safe to remove
    Ready,
    /// Nobody has asked for it for long
    Unused,
    /// Asked for, and no such flag
    Unknown,
    /// A temporary flag whose owner is gone
    Unowned,
    /// Only report
    Never,
}

impl FailOn {
    /// Whether a flag in this state fails the gate.
    pub(super) fn includes(self, state: State) -> bool {
        match self {
            Self::Overdue => state == State::Overdue,
            Self::Expired => matches!(state, State::Overdue | State::Expired),
            Self::Due => matches!(state, State::Overdue | State::Expired | State::Due),
            Self::OverExtended => state == State::OverExtended,
            Self::Ready => state == State::Ready,
            Self::Unused => state == State::Unused,
            Self::Unknown => state == State::Unknown,
            Self::Unowned => state == State::Unowned,
            Self::Never => false,
        }
    }

    /// What is said of flags that it includes, such as "overdue, expired for more than 14 days".
    pub(super) fn of_failing(self, policy: &Policy) -> String {
        match self {
            Self::Overdue => {
                let days = policy.grace_days;
                format!("overdue, expired for more than {days} days")
            }
            Self::Due => {
                let days = policy.notice_days;
                format!("past the expiry date or within {days} days of it")
            }
            Self::OverExtended => {
                let times = policy.max_extensions;
                format!("put off more than {times} times")
            }
            Self::Ready => "safe to remove".to_owned(),
            Self::Unused => {
                let days = policy.unused_days;
                format!("not asked for in {days} days")
            }
            Self::Unknown => "asked for and do not exist".to_owned(),
            Self::Expired | Self::Unowned | Self::Never => self.of_none().to_owned(),
        }
    }

    /// What no flag is, if it includes none, as in "no flag is overdue".
    pub(super) fn of_none(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Expired => "past the expiry date",
            Self::Due => "past the expiry date or close to it",
            Self::OverExtended => "put off too often",
            Self::Ready => "ready to be removed",
            Self::Unused => "unused",
            Self::Unknown => "unknown",
            Self::Unowned => "without an owner",
            Self::Never => "asked about",
        }
    }
}

/// What a build does not put up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gate {
    /// The states that fail it, without those that another includes; empty if it only reports.
    pub(super) fail_on: Vec<FailOn>,
    /// The largest debt number that it lets through.
    pub(super) max_debt: Option<u64>,
}

impl Gate {
    /// A gate that fails on these states.
    ///
    /// # Errors
    /// [`DebtFailure::NeverAndMore`]: it is to fail on states, and never.
    pub(super) fn new(states: &[FailOn], max_debt: Option<u64>) -> Result<Self, DebtFailure> {
        let never = states.contains(&FailOn::Never);
        if never && states.iter().any(|state| *state != FailOn::Never) {
            return Err(DebtFailure::NeverAndMore);
        }
        let mut fail_on: Vec<FailOn> = if never { Vec::new() } else { states.to_vec() };
        fail_on.sort_unstable();
        fail_on.dedup();
        let worst = [FailOn::Due, FailOn::Expired, FailOn::Overdue];
        if let Some(widest) = worst.iter().find(|state| fail_on.contains(state)).copied() {
            fail_on.retain(|state| *state == widest || !worst.contains(state));
        }
        Ok(Self { fail_on, max_debt })
    }

    /// The gate for a change, which is not to ask for what does not exist either.
    pub(super) fn of_a_change(mut self) -> Self {
        if !self.fail_on.is_empty() && !self.fail_on.contains(&FailOn::Unknown) {
            self.fail_on.push(FailOn::Unknown);
        }
        self
    }

    /// The names of the states that fail it, as `--fail-on` takes them.
    pub(super) fn names(&self) -> Vec<String> {
        let values = self.fail_on.iter().filter_map(FailOn::to_possible_value);
        values.map(|value| value.get_name().to_owned()).collect()
    }

    /// Whether a flag in this state fails it.
    pub(super) fn fails(&self, state: State) -> bool {
        self.fail_on.iter().any(|fail_on| fail_on.includes(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_another_includes_is_not_said_twice() {
        let gate = |states: &[FailOn]| Gate::new(states, None).expect("a gate").fail_on;
        assert_eq!(
            gate(&[FailOn::Unknown, FailOn::Overdue, FailOn::Expired]),
            [FailOn::Expired, FailOn::Unknown]
        );
        assert_eq!(gate(&[FailOn::Due, FailOn::Overdue]), [FailOn::Due]);
        assert_eq!(gate(&[FailOn::Never]), []);
    }

    #[test]
    fn it_cannot_fail_on_something_and_never() {
        let both = Gate::new(&[FailOn::Never, FailOn::Due], None);
        assert!(matches!(both, Err(DebtFailure::NeverAndMore)), "{both:?}");
    }

    #[test]
    fn each_state_is_included_by_what_is_named_after_it() {
        for state in State::ALL {
            let named = FailOn::from_str(state.as_str(), false).expect("a name for each state");
            assert!(named.includes(state), "{state:?}");
            assert!(!FailOn::Never.includes(state) && !named.includes(State::Other));
        }
    }
}
