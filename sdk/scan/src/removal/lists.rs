//! Things in a row, parted by commas: parameters, arguments, imports, fields.

use tree_sitter::Node;

use super::draft::Edit;
use super::layout::Page;

impl Page<'_> {
    /// Takes one thing out of a row, with its comma, and its lines where it has them for itself.
    pub(super) fn without_item(&self, item: Node<'_>) -> Edit {
        let is_comma = |it: &Node<'_>| it.kind() == ",";
        let before = item.prev_sibling().filter(is_comma);
        let behind = item.next_sibling().filter(is_comma);
        if let Some(behind) = behind {
            let whole = item.start_byte()..behind.end_byte();
            let has_lines = self.is_first_on_line(whole.start)
                && self.text[whole.end..self.line_end(whole.end)]
                    .trim()
                    .is_empty();
            if has_lines {
                let start = self.with_what_is_above(item).start;
                return self.without(start..whole.end);
            }
            return match behind.next_sibling().filter(Node::is_named) {
                Some(next) => Edit::removal(item.start_byte()..next.start_byte()),
                None => match before {
                    Some(before) => Edit::removal(before.start_byte()..item.end_byte()),
                    None => Edit::removal(whole),
                },
            };
        }
        match before {
            Some(before) => Edit::removal(before.start_byte()..item.end_byte()),
            None => Edit::removal(item.byte_range()),
        }
    }
}
