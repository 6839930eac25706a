//! Tenants as comma-separated values (RFC 4180), with a header row.

use csv_core::{ReadRecordResult, Reader};
use serde_json::{Map, Value};
use tenantry_core::model::Problems;

use super::file::Lines;
use crate::api::tenants::patch;

/// What spreadsheets put before the first column's name; the reader takes it off only if it comes in
/// one piece.
const BYTE_ORDER_MARK: char = '\u{feff}';
const ATTRIBUTE: &str = "attributes.";
/// Separates the elements of a list.
const SEPARATOR: char = ';';
/// What the reader's buffers begin with and grow by.
const STEP: usize = 1_024;

/// A reader of records.
pub(super) struct Csv {
    reader: Reader,
    /// The fields of the record that is being read, one behind the other, and where each ends.
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    fields: usize,
    /// The line that the record begins on.
    number: u64,
    /// Whether the record has begun.
    has_begun: bool,
    /// The columns; none before the header row.
    columns: Option<Vec<Column>>,
}

/// What a column holds.
#[derive(Debug, PartialEq)]
enum Column {
    Key,
    Name,
    Weight,
    Attribute(String, Type),
    /// The header is wrong, which has been reported.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Type {
    Text,
    Number,
    Boolean,
    List,
}

impl Default for Csv {
    fn default() -> Self {
        Self {
            reader: Reader::new(),
            output: vec![0; STEP],
            ends: vec![0; STEP],
            written: 0,
            fields: 0,
            number: 1,
            has_begun: false,
            columns: None,
        }
    }
}

impl Csv {
    pub(super) fn read(&mut self, piece: &[u8], lines: &mut Lines) {
        let mut rest = piece;
        // An empty input means the end of the file to the reader.
        while !rest.is_empty() {
            // A record ends with the first character of a line break. The others are read by
            // themselves, so that the next record is known by the line that it begins on.
            let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            let breaks = if self.has_begun { 0 } else { breaks.count() };
            let read = if breaks == 0 {
                self.has_begun = true;
                self.step(rest, lines)
            } else {
                self.step(&rest[..breaks], lines)
            };
            if !self.has_begun {
                self.number = self.reader.line();
            }
            rest = &rest[read..];
        }
    }

    pub(super) fn end(&mut self, lines: &mut Lines) {
        while !self.is_at_end(lines) {}
        if self.columns.is_none() {
            let mut problems = Problems::default();
            problems.push("", "there must be a header row");
            lines.refuse(1, problems);
        }
    }

    /// Reads on; says how much was read.
    fn step(&mut self, input: &[u8], lines: &mut Lines) -> usize {
        let (result, read) = self.advance(input);
        if matches!(result, ReadRecordResult::Record) {
            self.take_record(lines);
        }
        read
    }

    /// Reads on without input; whether nothing is left.
    fn is_at_end(&mut self, lines: &mut Lines) -> bool {
        let (result, _) = self.advance(&[]);
        if matches!(result, ReadRecordResult::Record) {
            self.take_record(lines);
        }
        matches!(result, ReadRecordResult::End)
    }

    fn advance(&mut self, input: &[u8]) -> (ReadRecordResult, usize) {
        let (result, read, written, fields) = self.reader.read_record(
            input,
            &mut self.output[self.written..],
            &mut self.ends[self.fields..],
        );
        self.written += written;
        self.fields += fields;
        match result {
            ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
            ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() + STEP, 0),
            ReadRecordResult::InputEmpty | ReadRecordResult::Record | ReadRecordResult::End => {}
        }
        (result, read)
    }

    fn take_record(&mut self, lines: &mut Lines) {
        let mut begin = 0;
        let fields: Vec<&[u8]> = self.ends[..self.fields]
            .iter()
            .map(|end| &self.output[std::mem::replace(&mut begin, *end)..*end])
            .collect();
        match &self.columns {
            None => self.columns = Some(header(self.number, &fields, lines)),
            Some(columns) => add(self.number, columns, &fields, lines),
        }
        (self.written, self.fields) = (0, 0);
        self.has_begun = false;
    }
}

