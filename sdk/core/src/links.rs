//! Links: which flags wait for which, and whether that can come to an end.
//!
//! Separate because two sides ask the same question: a writer, who must be refused with reasons,
//! and a ruleset, which must hold whatever it was given.
//!
//! **Invariants**
//! - Both sides judge by one survey, so what a writer may write, a ruleset links.
//! - The survey walks with a stack of its own: a chain of any length cannot exhaust the thread's.

use std::collections::HashMap;

use crate::limits::{MAX_PREREQUISITE_DEPTH, MAX_PREREQUISITE_EVALUATIONS, MAX_PROBLEMS};
use crate::model::{Prerequisite, Problems};

/// Checks how the flags of one environment wait for each other.
///
/// For writers: call it with the flags as they would be after the write, and refuse the write if
/// there is any problem. A ruleset takes such flags all the same; there a flag with a missing
/// prerequisite, one in a cycle or one too deep is off.
///
/// ```
/// use tenantry_core::{Targeting, check_links};
///
/// let waits_for = |flag: &str| {
///     let json = format!(r#"{{"prerequisites": [{{"flag": "{flag}"}}]}}"#);
///     Targeting::from_json(json.as_bytes()).map(|targeting| targeting.prerequisites)
/// };
/// let (a, b) = (waits_for("b")?, waits_for("a")?);
/// let problems = check_links([("a", &a[..]), ("b", &b[..])].into_iter()).expect_err("a cycle");
/// assert_eq!(
///     problems.0[0].to_string(),
///     "flags[a].prerequisites[0].flag: the flags wait for each other in a cycle: a, b, a",
/// );
/// # Ok::<(), tenantry_core::Problems>(())
/// ```
///
/// # Errors
/// Every prerequisite that is unknown, is the flag itself or closes a cycle, and every flag whose
/// prerequisites go deeper than [`MAX_PREREQUISITE_DEPTH`] or lead to more than
/// [`MAX_PREREQUISITE_EVALUATIONS`] flags. A path begins with the flag it belongs to.
pub fn check_links<'a>(
    flags: impl Iterator<Item = (&'a str, &'a [Prerequisite])>,
) -> Result<(), Problems> {
    let flags: Vec<_> = flags.collect();
    let numbers: HashMap<&str, usize> = flags
        .iter()
        .enumerate()
        .map(|(number, (key, _))| (*key, number))
        .collect();
    let edges: Vec<Vec<Option<usize>>> = flags
        .iter()
        .map(|(_, all)| {
            all.iter()
                .map(|one| numbers.get(one.flag.as_str()).copied())
                .collect()
        })
        .collect();

    let mut problems = Problems::default();
    for ((key, prerequisites), edges) in flags.iter().zip(&edges) {
        for (index, (prerequisite, edge)) in prerequisites.iter().zip(edges).enumerate() {
            if edge.is_none() {
                let path = format!("flags[{key}].prerequisites[{index}].flag");
                problems.push(path, format!("there is no flag {}", prerequisite.flag));
            }
        }
    }
    let reaches = survey(
        edges.len(),
        |flag| edges[flag].iter().copied(),
        |cycle| {
            report_cycle(cycle, &flags, &edges, &mut problems);
        },
    );
    for ((key, _), reach) in flags.iter().zip(&reaches) {
        if let Reach::Ends { depth, evaluations } = *reach {
            let path = || format!("flags[{key}].prerequisites");
            if depth > MAX_PREREQUISITE_DEPTH {
                let limit = MAX_PREREQUISITE_DEPTH;
                problems.push(
                    path(),
                    format!("the chain of prerequisites is {depth} flags long, more than {limit}"),
                );
            } else if evaluations > MAX_PREREQUISITE_EVALUATIONS {
                let limit = MAX_PREREQUISITE_EVALUATIONS;
                problems.push(
                    path(),
                    format!("the prerequisites lead to {evaluations} questions, more than {limit}"),
                );
            }
        }
    }
    problems.0.truncate(MAX_PROBLEMS);
    problems.or(())
}

