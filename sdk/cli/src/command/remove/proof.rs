//! Whether a flag may go, and which answer stays: what the server can prove, and what the person
//! says.
//!
//! **Invariants**
//! - Pure. What is not proven goes only by force, and never without an answer to keep.

use tenantry_protocol::report::{Keep, Removal};

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nobody was asked.
    NotAsked,
    /// There is no such flag.
    NoSuchFlag,
    /// The flag is archived.
    Archived,
    /// What it proves.
    Proven(Removal),
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may go, and this answer stays.
    Go(Keep),
    /// It may not, for these reasons.
    No(Vec<String>),
    /// Nobody says which answer stays.
    Unsaid,
}

/// Judges by what the server proves, and by what the person says.
pub(super) fn judge(proof: &Proof, said: Option<Keep>, force: bool) -> Verdict {
    let Proof::Proven(removal) = proof else {
        return said.map_or(Verdict::Unsaid, Verdict::Go);
    };
    match (removal.keep, said) {
        (Some(proven), None) => Verdict::Go(proven),
        (Some(proven), Some(said)) if proven == said => Verdict::Go(proven),
        (_, Some(said)) if force => Verdict::Go(said),
        (None, None) if force => Verdict::Unsaid,
        (Some(proven), Some(_)) => {
            let mut reasons = vec![format!("Everybody gets {}.", word(proven))];
            reasons.extend(removal.evidence.iter().cloned());
            Verdict::No(reasons)
        }
        (None, _) => Verdict::No(removal.blockers.clone()),
    }
}

/// An answer in words.
pub(super) fn word(keep: Keep) -> &'static str {
    match keep {
        Keep::On => "on",
        Keep::Off => "off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proven(keep: Option<Keep>) -> Proof {
        Proof::Proven(Removal {
            keep,
            blockers: keep.map_or(vec!["staging serves off.".to_owned()], |_| Vec::new()),
            evidence: vec!["production has served on to everybody.".to_owned()],
        })
    }

    #[test]
    fn what_is_proven_needs_no_word() {
        let proof = proven(Some(Keep::On));
        assert_eq!(judge(&proof, None, false), Verdict::Go(Keep::On));
        assert_eq!(judge(&proof, Some(Keep::On), false), Verdict::Go(Keep::On));
    }

    #[test]
    fn against_the_proof_it_goes_by_force_alone() {
        let proof = proven(Some(Keep::On));
        let Verdict::No(reasons) = judge(&proof, Some(Keep::Off), false) else {
            panic!("it may not go");
        };
        assert_eq!(reasons[0], "Everybody gets on.");
        assert_eq!(judge(&proof, Some(Keep::Off), true), Verdict::Go(Keep::Off));
    }

    #[test]
    fn what_is_not_ready_goes_by_force_and_with_an_answer() {
        let proof = proven(None);
        let no = Verdict::No(vec!["staging serves off.".to_owned()]);
        assert_eq!(judge(&proof, None, false), no);
        assert_eq!(judge(&proof, Some(Keep::On), false), no);
        assert_eq!(judge(&proof, None, true), Verdict::Unsaid);
        assert_eq!(judge(&proof, Some(Keep::On), true), Verdict::Go(Keep::On));
    }

    #[test]
    fn where_nobody_proves_anything_the_person_says() {
        for proof in [Proof::NotAsked, Proof::NoSuchFlag, Proof::Archived] {
            assert_eq!(judge(&proof, None, true), Verdict::Unsaid);
            assert_eq!(
                judge(&proof, Some(Keep::Off), false),
                Verdict::Go(Keep::Off)
            );
        }
    }
}