/// Reads the header row.
fn header(number: u64, fields: &[&[u8]], lines: &mut Lines) -> Vec<Column> {
    let mut problems = Problems::default();
    let mut columns: Vec<Column> = Vec::with_capacity(fields.len());
    for (index, field) in fields.iter().enumerate() {
        let text = String::from_utf8_lossy(field);
        let text = match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) if index == 0 => text,
            _ => &text,
        };
        let column = match text {
            "key" => Column::Key,
            "name" => Column::Name,
            "weight" => Column::Weight,
            other => {
                if let Some(attribute) = other.strip_prefix(ATTRIBUTE) {
                    typed(attribute)
                } else {
                    let message = "must be key, name, weight or attributes.<name>";
                    problems.push(other, message);
                    Column::Unknown
                }
            }
        };
        let is_twice = columns.iter().any(|known| match (known, &column) {
            (Column::Attribute(one, _), Column::Attribute(two, _)) => one == two,
            (known, column) => known == column && column != &Column::Unknown,
        });
        if is_twice {
            problems.push(text, "is there already");
        }
        columns.push(column);
    }
    if !columns.contains(&Column::Key) {
        problems.push("key", "must be a column of the header row");
    }
    lines.refuse(number, problems);
    columns
}

/// The column of an attribute; what is behind its last colon may be its type.
fn typed(attribute: &str) -> Column {
    let (name, of_type) = match attribute.rsplit_once(':') {
        Some((name, "text")) => (name, Type::Text),
        Some((name, "number")) => (name, Type::Number),
        Some((name, "boolean")) => (name, Type::Boolean),
        Some((name, "list")) => (name, Type::List),
        _ => (attribute, Type::Text),
    };
    Column::Attribute(name.to_owned(), of_type)
}

/// Reads a row below the header.
fn add(number: u64, columns: &[Column], fields: &[&[u8]], lines: &mut Lines) {
    let mut problems = Problems::default();
    if fields.len() != columns.len() {
        let (found, wanted) = (fields.len(), columns.len());
        let message = format!("has {found} fields, but the header has {wanted}");
        problems.push("", message);
        return lines.refuse(number, problems);
    }
    let (mut key, mut name, mut weight) = (None, None, None);
    let mut attributes = Map::new();
    for (column, field) in columns.iter().zip(fields) {
        let Ok(cell) = std::str::from_utf8(field) else {
            problems.push(path(column), "must be UTF-8");
            continue;
        };
        // An empty cell says that there is nothing.
        let given = Some(cell).filter(|cell| !cell.is_empty());
        match column {
            Column::Key => key = Some(cell.to_owned()),
            Column::Name => name = Some(given.map(str::to_owned)),
            Column::Weight => match given.map(str::parse).transpose() {
                Ok(parsed) => weight = Some(parsed),
                Err(_) => problems.push("weight", "must be a whole number"),
            },
            Column::Attribute(attribute, of_type) => match given {
                None => drop(attributes.insert(attribute.clone(), Value::Null)),
                Some(cell) => match of_type.read(cell) {
                    Ok(value) => drop(attributes.insert(attribute.clone(), value)),
                    Err(message) => problems.push(path(column), message),
                },
            },
            Column::Unknown => {}
        }
    }
    if let Some(key) = key {
        let attributes = (!attributes.is_empty()).then_some(Some(attributes));
        lines.add(number, key, patch(name, weight, attributes));
    }
    lines.refuse(number, problems);
}

fn path(column: &Column) -> String {
    match column {
        Column::Key => "key".to_owned(),
        Column::Name => "name".to_owned(),
        Column::Weight => "weight".to_owned(),
        Column::Attribute(name, _) => format!("{ATTRIBUTE}{name}"),
        Column::Unknown => String::new(),
    }
}

