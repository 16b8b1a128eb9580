//! Which character parts the cells of a CSV file: the one that cuts its first records into equally many cells. Where
//! two do, or none, the file is refused with what was seen.

use std::fmt::Write;

/// What comes into question.
const CANDIDATES: [u8; 4] = [b';', b',', b'\t', b'|'];

/// How many records are looked at.
const RECORDS: usize = 200;

/// The share of the records that must have the same number of cells.
const STABLE: f64 = 0.5;

/// How much better than the next the best must be.
const AHEAD: f64 = 1.25;

/// How a candidate cuts the sample.
struct Cut {
    delimiter: u8,
    /// Number of cells → number of records, the most frequent first.
    patterns: Vec<(usize, usize)>,
    records: usize,
    /// All cells, and those that do not look as if they should be cut further.
    cells: usize,
    clean: usize,
}

/// Whether a cell has none of the other candidates in it, but for commas in numbers (`1,50`) and in prose (`Hello, you`).
fn is_clean(cell: &[u8], delimiter: u8) -> bool {
    cell.iter().enumerate().all(|(at, byte)| {
        let before = at.checked_sub(1).and_then(|at| cell.get(at));
        match (byte, before, cell.get(at + 1)) {
            (other, ..) if *other == delimiter || !CANDIDATES.contains(other) => true,
            (b',', Some(before), Some(after)) => *after == b' ' || (before.is_ascii_digit() && after.is_ascii_digit()),
            _ => false,
        }
    })
}

impl Cut {
    fn of(sample: &[u8], quote: u8, delimiter: u8, whole: bool) -> Self {
        let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).quote(quote).build();
        let mut output = vec![0; sample.len() + 1];
        let mut ends = vec![0; sample.len() + 1];
        let mut rest = sample;
        let mut patterns: Vec<(usize, usize)> = Vec::new();
        let (mut records, mut all, mut clean) = (0, 0, 0);
        let (mut written, mut cells) = (0, 0);
        while records < RECORDS {
            let (result, read, bytes, fields) = reader.read_record(rest, &mut output[written..], &mut ends[cells..]);
            rest = &rest[read..];
            written += bytes;
            cells += fields;
            match result {
                csv_core::ReadRecordResult::Record => {
                    match patterns.iter_mut().find(|(count, _)| *count == cells) {
                        Some((_, times)) => *times += 1,
                        None => patterns.push((cells, 1)),
                    }
                    records += 1;
                    let begins = std::iter::once(0).chain(ends[..cells].iter().copied());
                    all += cells;
                    clean += begins
                        .zip(&ends[..cells])
                        .filter(|(begin, end)| is_clean(&output[*begin..**end], delimiter))
                        .count();
                    (written, cells) = (0, 0);
                }
                // A record that the sample cuts off says nothing; at the end of the file there is none.
                csv_core::ReadRecordResult::InputEmpty if !whole => break,
                csv_core::ReadRecordResult::InputEmpty => {}
                _ => break,
            }
        }
        patterns.sort_by_key(|(cells, times)| (std::cmp::Reverse(*times), std::cmp::Reverse(*cells)));
        Self { delimiter, patterns, records, cells: all, clean }
    }

    /// The pattern score of van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type
    /// patterns" (2019): many records of few lengths score high, single cells score nothing. Cells that hold other
    /// candidates take their share away.
    fn score(&self) -> f64 {
        let sum: f64 =
            self.patterns.iter().map(|(cells, times)| *times as f64 * (*cells as f64 - 1.0) / *cells as f64).sum();
        sum / self.patterns.len().max(1) as f64 * self.clean as f64 / self.cells.max(1) as f64
    }

    /// The share of the records that have the most frequent number of cells above one.
    fn share(&self) -> f64 {
        let most = self.patterns.iter().filter(|(cells, _)| *cells > 1).map(|(_, times)| *times).max();
        most.unwrap_or(0) as f64 / self.records.max(1) as f64
    }

    /// Whether it cuts every record.
    fn cuts_all(&self) -> bool {
        self.patterns.iter().all(|(cells, _)| *cells > 1)
    }

    fn occurs(&self) -> bool {
        self.patterns.iter().any(|(cells, _)| *cells > 1)
    }

    fn describe(&self) -> String {
        let mut text = format!("{}:", shown(self.delimiter));
        for (cells, times) in self.patterns.iter().take(3) {
            let _ = write!(text, " {times} × {cells}");
        }
        if self.patterns.len() > 3 {
            text.push_str(" …");
        }
        text
    }
}

/// A delimiter as messages name it.
pub(super) fn shown(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".into(),
        other => format!("`{}`", char::from(other)),
    }
}

/// A text whose delimiter is not clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Undecided {
    /// How each candidate cuts it.
    pub(super) seen: String,
    /// The one that cuts it best, though not well enough; none where no cut is better than none.
    pub(super) best: Option<u8>,
}

