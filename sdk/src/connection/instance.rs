//! Which client of many this is: a number that a client draws at its start and says with each
//! handshake, so that the logs of servers and proxies can tell one process from another.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

/// A client's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instance(u64, u64);

impl Instance {
    /// Another one each time; seeded by the operating system. It is no secret, and need not be one.
    pub(crate) fn random() -> Self {
        let draw = || RandomState::new().build_hasher().finish();
        Self(draw(), draw())
    }
}

impl fmt::Display for Instance {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_has_a_number_of_its_own() {
        let numbers: std::collections::HashSet<String> =
            (0..1_000).map(|_| Instance::random().to_string()).collect();
        assert_eq!(numbers.len(), 1_000);
        for number in numbers {
            assert_eq!(number.len(), 32);
            assert!(number.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
    }
}
