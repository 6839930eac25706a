//! Versions: Semantic Versioning 2.0.0, read and compared without allocating.
//!
//! Separate from the operators, and our own rather than a crate's, because an attribute is read
//! anew on every evaluation, where the `semver` crate copies longer pre-releases to the heap. Tests
//! hold it against that crate.
//!
//! **Invariants**
//! - What is read satisfies the grammar, strictly: no leading `v`, no missing part, no leading zero.
//! - The order is that of precedence: build metadata is checked and then forgotten.

use std::cmp::Ordering;

/// A version; `P` is how its pre-release is held.
#[derive(Debug, Clone)]
pub(super) struct Version<P = Box<str>> {
    /// Major, minor and patch.
    release: [u64; 3],
    /// The identifiers before the release, such as `rc.1`; empty for the release itself.
    pre_release: P,
}

impl<'a> Version<&'a str> {
    /// Reads a version; `None` if the text is none, or a number of it exceeds 64 bits.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = match text.split_once('+') {
            Some((text, build)) => build.split('.').all(is_identifier).then_some(text)?,
            None => text,
        };
        let (release, pre_release) = match text.split_once('-') {
            Some((release, pre)) => {
                let valid = |identifier| is_identifier(identifier) && !has_leading_zero(identifier);
                (release, pre.split('.').all(valid).then_some(pre)?)
            }
            None => (text, ""),
        };
        let mut numbers = release.split('.').map(number);
        let release = [numbers.next()??, numbers.next()??, numbers.next()??];
        numbers.next().is_none().then_some(Self {
            release,
            pre_release,
        })
    }

    /// The version with its own copy of the text.
    pub(super) fn to_owned(&self) -> Version {
        Version {
            release: self.release,
            pre_release: self.pre_release.into(),
        }
    }
}

impl<P: AsRef<str>> Version<P> {
    /// Compares by precedence.
    pub(super) fn precedence<Q: AsRef<str>>(&self, other: &Version<Q>) -> Ordering {
        let (ours, theirs) = (self.pre_release.as_ref(), other.pre_release.as_ref());
        self.release
            .cmp(&other.release)
            .then_with(|| match (ours.is_empty(), theirs.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => ours
                    .split('.')
                    .map(Identifier)
                    .cmp(theirs.split('.').map(Identifier)),
            })
    }
}

/// One identifier of a pre-release, in the order of precedence.
#[derive(PartialEq, Eq)]
struct Identifier<'a>(&'a str);

impl Ord for Identifier<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (is_numeric(self.0), is_numeric(other.0)) {
            // Without leading zeros the longer number is the greater one, whatever its size.
            (true, true) => self
                .0
                .len()
                .cmp(&other.0.len())
                .then_with(|| self.0.cmp(other.0)),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.0.cmp(other.0),
        }
    }
}

impl PartialOrd for Identifier<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn number(digits: &str) -> Option<u64> {
    // `parse` alone would let a sign pass.
    if is_numeric(digits) && !has_leading_zero(digits) {
        digits.parse().ok()
    } else {
        None
    }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_numeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn has_leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && is_numeric(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_order_of_the_specification() {
        let ascending = [
            "0.9.9",
            "1.0.0-0",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.10.0",
            "18446744073709551615.0.0",
        ];
        for (a, text_a) in ascending.iter().enumerate() {
            for (b, text_b) in ascending.iter().enumerate() {
                let (left, right) = (Version::parse(text_a), Version::parse(text_b));
                let order = left.expect(text_a).precedence(&right.expect(text_b));
                assert_eq!(order, a.cmp(&b), "{text_a} against {text_b}");
            }
        }
    }

    #[test]
    fn what_is_no_version() {
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "v1.2.3",
            "1.02.3",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3-a..b",
            "1.2.3+",
            "1.2.3+a+b",
            "+1.2.3",
            "1.-2.3",
            " 1.2.3",
            "1.2.3 ",
            "1.2.3-ä",
            "x.y.z",
            "18446744073709551616.0.0",
            "１.2.3",
        ] {
            assert!(Version::parse(text).is_none(), "{text}");
            assert!(
                semver::Version::parse(text).is_err(),
                "{text}, says the crate"
            );
        }
    }

    /// Texts that are versions, or nearly.
    fn text() -> impl Strategy<Value = String> {
        let identifier = "0|[1-9][0-9]{0,2}|[0-9]{20,22}|[0-9a-z-]{1,3}|";
        let pre = proptest::collection::vec(identifier, 0..3);
        let number = "0|[0-3]|[1-9][0-9]{1,20}|00";
        (number, number, "0|1", pre, "|\\+[0-9a-z.-]{0,4}").prop_map(|(a, b, c, pre, build)| {
            let pre = if pre.is_empty() {
                String::new()
            } else {
                format!("-{}", pre.join("."))
            };
            format!("{a}.{b}.{c}{pre}{build}")
        })
    }

    proptest! {
        #[test]
        fn agrees_with_the_crate(a in text(), b in text()) {
            let (ours, theirs) = (Version::parse(&a), semver::Version::parse(&a));
            prop_assert_eq!(ours.is_some(), theirs.is_ok(), "{} is a version", a);
            let (other, their_other) = (Version::parse(&b), semver::Version::parse(&b));
            if let (Some(ours), Ok(theirs), Some(other), Ok(their_other)) =
                (ours, theirs, other, their_other)
            {
                let order = ours.precedence(&other.to_owned());
                prop_assert_eq!(order, theirs.cmp_precedence(&their_other));
            }
        }
    }
}