/// The delimiter of a text, or none where it has one column only, with what speaks for it. `whole` says whether the
/// sample is the whole file.
///
/// # Errors
/// What was seen, where it does not decide.
pub(super) fn delimiter(sample: &[u8], quote: u8, whole: bool) -> Result<(Option<u8>, String), Undecided> {
    let mut cuts: Vec<Cut> =
        CANDIDATES.iter().map(|delimiter| Cut::of(sample, quote, *delimiter, whole)).filter(Cut::occurs).collect();
    cuts.sort_by(|one, other| other.score().total_cmp(&one.score()));
    let evidence = || {
        let seen: Vec<String> = cuts.iter().map(Cut::describe).collect();
        format!("records × cells for {}", seen.join(", for "))
    };
    match cuts.as_slice() {
        [] => Ok((None, "no delimiter occurs: one column".into())),
        [best, rest @ ..] => {
            let next = rest.first().map_or(0.0, Cut::score);
            // A delimiter without rival that cuts every record is one, however ragged the rows are.
            let alone = rest.is_empty() && best.cuts_all();
            if alone || (best.share() >= STABLE && best.score() >= AHEAD * next) {
                Ok((Some(best.delimiter), evidence()))
            } else {
                let best = (best.share() >= STABLE).then_some(best.delimiter);
                Err(Undecided { seen: evidence(), best })
            }
        }
    }
}

/// The delimiter that a first line such as `sep=;` states (Excel writes and reads it), and the length of that line
/// without its end.
pub(super) fn separator_line(start: &[u8]) -> Option<(u8, usize)> {
    let quoted = start.first() == Some(&b'"');
    let line = if quoted { &start[1..] } else { start };
    let (word, rest) = line.split_at_checked(4)?;
    if !word.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    let (delimiter, rest) = rest.split_first()?;
    let rest = if quoted { rest.strip_prefix(b"\"")? } else { rest };
    let ends = matches!(rest.first(), None | Some(b'\r' | b'\n'));
    (ends && delimiter.is_ascii() && !delimiter.is_ascii_alphanumeric() && !matches!(delimiter, b'\r' | b'\n' | b'"'))
        .then_some((*delimiter, if quoted { 7 } else { 5 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Option<char>, String> {
        let found = delimiter(text.as_bytes(), b'"', true);
        found.map(|(found, _)| found.map(char::from)).map_err(|undecided| undecided.seen)
    }

    #[test]
    fn the_delimiter_is_what_cuts_evenly() {
        assert_eq!(found("Name;Betrag\nMüller;1,50\nMeier;2,50\n"), Ok(Some(';')));
        assert_eq!(found("1,50;2,50;3,50;x\n4,50;5,50;6,50;y\n"), Ok(Some(';')));
        assert_eq!(found("a,b,c\n1,\"x;y;z\",3\n"), Ok(Some(',')));
        assert_eq!(found("a\tb\n1\t2\n"), Ok(Some('\t')));
        assert_eq!(found("a|b\n1|2"), Ok(Some('|')));
        assert_eq!(found("name\nMüller\nMeier\n"), Ok(None));
        assert_eq!(found(""), Ok(None));
        assert_eq!(found("Konto 1\nErstellt am 1.1.\na;b;c\n1;2;3\n4;5;6\n7;8;9\n"), Ok(Some(';')));
    }

    #[test]
    fn what_does_not_decide_is_refused_with_what_was_seen() {
        assert_eq!(found("a;b,c\nd;e,f\n"), Err("records × cells for `;`: 2 × 2, for `,`: 2 × 2".into()));
        assert_eq!(found("Dear Sirs\nHello, world\nyours\n"), Err("records × cells for `,`: 2 × 1 1 × 2".into()));
    }

    #[test]
    fn excels_separator_line_is_known() {
        assert_eq!(separator_line(b"sep=;\r\na;b"), Some((b';', 5)));
        assert_eq!(separator_line(b"SEP=\t"), Some((b'\t', 5)));
        assert_eq!(separator_line(b"\"sep=,\"\na"), Some((b',', 7)));
        for other in ["sep=;;", "sep=", "sepal=;", "sep=a", "sep=\n", "", "\"sep=,"] {
            assert_eq!(separator_line(other.as_bytes()), None, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_was_written_with_a_delimiter_is_never_cut_at_another(
            table in proptest::collection::vec(proptest::collection::vec("[A-Za-zäöü ]{0,8}|[0-9]{1,4}|[0-9]{1,3},[0-9]{2}|[0-9]{2}[.][0-9]{2}[.]2026", 3), 2..20),
            which in 0..CANDIDATES.len(),
        ) {
            let written = CANDIDATES[which];
            let mut text = Vec::new();
            let mut writer = csv::WriterBuilder::new().delimiter(written).from_writer(&mut text);
            table.iter().for_each(|row| writer.write_record(row).unwrap());
            drop(writer);
            // Undecided is an answer too; a wrong delimiter is not.
            if let Ok((found, why)) = delimiter(&text, b'"', true) {
                proptest::prop_assert_eq!(found, Some(written), "{}", why);
            }
        }
    }
}