/// Reports a cycle at each flag that is part of it, named from there.
fn report_cycle(
    cycle: &[usize],
    flags: &[(&str, &[Prerequisite])],
    edges: &[Vec<Option<usize>>],
    problems: &mut Problems,
) {
    if problems.0.len() >= MAX_PROBLEMS {
        return;
    }
    for (place, &flag) in cycle.iter().enumerate() {
        let next = cycle[(place + 1) % cycle.len()];
        let index = edges[flag]
            .iter()
            .position(|edge| *edge == Some(next))
            .unwrap_or_default();
        let key = flags[flag].0;
        let message = if cycle.len() == 1 {
            "a flag cannot wait for itself".to_owned()
        } else {
            let round = cycle.iter().cycle().skip(place).take(cycle.len() + 1);
            let names: Vec<&str> = round.map(|&flag| flags[flag].0).collect();
            format!(
                "the flags wait for each other in a cycle: {}",
                names.join(", ")
            )
        };
        problems.push(format!("flags[{key}].prerequisites[{index}].flag"), message);
    }
}

/// How far the prerequisites of a flag reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// They come to an end.
    Ends {
        /// The longest chain below the flag, in flags.
        depth: usize,
        /// The flags an evaluation asks at most, counting a flag for every way to it.
        evaluations: usize,
    },
    /// They lead into a cycle.
    Endless,
}

impl Reach {
    const NOTHING: Self = Self::Ends {
        depth: 0,
        evaluations: 0,
    };

    /// Whether an evaluation may follow them.
    pub(crate) fn within_limits(self) -> bool {
        match self {
            Self::Ends { depth, evaluations } => {
                depth <= MAX_PREREQUISITE_DEPTH && evaluations <= MAX_PREREQUISITE_EVALUATIONS
            }
            Self::Endless => false,
        }
    }

    /// The reach of a flag that has this one and one more prerequisite, whose reach is `other`.
    fn with_prerequisite(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Ends { depth, evaluations },
                Self::Ends {
                    depth: below,
                    evaluations: more,
                },
            ) => Self::Ends {
                depth: depth.max(below + 1),
                evaluations: evaluations.saturating_add(more).saturating_add(1),
            },
            _ => Self::Endless,
        }
    }
}

/// A flag's state in the survey.
#[derive(Clone, Copy)]
enum State {
    New,
    /// On the path that is being followed.
    Open,
    Closed(Reach),
}

