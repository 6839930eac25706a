//! Names that speak of flags: `featureFlags`, `FlagService`, `unleash`.

/// Words in a name that speak of flags.
const WORDS: &[&str] = &[
    "flag",
    "flags",
    "feature",
    "features",
    "featureflag",
    "featureflags",
    "toggle",
    "toggles",
    "unleash",
    "openfeature",
    "tenantry",
    "ff",
];

/// Whether a name speaks of flags.
pub(crate) fn has_word(name: &str) -> bool {
    words(name).any(|word| WORDS.contains(&word.as_str()))
}

/// The words of a name, in lower case: `featureFlags` are two.
pub(crate) fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut was_upper = true;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && !was_upper) {
            words.push(String::new());
        }
        was_upper = letter.is_uppercase();
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_speak_of_flags_by_whole_words() {
        for name in [
            "flags",
            "featureFlags",
            "FeatureService",
            "ff_client",
            "unleash",
            "FEATURE_TOGGLES",
        ] {
            assert!(has_word(name), "{name}");
        }
        for name in ["flagship", "effects", "office", "client", "defeature", ""] {
            assert!(!has_word(name), "{name}");
        }
    }
}
