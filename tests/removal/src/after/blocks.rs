//! What a block keeps to itself: names, a lock, a value.

use std::cell::RefCell;
use std::sync::Mutex;

use tenantry::Client;

/// Counts and says so.
pub fn count(_flags: &Client, _tenant: &str, counter: &Mutex<u32>) -> u32 {
    {
        let mut counted = counter.lock().expect("no panic");
        *counted += 1;
    }
    let counted = counter.lock().expect("no panic");
    *counted
}

/// A name that is given to two things.
pub fn named(_flags: &Client, tenant: &str) -> String {
    let name = tenant.to_owned();
    {
        let name = name.to_uppercase();
        assert!(!name.is_empty());
    }
    name
}

/// A block that gives a value, and one that is a statement.
pub fn value(_flags: &Client, _tenant: &str, numbers: &mut Vec<u32>) -> u32 {
    let largest = {
        numbers.sort_unstable();
        numbers.last().copied().unwrap_or_default()
    };
    numbers.pop();
    let text = "a text
            that keeps its indentation";
    largest + u32::try_from(text.len()).unwrap_or(0)
}

/// A page that says when it ends.
pub struct Page<'a> {
    log: &'a RefCell<Vec<&'static str>>,
}

impl<'a> Page<'a> {
    fn begin(log: &'a RefCell<Vec<&'static str>>) -> Self {
        log.borrow_mut().push("begun");
        Self { log }
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        self.log.borrow_mut().push("ended");
    }
}

/// What ends with its block ends before what comes next.
pub fn print(_flags: &Client, _tenant: &str, log: &RefCell<Vec<&'static str>>) {
    {
        let page = Page::begin(log);
        page.log.borrow_mut().push("written");
    }
    log.borrow_mut().push("sent");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stay_where_they_must() {
        let flags = Client::fixed().build();
        assert_eq!(count(&flags, "acme", &Mutex::new(1)), 2);
        assert_eq!(named(&flags, "acme"), "acme");
        let mut numbers = vec![3, 1];
        assert_eq!(value(&flags, "acme", &mut numbers), 48);
        assert_eq!(numbers, [1]);
        let log = RefCell::default();
        print(&flags, "acme", &log);
        assert_eq!(*log.borrow(), ["begun", "written", "ended", "sent"]);
    }
}