/// Finds the reach of flags `0..count`. `edges` gives a flag's prerequisites (`None` for one that
/// does not exist); `on_cycle` is told the flags of each cycle that is met, in order.
pub(crate) fn survey<E: Iterator<Item = Option<usize>>>(
    count: usize,
    edges: impl Fn(usize) -> E,
    mut on_cycle: impl FnMut(&[usize]),
) -> Vec<Reach> {
    let mut states = vec![State::New; count];
    // The path that is being followed: its flags, and for each what remains of its edges and the
    // reach found so far.
    let (mut path, mut open) = (Vec::new(), Vec::new());
    for start in 0..count {
        if let State::New = states[start] {
            states[start] = State::Open;
            path.push(start);
            open.push((edges(start), Reach::NOTHING));
        }
        while let Some((remaining, reach)) = open.last_mut() {
            match remaining.next() {
                Some(Some(next)) => match states[next] {
                    State::Closed(below) => *reach = reach.with_prerequisite(below),
                    State::Open => {
                        *reach = Reach::Endless;
                        let first = path.iter().position(|&flag| flag == next);
                        on_cycle(&path[first.unwrap_or_default()..]);
                    }
                    State::New => {
                        states[next] = State::Open;
                        path.push(next);
                        open.push((edges(next), Reach::NOTHING));
                    }
                },
                Some(None) => {}
                None => {
                    let found = *reach;
                    open.pop();
                    if let Some(flag) = path.pop() {
                        states[flag] = State::Closed(found);
                    }
                    if let Some((_, reach)) = open.last_mut() {
                        *reach = reach.with_prerequisite(found);
                    }
                }
            }
        }
    }
    states
        .into_iter()
        .map(|state| match state {
            State::Closed(reach) => reach,
            State::New | State::Open => Reach::Endless,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Flags as `a: b c` (a waits for b and c); says what `check_links` finds.
    fn check(flags: &[(&str, &str)], expected: &[&str]) {
        let flags: Vec<(String, Vec<Prerequisite>)> = flags
            .iter()
            .map(|(key, others)| {
                let waits_for = |flag: &str| Prerequisite {
                    flag: flag.to_owned(),
                    on: true,
                    variants: Vec::new(),
                };
                (
                    (*key).to_owned(),
                    others.split_whitespace().map(waits_for).collect(),
                )
            })
            .collect();
        let result = check_links(
            flags
                .iter()
                .map(|(key, all)| (key.as_str(), all.as_slice())),
        );
        let found = result.err().unwrap_or_default();
        let found: Vec<String> = found.0.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_chain_and_a_diamond_are_fine() {
        check(&[("a", "b c"), ("b", "d"), ("c", "d"), ("d", "")], &[]);
    }

    #[test]
    fn unknown_and_self() {
        check(
            &[("a", "b nowhere"), ("b", "b")],
            &[
                "flags[a].prerequisites[1].flag: there is no flag nowhere",
                "flags[b].prerequisites[0].flag: a flag cannot wait for itself",
            ],
        );
    }

    #[test]
    fn a_cycle_is_named_at_each_of_its_flags() {
        check(
            &[
                ("out", "b"),
                ("a", "b"),
                ("b", "c"),
                ("c", "x a"),
                ("x", ""),
            ],
            &[
                "flags[b].prerequisites[0].flag: the flags wait for each other in a cycle: b, c, a, b",
                "flags[c].prerequisites[1].flag: the flags wait for each other in a cycle: c, a, b, c",
                "flags[a].prerequisites[0].flag: the flags wait for each other in a cycle: a, b, c, a",
            ],
        );
    }

    /// A chain of so many flags, the last of which waits for none.
    fn chain(length: usize) -> Vec<(String, String)> {
        (0..length)
            .map(|flag| {
                let next = if flag + 1 < length {
                    format!("f{}", flag + 1)
                } else {
                    String::new()
                };
                (format!("f{flag}"), next)
            })
            .collect()
    }

    #[test]
    fn a_chain_may_be_32_deep() {
        let flags = chain(33);
        let flags: Vec<_> = flags
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        check(&flags, &[]);
        let flags = chain(34);
        let flags: Vec<_> = flags
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        check(
            &flags,
            &["flags[f0].prerequisites: the chain of prerequisites is 33 flags long, more than 32"],
        );
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_is_surveyed_without_recursion() {
        let next = |flag| std::iter::once((flag + 1 < 100_000).then_some(flag + 1));
        let reaches = survey(100_000, next, |_| {});
        assert_eq!(
            reaches[0],
            Reach::Ends {
                depth: 99_999,
                evaluations: 99_999
            }
        );
    }

    #[test]
    fn ways_multiply_and_are_bounded() {
        // Each level doubles the ways to the one below.
        let flags: Vec<_> = (0..10)
            .flat_map(|level| {
                let next = format!("a{0} b{0}", level + 1);
                [
                    (format!("a{level}"), next.clone()),
                    (format!("b{level}"), next),
                ]
            })
            .chain([
                ("a10".to_owned(), String::new()),
                ("b10".to_owned(), String::new()),
            ])
            .collect();
        let flags: Vec<_> = flags
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        check(&flags[8..], &[]);
        check(
            &flags[6..],
            &[
                "flags[a3].prerequisites: the prerequisites lead to 254 questions, more than 128",
                "flags[b3].prerequisites: the prerequisites lead to 254 questions, more than 128",
            ],
        );
    }
}
