//! Keys by hand.

pub const DARK_MODE: &str = "dark-mode";
pub static EXPORT: &str = DARK_EXPORT;
const DARK_EXPORT: &str = "export-v2";
pub const NOT_A_KEY: &str = "two words";

pub struct Beta;

impl Beta {
    pub const SEARCH: &'static str = "beta-search";
}