impl Type {
    /// Reads a cell that is not empty.
    fn read(self, cell: &str) -> Result<Value, &'static str> {
        match self {
            Self::Text => Ok(cell.into()),
            // As JSON writes numbers: no signs, blanks or separators that each country has its own.
            Self::Number => match serde_json::from_str(cell) {
                Ok(Value::Number(number)) => Ok(Value::Number(number)),
                _ => Err("must be a number, such as 250 or 0.5"),
            },
            Self::Boolean => match cell.to_ascii_lowercase().as_str() {
                "true" => Ok(true.into()),
                "false" => Ok(false.into()),
                _ => Err("must be true or false"),
            },
            Self::List => {
                let elements = cell.split(SEPARATOR).map(str::trim);
                Ok(elements.map(Value::from).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenantry_core::model::TenantKey;
    use tenantry_store::TenantFacts;

    use super::super::file::read_in_steps;

    fn read(text: &[u8]) -> Result<Vec<tenantry_store::TenantLine>, Vec<String>> {
        let whole = read_in_steps("text/csv; charset=utf-8", text, text.len().max(1));
        for step in [1, 5] {
            assert_eq!(read_in_steps("text/csv", text, step), whole);
        }
        whole
    }

    #[test]
    fn columns_are_fields_and_attributes() {
        let text = concat!(
            "\u{feff}key,name,weight,attributes.plan,attributes.seats:number,",
            "attributes.beta:boolean,attributes.regions:list,attributes.note\r\n",
            "acme,\"Acme, \"\"the\"\" Inc.\",1200,enterprise,250,TRUE,eu; us,\"two\nlines\"\r\n",
            "globex,,,,,,,\r\n",
        );
        let lines = read(text.as_bytes()).expect("a good file");
        let numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
        assert_eq!(
            numbers,
            [1 + 1, 1 + 3],
            "a line of the file, not of the table"
        );
        let facts: Vec<TenantFacts> = lines
            .into_iter()
            .map(|line| line.patch.applied_to(&line.key, TenantFacts::of(&line.key)))
            .collect();
        assert_eq!(facts[0].name, "Acme, \"the\" Inc.");
        assert_eq!(facts[0].weight, 1200);
        assert_eq!(
            serde_json::Value::from(facts[0].attributes.clone()),
            json!({"plan": "enterprise", "seats": 250, "beta": true, "regions": ["eu", "us"],
                "note": "two\nlines"})
        );
        let globex = TenantKey::new("globex").expect("a key");
        assert_eq!(facts[1], TenantFacts::of(&globex));
    }

    #[test]
    fn every_wrong_cell_is_named() {
        let text = concat!(
            "key,weight,attributes.seats:number,attributes.beta:boolean\n",
            "acme,many,1'000,yes\n",
            "acme,1,1\n",
            "globex,1.5,NaN,true\n",
            ",1,1,true\n",
        );
        assert_eq!(
            read(text.as_bytes()).expect_err("a bad file"),
            [
                "lines[2].weight: must be a whole number",
                "lines[2].attributes.seats: must be a number, such as 250 or 0.5",
                "lines[2].attributes.beta: must be true or false",
                "lines[3]: has 3 fields, but the header has 4",
                "lines[4].weight: must be a whole number",
                "lines[4].attributes.seats: must be a number, such as 250 or 0.5",
                "lines[5].key: a tenant key must be 1 to 256 bytes of UTF-8",
            ]
        );
        let problems = |text: &[u8]| read(text).expect_err("a bad file");
        assert_eq!(
            problems(b"name,nmae,name\n"),
            [
                "lines[1].nmae: must be key, name, weight or attributes.<name>",
                "lines[1].name: is there already",
                "lines[1].key: must be a column of the header row",
            ]
        );
        assert_eq!(problems(b""), ["lines[1]: there must be a header row"]);
        assert_eq!(
            problems(b"key,name\na,\xff\n"),
            ["lines[2].name: must be UTF-8"]
        );
    }
}
