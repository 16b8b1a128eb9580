//! Agreement of `eintrag inspect --raw` with what independent readers found in files that others wrote, cell by cell.
//! The files stay outside the repository; without their folder there is nothing to compare, and the tests pass.

mod document;
mod mail;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

/// What may differ: the file, how many cells (1 for a file as a whole), and why. A difference that is gone must leave
/// this list.
const ALLOWED: [(&str, usize, &str); 4] = [
    (
        "mail/stalwart__019.eml",
        1,
        "a garbled file whose headers stand there twice; the parts are shown, others show none",
    ),
    ("mail/zbateson__m0009.eml", 1, "a letter that is lost is U+FFFD in names as everywhere, not `?`"),
    (
        "mbox/mimekit__simple.mbox.mbox",
        6,
        "mails within mails with the same boundary, or an empty one: empty parts are not shown",
    ),
    ("msg/poi__ASCII_CP1251_LCID1049.msg", 1, "the locale says Cyrillic, which the other reader does not heed"),
];

/// The bounds for every hostile file.
const MOST_TIME: Duration = Duration::from_secs(10);
const MOST_MEMORY_KB: u64 = 512 << 10;

fn corpora() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    folder.is_dir().then_some(folder)
}

fn files(corpora: &Path, folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(corpora.join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// What the program said of a file.
struct Said {
    lines: Vec<Json>,
    talk: String,
    code: Option<i32>,
    took: Duration,
    memory_kb: u64,
}

/// Runs the program on a file, and watches its time and memory.
fn inspect(file: &Path) -> Said {
    let begin = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let (out, talk) = (folder.path().join("out"), folder.path().join("talk"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_eintrag"))
        .args(["inspect", "--raw"])
        .arg(file)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(std::fs::File::create(&talk).unwrap())
        .spawn()
        .unwrap();
    let mut memory_kb = 0;
    let status = loop {
        memory_kb = memory_kb.max(peak_memory_kb(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed() > 3 * MOST_TIME {
            child.kill().unwrap();
            break child.wait().unwrap();
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let took = begin.elapsed();
    let text = std::fs::read_to_string(&out).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    Said { lines, talk: std::fs::read_to_string(&talk).unwrap(), code: status.code(), took, memory_kb }
}

/// The most memory that a process has had so far, where the system tells (Linux).
fn peak_memory_kb(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or(0)
}

/// Agreement of one family.
#[derive(Default)]
struct Score {
    files: usize,
    files_agreeing: usize,
    cells: usize,
    differences: BTreeMap<String, Vec<String>>,
}

impl Score {
    fn add(&mut self, file: &str, cells: usize, differences: Vec<String>) {
        self.files += 1;
        self.cells += cells;
        if differences.is_empty() {
            self.files_agreeing += 1;
        } else {
            self.differences.insert(file.to_owned(), differences);
        }
    }

    /// Prints the agreement, and fails where it is not what the list of allowed differences says.
    fn report(&self, family: &str) {
        let differing: usize = self.differences.values().map(Vec::len).sum();
        println!(
            "{family}: {} of {} files agree, {} of {} cells",
            self.files_agreeing,
            self.files,
            self.cells.saturating_sub(differing),
            self.cells
        );
        let mut wrong = String::new();
        for (file, differences) in &self.differences {
            let allowed = ALLOWED.iter().find(|(allowed, ..)| *allowed == file);
            match allowed {
                Some((_, count, reason)) if *count == differences.len() => println!("  {file}: {count}: {reason}"),
                _ => {
                    let shown: Vec<&str> = differences.iter().take(8).map(String::as_str).collect();
                    wrong.push_str(&format!(
                        "{file}: {} differences:\n    {}\n",
                        differences.len(),
                        shown.join("\n    ")
                    ));
                }
            }
        }
        for (file, ..) in ALLOWED.iter().filter(|(file, ..)| file.starts_with(&format!("{family}/"))) {
            if !self.differences.contains_key(*file) {
                wrong.push_str(&format!("{file} is on the list of differences, and agrees\n"));
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }
}

fn expected(corpora: &Path, folder: &str, file: &Path) -> Json {
    let path = corpora.join("expected").join(folder).join(format!("{}.json", name(file)));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn compare(family: &str, compare_one: fn(&Said, &Json) -> (usize, Vec<String>)) {
    let Some(corpora) = corpora() else { return };
    let mut score = Score::default();
    for file in files(&corpora, family) {
        let answer = expected(&corpora, family, &file);
        let said = inspect(&file);
        let (cells, mut differences) = compare_one(&said, &answer);
        if said.lines.is_empty() && !differences.is_empty() {
            differences = vec![format!("not read: {}", said.talk.trim())];
        }
        score.add(&format!("{family}/{}", name(&file)), cells, differences);
    }
    score.report(family);
}

#[test]
fn csv_files_are_read_as_others_read_them() {
    compare("csv", compare_csv);
}

#[test]
fn workbooks_are_read_as_others_read_them() {
    compare("spreadsheets", compare_book);
}

/// Outer blanks of text do not count.
fn plain(text: &str) -> &str {
    text.trim()
}

fn texts(row: &Json) -> Vec<&str> {
    row.as_array().unwrap().iter().map(|cell| plain(cell.as_str().unwrap_or_default())).collect()
}

fn compare_csv(said: &Said, answer: &Json) -> (usize, Vec<String>) {
    let found: Vec<Vec<&str>> = said.lines.iter().map(|line| texts(&line["cells"])).collect();
    let first: Vec<Vec<&str>> = answer["first"].as_array().unwrap().iter().map(texts).collect();
    let last: Vec<Vec<&str>> = answer["last"].as_array().unwrap().iter().map(texts).collect();
    let cells = first.iter().chain(&last).map(Vec::len).sum();
    let mut differences = Vec::new();
    if answer["records"].as_u64() != Some(found.len() as u64) {
        differences.push(format!("{} records instead of {}", found.len(), answer["records"]));
    }
    let tail = found.len().saturating_sub(last.len());
    let pairs = first.iter().zip(&found).chain(last.iter().zip(found.get(tail..).unwrap_or_default()));
    for (right, found) in pairs {
        // The answers cut long records and long cells.
        let cut = right.len() >= 120 && found.len() > right.len();
        if found.len() != right.len() && !cut {
            differences.push(format!("{found:?} instead of {right:?}"));
            continue;
        }
        for (found, right) in found.iter().zip(right) {
            let same = match right.strip_suffix('…') {
                Some(start) => found.starts_with(start.trim_end()),
                None => found == right,
            };
            if !same {
                differences.push(format!("{found:?} instead of {right:?}"));
            }
        }
    }
    (cells, differences)
}

/// A cell as text and letter; none where it is empty.
type Cell = Option<(String, char)>;

fn cell_at(cells: &Json, types: &str, column: usize) -> Cell {
    let text = plain(cells.get(column)?.as_str()?);
    let kind = types.chars().nth(column).unwrap_or('?');
    (!text.is_empty()).then(|| (text.to_owned(), kind))
}

fn compare_book(said: &Said, answer: &Json) -> (usize, Vec<String>) {
    let mut sheets: BTreeMap<&str, BTreeMap<u64, &Json>> = BTreeMap::new();
    for line in &said.lines {
        let sheet = line["sheet"].as_str().unwrap();
        sheets.entry(sheet).or_default().insert(line["row"].as_u64().unwrap(), line);
    }
    let serials = answer["dates_as_serial"].as_bool() == Some(true);
    let (mut cells, mut differences) = (0, Vec::new());
    for sheet in answer["sheets"].as_array().unwrap() {
        let title = sheet["name"].as_str().unwrap();
        let none = BTreeMap::new();
        let found = sheets.get(title).unwrap_or(&none);
        let rows = sheet["rows"].as_array().unwrap();
        for (at, row) in rows.iter().enumerate() {
            let number = at as u64 + 1;
            let types = sheet["types"][at].as_str().unwrap();
            let line = found.get(&number);
            let width = line.map_or(0, |line| line["cells"].as_array().unwrap().len());
            for column in 0..row.as_array().unwrap().len().max(width).min(100) {
                let right = cell_at(row, types, column);
                let cell = line.and_then(|line| cell_at(&line["cells"], line["types"].as_str().unwrap(), column));
                cells += usize::from(right.is_some());
                if !same(&cell, &right, serials) && !second_reader(&cell, answer, title, number, column) {
                    differences.push(format!("{title} R{number}C{}: {cell:?} instead of {right:?}", column + 1));
                }
            }
        }
        // Beyond what the answer shows, the number of cells that are not empty must be right.
        let filled = |line: &&&Json| texts(&line["cells"]).iter().filter(|text| !text.is_empty()).count();
        let count: usize = found.values().map(|line| filled(&line)).sum();
        if Some(count as u64) != sheet["nonempty"].as_u64() {
            differences.push(format!("{title}: {count} filled cells instead of {}", sheet["nonempty"]));
        }
    }
    (cells, differences)
}

fn same(found: &Cell, right: &Cell, serials: bool) -> bool {
    let (Some((found, found_kind)), Some((right, kind))) = (found, right) else { return found == right };
    match (found_kind, kind) {
        ('n', 'n') => close(found, right),
        // The reader of xlsb leaves dates serial numbers.
        ('d' | 't' | 'p', 'n') if serials => {
            let serial = right.parse::<f64>().unwrap() * 86_400_000.0;
            milliseconds(found).is_some_and(|found| (found - serial).abs() <= 1.0)
        }
        _ => found_kind == kind && found == right,
    }
}

fn close(found: &str, right: &str) -> bool {
    let (found, right): (f64, f64) = (found.parse().unwrap(), right.parse().unwrap());
    (found - right).abs() <= 1e-12 * found.abs().max(right.abs())
}

/// A date, time of day or length of time as milliseconds since the end of 1899, the day 0 of serial numbers.
fn milliseconds(text: &str) -> Option<f64> {
    let midnight = |date: jiff::civil::Date| date.at(0, 0, 0, 0);
    let moment = text.parse::<jiff::civil::DateTime>();
    if let Ok(moment) = moment.or_else(|_| text.parse::<jiff::civil::Date>().map(midnight)) {
        let epoch = midnight(jiff::civil::date(1899, 12, 30));
        return Some(moment.duration_since(epoch).as_millis() as f64);
    }
    let (sign, rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let parts = rest.split(':').map(|part| part.parse::<f64>().ok());
    let seconds = parts.into_iter().try_fold(0.0, |sum, part| Some(sum * 60.0 + part?))?;
    rest.contains(':').then_some(sign * seconds * 1000.0)
}

/// Whether two readers disputed a cell, and the second one says the same.
fn second_reader(found: &Cell, answer: &Json, sheet: &str, row: u64, column: usize) -> bool {
    let place = format!("R{row}C{}", column + 1);
    let disputed = answer["second_reader_sheetjs"]["disputed"].as_array();
    disputed.into_iter().flatten().any(|dispute| {
        let second = dispute[3].as_str().unwrap_or_default();
        dispute[0] == *sheet
            && dispute[1] == *place
            && match (found, second.split_once(':')) {
                (None, _) => second.is_empty() || second.starts_with('-'),
                (Some((text, kind)), Some((second_kind, rest))) if second_kind == kind.to_string() => {
                    let rest = rest.trim_end_matches("(date)");
                    rest == text || (*kind == 'n' && close(text, rest))
                }
                (Some((text, 'd' | 't' | 'p')), Some(("n", serial))) => {
                    let serial = serial.trim_end_matches("(date)").parse::<f64>().ok();
                    milliseconds(text)
                        .zip(serial)
                        .is_some_and(|(text, serial)| (text - serial * 86_400_000.0).abs() <= 1.0)
                }
                _ => false,
            }
    })
}

#[test]
fn hostile_files_end_in_a_message_or_rows_within_bounds() {
    let Some(corpora) = corpora() else { return };
    let answers: Json = serde_json::from_slice(&std::fs::read(corpora.join("expected/hostile.json")).unwrap()).unwrap();
    let mut score = Score::default();
    for file in files(&corpora, "hostile") {
        let said = inspect(&file);
        let answer = &answers["files"][name(&file)];
        score.add(&format!("hostile/{}", name(&file)), 1, judge_hostile(&said, answer));
    }
    score.report("hostile");
}

fn judge_hostile(said: &Said, answer: &Json) -> Vec<String> {
    let must = answer["must"].as_str().unwrap_or("error or partial or full");
    let mut wrong = Vec::new();
    if said.took > MOST_TIME {
        wrong.push(format!("it takes {:?}", said.took));
    }
    if said.memory_kb > MOST_MEMORY_KB {
        wrong.push(format!("it takes {} MB", said.memory_kb >> 10));
    }
    if said.talk.contains("panicked") || !matches!(said.code, Some(0..=2)) {
        wrong.push(format!("it crashes with {:?}: {}", said.code, said.talk));
    }
    let failed = said.code != Some(0);
    if failed && !said.talk.contains("error: ") {
        wrong.push("it fails without a message".to_owned());
    }
    if must.starts_with("full") && failed {
        wrong.push(format!("it must be read, but: {}", said.talk));
    }
    if must == "error" && !failed {
        wrong.push(format!("it must not be read, but gives {} rows", said.lines.len()));
    }
    if must == "error: password needed" && !said.talk.contains("is protected by a password") {
        wrong.push(format!("a password is needed, but: {}", said.talk));
    }
    for (cell, right) in answer["cells"].as_object().into_iter().flatten() {
        // All of them are in the first cell.
        let found = said.lines.first().map(|line| &line["cells"][0]);
        if cell != "A1" || found != Some(right) {
            wrong.push(format!("{cell} is {found:?} instead of {right}"));
        }
    }
    wrong
}
